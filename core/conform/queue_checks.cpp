// SPDX-License-Identifier: Apache-2.0
// Group F, first half: what queues do, and in which order.
#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/rig.hpp"
#include "core/conform/samples.hpp"

namespace assay {
namespace {

Block little_endian(std::uint32_t word) {
    Block bytes(sizeof(word));
    std::memcpy(bytes.data(), &word, sizeof(word));
    return bytes;
}

/// What the host sees of a buffer; skipped when it sees none.
std::byte* host_view(const Rig& rig, const Buffer& buffer) {
    auto* view = static_cast<std::byte*>(rig.table().buffer_host_pointer(buffer.get()));
    if (view == nullptr) skip_check("the device has no memory that the host sees");
    return view;
}

Buffer shared_buffer(const Rig& rig, std::uint64_t bytes) {
    for (const std::int32_t kind : {ASSAY_MEM_SHARED, ASSAY_MEM_HOST}) {
        assay_buffer* buffer = nullptr;
        if (rig.table().buffer_alloc(rig.device(), bytes, kind, &buffer, nullptr) == ASSAY_OK)
            return {buffer, rig.table().buffer_free};
    }
    skip_check("the device has no memory that the host sees");
}

/// A chain of two copies on queue `a`, an event, and a copy of their result on queue `b`.
void check_event_order(const Rig& rig, const Queue& a, const Queue& b) {
    constexpr std::uint64_t size = 1U << 16U;
    const assay_plugin& table = rig.table();
    const Buffer source = rig.alloc(size), between = rig.alloc(size), target = rig.alloc(size);
    const Event event = rig.new_event();
    for (int i = 0; i < 20; ++i) {
        const Block content = random_block(size, rig.seed(), static_cast<std::uint64_t>(i));
        rig.upload(source, content);
        const std::array statuses{
            table.copy_on_device(a.get(), between.get(), 0, source.get(), 0, size, nullptr),
            table.event_record(a.get(), event.get(), nullptr),
            table.queue_wait_event(b.get(), event.get(), nullptr),
            table.copy_on_device(b.get(), target.get(), 0, between.get(), 0, size, nullptr)};
        for (const assay_status status : statuses) {
            require(status == ASSAY_OK, fmt::format("two queues: status {}", status));
        }
        rig.wait(b.get());
        require(rig.download(target, size) == content,
                "queue_wait_event: later work did not wait for the event of another queue");
        rig.wait(a.get());
    }
}

/// Copies and waits on its own queue; true when all came back.
bool copies_come_back(const Rig& rig, const Queue& queue, std::uint64_t stream) {
    constexpr std::uint64_t size = 1U << 14U;
    const Block content = random_block(size, rig.seed(), stream);
    Block back(size);
    const Buffer buffer = rig.alloc(size);
    const assay_plugin& table = rig.table();
    bool right = true;
    for (int i = 0; i < 100; ++i) {
        std::fill(back.begin(), back.end(), std::byte{0});
        right = right &&
                table.copy_to_device(queue.get(), buffer.get(), 0, content.data(), size, nullptr) ==
                    ASSAY_OK &&
                table.copy_to_host(queue.get(), back.data(), buffer.get(), 0, size, nullptr) ==
                    ASSAY_OK &&
                table.queue_wait(queue.get(), ~0ULL, ASSAY_WAIT_BLOCK, nullptr) == ASSAY_OK &&
                back == content;
    }
    return right;
}

}  // namespace

std::string check_in_order(const Candidate& candidate) {
    constexpr std::uint32_t times = 1000;
    constexpr std::uint64_t word = sizeof(std::uint32_t);
    const Rig rig(candidate);
    const Buffer source = rig.alloc(word), target = rig.alloc(times * word);
    const Op op = offered_matmul(rig, {3, 5, 4});
    const Stand stand(rig, op);
    stand.require_right("a matmul");
    const Block right = stand.outputs().front();
    for (std::uint32_t i = 0; i < times; ++i) {
        rig.fill(source, 0, word, i);
        rig.copy(target, i * word, source, word);
        stand.enqueue();
    }
    rig.wait();
    const Block all = rig.download(target, times * word);
    for (std::uint32_t i = 0; i < times; ++i) {
        require(std::memcmp(all.data() + i * word, little_endian(i).data(), word) == 0,
                fmt::format("a copy did not wait for the fill before it, at {} of {}", i, times));
    }
    require(stand.judge(stand.outputs()).passed, "operators between copies are wrong");
    return "";
}

std::string check_two_queues(const Candidate& candidate) {
    const Rig rig(candidate);
    if (rig.info().max_queues == 1) skip_check("the device has one queue");
    const Queue a = rig.new_queue(), b = rig.new_queue();
    if (rig.has_events()) check_event_order(rig, a, b);
    if (rig.info().threads != ASSAY_THREADS_QUEUE) {
        require(copies_come_back(rig, a, 1) && copies_come_back(rig, b, 2),
                "copies on two queues do not come back");
        return "";
    }
    bool first = false;
    std::thread other([&] { first = copies_come_back(rig, a, 1); });
    const bool second = copies_come_back(rig, b, 2);
    other.join();
    require(first && second, "copies on two queues at once do not come back");
    return "";
}

std::string check_hidden_work(const Candidate& candidate) {
    constexpr std::uint64_t size = 1U << 20U;
    const Rig rig(candidate);
    const Buffer source = rig.alloc(size), seen = shared_buffer(rig, size);
    const std::byte* view = host_view(rig, seen);
    double longest_ms = 0;
    for (std::uint64_t i = 0; i < 20; ++i) {
        const Block content = random_block(size, rig.seed(), i);
        rig.upload(source, content);
        rig.copy(seen, 0, source, size);
        rig.wait();
        const bool there = std::memcmp(view, content.data(), size) == 0;
        const std::uint64_t start = now_ns();
        require(rig.table().device_wait(rig.device(), ~0ULL, nullptr) == ASSAY_OK,
                "device_wait: fails");
        longest_ms = std::max(longest_ms, static_cast<double>(now_ns() - start) * 1e-6);
        require(there, "a copy is not complete when queue_wait returns");
    }
    constexpr double most_ms = 50;
    return longest_ms > most_ms
               ? fmt::format("device_wait still waits for {:.0f} ms after queue_wait", longest_ms)
               : "";
}

}  // namespace assay

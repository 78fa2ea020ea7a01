// SPDX-License-Identifier: Apache-2.0
#include "core/conform/random_calls.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

#include "core/base/random.hpp"
#include "core/conform/samples.hpp"

namespace assay {
namespace {

/// A buffer and what it must hold.
struct Shadowed {
    Buffer buffer;
    Block content;
};

class RandomCalls {
public:
    RandomCalls(const Rig& rig, std::uint64_t seed)
        : rig_(&rig), random_(seed, 51), stand_(rig, offered_sample_op(rig)) {}

    void step() {
        ++steps_;
        if (buffers_.size() < 2) return allocate();
        switch (random_.below(9)) {
            case 0:
                return allocate();
            case 1:
                buffers_.erase(buffers_.begin() + random_.below(count()));
                return;
            case 2:
            case 3:
                return upload();
            case 4:
                return fill();
            case 5:
            case 6:
                return copy();
            case 7:
                return stand_.require_right(fmt::format("random call {}", steps_));
            default:
                return look();
        }
    }

    void look_at_all() {
        for (std::size_t i = 0; i < buffers_.size(); ++i) look(i);
    }

private:
    static Op offered_sample_op(const Rig& rig) { return offered_matmul(rig, {7, 9, 5}); }

    [[nodiscard]] std::uint32_t count() const {
        return static_cast<std::uint32_t>(buffers_.size());
    }
    Shadowed& any() { return buffers_[random_.below(count())]; }

    struct Range {
        std::uint64_t offset, bytes;
    };
    Range any_range(std::uint64_t size) {
        const std::uint64_t offset = random_.below(static_cast<std::uint32_t>(size));
        const std::uint64_t bytes = random_.below(static_cast<std::uint32_t>(size - offset) + 1);
        return {offset, bytes};
    }

    void allocate() {
        if (buffers_.size() > 12) return;
        const std::uint64_t size = 1 + random_.below(20'000);
        Shadowed made{rig_->alloc(size), random_block(size, random_.word())};
        rig_->upload(made.buffer, made.content);
        buffers_.push_back(std::move(made));
    }
    void upload() {
        Shadowed& to = any();
        const auto [offset, bytes] = any_range(to.content.size());
        const Block sent = random_block(bytes, random_.word());
        rig_->upload(to.buffer, sent, offset);
        std::copy(sent.begin(), sent.end(), to.content.begin() + static_cast<long>(offset));
    }
    void fill() {
        Shadowed& to = any();
        const auto [offset, bytes] = any_range(to.content.size());
        const std::uint32_t pattern = random_.word();
        rig_->fill(to.buffer, offset, bytes, pattern);
        for (std::uint64_t i = 0; i < bytes; ++i) {
            to.content[offset + i] = static_cast<std::byte>(pattern >> 8 * (i % 4));
        }
    }
    void copy() {
        const std::uint32_t from = random_.below(count()), to = random_.below(count());
        if (from == to) return;
        const Block& source = buffers_[from].content;
        Shadowed& target = buffers_[to];
        const std::uint64_t most = std::min(source.size(), target.content.size());
        const std::uint64_t bytes = random_.below(static_cast<std::uint32_t>(most) + 1);
        const std::uint64_t room = target.content.size() - bytes;
        const std::uint64_t offset = random_.below(static_cast<std::uint32_t>(room) + 1);
        rig_->copy(target.buffer, offset, buffers_[from].buffer, bytes);
        std::copy_n(source.begin(), bytes, target.content.begin() + static_cast<long>(offset));
    }
    void look() { look(random_.below(count())); }
    void look(std::size_t i) {
        rig_->wait();
        const Shadowed& at = buffers_[i];
        require(rig_->download(at.buffer, at.content.size()) == at.content,
                fmt::format("random calls: after {} of them a buffer of {} bytes holds other ones",
                            steps_, at.content.size()));
    }

    const Rig* rig_;
    Random random_;
    Stand stand_;
    std::vector<Shadowed> buffers_;
    int steps_ = 0;
};

struct Illegal {
    const char* call;
    assay_status status;
};

}  // namespace

void make_random_calls(const Rig& rig, std::uint64_t seed) {
    RandomCalls calls(rig, seed);
    for (int i = 0; i < 600; ++i) calls.step();
    calls.look_at_all();
}

void make_illegal_calls(const Rig& rig) {
    const assay_plugin& t = rig.table();
    const Buffer buffer = rig.alloc(64);
    std::array<std::byte, 64> host{};
    std::uint64_t number = 0;
    auto support = sized_struct<assay_op_support>();
    const std::array calls{
        Illegal{"get_info(NULL)", t.get_info(nullptr, nullptr)},
        Illegal{"device_count(NULL)", t.device_count(nullptr, nullptr)},
        Illegal{"device_get_info(NULL)", t.device_get_info(0, nullptr, nullptr)},
        Illegal{"device_open to NULL", t.device_open(0, nullptr, 0, nullptr, nullptr)},
        Illegal{"device_wait(NULL)", t.device_wait(nullptr, 0, nullptr)},
        Illegal{"memory_info(NULL)", t.memory_info(nullptr, &number, &number, nullptr)},
        Illegal{"buffer_alloc to NULL", t.buffer_alloc(rig.device(), 1, 0, nullptr, nullptr)},
        Illegal{"queue_create to NULL", t.queue_create(rig.device(), 0, nullptr, nullptr)},
        Illegal{"queue_wait(NULL)", t.queue_wait(nullptr, 0, 0, nullptr)},
        Illegal{"copy_to_device to NULL",
                t.copy_to_device(rig.queue(), nullptr, 0, host.data(), 1, nullptr)},
        Illegal{"copy_to_device from NULL",
                t.copy_to_device(rig.queue(), buffer.get(), 0, nullptr, 1, nullptr)},
        Illegal{"copy_to_host from NULL",
                t.copy_to_host(rig.queue(), host.data(), nullptr, 0, 1, nullptr)},
        Illegal{"copy_to_host to NULL",
                t.copy_to_host(rig.queue(), nullptr, buffer.get(), 0, 1, nullptr)},
        Illegal{"copy_on_device from NULL",
                t.copy_on_device(rig.queue(), buffer.get(), 0, nullptr, 0, 1, nullptr)},
        Illegal{"fill(NULL)", t.fill(rig.queue(), nullptr, 0, 4, 0, nullptr)},
        Illegal{"op_query of NULL", t.op_query(rig.device(), nullptr, &support, nullptr)},
        Illegal{"op_prepare of NULL",
                t.op_prepare(rig.device(), nullptr, nullptr, 0, nullptr, nullptr)},
        Illegal{"exec_get_info(NULL)", t.exec_get_info(nullptr, nullptr, nullptr)},
        Illegal{"enqueue of NULL", t.enqueue(rig.queue(), nullptr, nullptr, 0, nullptr)},
    };
    for (const Illegal& each : calls) {
        require(each.status < 0, fmt::format("{}: status {}", each.call, each.status));
    }
    t.buffer_free(nullptr);
    t.queue_destroy(nullptr);
    t.exec_destroy(nullptr);
    t.device_close(nullptr);
    if (t.event_destroy != nullptr) t.event_destroy(nullptr);
}

}  // namespace assay

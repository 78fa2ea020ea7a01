// SPDX-License-Identifier: Apache-2.0
// The opencl plugin's devices, memory, queues and events: what makes it an asynchronous device.
#include <chrono>
#include <cstring>
#include <memory>

#include "tests/plugins/opencl_device.hpp"

namespace {

using namespace assay::test;
using Bytes = std::vector<std::uint8_t>;

/// A queue or an event of the device, destroyed with its test.
struct QueueGuard {
    assay_queue* queue = nullptr;
    QueueGuard() {
        assay_error error{};
        require_ok(opencl()->queue_create(opencl_device().device(), 0, &queue, &error), error,
                   "queue_create");
    }
    ~QueueGuard() { opencl()->queue_destroy(queue); }
};
struct EventGuard {
    assay_event* event = nullptr;
    EventGuard() {
        assay_error error{};
        require_ok(opencl()->event_create(opencl_device().device(), &event, &error), error,
                   "event_create");
    }
    ~EventGuard() { opencl()->event_destroy(event); }
};

void record(assay_queue* queue, const EventGuard& event) {
    assay_error error{};
    require_ok(opencl()->event_record(queue, event.event, &error), error, "event_record");
}

double elapsed_ns(const EventGuard& from, const EventGuard& to) {
    assay_error error{};
    double ns = 0;
    require_ok(
        opencl()->event_elapsed_ns(opencl_device().device(), from.event, to.event, &ns, &error),
        error, "event_elapsed_ns");
    return ns;
}

assay_status wait(assay_queue* queue, std::uint64_t timeout_ns, int how = ASSAY_WAIT_BLOCK) {
    assay_error error{};
    const assay_status status = opencl()->queue_wait(queue, timeout_ns, how, &error);
    if (status < 0) require_ok(status, error, "queue_wait");
    return status;
}

void fill(const Buffer& buffer, std::uint64_t offset, std::uint64_t bytes, std::uint32_t pattern) {
    assay_error error{};
    require_ok(opencl()->fill(opencl_device().queue(), buffer.binding().buffer, offset, bytes,
                              pattern, &error),
               error, "fill");
}

/// More work than any device does while a call returns.
class LongWork {
public:
    LongWork() {
        for (Buffer* buffer : {&a_, &b_}) fill(*buffer, 0, bytes, 0x3c003c00);
        wait(opencl_device().queue(), UINT64_MAX);
    }
    void enqueue(assay_queue* queue) {
        const assay_binding bindings[] = {a_.binding(), b_.binding(), d_.binding()};
        assay_error error{};
        for (int i = 0; i < 20; ++i) {
            require_ok(opencl()->enqueue(queue, prepared_.get(), bindings, 3, &error), error,
                       "enqueue");
        }
    }

private:
    static constexpr std::int64_t side = 768;
    static constexpr std::uint64_t bytes = 4 * side * side;
    Prepared prepared_{opencl_device(), MatmulDesc({.m = side, .n = side, .k = side}).get()};
    Buffer a_{opencl_device(), bytes}, b_{opencl_device(), bytes}, d_{opencl_device(), bytes};
};

}  // namespace

TEST_CASE("opencl describes itself and its devices", "[opencl]") {
    CHECK(std::string(opencl().info().id) == "org.assay.opencl");
    OPENCL_DEVICE_OR_RETURN;
    const assay_device_info device = opencl().device_info(0);
    CHECK(device.timer == ASSAY_TIMER_DEVICE);
    CHECK(device.compute_units >= 1);
    CHECK(device.memory_bytes > 0);
    CHECK(device.buffer_alignment >= 16);
    for (const char* text : {device.id, device.name, device.vendor, device.driver, device.arch})
        CHECK(std::strlen(text) > 0);
}

TEST_CASE("opencl copies parts of buffers and refuses what leaves them", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    Buffer from(opencl_device(), 16), to(opencl_device(), 16);
    from.write({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    to.write(Bytes(16, 99));
    assay_error error{};
    const auto copy = [&](std::uint64_t at, std::uint64_t begin, std::uint64_t bytes) {
        return opencl()->copy_on_device(opencl_device().queue(), to.binding().buffer, at,
                                        from.binding().buffer, begin, bytes, &error);
    };
    CHECK(copy(3, 7, 5) == ASSAY_OK);
    CHECK(to.read() == Bytes{99, 99, 99, 7, 8, 9, 10, 11, 99, 99, 99, 99, 99, 99, 99, 99});
    CHECK(copy(12, 0, 5) == ASSAY_ERR_INVALID);
    CHECK(copy(0, 12, 5) == ASSAY_ERR_INVALID);
    CHECK(copy(0, 17, 0) == ASSAY_ERR_INVALID);
    CHECK(copy(16, 16, 0) == ASSAY_OK);
}

TEST_CASE("opencl fills any range, the pattern beginning where the range does", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const std::uint64_t offset = GENERATE(0, 1, 2, 3, 4), bytes = GENERATE(0, 1, 3, 4, 7, 10);
    CAPTURE(offset, bytes);
    Buffer buffer(opencl_device(), 16);
    buffer.write(Bytes(16, 99));
    fill(buffer, offset, bytes, 0x04030201);
    Bytes wanted(16, 99);
    for (std::uint64_t i = 0; i < bytes; ++i)
        wanted[offset + i] = static_cast<std::uint8_t>(1 + i % 4);
    CHECK(buffer.read() == wanted);
}

TEST_CASE("opencl says when memory is not there, and counts what is", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const auto allocate = [](std::uint64_t bytes, int kind, assay_error& error) {
        assay_buffer* buffer = nullptr;
        const assay_status status =
            opencl()->buffer_alloc(opencl_device().device(), bytes, kind, &buffer, &error);
        opencl()->buffer_free(buffer);
        return status;
    };
    const auto free_bytes = [] {
        std::uint64_t free = 0, total = 0;
        opencl()->memory_info(opencl_device().device(), &free, &total, nullptr);
        CHECK(total >= free);
        return free;
    };
    const std::uint64_t before = free_bytes();
    assay_error error{};
    CHECK(allocate(before + 1, ASSAY_MEM_DEVICE, error) == ASSAY_ERR_NO_DEVICE_MEMORY);
    CHECK_THAT(std::string(error.message), Catch::Contains("bytes"));
    CHECK(allocate(UINT64_MAX, ASSAY_MEM_DEVICE, error) == ASSAY_ERR_NO_DEVICE_MEMORY);
    CHECK(allocate(64, ASSAY_MEM_SHARED, error) == ASSAY_ERR_UNSUPPORTED);
    CHECK(allocate(0, ASSAY_MEM_DEVICE, error) == ASSAY_OK);
    {
        const Buffer some(opencl_device(), 1000);
        CHECK(free_bytes() == before - 1000);
    }
    CHECK(free_bytes() == before);
}

TEST_CASE("opencl returns from enqueue before the work is done", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    const int how = GENERATE(ASSAY_WAIT_BLOCK, ASSAY_WAIT_SPIN);
    LongWork work;
    work.enqueue(opencl_device().queue());
    CHECK(wait(opencl_device().queue(), 0, how) == ASSAY_NOT_READY);
    assay_error error{};
    CHECK(opencl()->device_wait(opencl_device().device(), 0, &error) == ASSAY_NOT_READY);
    CHECK(wait(opencl_device().queue(), UINT64_MAX, how) == ASSAY_OK);
    CHECK(wait(opencl_device().queue(), 0, how) == ASSAY_OK);
    CHECK(opencl()->device_wait(opencl_device().device(), UINT64_MAX, &error) == ASSAY_OK);
}

TEST_CASE("opencl's events are the device's time of the work between them", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    LongWork work;
    const EventGuard from, to;
    assay_error error{};
    double ns = 0;
    CHECK(opencl()->event_elapsed_ns(opencl_device().device(), from.event, to.event, &ns, &error) ==
          ASSAY_ERR_INVALID);
    const auto began = std::chrono::steady_clock::now();
    record(opencl_device().queue(), from);
    work.enqueue(opencl_device().queue());
    record(opencl_device().queue(), to);
    CHECK(opencl()->event_elapsed_ns(opencl_device().device(), from.event, to.event, &ns, &error) ==
          ASSAY_ERR_INVALID);
    wait(opencl_device().queue(), UINT64_MAX);
    const std::chrono::duration<double, std::nano> host = std::chrono::steady_clock::now() - began;
    CHECK(elapsed_ns(from, to) > 0);
    CHECK(elapsed_ns(from, to) <= host.count());
    CHECK(elapsed_ns(to, from) < 0);
}

TEST_CASE("opencl's queues wait for events of others on the device", "[opencl]") {
    OPENCL_DEVICE_OR_RETURN;
    LongWork work;
    const QueueGuard first;
    const EventGuard done;
    Buffer from(opencl_device(), 4), to(opencl_device(), 4);
    from.write({1, 1, 1, 1});
    to.write({0, 0, 0, 0});
    assay_error error{};
    work.enqueue(first.queue);
    opencl()->fill(first.queue, from.binding().buffer, 0, 4, 0x02020202, &error);
    record(first.queue, done);
    CHECK(opencl()->queue_wait_event(opencl_device().queue(), done.event, &error) == ASSAY_OK);
    opencl()->copy_on_device(opencl_device().queue(), to.binding().buffer, 0, from.binding().buffer,
                             0, 4, &error);
    CHECK(wait(opencl_device().queue(), 0) == ASSAY_NOT_READY);
    CHECK(to.read() == Bytes{2, 2, 2, 2});
    wait(first.queue, UINT64_MAX);
}

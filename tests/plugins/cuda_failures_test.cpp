// SPDX-License-Identifier: Apache-2.0
// The cuda plugin on a pretended device, each call of CUDA failing in turn.
#include <cstring>

#include <catch2/catch.hpp>

#include "assay/ext/replay.h"
#include "tests/plugins/cuda_product.hpp"

namespace {

using namespace assay::test;

/// Everything that a run does: its devices, copies, a product with a choice, events, waits.
assay_status whole_life(assay_error& error) {
    const assay_plugin& table = *linked_plugin().operator->();
    assay_device* device = nullptr;
    assay_status status = table.device_open(0, nullptr, 0, &device, &error);
    if (status != ASSAY_OK) return status;
    assay_queue* queue = nullptr;
    assay_event *from = nullptr, *to = nullptr;
    assay_buffer *buffer = nullptr, *pinned = nullptr, *shared = nullptr;
    assay_exec *exec = nullptr, *replay = nullptr;
    const auto& replays =
        *static_cast<const assay_ext_replay*>(table.get_extension(ASSAY_EXT_REPLAY));
    MatmulCase matmul{.m = 4, .n = 4, .k = 4, .batch = 2, .bias = ASSAY_F32};
    matmul.broadcast_a = true;
    matmul.a = matmul.b = matmul.d = matmul.bias = ASSAY_BF16;
    matmul.activation = ASSAY_ACT_SILU;  // by our own kernel, from a product kept in f32
    const MatmulDesc desc(matmul);
    std::uint8_t host[256] = {};
    std::uint64_t free_bytes = 0, total_bytes = 0;
    double ns = 0;
    auto support = sized<assay_op_support>();
    const auto next = [&](assay_status each) { return (status = each) == ASSAY_OK; };
    const auto run = [&] {
        const assay_binding bindings[] = {
            {buffer, 0, 128}, {buffer, 128, 128}, {buffer, 512, 16}, {buffer, 768, 128}};
        return next(table.enqueue(queue, exec, bindings, 4, &error));
    };
    (void)(next(table.queue_create(device, 0, &queue, &error)) &&
           next(table.event_create(device, &from, &error)) &&
           next(table.event_create(device, &to, &error)) &&
           next(table.buffer_alloc(device, 1024, ASSAY_MEM_DEVICE, &buffer, &error)) &&
           next(table.buffer_alloc(device, 64, ASSAY_MEM_HOST, &pinned, &error)) &&
           next(table.buffer_alloc(device, 64, ASSAY_MEM_SHARED, &shared, &error)) &&
           next(table.memory_info(device, &free_bytes, &total_bytes, &error)) &&
           next(table.fill(queue, buffer, 0, 1024, 0x3f803f80, &error)) &&
           next(table.fill(queue, buffer, 0, 1024, 0, &error)) &&
           next(table.copy_to_device(queue, buffer, 0, host, 256, &error)) &&
           next(table.copy_on_device(queue, buffer, 256, buffer, 0, 256, &error)) &&
           next(table.op_query(device, desc.get(), &support, &error)) &&
           next(table.op_prepare(device, desc.get(), nullptr, 0, &exec, &error)) &&
           next(table.event_record(queue, from, &error)) && run() &&
           next(table.event_record(queue, to, &error)) &&
           next(table.queue_wait_event(queue, to, &error)) &&
           next(table.copy_to_host(queue, host, buffer, 0, 256, &error)) &&
           next(replays.begin(queue, &error)) && run() &&
           next(replays.end(queue, &replay, &error)) &&
           next(table.enqueue(queue, replay, nullptr, 0, &error)) &&
           next(table.queue_wait(queue, UINT64_MAX, ASSAY_WAIT_BLOCK, &error)) &&
           next(table.queue_wait(queue, 1000, ASSAY_WAIT_SPIN, &error)) &&
           next(table.device_wait(device, UINT64_MAX, &error)) &&
           next(table.device_wait(device, 1000000000, &error)) &&
           next(table.event_elapsed_ns(device, from, to, &ns, &error)));
    for (assay_exec* each : {exec, replay}) table.exec_destroy(each);
    for (assay_buffer* each : {buffer, pinned, shared}) table.buffer_free(each);
    for (assay_event* each : {from, to}) table.event_destroy(each);
    table.queue_destroy(queue);
    table.device_close(device);
    return status;
}

}  // namespace

TEST_CASE("cuda turns each call of CUDA that fails into an error, and leaks nothing", "[cuda]") {
    auto& machine = cuda_fake::machine();
    assay_error error{};
    machine.misuse.clear();
    linked_plugin().device_info(0);  // the plugin looks for devices once
    machine.calls = machine.fail_call = 0;
    REQUIRE(whole_life(error) == ASSAY_OK);
    const std::uint64_t calls = machine.calls;
    CHECK(calls > 60);
    std::set<std::string> failed;
    for (std::uint64_t i = 1; i <= calls; ++i) {
        machine.calls = 0;
        machine.fail_call = i;
        machine.failed.clear();
        error = {};
        const assay_status status = whole_life(error);
        machine.fail_call = 0;
        failed.insert(machine.failed);
        CAPTURE(i, machine.failed, error.message);
        // Memory for timing algorithms may be missing: then the favourite is taken, untimed.
        const bool may_go_on = machine.failed == "cudaMalloc" && status == ASSAY_OK;
        CHECK((status < 0 || may_go_on));
        CHECK((may_go_on || std::strlen(error.message) > 10));
        CHECK(machine.clean());
        CHECK(machine.misuse == std::vector<std::string>{});
        if (!machine.clean()) break;
    }
    for (const char* each :
         {"cudaMalloc", "cudaHostAlloc", "cudaMallocManaged", "cudaMemcpyAsync", "cublasLtMatmul",
          "cublasLtMatmulAlgoGetHeuristic", "cudaEventRecord", "cudaSetDevice", "stream", "event",
          "layout", "preference", "launch"}) {
        CHECK(failed.count(each) == 1);
    }
}

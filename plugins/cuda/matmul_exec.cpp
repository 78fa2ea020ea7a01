// SPDX-License-Identifier: Apache-2.0
// See matmul_exec.hpp.
#include "matmul_exec.hpp"

#include <algorithm>

#include "op_plan.hpp"

namespace assay::cuda {
namespace {

[[noreturn]] void no_algorithm(const Device& device) {
    sdk::fail(ASSAY_ERR_UNSUPPORTED,
              "cuBLASLt has no algorithm for these types, layouts and epilogue on this device "
              "(compute capability %d.%d)",
              device.capability() / 10, device.capability() % 10);
}

/// cuBLASLt's favourites; never empty.
std::vector<LtAlgorithm> favourites(Device& device, LtPlan& plan, int most) {
    std::vector<LtAlgorithm> list = plan.algorithms(device.lt(), most, true);
    if (list.empty()) no_algorithm(device);
    return list;
}

void* checked(const sdk::Bindings& bindings, std::uint32_t i, std::uint64_t bytes,
              std::uint64_t width) {
    const assay_binding& binding = bindings[i];
    if (binding.size < bytes) {
        sdk::fail(ASSAY_ERR_INVALID, "binding %u has %llu bytes, needed are %llu", i,
                  plain(binding.size), plain(bytes));
    }
    if (binding.offset % width != 0) {
        sdk::fail(ASSAY_ERR_INVALID, "binding %u begins within an element", i);
    }
    return memory_of(bindings.buffer(i)).range(binding.offset, bytes);
}

}  // namespace

sdk::Support matmul_support(Device& device, const sdk::Op& op, bool timed) {
    const LtProblem problem = lt_problem(op, device.capability());
    LtPlan plan(problem);
    favourites(device, plan, 1);
    // Algorithms sum in different orders, and which is the fastest may change with the process.
    sdk::Support support =
        sdk::Support::native(problem.accumulator, !timed || problem.deterministic);
    support.math = problem.math;
    support.workspace = StreamQueue::workspace_bytes + problem.finish.product_bytes;
    return support;
}

MatmulExec::MatmulExec(Device& device, const sdk::Op& op, bool timed)
    : device_(device), problem_(lt_problem(op, device.capability())), plan_(problem_) {
    constexpr int most = 8;  // chosen: cuBLASLt's order is by expected time
    const std::uint64_t began = sdk::host.now_ns();
    const bool look = timed && !problem_.deterministic;
    const std::vector<LtAlgorithm> list = favourites(device, plan_, look ? most : 1);
    const std::vector<LtAlgorithm> anywhere = plan_.algorithms(device.lt(), 1, false);
    if (!anywhere.empty()) unaligned_ = anywhere.front();
    prepare_finish();
    build_ns_ = sdk::host.now_ns() - began;
    choice_ = fastest(device.lt(), plan_, problem_, list, device.own_queue());
}

LtPointers MatmulExec::pointers(const sdk::Bindings& bindings) const {
    const std::uint32_t needed =
        3u + problem_.has_bias + problem_.has_c + problem_.scales_left + problem_.scales_right;
    if (bindings.size() != needed) {
        sdk::fail(ASSAY_ERR_INVALID, "matmul: %u bindings, needed are %u", bindings.size(), needed);
    }
    LtPointers at;
    std::uint32_t next = 0;
    const auto take = [&](std::uint64_t bytes, std::uint64_t width) {
        return checked(bindings, next++, bytes, width);
    };
    at.right = take(problem_.a_bytes, problem_.a_width);
    at.left = take(problem_.b_bytes, problem_.b_width);
    if (problem_.has_bias) at.bias = take(problem_.bias_bytes, problem_.bias_width);
    if (problem_.has_c) at.c = take(problem_.c_bytes, problem_.d_width);
    if (problem_.scales_right) at.scale_right = take(sizeof(float), sizeof(float));
    if (problem_.scales_left) at.scale_left = take(sizeof(float), sizeof(float));
    at.d = take(problem_.d_bytes, problem_.d_width);
    if (!problem_.reads_c) at.c = nullptr;
    return at;
}

const LtAlgorithm& MatmulExec::algorithm_for(const LtPointers& at) const {
    if (lies_right(choice_.algorithm, at)) return choice_.algorithm;
    if (!unaligned_ || !lies_right(*unaligned_, at)) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED,
                  "matmul: cuBLASLt has no algorithm for operands that begin at these offsets; "
                  "begin them on multiples of 256 bytes");
    }
    return *unaligned_;
}

void MatmulExec::prepare_finish() {
    const LtFinish& finish = problem_.finish;
    if (finish.activation == ASSAY_ACT_NONE) return;
    finish_.kernel = Kernel::finish;
    finish_.element = computed_element(finish.dtype);
    finish_.items = finish.to.count;
    Problem& problem = finish_.arguments.problem;
    problem.layouts[0] = finish.from;
    problem.layouts[1] = finish.to;
    problem.numbers[0] = finish.activation;
    problem.numbers[1] = finish.bias_step;
    problem.numbers[2] = problem_.has_bias;
    if (finish.product_bytes > 0) product_ = device_memory(finish.product_bytes);
}

void MatmulExec::enqueue(sdk::Queue& queue, sdk::Bindings bindings) {
    LtPointers at = pointers(bindings);
    void* const d = at.d;
    if (product_) at.d = product_.get();
    const LtAlgorithm& algorithm = algorithm_for(at);
    StreamQueue& to = stream_queue(queue);
    use(device_.index());
    plan_.run(device_.lt(), algorithm, at, to.workspace(), to.stream());
    if (finish_.items == 0) return;
    finish_.arguments.at[0] = at.d;
    finish_.arguments.at[1] = const_cast<void*>(at.bias);
    finish_.arguments.at[2] = d;
    check(launch(finish_, to.stream()), "launching a kernel");
}

void MatmulExec::describe(assay_exec_info& info) {
    info.accumulator = problem_.accumulator;
    info.math = problem_.math;
    info.level = ASSAY_SUPPORT_NATIVE;
    info.workspace_bytes = choice_.algorithm.workspace_bytes + problem_.finish.product_bytes;
    info.launches = finish_.items > 0 ? 2 : 1;
    info.build_ns = build_ns_;
    info.tune_ns = choice_.tune_ns;
    info.tuned_candidates = choice_.candidates;
    sdk::put(info.path, "cuBLASLt " + name_of(choice_.algorithm) +
                            (finish_.items > 0 ? ", then own kernel finish" : ""));
}

}  // namespace assay::cuda

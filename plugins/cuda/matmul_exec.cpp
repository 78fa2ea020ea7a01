// SPDX-License-Identifier: Apache-2.0
// See matmul_exec.hpp.
#include "matmul_exec.hpp"

#include "matmul_finish.hpp"
#include "matmul_turn.hpp"

namespace assay::cuda {
namespace {

[[noreturn]] void no_algorithm(const Device& device, bool eight_bit) {
    sdk::fail(
        ASSAY_ERR_UNSUPPORTED,
        "cuBLASLt has no algorithm for these types, sizes and epilogue on this device (compute "
        "capability %d.%d%s)",
        device.capability() / 10, device.capability() % 10,
        eight_bit ? "; 8 bits want sizes in multiples of 16" : "");
}

/// cuBLASLt's favourites; never empty.
std::vector<LtAlgorithm> favourites(Device& device, const LtProblem& problem, LtPlan& plan,
                                    int most) {
    std::vector<LtAlgorithm> list = plan.algorithms(device.lt(), most, true);
    if (list.empty()) no_algorithm(device, problem.a_width == 1);
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
    favourites(device, problem, plan, 1);
    for (const Call& call :
         {finish_call(problem), turn_call(problem.turn_left), turn_call(problem.turn_right)}) {
        if (call.items > 0) check(load(call), "loading a kernel");
    }
    // Algorithms sum in different orders, and which is the fastest may change with the process.
    sdk::Support support =
        sdk::Support::native(problem.accumulator, !timed || problem.deterministic);
    support.math = problem.math;
    support.workspace = StreamQueue::workspace_bytes + problem.own_bytes();
    return support;
}

MatmulExec::MatmulExec(Device& device, const sdk::Op& op, bool timed)
    : device_(device),
      problem_(lt_problem(op, device.capability())),
      plan_(problem_),
      left_(problem_.turn_left),
      right_(problem_.turn_right),
      finish_(finish_call(problem_)) {
    constexpr int most = 8;  // chosen: cuBLASLt's order is by expected time
    const std::uint64_t began = sdk::host.now_ns();
    const bool look = timed && !problem_.deterministic;
    const std::vector<LtAlgorithm> list = favourites(device, problem_, plan_, look ? most : 1);
    const std::vector<LtAlgorithm> anywhere = plan_.algorithms(device.lt(), 1, false);
    if (!anywhere.empty()) unaligned_ = anywhere.front();
    if (problem_.finish.product_bytes > 0) {
        product_ = device_memory(problem_.finish.product_bytes);
    }
    build_ns_ = sdk::host.now_ns() - began;
    choice_ = fastest(device.lt(), plan_, problem_, list, device.own_queue());
}

MatmulExec::Turned::Turned(const LtTurn& turn) : call(turn_call(turn)) {
    if (needed()) memory = device_memory(turn.bytes);
}

void MatmulExec::Turned::copy(const void* from, cudaStream_t stream) {
    call.arguments.at[0] = const_cast<void*>(from);
    call.arguments.at[1] = memory.get();
    check(launch(call, stream), "launching a kernel");
}

LtPointers MatmulExec::pointers(const sdk::Bindings& bindings) const {
    const std::uint32_t needed = 3u - is_bound_ + problem_.has_bias + problem_.has_c +
                                 problem_.scales_left + problem_.scales_right;
    if (bindings.size() != needed) {
        sdk::fail(ASSAY_ERR_INVALID, "matmul: %u bindings, needed are %u", bindings.size(), needed);
    }
    LtPointers at;
    std::uint32_t next = 0;
    const auto take = [&](std::uint64_t bytes, std::uint64_t width) {
        return checked(bindings, next++, bytes, width);
    };
    at.right = take(problem_.a_bytes, problem_.a_width);
    if (!is_bound_) at.left = take(problem_.b_bytes, problem_.b_width);
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

void MatmulExec::enqueue(sdk::Queue& queue, sdk::Bindings bindings) {
    LtPointers at = pointers(bindings);
    const LtPointers given = at;
    if (product_) at.d = product_.get();
    if (left_.needed()) at.left = left_.memory.get();
    if (right_.needed()) at.right = right_.memory.get();
    const LtAlgorithm& algorithm = algorithm_for(at);
    StreamQueue& to = stream_queue(queue);
    use(device_.index());
    if (left_.needed() && !is_bound_) left_.copy(given.left, to.stream());
    if (right_.needed()) right_.copy(given.right, to.stream());
    plan_.run(device_.lt(), algorithm, at, to.workspace(), to.stream());
    if (finish_.items == 0) return;
    finish_.arguments.at[0] = at.d;
    finish_.arguments.at[1] = const_cast<void*>(at.bias);
    finish_.arguments.at[2] = given.d;
    check(launch(finish_, to.stream()), "launching a kernel");
}

void MatmulExec::bind_const(std::uint32_t input, const assay_binding& binding) {
    if (input != 1 || !problem_.constant_left || !left_.needed()) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED,
                  "input %u is not repacked: only a constant B of 8 bits that is not transposed is",
                  input);
    }
    const void* from = checked(sdk::Bindings(&binding, 1), 0, problem_.b_bytes, problem_.b_width);
    device_.wait_all(UINT64_MAX);  // what wrote B
    left_.copy(from, device_.own_queue().stream());
    device_.own_queue().wait(UINT64_MAX, false);
    is_bound_ = true;
}

void MatmulExec::describe(assay_exec_info& info) {
    info.accumulator = problem_.accumulator;
    info.math = problem_.math;
    info.level = ASSAY_SUPPORT_NATIVE;
    info.constant_bytes = is_bound_ ? problem_.turn_left.bytes : 0;
    info.workspace_bytes =
        choice_.algorithm.workspace_bytes + problem_.own_bytes() - info.constant_bytes;
    info.build_ns = build_ns_;
    info.tune_ns = choice_.tune_ns;
    info.tuned_candidates = choice_.candidates;
    const bool copies_left = left_.needed() && !is_bound_;
    info.launches = 1u + copies_left + right_.needed() + (finish_.items > 0);
    std::string path = "cuBLASLt " + name_of(choice_.algorithm);
    if (left_.needed()) path += is_bound_ ? ", B transposed once" : ", B transposed in each call";
    if (right_.needed()) path += ", A transposed in each call";
    if (finish_.items > 0) path += ", then own kernel finish";
    sdk::put(info.path, path);
}

}  // namespace assay::cuda

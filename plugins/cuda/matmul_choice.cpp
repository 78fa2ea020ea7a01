// SPDX-License-Identifier: Apache-2.0
// See matmul_choice.hpp.
#include "matmul_choice.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace assay::cuda {
namespace {

/// Memory as the operands need it, none of them zero or a NaN in any type.
class Operands {
public:
    Operands(const LtProblem& problem, cudaStream_t stream) {
        at_.right = add(problem.right_bytes(), stream);
        at_.left = add(problem.left_bytes(), stream);
        at_.d = add(problem.product_bytes(), stream);
        if (problem.c_bytes > 0) at_.c = add(problem.c_bytes, stream);
        if (problem.adds_bias()) at_.bias = add(problem.bias_bytes, stream);
        if (problem.scales_left) at_.scale_left = add(sizeof(float), stream);
        if (problem.scales_right) at_.scale_right = add(sizeof(float), stream);
    }
    const LtPointers& at() const { return at_; }

private:
    void* add(std::uint64_t bytes, cudaStream_t stream) {
        constexpr int small_number = 0x3c;  // f16 1.06, bf16 and f32 0.011, i8 60, f8e4m3 1.5
        memory_.push_back(device_memory(bytes));
        check(cudaMemsetAsync(memory_.back().get(), small_number, bytes, stream),
              "cudaMemsetAsync");
        return memory_.back().get();
    }
    LtPointers at_;
    std::vector<DeviceMemory> memory_;
};

class Stopwatch {
public:
    /// Milliseconds of the device's clock.
    template <class F>
    float time(StreamQueue& queue, const F& work) {
        check(cudaEventRecord(from_.get(), queue.stream()), "cudaEventRecord");
        work();
        check(cudaEventRecord(to_.get(), queue.stream()), "cudaEventRecord");
        queue.wait(UINT64_MAX, false);
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, from_.get(), to_.get()), "cudaEventElapsedTime");
        return milliseconds;
    }

private:
    EventHandle from_ = timing_event(), to_ = timing_event();
};

/// The fastest time of each. They take turns, so that a busy moment does not fall on one alone; the
/// first turn is not looked at, since kernels are loaded in it.
std::vector<float> times(const std::vector<LtAlgorithm>& candidates, StreamQueue& queue,
                         const std::function<void(const LtAlgorithm&)>& run) {
    constexpr int turns = 4;                   // chosen
    constexpr float most_milliseconds = 1000;  // chosen: of a turn; a larger one is the only one
    Stopwatch stopwatch;
    std::vector<float> fastest(candidates.size(), std::numeric_limits<float>::max());
    float turn_milliseconds = 0;
    for (int turn = 0; turn <= turns && turn_milliseconds < most_milliseconds; ++turn) {
        turn_milliseconds = 0;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            if (sdk::host.cancelled()) sdk::fail(ASSAY_ERR_CANCELLED, "cancelled while tuning");
            const float spent = stopwatch.time(queue, [&] { run(candidates[i]); });
            turn_milliseconds += spent;
            const bool counts = turn > 0 || spent > most_milliseconds / 10;
            if (counts) fastest[i] = std::min(fastest[i], spent);
        }
    }
    return fastest;
}

}  // namespace

LtChoice fastest(cublasLtHandle_t handle, LtPlan& plan, const LtProblem& problem,
                 const std::vector<LtAlgorithm>& candidates, StreamQueue& queue) {
    LtChoice choice{candidates.front(), 0, 0};
    if (candidates.size() < 2) return choice;
    const std::uint64_t began = sdk::host.now_ns();
    try {
        const Operands operands(problem, queue.stream());
        const std::vector<float> all = times(candidates, queue, [&](const LtAlgorithm& algorithm) {
            plan.run(handle, algorithm, operands.at(), queue.workspace(), queue.stream());
        });
        const auto best = std::min_element(all.begin(), all.end()) - all.begin();
        choice.algorithm = candidates[static_cast<std::size_t>(best)];
        choice.candidates = static_cast<std::uint32_t>(candidates.size());
    } catch (const sdk::Error& error) {
        if (error.code != ASSAY_ERR_NO_DEVICE_MEMORY) throw;
        queue.wait(UINT64_MAX, false);  // what was put on it before the memory ran out
    }
    choice.tune_ns = sdk::host.now_ns() - began;
    return choice;
}

}  // namespace assay::cuda

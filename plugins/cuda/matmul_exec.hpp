// SPDX-License-Identifier: Apache-2.0
// A matmul ready to run: one call of cuBLASLt, and one of our own kernel after it for an activation
// that cuBLASLt has not; operands of 8 bits may have to be copied into another layout before it.
#pragma once

#include <optional>

#include "device.hpp"
#include "launch.hpp"
#include "matmul_choice.hpp"

namespace assay::cuda {

class MatmulExec final : public sdk::Exec {
public:
    /// Throws UNSUPPORTED when cuBLASLt has no algorithm. `timed`: whether to look for the fastest.
    MatmulExec(Device& device, const sdk::Op& op, bool timed);

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;
    /// Copies B into cuBLASLt's layout once, where it needs another one.
    void bind_const(std::uint32_t input, const assay_binding& binding) override;

private:
    /// An operand's copy in the layout that cuBLASLt has for it.
    struct Turned {
        Call call;
        DeviceMemory memory;

        explicit Turned(const LtTurn& turn);
        bool needed() const { return call.items > 0; }
        void copy(const void* from, cudaStream_t stream);
    };
    LtPointers pointers(const sdk::Bindings& bindings) const;
    const LtAlgorithm& algorithm_for(const LtPointers& at) const;

    Device& device_;
    LtProblem problem_;
    LtPlan plan_;
    LtChoice choice_;
    /// For operands that begin anywhere.
    std::optional<LtAlgorithm> unaligned_;
    Turned left_, right_;
    bool is_bound_ = false;  ///< left_ holds a constant B
    Call finish_;
    DeviceMemory product_;  ///< what D is made of, where D's type would round it
    std::uint64_t build_ns_ = 0;
};

/// Whether and how the device does it. Throws UNSUPPORTED with the reason.
sdk::Support matmul_support(Device& device, const sdk::Op& op, bool timed);

}  // namespace assay::cuda

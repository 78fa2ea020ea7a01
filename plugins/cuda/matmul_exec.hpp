// SPDX-License-Identifier: Apache-2.0
// A matmul ready to run: one call of cuBLASLt.
#pragma once

#include <optional>

#include "device.hpp"
#include "matmul_choice.hpp"

namespace assay::cuda {

class MatmulExec final : public sdk::Exec {
public:
    /// Throws UNSUPPORTED when cuBLASLt has no algorithm. `timed`: whether to look for the fastest.
    MatmulExec(Device& device, const sdk::Op& op, bool timed);

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;

private:
    LtPointers pointers(const sdk::Bindings& bindings) const;

    Device& device_;
    LtProblem problem_;
    LtPlan plan_;
    LtChoice choice_;
    /// For operands that begin anywhere.
    std::optional<LtAlgorithm> unaligned_;
    std::uint64_t build_ns_ = 0;
};

/// Whether and how the device does it. Throws UNSUPPORTED with the reason.
sdk::Support matmul_support(Device& device, const sdk::Op& op, bool timed);

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
// A matmul ready to run: one kernel, two when B is packed in each call, or those of CLBlast.
#pragma once

#include <memory>

#include "device.hpp"
#include "gemm_call.hpp"

namespace assay::opencl {

class GemmExec final : public sdk::Exec {
public:
    /// `op` is one that query() said yes to.
    GemmExec(Device& device, const sdk::Op& op);

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;
    void bind_const(std::uint32_t input, const assay_binding& binding) override;

private:
    std::unique_ptr<GemmCall> call_of(const GemmKernel& kernel);
    /// On memory of its own, as much as the operands have: CLBlast compiles in the first call, and
    /// for another kind of shape once more.
    void call_once(GemmCall& call);
    GemmCall::Operand operand(const sdk::Bindings& bindings, std::uint32_t i,
                              const sdk::Matrix& matrix, std::int64_t rows,
                              std::int64_t columns) const;
    std::uint64_t bytes(const sdk::Matrix& matrix, std::int64_t rows, std::int64_t columns) const;

    Device& device_;
    sdk::Matmul mm_;
    GemmType type_;
    GemmShape shape_;
    GemmChoice choice_;
    bool is_bound_ = false;
    std::uint64_t build_ns_ = 0;
    std::unique_ptr<GemmCall> call_;
    std::unique_ptr<DeviceBuffer> b_;  ///< panels of B, or a constant B
};

}  // namespace assay::opencl

// SPDX-License-Identifier: Apache-2.0
// A matmul ready to run: one kernel, or two when B is packed in each call.
#pragma once

#include <memory>

#include "device.hpp"
#include "gemm_shape.hpp"

namespace assay::opencl {

/// A gemm kernel with its parameters, and the packing of B before it. Also what is timed.
class GemmCall {
public:
    /// `packed`: where panels of B go; used when the kernel takes them.
    GemmCall(Device& device, const GemmKernel& kernel, const GemmShape& shape, GemmType type,
             double alpha, double beta);

    struct Operand {
        cl_mem memory = nullptr;
        cl_long at = 0;  ///< elements
    };
    /// Where A, B (or its panels), bias, C and D lie; absent ones are any memory.
    void bind(const Operand (&operands)[5]);
    void enqueue(cl_command_queue queue) const { call_.enqueue(queue, grid_); }

    /// B into panels at `to`.
    void pack(cl_command_queue queue, const Operand& b, cl_mem to);
    std::uint64_t packed_bytes() const { return packed_bytes_; }
    bool packs() const { return kernel_.packed; }

private:
    GemmKernel kernel_;
    std::uint64_t packed_bytes_ = 0;
    Grid grid_, pack_grid_;
    Memory parameters_;
    Call call_, pack_call_;
};

class GemmExec final : public sdk::Exec {
public:
    /// `op` is one that query() said yes to.
    GemmExec(Device& device, const sdk::Op& op);

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;
    void bind_const(std::uint32_t input, const assay_binding& binding) override;

private:
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

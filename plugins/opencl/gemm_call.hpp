// SPDX-License-Identifier: Apache-2.0
// One way to multiply matrices of one shape, ready to be enqueued: a kernel of our own
// (gemm_call.cpp) or CLBlast (gemm_clblast.cpp). Also what is timed.
#pragma once

#include <memory>
#include <string>

#include "gemm_kernels.hpp"
#include "gemm_shape.hpp"

namespace assay::opencl {

/// What memory for tries is filled with: f32 0.0078; f64 1.2e-19: not subnormal.
constexpr std::uint32_t small_number = 0x3c003c00;

struct Scales {
    double alpha = 1, beta = 0;
};

class GemmCall {
public:
    GemmCall() = default;
    virtual ~GemmCall() = default;
    GemmCall(const GemmCall&) = delete;
    GemmCall& operator=(const GemmCall&) = delete;

    struct Operand {
        cl_mem memory = nullptr;
        cl_long at = 0;  ///< elements
    };
    /// Where A, B (or its panels), bias, C and D lie; absent ones are any memory.
    virtual void bind(const Operand (&operands)[5]) = 0;
    virtual void enqueue(cl_command_queue queue) = 0;

    /// B into panels at `to`.
    virtual void pack(cl_command_queue /*queue*/, const Operand& /*b*/, cl_mem /*to*/) {}
    virtual std::uint64_t packed_bytes() const { return 0; }
    bool packs() const { return packed_bytes() > 0; }

    /// Memory of its own beside panels.
    virtual std::uint64_t workspace_bytes() const { return 0; }
    /// What enqueue puts on the queue; 0: unknown.
    virtual std::uint32_t launches() const { return 1; }
    /// More about it than its kernel's name: ", ..." or "".
    virtual std::string details() const { return ""; }
};

/// A call of `kernel`, which can run on this shape.
std::unique_ptr<GemmCall> gemm_call(Device& device, const GemmKernel& kernel,
                                    const GemmShape& shape, GemmType type, Scales scales);

}  // namespace assay::opencl

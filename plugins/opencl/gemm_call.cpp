// SPDX-License-Identifier: Apache-2.0
// See gemm_call.hpp: the calls of our own kernels.
#include "gemm_call.hpp"

#include "device.hpp"
#include "gemm_clblast.hpp"

namespace assay::opencl {
namespace {

void set_real(Call& call, cl_uint index, double value, assay_dtype dtype) {
    if (dtype == ASSAY_F64) {
        call.set(index, value);
    } else {
        call.set(index, static_cast<float>(value));
    }
}

GemmShape with_panels(GemmShape shape, const GemmKernel& kernel, GemmType type) {
    if (kernel.packed && !shape.shares_b())
        shape.packed_matrix = packed_elements(kernel, shape, type);
    return shape;
}

class KernelCall final : public GemmCall {
public:
    KernelCall(Device& device, const GemmKernel& kernel, const GemmShape& shape, GemmType type,
               Scales scales)
        : grid_(grid_of(kernel, shape, type)),
          parameters_(device.parameters(with_panels(shape, kernel, type))) {
        const std::string macros = macros_of(kernel, type);
        call_ = Call(device.programs().kernel("gemm", macros, entry_of(kernel)));
        call_.set(0, cl_long{shape.batch()});
        call_.set(1, parameters_.get());
        set_real(call_, 12, scales.alpha, type.dtype);
        set_real(call_, 13, scales.beta, type.dtype);
        if (!kernel.packed) return;
        const std::int64_t matrices = shape.shares_b() ? 1 : shape.batch();
        pack_grid_ = pack_grid(kernel, shape, type);
        packed_bytes_ =
            static_cast<std::uint64_t>(packed_elements(kernel, shape, type) * matrices) *
            element_bytes(type.dtype);
        pack_call_ = Call(device.programs().kernel("gemm", macros, "gemm_pack"));
        pack_call_.set(0, cl_long{matrices});
        pack_call_.set(1, parameters_.get());
    }

    void bind(const Operand (&operands)[5]) override {
        cl_uint index = 2;
        for (const Operand& operand : operands) {
            call_.set(index++, operand.memory);
            call_.set(index++, operand.at);
        }
    }

    void enqueue(cl_command_queue queue) override { call_.enqueue(queue, grid_); }

    void pack(cl_command_queue queue, const Operand& b, cl_mem to) override {
        pack_call_.set(2, b.memory);
        pack_call_.set(3, b.at);
        pack_call_.set(4, to);
        pack_call_.enqueue(queue, pack_grid_);
    }
    [[nodiscard]] std::uint64_t packed_bytes() const override { return packed_bytes_; }

private:
    std::uint64_t packed_bytes_ = 0;
    Grid grid_, pack_grid_;
    Memory parameters_;
    Call call_, pack_call_;
};

}  // namespace

std::unique_ptr<GemmCall> gemm_call(Device& device, const GemmKernel& kernel,
                                    const GemmShape& shape, GemmType type, Scales scales) {
    if (kernel.kind == GemmKind::clblast) return clblast_call(device, shape, type, scales);
    return std::make_unique<KernelCall>(device, kernel, shape, type, scales);
}

}  // namespace assay::opencl

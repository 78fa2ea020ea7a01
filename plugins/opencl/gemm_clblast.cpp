// SPDX-License-Identifier: Apache-2.0
// See gemm_clblast.hpp.
#include "gemm_clblast.hpp"

#include <algorithm>

#include "clblast_shape.hpp"
#include "device.hpp"

namespace assay::opencl {
namespace {

ClblastProduct product_of(const GemmShape& shape, const ClblastLayout& layout, assay_dtype dtype,
                          Scales scales) {
    ClblastProduct product = clblast_product(shape, layout);
    product.dtype = dtype;
    product.alpha = scales.alpha;
    product.beta = shape.has_c != 0 ? scales.beta : 0;
    return product;
}

class ClblastCall final : public GemmCall {
public:
    ClblastCall(Device& device, const GemmShape& shape, GemmType type, Scales scales)
        : library_(device.clblast()),
          shape_(shape),
          layout_(*clblast_layout(shape)),
          product_(product_of(shape, layout_, type.dtype, scales)),
          in_one_call_(follow_one_another(shape, layout_)),
          width_(element_bytes(type.dtype)) {
        if (in_one_call_) return;
        const std::size_t bytes =
            library_.workspace_bytes(product_, !batched(), device.own_queue().working());
        if (bytes > 0) workspace_ = device.buffer(bytes);
    }

    void bind(const Operand (&operands)[5]) override {
        const Operand &a = operands[0], &b = operands[1], &d = operands[4];
        places_ = {a.memory, b.memory, d.memory, size(a.at), size(b.at), size(d.at)};
        c_ = operands[3];
        const std::int64_t most = clblast_most_elements - clblast_elements(shape_, layout_);
        if (std::max({a.at, b.at, d.at}) > most) {
            sdk::fail(ASSAY_ERR_UNSUPPORTED,
                      "gemm=clblast: a binding ends beyond 2^31 elements; CLBlast counts in ints");
        }
    }

    void enqueue(cl_command_queue queue) override {
        if (in_one_call_ && at_start()) {
            for (std::int64_t z = 0; z < shape_.batch(); ++z) copy_c(queue, z);
            library_.multiply_batch(product_, places_, size(shape_.batch()), queue);
            return;
        }
        for (std::int64_t z = 0; z < shape_.batch(); ++z) {
            copy_c(queue, z);
            multiply(queue, z);
        }
    }

    [[nodiscard]] std::uint64_t workspace_bytes() const override {
        return workspace_ != nullptr ? workspace_->bytes() : 0;
    }
    [[nodiscard]] std::uint32_t launches() const override { return 0; }
    [[nodiscard]] std::string details() const override {
        if (in_one_call_) return ", one call for the batch";
        return batched() ? ", a call for each matrix" : "";
    }

private:
    [[nodiscard]] bool batched() const { return shape_.batch() > 1; }

    /// What one call over a batch needs: CLBlast 1.5.3 reads an operand that it does not have to
    /// copy from element 0 on, wherever it was said to begin (seen: 1024^3, by columns, on PoCL).
    [[nodiscard]] bool at_start() const {
        return places_.a_at == 0 && places_.b_at == 0 && places_.d_at == 0;
    }

    void multiply(cl_command_queue queue, std::int64_t z) const {
        ClblastPlaces places = places_;
        places.a_at += size(batch_offset(shape_, shape_.a_batch, z));
        places.b_at += size(batch_offset(shape_, shape_.b_batch, z));
        places.d_at += size(batch_offset(shape_, shape_.d_batch, z));
        // A single matrix's workspace is for operands at element 0; elsewhere more are copied.
        const bool fits = workspace_ != nullptr && (batched() || at_start());
        library_.multiply(product_, places, queue, fits ? workspace_->get() : nullptr);
    }

    /// D as CLBlast finds it. Bound to one place, C and D are the same already.
    void copy_c(cl_command_queue queue, std::int64_t z) const {
        if (shape_.has_c == 0) return;
        if (c_.memory == places_.d && size(c_.at) == places_.d_at) return;
        const std::size_t step = size(layout_.d.step) * width_;
        const std::size_t from[3] = {
            (size(c_.at + batch_offset(shape_, shape_.c_batch, z))) * width_, 0, 0};
        const std::size_t to[3] = {
            (places_.d_at + size(batch_offset(shape_, shape_.d_batch, z))) * width_, 0, 0};
        const std::size_t region[3] = {size(layout_.d.length) * width_, size(layout_.d.count), 1};
        check(clEnqueueCopyBufferRect(queue, c_.memory, places_.d, from, to, region, step, 0, step,
                                      0, 0, nullptr, nullptr),
              "clEnqueueCopyBufferRect of C to D");
    }

    const Clblast& library_;
    GemmShape shape_;
    ClblastLayout layout_;
    ClblastProduct product_;
    bool in_one_call_;
    std::uint64_t width_;
    ClblastPlaces places_;
    Operand c_;
    std::unique_ptr<DeviceBuffer> workspace_;
};

}  // namespace

std::unique_ptr<GemmCall> clblast_call(Device& device, const GemmShape& shape, GemmType type,
                                       Scales scales) {
    return std::make_unique<ClblastCall>(device, shape, type, scales);
}

}  // namespace assay::opencl

// SPDX-License-Identifier: Apache-2.0
// Matrix products: Gemm where it says them, else MatMul and what is around it.
#include "core/base/error.hpp"
#include "core/graph/onnx/export/handlers.hpp"

namespace assay::onnx_export {
namespace {

enum Input : std::size_t { a = 0, b = 1, bias = 2, c = 3, scales_a = 4, scales_b = 5 };

bool is_byte(OnnxType type) {
    return type == OnnxType::i8 || type == OnnxType::u8;
}

/// element * scale, each block of its dimension with a scale of its own.
Tensor scaled(Emitter& out, const TensorType& type, const Tensor& x, const Tensor& scales) {
    const Tensor wide = out.cast(x, scales.type);
    if (type.scaling == Scaling::tensor) return out.binary("Mul", wide, out.reshape(scales, {}));
    const auto axis = static_cast<std::size_t>(type.scale_axis);
    if (type.scaling == Scaling::channel) {
        Shape spread(x.dims.size(), 1);
        spread[axis] = x.dims[axis];
        return out.binary("Mul", wide, out.reshape(scales, spread));
    }
    if (x.dims[axis] % type.scale_block != 0)
        throw Error("blocks of scales that do not divide their dimension");
    Shape cut = x.dims, one_each = scales.dims;
    cut[axis] /= type.scale_block;
    const auto after = static_cast<std::ptrdiff_t>(axis) + 1;
    cut.insert(cut.begin() + after, type.scale_block);
    one_each.insert(one_each.begin() + after, 1);
    const Tensor product = out.binary("Mul", out.reshape(wide, cut), out.reshape(scales, one_each));
    return out.reshape(product, x.dims);
}

Tensor operand(Emitter& out, const Op& op, const Tensors& in, std::size_t i) {
    const Tensor& scales = in[i == a ? scales_a : scales_b];
    return scales.present() ? scaled(out, op.inputs[i], in[i], scales) : in[i];
}

/// The sizes of x times y.
Shape product_dims(const Tensor& x, const Tensor& y) {
    Shape dims = x.rank() < y.rank() ? y.dims : x.dims;
    const Shape& other = x.rank() < y.rank() ? x.dims : y.dims;
    const std::size_t shift = dims.size() - other.size();
    for (std::size_t i = 0; i + 2 < other.size(); ++i) {
        if (dims[i + shift] == 1) dims[i + shift] = other[i];
    }
    dims[dims.size() - 2] = x.dims[x.dims.size() - 2];
    dims.back() = y.dims.back();
    return dims;
}

Tensor times(Emitter& out, const Tensor& x, const Tensor& y) {
    const Shape dims = product_dims(x, y);
    if (is_byte(x.type) && is_byte(y.type))
        return out.add("MatMulInteger", {x, y}, {"", OnnxType::i32, dims});
    const OnnxType type = is_floating(x.type) ? x.type : OnnxType::i32;
    return out.add("MatMul", {out.cast(x, type), out.cast(y, type)}, {"", type, dims});
}

/// Two matrices, and a C or a bias that is added to them.
Tensor gemm(Emitter& out, const MatmulAttrs& attrs, const Tensors& parts) {
    const bool has_c = parts.back().present() && parts.back().rank() == 2;
    const Tensor &x = parts[0], &y = parts[1];
    return out.add(
        "Gemm", parts,
        {"", x.type, {x.dims[attrs.transpose_a ? 1 : 0], y.dims[attrs.transpose_b ? 0 : 1]}},
        {{"transA", std::int64_t{attrs.transpose_a}},
         {"transB", std::int64_t{attrs.transpose_b}},
         {"alpha", attrs.alpha},
         {"beta", has_c ? attrs.beta : 1.0}});
}

Tensor cast_if_present(Emitter& out, const Tensor& each, OnnxType type) {
    return each.present() ? out.cast(each, type) : each;
}

/// alpha x times y and, when it is there, beta C; all of `type` from the product on.
Tensor product(Emitter& out, const MatmulAttrs& attrs, const Tensors& parts, OnnxType type) {
    const Tensor x = attrs.transpose_a ? out.transposed(parts[0]) : parts[0];
    const Tensor y = attrs.transpose_b ? out.transposed(parts[1]) : parts[1];
    Tensor sum = out.cast(times(out, x, y), type);
    if (attrs.alpha != 1) sum = out.binary("Mul", sum, attrs.alpha);
    if (!parts[2].present()) return sum;
    return out.binary("Add", sum, out.binary("Mul", out.cast(parts[2], type), attrs.beta));
}

}  // namespace

Tensors matmul(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<MatmulAttrs>(op.attrs);
    Tensor x = operand(out, op, in, a), y = operand(out, op, in, b);
    const bool floating = is_floating(x.type) || is_floating(y.type);
    const OnnxType type = floating ? common_type(op, in) : type_in_file(op.outputs[0].dtype);
    if (floating) {
        x = cast_if_present(out, x, type);
        y = cast_if_present(out, y, type);
    }
    const bool plain = floating && x.rank() == 2 && y.rank() == 2;
    const bool takes_bias = plain && !in[c].present();
    const Tensor third = cast_if_present(out, in[takes_bias ? bias : c], type);
    Tensor sum = plain ? gemm(out, attrs, {x, y, third}) : product(out, attrs, {x, y, third}, type);
    if (in[bias].present() && !takes_bias) sum = out.binary("Add", sum, out.cast(in[bias], type));
    return {activated(out, sum, attrs.activation)};
}

/// Every expert's product of every row, and of each row the one that counts: `experts` times the
/// work, but of fixed sizes. Row r belongs to the expert e with start[e] <= r < end[e].
Tensors grouped_matmul(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<GroupedMatmulAttrs>(op.attrs);
    const OnnxType type = common_type(op, in);
    const std::int64_t rows = in[0].dims[0], experts = in[1].dims[0];
    std::vector<double> triangle;  // sums of all up to and with e
    for (std::int64_t e = 0; e < experts; ++e)
        for (std::int64_t i = 0; i < experts; ++i) triangle.push_back(i <= e ? 1 : 0);
    const Tensor counts = out.reshape(out.cast(in[2], OnnxType::f32), {experts, 1});
    const Tensor ends =
        times(out, out.constant(OnnxType::f32, {experts, experts}, triangle), counts);
    const Tensor starts = out.binary("Sub", ends, counts);
    const Tensor row = out.counting(OnnxType::f32, {1, rows});
    const Tensor inside = out.binary("And", out.compare("GreaterOrEqual", row, starts),
                                     out.compare("Less", row, ends));
    Tensor y = out.cast(in[1], type);
    if (attrs.transpose_b) y = out.transposed(y);
    Tensor all = times(out, out.cast(in[0], type), y);
    const std::int64_t width = all.dims.back();
    if (in[3].present())
        all = out.binary("Add", all, out.reshape(out.cast(in[3], type), {experts, 1, width}));
    const Tensor chosen =
        out.where(out.reshape(inside, {experts, rows, 1}), all, out.scalar(type, 0));
    const Tensor sum = out.add("ReduceSum", {chosen, out.list({0})}, {"", type, {rows, width}},
                               {{"keepdims", std::int64_t{0}}});
    return {activated(out, sum, attrs.activation)};
}

}  // namespace assay::onnx_export

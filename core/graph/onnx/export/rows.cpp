// SPDX-License-Identifier: Apache-2.0
// Softmax, norms, reductions and the largest of a line.
#include <array>

#include "core/base/error.hpp"
#include "core/graph/onnx/export/handlers.hpp"

namespace assay::onnx_export {
namespace {

enum Input : std::size_t { gamma = 1, beta = 2, residual = 3, mean = 4, variance = 5 };

Tensor filled(Emitter& out, OnnxType type, std::int64_t count, double number) {
    return out.constant(type, {count},
                        std::vector<double>(static_cast<std::size_t>(count), number));
}

/// x / sqrt(mean(x^2) + epsilon), in float where x is narrower.
Tensor by_root_mean_square(Emitter& out, const NormAttrs& attrs, const Tensor& x) {
    const Tensor wide = is_narrow(x.type) ? out.cast(x, OnnxType::f32) : x;
    const Tensor square = out.reduce_mean(out.binary("Mul", wide, wide), x.rank() - 1);
    const Tensor root = out.unary("Sqrt", out.binary("Add", square, attrs.epsilon));
    return out.cast(out.binary("Div", wide, root), x.type);
}

/// Each group as one channel of an InstanceNormalization, whose gamma and beta are of groups, not
/// of channels.
Tensor by_group(Emitter& out, const NormAttrs& attrs, const Tensor& x) {
    const std::int64_t images = x.dims[0], groups = attrs.groups;
    const Tensor lines =
        out.reshape(x, {images, groups, element_count(x.dims) / (images * groups)});
    const Tensor normed =
        out.add("InstanceNormalization",
                {lines, filled(out, x.type, groups, 1), filled(out, x.type, groups, 0)}, lines,
                {{"epsilon", attrs.epsilon}});
    return out.reshape(normed, x.dims);
}

/// gamma y + beta, both along `axis`.
Tensor affine(Emitter& out, Tensor y, const Tensors& in, std::size_t axis) {
    Shape spread(y.dims.size(), 1);
    spread[axis] = y.dims[axis];
    const auto along = [&](const Tensor& x) { return out.reshape(out.cast(x, y.type), spread); };
    if (in[gamma].present()) y = out.binary("Mul", y, along(in[gamma]));
    if (in[beta].present()) y = out.binary("Add", y, along(in[beta]));
    return y;
}

Tensor normed(Emitter& out, const NormAttrs& attrs, const Tensor& x, const Tensors& in) {
    const auto or_filled = [&](std::size_t i, std::int64_t count, double number) {
        return in[i].present() ? in[i] : filled(out, x.type, count, number);
    };
    switch (attrs.kind) {
        case NormKind::layer:
            return out.add("LayerNormalization", {x, or_filled(gamma, x.dims.back(), 1), in[beta]},
                           x, {{"epsilon", attrs.epsilon}});
        case NormKind::rms:
            return affine(out, by_root_mean_square(out, attrs, x), in, x.dims.size() - 1);
        case NormKind::group:
            return affine(out, by_group(out, attrs, x), in, 1);
        case NormKind::batch:
            return out.add("BatchNormalization",
                           {x, or_filled(gamma, x.dims[1], 1), or_filled(beta, x.dims[1], 0),
                            in[mean], in[variance]},
                           x, {{"epsilon", attrs.epsilon}});
        case NormKind::none:
            break;
    }
    throw Error("a norm of no kind");
}

const char* name_of(Reduction function) {
    constexpr std::array names = {"",           "ReduceSum",       "ReduceMean",
                                  "ReduceMax",  "ArgMax",          "ReduceMin",
                                  "ReduceProd", "ReduceSumSquare", "ArgMin"};
    return names.at(static_cast<std::size_t>(function));
}

}  // namespace

Tensors softmax(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<SoftmaxAttrs>(op.attrs);
    return {out.unary(attrs.logarithm ? "LogSoftmax" : "Softmax", in[0],
                      {{"axis", std::int64_t{attrs.axis}}})};
}

Tensors norm(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<NormAttrs>(op.attrs);
    const Tensor sum = in[residual].present() ? out.binary("Add", in[0], in[residual]) : in[0];
    return {activated(out, normed(out, attrs, sum, in), attrs.activation), sum};
}

Tensors reduce(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<ReduceAttrs>(op.attrs);
    const Integers axes(attrs.axes.begin(), attrs.axes.end());
    Tensor like{"", in[0].type, op.outputs[0].dims};
    Attributes given = {{"keepdims", std::int64_t{attrs.keep_dims}}};
    Tensors inputs = {in[0]};
    if (attrs.function == Reduction::argmax || attrs.function == Reduction::argmin) {
        like.type = OnnxType::i64;
        given["axis"] = axes.front();
    } else if (attrs.function == Reduction::sum) {
        inputs.push_back(out.list(axes));  // an input of this one alone, before opset 18
    } else {
        given["axes"] = axes;
    }
    return {out.add(name_of(attrs.function), inputs, like, given)};
}

Tensors topk(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<TopkAttrs>(op.attrs);
    const Shape& dims = op.outputs[0].dims;
    return out.add_all(
        "TopK", {in[0], out.list({attrs.k})}, {{"", in[0].type, dims}, {"", OnnxType::i64, dims}},
        {{"axis", std::int64_t{attrs.axis}}, {"largest", std::int64_t{!attrs.smallest}}});
}

}  // namespace assay::onnx_export

// SPDX-License-Identifier: Apache-2.0
// Convolutions, pools and other sizes of images. ONNX has channels first only: images of the other
// layout are transposed before and after.
#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/graph/onnx/export/handlers.hpp"

namespace assay::onnx_export {
namespace {

Tensor channels_first(Emitter& out, const Tensor& x, Layout layout) {
    if (layout == Layout::channels_first) return x;
    Integers order = {0, x.rank() - 1};
    for (std::int64_t i = 1; i + 1 < x.rank(); ++i) order.push_back(i);
    return out.transpose(x, order);
}

Tensor as_asked(Emitter& out, const Tensor& x, Layout layout) {
    if (layout == Layout::channels_first) return x;
    Integers order = {0};
    for (std::int64_t i = 2; i < x.rank(); ++i) order.push_back(i);
    order.push_back(1);
    return out.transpose(x, order);
}

/// The dims of an output as ONNX has them.
Shape first_dims(const Shape& dims, Layout layout) {
    Shape first = dims;
    if (layout == Layout::channels_last)
        std::rotate(first.begin() + 1, first.end() - 1, first.end());
    return first;
}

Integers numbers(const Three& three, int rank) {
    return {three.begin(), three.begin() + rank};
}

Integers both(const Three& begin, const Three& end, int rank) {
    Integers all = numbers(begin, rank);
    all.insert(all.end(), end.begin(), end.begin() + rank);
    return all;
}

Attributes conv_attributes(const ConvAttrs& attrs, const Tensor& w) {
    const int rank = attrs.spatial_rank;
    Attributes given = {{"kernel_shape", Integers(w.dims.begin() + 2, w.dims.end())},
                        {"strides", numbers(attrs.stride, rank)},
                        {"dilations", numbers(attrs.dilation, rank)},
                        {"pads", both(attrs.pad_begin, attrs.pad_end, rank)},
                        {"group", attrs.groups}};
    if (attrs.transposed) given["output_padding"] = numbers(attrs.output_pad, rank);
    return given;
}

/// Outputs along spatial dimension i when no last window is cut.
std::int64_t uncut(const PoolAttrs& attrs, std::size_t i, std::int64_t in) {
    const std::int64_t span = attrs.dilation.at(i) * (attrs.window.at(i) - 1) + 1;
    return (in + attrs.pad_begin.at(i) + attrs.pad_end.at(i) - span) / attrs.stride.at(i) + 1;
}

Attributes pool_attributes(const PoolAttrs& attrs, const Tensor& x, const Shape& dims) {
    const int rank = attrs.spatial_rank;
    Attributes given = {{"kernel_shape", numbers(attrs.window, rank)},
                        {"strides", numbers(attrs.stride, rank)},
                        {"pads", both(attrs.pad_begin, attrs.pad_end, rank)}};
    bool cut = false, dilated = false;
    for (std::size_t i = 0; i < static_cast<std::size_t>(rank); ++i) {
        cut = cut || dims[i + 2] > uncut(attrs, i, x.dims[i + 2]);
        dilated = dilated || attrs.dilation.at(i) != 1;
    }
    if (cut) given["ceil_mode"] = std::int64_t{1};
    if (attrs.function == Reduction::mean) {
        if (dilated) throw Error("a mean over windows with gaps is not in opset 17");
        given["count_include_pad"] = std::int64_t{attrs.count_padding};
    } else if (dilated) {
        given["dilations"] = numbers(attrs.dilation, rank);
    }
    return given;
}

}  // namespace

Tensors conv(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<ConvAttrs>(op.attrs);
    const bool floating = is_floating(in[0].type);
    const OnnxType type = floating ? common_type(op, in) : OnnxType::i32;
    Tensor x = channels_first(out, in[0], attrs.layout),
           w = channels_first(out, in[1], attrs.layout);
    const Tensor like{"", type, first_dims(op.outputs[0].dims, attrs.layout)};
    if (!floating && (attrs.transposed || x.type == OnnxType::i32 || w.type == OnnxType::i32))
        throw Error("ONNX has no such convolution of integers");
    Tensors inputs = {x, w};
    if (floating) inputs = {out.cast(x, type), out.cast(w, type)};
    if (floating && in[2].present()) inputs.push_back(out.cast(in[2], type));
    const char* name = !floating ? "ConvInteger" : (attrs.transposed ? "ConvTranspose" : "Conv");
    Tensor y = out.add(name, inputs, like, conv_attributes(attrs, w));
    if (!floating && in[2].present()) {
        Shape spread(like.dims.size(), 1);
        spread[1] = like.dims[1];
        y = out.binary("Add", y, out.reshape(out.cast(in[2], type), spread));
    }
    y = as_asked(out, y, attrs.layout);
    if (in[3].present()) y = out.binary("Add", y, out.cast(in[3], type));
    return {activated(out, y, attrs.activation)};
}

Tensors pool(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<PoolAttrs>(op.attrs);
    const bool mean = attrs.function == Reduction::mean;
    const Tensor x = channels_first(out, in[0], attrs.layout);
    const Tensor like{"", x.type, first_dims(op.outputs[0].dims, attrs.layout)};
    const Tensor y = attrs.global ? out.add(mean ? "GlobalAveragePool" : "GlobalMaxPool", {x}, like)
                                  : out.add(mean ? "AveragePool" : "MaxPool", {x}, like,
                                            pool_attributes(attrs, x, like.dims));
    return {as_asked(out, y, attrs.layout)};
}

Tensors resize(Emitter& out, const Op& op, const Tensors& in) {
    constexpr std::array modes = {"nearest", "linear"};
    constexpr std::array coordinates = {"half_pixel", "asymmetric", "align_corners"};
    constexpr std::array nearests = {"floor", "round_prefer_floor", "ceil", "round_prefer_ceil"};
    const auto& attrs = std::get<ResizeAttrs>(op.attrs);
    const Tensor like{"", in[0].type, op.outputs[0].dims};
    const auto word = [](const auto& words, auto at) {
        return std::string(words.at(static_cast<std::size_t>(at)));
    };
    const Attributes given = {
        {"mode", word(modes, attrs.mode)},
        {"coordinate_transformation_mode", word(coordinates, attrs.coordinates)},
        {"nearest_mode", word(nearests, attrs.nearest)}};
    std::vector<double> scales;
    for (std::size_t i = 0; i < like.dims.size(); ++i) {
        const double by_sizes =
            static_cast<double>(like.dims[i]) / static_cast<double>(in[0].dims[i]);
        scales.push_back(attrs.scale.at(i) == 0 ? by_sizes : attrs.scale.at(i));
    }
    const bool by_scale =
        std::any_of(attrs.scale.begin(), attrs.scale.end(), [](double each) { return each != 0; });
    if (!by_scale) return {out.add("Resize", {in[0], {}, {}, out.list(like.dims)}, like, given)};
    const Tensor factors = out.constant(OnnxType::f32, {like.rank()}, scales);
    return {out.add("Resize", {in[0], {}, factors}, like, given)};
}

}  // namespace assay::onnx_export

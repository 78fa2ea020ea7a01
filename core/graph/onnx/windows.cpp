// SPDX-License-Identifier: Apache-2.0
// ONNX convolutions and pools: windows that slide, and their automatic padding.
#include <algorithm>
#include <array>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

constexpr std::int64_t most = std::int64_t{1} << 20;  // of a window, a stride or a group; chosen

/// One number for each spatial dimension, from an attribute that may be absent.
Three three(OnnxCall& call, const char* name, std::size_t rank, std::size_t offset,
            std::int64_t otherwise) {
    const Integers given = call.list(name);
    const std::size_t expected = std::string_view(name) == "pads" ? 2 * rank : rank;
    if (!given.empty() && given.size() != expected)
        call.refuse(std::string(name) + " does not have a number for each dimension");
    Three all{};
    for (std::size_t i = 0; i < rank; ++i) {
        all.at(i) = given.empty() ? otherwise : given[offset + i];
        if (all.at(i) < 0 || all.at(i) > most)
            call.refuse(std::string(name) + " is below 0 or beyond any window");
    }
    return all;
}

/// A sliding window as ONNX gives it.
struct Sliding {
    std::size_t rank = 0;
    Three window{1, 1, 1}, stride{1, 1, 1}, dilation{1, 1, 1}, begin{}, end{};

    [[nodiscard]] std::int64_t span(std::size_t i) const {
        return dilation.at(i) * (window.at(i) - 1) + 1;
    }
};

std::size_t spatial_rank(OnnxCall& call) {
    const std::size_t rank = call.rank(0);
    if (rank < 3 || rank > 5) call.refuse("has other than one to three spatial dimensions");
    return rank - 2;
}

Sliding sliding(OnnxCall& call, const Shape& kernel) {
    Sliding s;
    s.rank = spatial_rank(call);
    if (kernel.size() != s.rank) call.refuse("kernel_shape does not fit the input");
    for (std::size_t i = 0; i < s.rank; ++i) {
        if (kernel[i] < 1 || kernel[i] > most) call.refuse("kernel_shape is beyond any window");
        s.window.at(i) = kernel[i];
    }
    s.stride = three(call, "strides", s.rank, 0, 1);
    s.dilation = three(call, "dilations", s.rank, 0, 1);
    s.begin = three(call, "pads", s.rank, 0, 0);
    s.end = three(call, "pads", s.rank, s.rank, 0);
    for (std::size_t i = 0; i < s.rank; ++i) {
        if (s.stride.at(i) < 1 || s.dilation.at(i) < 1) call.refuse("a stride of 0");
    }
    return s;
}

/// SAME_UPPER, SAME_LOWER: as many outputs as the stride leaves inputs; the odd one at the end, or
/// at the beginning.
void pad_automatically(OnnxCall& call, Sliding& s) {
    const std::string how = call.text("auto_pad", "NOTSET");
    if (how == "NOTSET") return;
    s.begin = s.end = {};
    if (how == "VALID") return;
    if (how != "SAME_UPPER" && how != "SAME_LOWER") call.refuse("auto_pad is " + how);
    for (std::size_t i = 0; i < s.rank; ++i) {
        const std::int64_t in = call.dims(0)[i + 2], stride = s.stride.at(i);
        const std::int64_t out = (in + stride - 1) / stride;
        const std::int64_t total = std::max<std::int64_t>((out - 1) * stride + s.span(i) - in, 0);
        s.begin.at(i) = how == "SAME_UPPER" ? total / 2 : total - total / 2;
        s.end.at(i) = total - s.begin.at(i);
    }
}

Shape kernel_of(OnnxCall& call) {
    const Shape& w = call.dims(1);
    if (w.size() != call.rank(0)) call.refuse("W has another rank than X");
    Shape kernel(w.begin() + 2, w.end());
    const Integers given = call.list("kernel_shape");
    if (!given.empty() && given != kernel) call.refuse("kernel_shape is not that of W");
    return kernel;
}

ConvAttrs conv_attrs(OnnxCall& call, const Sliding& s) {
    ConvAttrs attrs;
    attrs.spatial_rank = static_cast<int>(s.rank);
    attrs.groups = call.integer("group", 1);
    if (attrs.groups < 1 || attrs.groups > most) call.refuse("group is below 1 or too large");
    attrs.stride = s.stride;
    attrs.dilation = s.dilation;
    attrs.pad_begin = s.begin;
    attrs.pad_end = s.end;
    return attrs;
}

std::vector<ValueId> conv_inputs(OnnxCall& call) {
    std::vector<ValueId> inputs = {call.value(0), call.value(1)};
    if (call.has(2)) inputs.push_back(call.value(2));
    return inputs;
}

void conv(OnnxCall& call) {
    spatial_rank(call);
    Sliding s = sliding(call, kernel_of(call));
    pad_automatically(call, s);
    call.give(call.add(conv_attrs(call, s), conv_inputs(call)));
}

void conv_integer(OnnxCall& call) {
    spatial_rank(call);
    Sliding s = sliding(call, kernel_of(call));
    pad_automatically(call, s);
    ValueId x = call.value(0);
    if (call.has(3)) call.refuse("a zero point of W is not supported");
    if (call.has(2)) {
        const ValueId z = call.reshape(call.value(2), {});
        x = call.apply(Function::sub, {call.convert(x, Dtype::i32), call.convert(z, Dtype::i32)});
    }
    call.give(call.add(conv_attrs(call, s), {x, call.value(1)}));
}

/// Padding of a transposed convolution so that dimension i comes out as `wanted`.
void pad_for(OnnxCall& call, Sliding& s, ConvAttrs& attrs, std::size_t i, std::int64_t wanted) {
    const std::int64_t in = call.dims(0)[i + 2];
    const std::int64_t whole = s.stride.at(i) * (in - 1) + attrs.output_pad.at(i) + s.span(i);
    const std::int64_t total = std::max<std::int64_t>(whole - wanted, 0);
    const bool upper = call.text("auto_pad", "NOTSET") == "SAME_UPPER";
    attrs.pad_begin.at(i) = upper ? total / 2 : total - total / 2;
    attrs.pad_end.at(i) = total - attrs.pad_begin.at(i);
    attrs.output_pad.at(i) += std::max<std::int64_t>(wanted - whole, 0);
}

void conv_transpose(OnnxCall& call) {
    spatial_rank(call);
    Sliding s = sliding(call, kernel_of(call));
    const std::string how = call.text("auto_pad", "NOTSET");
    ConvAttrs attrs = conv_attrs(call, s);
    attrs.transposed = true;
    attrs.output_pad = three(call, "output_padding", s.rank, 0, 0);
    const bool shaped = call.has_attribute("output_shape");
    const Three asked = three(call, "output_shape", s.rank, 0, 0);
    for (std::size_t i = 0; i < s.rank; ++i) {
        if (how == "VALID") attrs.pad_begin.at(i) = attrs.pad_end.at(i) = 0;
        if (shaped) {
            pad_for(call, s, attrs, i, asked.at(i));
        } else if (how == "SAME_UPPER" || how == "SAME_LOWER") {
            pad_for(call, s, attrs, i, call.dims(0)[i + 2] * s.stride.at(i));
        }
    }
    call.give(call.add(attrs, conv_inputs(call)));
}

/// Outputs of dimension i; a last window that is cut counts with ceil_mode, if it begins inside.
std::int64_t pooled(const Sliding& s, std::size_t i, std::int64_t in, bool ceil) {
    const std::int64_t room = in + s.begin.at(i) + s.end.at(i) - s.span(i);
    const std::int64_t stride = s.stride.at(i);
    if (room < 0) return 0;
    const std::int64_t floor = room / stride + 1, more = (room + stride - 1) / stride + 1;
    return ceil && (more - 1) * stride < in + s.begin.at(i) ? more : floor;
}

template <Reduction function>
void pool(OnnxCall& call) {
    if (call.wants(1)) call.refuse("indices of the largest are not supported");
    Sliding s = sliding(call, call.list("kernel_shape"));
    pad_automatically(call, s);
    PoolAttrs attrs;
    attrs.function = function;
    attrs.spatial_rank = static_cast<int>(s.rank);
    attrs.count_padding = call.integer("count_include_pad", 0) != 0;
    attrs.window = s.window;
    attrs.stride = s.stride;
    attrs.dilation = s.dilation;
    attrs.pad_begin = s.begin;
    attrs.pad_end = s.end;
    Shape dims = call.dims(0);
    const bool ceil = call.integer("ceil_mode", 0) != 0;
    for (std::size_t i = 0; i < s.rank; ++i) dims[i + 2] = pooled(s, i, dims[i + 2], ceil);
    call.give(call.make(attrs, {call.value(0)}, dims));
}

template <Reduction function>
void global_pool(OnnxCall& call) {
    PoolAttrs attrs;
    attrs.function = function;
    attrs.spatial_rank = static_cast<int>(spatial_rank(call));
    attrs.global = true;
    call.give(call.add(attrs, {call.value(0)}));
}

constexpr std::array table = {
    Row{"AveragePool", pool<Reduction::mean>},
    Row{"Conv", conv},
    Row{"ConvInteger", conv_integer},
    Row{"ConvTranspose", conv_transpose},
    Row{"GlobalAveragePool", global_pool<Reduction::mean>},
    Row{"GlobalMaxPool", global_pool<Reduction::max>},
    Row{"MaxPool", pool<Reduction::max>},
};

}  // namespace

std::span<const Row> windows() {
    return table;
}

}  // namespace assay::onnx_ops

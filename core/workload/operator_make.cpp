// SPDX-License-Identifier: Apache-2.0
// op_of: each operator's tensors and attributes from its sizes, one small function each.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/op_shape.hpp"
#include "core/workload/operator_work.hpp"

namespace assay {
namespace {

Dtype weights_of(const OperatorWork& work) {
    return work.weights == Dtype::none ? work.dtype : work.weights;
}
Dtype out_of(const OperatorWork& work) {
    return work.out == Dtype::none ? work.dtype : work.out;
}

TensorType tensor(Dtype dtype, Shape dims) {
    TensorType type;
    type.dtype = dtype;
    type.dims = std::move(dims);
    return type;
}
TensorType constant(Dtype dtype, Shape dims) {
    TensorType type = tensor(dtype, std::move(dims));
    type.constant = true;
    return type;
}
/// The vector of `size`, or an absent tensor.
TensorType vector_if(bool present, Dtype dtype, std::int64_t size) {
    return present ? constant(dtype, {size}) : TensorType{};
}

std::int64_t dim(const Shape& shape, std::size_t i, const char* which) {
    if (i >= shape.size()) {
        throw Error(fmt::format("{} is {}, which has no dimension {}", which, text_of(shape), i));
    }
    return shape[i];
}
std::int64_t last(const Shape& shape, const char* which) {
    return dim(shape, shape.size() - 1, which);
}
Three all(std::int64_t value) {
    return {value, value, value};
}
int spatial_rank(const OperatorWork& work) {
    return std::max(0, static_cast<int>(work.x.size()) - 2);
}

/// Weights with the scales that belong to them: [k, n], scales by column or by block of k.
void add_scales(const OperatorWork& work, Op& op) {
    TensorType& w = op.inputs[1];
    if (work.scaling == Scaling::none) return;
    w.scaling = work.scaling;
    w.scale_dtype = Dtype::f32;
    w.scale_axis = work.scaling == Scaling::block ? 0 : static_cast<int>(work.w.size()) - 1;
    w.scale_block = work.scaling == Scaling::block ? work.block : 0;
    TensorType scales = constant(Dtype::f32, scale_dims(w));
    op.inputs.resize(6);
    op.inputs[5] = std::move(scales);
}

Op matmul_of(const OperatorWork& work) {
    MatmulAttrs attrs;
    attrs.activation = work.activation;
    Op op{.attrs = attrs, .inputs = {tensor(work.dtype, work.x), tensor(weights_of(work), work.w)}};
    op.inputs[1].constant = work.constant_w;
    op.inputs.push_back(vector_if(work.bias, work.dtype, last(work.w, "w")));
    add_scales(work, op);
    return op;
}

Op conv_of(const OperatorWork& work) {
    ConvAttrs attrs;
    attrs.spatial_rank = spatial_rank(work);
    attrs.layout = work.layout;
    attrs.groups = work.groups;
    attrs.activation = work.activation;
    attrs.transposed = work.transposed;
    attrs.stride = all(work.stride);
    attrs.dilation = all(work.dilation);
    attrs.pad_begin = attrs.pad_end = all(work.pad);
    Op op{.attrs = attrs, .inputs = {tensor(work.dtype, work.x), tensor(weights_of(work), work.w)}};
    op.inputs[1].constant = work.constant_w;
    op.outputs = {tensor(out_of(work), {})};
    if (std::string wrong = infer(op); !wrong.empty()) throw Error(wrong);
    const Shape y = op.outputs[0].dims;
    const std::size_t channels = work.layout == Layout::channels_last ? y.size() - 1 : 1;
    op.inputs.push_back(vector_if(work.bias, work.dtype, dim(y, channels, "the result")));
    op.inputs.push_back(work.residual ? tensor(work.dtype, y) : TensorType{});
    return op;
}

Op attention_of(const OperatorWork& work) {
    AttentionAttrs attrs;
    attrs.causal = work.causal;
    attrs.window = work.window;
    Op op{.attrs = attrs,
          .inputs = {tensor(work.dtype, work.x), tensor(work.dtype, work.y),
                     tensor(work.dtype, work.y), TensorType{}, TensorType{}}};
    const std::int64_t batch = dim(work.x, 0, "x");
    if (work.mask)
        op.inputs[3] = tensor(work.dtype, {1, 1, dim(work.x, 2, "x"), dim(work.y, 2, "y")});
    if (work.lengths > 0) op.inputs[4] = tensor(Dtype::i32, {batch});
    return op;
}

Op softmax_of(const OperatorWork& work) {
    SoftmaxAttrs attrs;
    attrs.axis = static_cast<int>(work.axis);
    attrs.logarithm = work.logarithm;
    return {.attrs = attrs, .inputs = {tensor(work.dtype, work.x)}};
}

Op norm_of(const OperatorWork& work) {
    NormAttrs attrs;
    attrs.kind = work.norm;
    attrs.groups = work.groups;
    attrs.activation = work.activation;
    const bool last_dim = work.norm == NormKind::layer || work.norm == NormKind::rms;
    const std::int64_t width = last_dim ? last(work.x, "x") : dim(work.x, 1, "x");
    const bool batch = work.norm == NormKind::batch;
    Op op{.attrs = attrs,
          .inputs = {tensor(work.dtype, work.x), constant(work.dtype, {width}),
                     vector_if(work.norm != NormKind::rms, work.dtype, width),
                     work.residual ? tensor(work.dtype, work.x) : TensorType{},
                     vector_if(batch, work.dtype, width), vector_if(batch, work.dtype, width)}};
    op.outputs = {tensor(out_of(work), {})};
    if (work.residual) op.outputs.push_back(tensor(work.dtype, {}));
    return op;
}

Op elementwise_of(const OperatorWork& work) {
    ElementwiseAttrs attrs;
    attrs.function = work.function;
    attrs.activation = work.activation;
    attrs.p = work.p;
    attrs.q = work.q;
    Op op{.attrs = attrs, .inputs = {tensor(work.dtype, work.x)}};
    const std::array<const Shape*, 2> more{&work.y, &work.z};
    for (int i = 1; i < operand_count(work.function); ++i) {
        const Shape& given = *more.at(static_cast<std::size_t>(i - 1));
        op.inputs.push_back(tensor(work.dtype, given.empty() ? work.x : given));
    }
    return op;
}

Op reduce_of(const OperatorWork& work) {
    ReduceAttrs attrs;
    attrs.function = work.reduction;
    attrs.axes = {static_cast<int>(work.axis)};
    attrs.keep_dims = work.keep_dims;
    Op op{.attrs = attrs, .inputs = {tensor(work.dtype, work.x)}};
    const bool indices = work.reduction == Reduction::argmax || work.reduction == Reduction::argmin;
    op.outputs = {tensor(indices ? Dtype::i32 : out_of(work), {})};
    return op;
}

Op gather_of(const OperatorWork& work) {
    GatherAttrs attrs;
    attrs.axis = static_cast<int>(work.axis);
    attrs.bag = work.bag;
    return {.attrs = attrs,
            .inputs = {constant(work.dtype, work.x), tensor(Dtype::i32, work.indices)}};
}

Op scatter_of(const OperatorWork& work) {
    return {.attrs = ScatterAttrs{},
            .inputs = {tensor(work.dtype, work.x), tensor(work.dtype, work.y),
                       tensor(Dtype::i32, {dim(work.x, 0, "x")})}};
}

Op pool_of(const OperatorWork& work) {
    PoolAttrs attrs;
    attrs.function = work.reduction;
    attrs.spatial_rank = spatial_rank(work);
    attrs.layout = work.layout;
    attrs.global = work.global;
    attrs.count_padding = work.count_padding;
    attrs.window = all(std::max<std::int64_t>(work.window, 1));
    attrs.stride = all(work.stride);
    attrs.dilation = all(work.dilation);
    attrs.pad_begin = attrs.pad_end = all(work.pad);
    return {.attrs = attrs, .inputs = {tensor(work.dtype, work.x)}};
}

/// slice: params are the first elements, y the result; pad: as much before as after.
Op copy_of(const OperatorWork& work) {
    CopyAttrs attrs;
    attrs.function = work.copying;
    attrs.axis = static_cast<int>(work.axis);
    if (work.params.size() > max_rank) throw Error("params has more than 8 numbers");
    std::copy(work.params.begin(), work.params.end(), attrs.params.begin());
    const auto second = attrs.params.begin() + max_rank;
    if (work.copying == Copying::slice) std::fill(second, attrs.params.end(), 1);
    if (work.copying == Copying::pad) std::copy(work.params.begin(), work.params.end(), second);
    Op op{.attrs = attrs, .inputs = {tensor(work.dtype, work.x)}};
    if (work.copying == Copying::concat) op.inputs.push_back(tensor(work.dtype, work.y));
    const bool sized = work.copying == Copying::slice || work.copying == Copying::expand;
    op.outputs = {tensor(work.dtype, sized ? work.y : Shape{})};
    return op;
}

/// The narrower side holds the scales.
Op convert_of(const OperatorWork& work) {
    Op op{.attrs = ConvertAttrs{}, .inputs = {tensor(work.dtype, work.x)}};
    op.outputs = {tensor(out_of(work), work.x)};
    if (work.scaling == Scaling::none) return op;
    TensorType& scaled = is_integer(out_of(work)) ? op.outputs[0] : op.inputs[0];
    scaled.scaling = work.scaling;
    scaled.scale_dtype = Dtype::f32;
    scaled.scale_axis = static_cast<int>(work.axis);
    op.inputs.push_back(constant(Dtype::f32, scale_dims(scaled)));
    return op;
}

Op rope_of(const OperatorWork& work) {
    RopeAttrs attrs;
    attrs.rotary_dims = work.rotary_dims;
    attrs.interleaved = work.interleaved;
    attrs.base = work.base;
    return {.attrs = attrs,
            .inputs = {tensor(work.dtype, work.x), tensor(Dtype::i32, {dim(work.x, 0, "x")})}};
}

Op topk_of(const OperatorWork& work) {
    TopkAttrs attrs;
    attrs.axis = static_cast<int>(work.axis);
    attrs.k = work.k;
    attrs.smallest = work.smallest;
    Op op{.attrs = attrs, .inputs = {tensor(work.dtype, work.x)}};
    op.outputs = {tensor(work.dtype, {}), tensor(Dtype::i32, {})};
    return op;
}

Op grouped_matmul_of(const OperatorWork& work) {
    GroupedMatmulAttrs attrs;
    attrs.activation = work.activation;
    const std::int64_t experts = dim(work.w, 0, "w");
    Op op{.attrs = attrs,
          .inputs = {tensor(work.dtype, work.x), tensor(weights_of(work), work.w),
                     tensor(Dtype::i32, {experts})}};
    op.inputs[1].constant = work.constant_w;
    if (work.bias) op.inputs.push_back(constant(work.dtype, {experts, last(work.w, "w")}));
    return op;
}

Op resize_of(const OperatorWork& work) {
    ResizeAttrs attrs;
    attrs.mode = work.mode;
    attrs.coordinates = work.coordinates;
    return {.attrs = attrs,
            .inputs = {tensor(work.dtype, work.x)},
            .outputs = {tensor(out_of(work), work.y)}};
}

using Make = Op (*)(const OperatorWork&);
constexpr std::array<Make, 17> makers{
    nullptr,        matmul_of, conv_of,   attention_of,      softmax_of, norm_of,
    elementwise_of, reduce_of, gather_of, scatter_of,        pool_of,    copy_of,
    convert_of,     rope_of,   topk_of,   grouped_matmul_of, resize_of};

}  // namespace

Op op_of(const OperatorWork& work) {
    const Make make = makers.at(static_cast<std::size_t>(work.op));
    if (make == nullptr) throw Error("op is none");
    Op op = make(work);
    while (!op.inputs.back().present()) op.inputs.pop_back();
    if (op.outputs.empty()) op.outputs = {tensor(out_of(work), {})};
    op.accumulator = work.accumulator;
    op.math = work.math;
    if (std::string wrong = infer(op); !wrong.empty()) throw Error(wrong);
    return op;
}

}  // namespace assay

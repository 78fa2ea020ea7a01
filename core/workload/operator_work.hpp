// SPDX-License-Identifier: Apache-2.0
// One operator as a case of a suite: its sizes and what it is told, in the words of [[operator]].
// Which fields an operator has is one table (operator_work.cpp); docs/operators.md explains them.
// A matrix product is core/workload/gemm.hpp; here it is one with scaled weights.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "core/workload/op.hpp"
#include "core/workload/op_names.hpp"

namespace assay {

/// The fields an operator may have beside op, dtype, out, accumulator and math.
enum class OperatorField : std::uint8_t {
    x,
    y,
    z,
    w,
    weights,
    position,
    indices,
    stride,
    dilation,
    pad,
    groups,
    window,
    layout,
    activation,
    bias,
    residual,
    transposed,
    causal,
    lengths,
    mask,
    axis,
    logarithm,
    norm,
    function,
    p,
    q,
    keep_dims,
    bag,
    global,
    count_padding,
    reduction,
    copying,
    params,
    rotary_dims,
    interleaved,
    base,
    k,
    smallest,
    scaling,
    block,
    mode,
    coordinates,
    constant_w,
};
/// Whether `op` has that field.
bool has_field(OpKind op, OperatorField field);

struct OperatorWork {
    OpKind op = OpKind::none;
    Dtype dtype = Dtype::f32;  ///< Of all tensors that no other field names.
    Dtype out = Dtype::none;   ///< Of the result; none: dtype.
    Dtype accumulator = Dtype::none;
    Math math = Math::strict;
    Shape x, y, z;                ///< The tensors worked on, in their order; q, k, v of attention.
    Shape w;                      ///< Weights.
    Dtype weights = Dtype::none;  ///< Their type; none: dtype.
    std::int64_t position = 0;    ///< scatter, rope: tokens that are there already.
    Shape indices;                ///< gather: of the indices.
    std::int64_t stride = 1, dilation = 1, pad = 0, groups = 1, window = 0;
    Layout layout = Layout::channels_first;
    Activation activation = Activation::none;
    bool bias = false, residual = false, transposed = false, causal = false;
    std::int64_t lengths = 0;  ///< attention: keys that are valid; 0: all.
    bool mask = false;
    std::int64_t axis = 0;
    bool logarithm = false;
    NormKind norm = NormKind::layer;
    Function function = Function::none;
    double p = 0, q = 0;
    bool keep_dims = false;
    Reduction bag = Reduction::none;
    bool global = false, count_padding = false;
    Reduction reduction = Reduction::none;
    Copying copying = Copying::none;
    Shape params;  ///< transpose: the permutation; slice: the first elements; pad: elements around.
    std::int64_t rotary_dims = 0;
    bool interleaved = false;
    double base = 10000;
    std::int64_t k = 1;
    bool smallest = false;
    Scaling scaling = Scaling::none;
    std::int64_t block = 0;
    Interpolation mode = Interpolation::nearest;
    Coordinates coordinates = Coordinates::half_pixel;
    bool constant_w = true;  ///< Weights may be repacked before timing.

    bool operator==(const OperatorWork&) const = default;
};

/// Names every field that its operator has; op comes first, for readers choose the rest by it.
template <class Self, class Visitor>
void describe(Self& work,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, OperatorWork> {
    field("op", work.op);
    field("dtype", work.dtype);
    field("out", work.out);
    field("accumulator", work.accumulator);
    field("math", work.math);
    const auto some = [&](OperatorField which, const char* name, auto& value) {
        if (has_field(work.op, which)) field(name, value);
    };
    using enum OperatorField;
    some(x, "x", work.x);
    some(y, "y", work.y);
    some(z, "z", work.z);
    some(w, "w", work.w);
    some(weights, "weights", work.weights);
    some(constant_w, "constant_w", work.constant_w);
    some(position, "position", work.position);
    some(indices, "indices", work.indices);
    some(stride, "stride", work.stride);
    some(dilation, "dilation", work.dilation);
    some(pad, "pad", work.pad);
    some(groups, "groups", work.groups);
    some(window, "window", work.window);
    some(layout, "layout", work.layout);
    some(activation, "activation", work.activation);
    some(bias, "bias", work.bias);
    some(residual, "residual", work.residual);
    some(transposed, "transposed", work.transposed);
    some(causal, "causal", work.causal);
    some(lengths, "lengths", work.lengths);
    some(mask, "mask", work.mask);
    some(axis, "axis", work.axis);
    some(logarithm, "logarithm", work.logarithm);
    some(norm, "norm", work.norm);
    some(function, "function", work.function);
    some(p, "p", work.p);
    some(q, "q", work.q);
    some(keep_dims, "keep_dims", work.keep_dims);
    some(bag, "bag", work.bag);
    some(global, "global", work.global);
    some(count_padding, "count_padding", work.count_padding);
    some(reduction, "reduction", work.reduction);
    some(copying, "copying", work.copying);
    some(params, "params", work.params);
    some(rotary_dims, "rotary_dims", work.rotary_dims);
    some(interleaved, "interleaved", work.interleaved);
    some(base, "base", work.base);
    some(k, "k", work.k);
    some(smallest, "smallest", work.smallest);
    some(scaling, "scaling", work.scaling);
    some(block, "block", work.block);
    some(mode, "mode", work.mode);
    some(coordinates, "coordinates", work.coordinates);
}

/// The operator it is, shapes of its results inferred. Throws Error with what is wrong.
Op op_of(const OperatorWork& work);

double flop(const OperatorWork& work);
double least_bytes(const OperatorWork& work);
std::uint64_t footprint_bytes(const OperatorWork& work);
/// "conv f32 1x64x56x56 * 64x64x3x3 relu": op, types, shapes, and what differs from the default.
std::string short_name(const OperatorWork& work);
/// "" when it makes sense, else what is wrong.
std::string invalid(const OperatorWork& work);

}  // namespace assay

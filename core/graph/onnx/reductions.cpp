// SPDX-License-Identifier: Apache-2.0
// ONNX reductions.
#include <algorithm>
#include <array>
#include <numeric>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

/// What a Reduce* node reduces over; no axes: nothing.
ReduceAttrs attrs_of(OnnxCall& call) {
    const std::size_t rank = call.rank(0);
    ReduceAttrs attrs;
    attrs.keep_dims = call.integer("keepdims", 1) != 0;
    for (const std::int64_t each : call.integers("axes", 1))
        attrs.axes.push_back(static_cast<int>(call.axis(each, rank)));
    std::sort(attrs.axes.begin(), attrs.axes.end());
    if (attrs.axes.empty() && call.integer("noop_with_empty_axes", 0) == 0) {
        attrs.axes.resize(rank);
        std::iota(attrs.axes.begin(), attrs.axes.end(), 0);
    }
    return attrs;
}

ValueId reduced(OnnxCall& call, Reduction function, ReduceAttrs attrs, ValueId x) {
    attrs.function = function;
    return attrs.axes.empty() ? x : call.add(attrs, {x});
}

template <Reduction function>
void plain(OnnxCall& call) {
    const ReduceAttrs attrs = attrs_of(call);
    if (attrs.axes.empty() && function == Reduction::sum_squares) call.refuse("reduces nothing");
    call.give(reduced(call, function, attrs, call.value(0)));
}

/// A function of each element, a sum, a function of the sum.
template <Function before, Reduction function, Function after>
void around(OnnxCall& call) {
    ValueId x = call.value(0);
    if constexpr (before != Function::none) x = call.apply(before, {x});
    x = reduced(call, function, attrs_of(call), x);
    if constexpr (after != Function::none) x = call.apply(after, {x});
    call.give(x);
}

/// max + log sum exp(x - max), which does not overflow.
void log_sum_exp(OnnxCall& call) {
    const ReduceAttrs attrs = attrs_of(call);
    ReduceAttrs kept = attrs;
    kept.keep_dims = true;
    const ValueId x = call.value(0);
    const ValueId most = reduced(call, Reduction::max, kept, x);
    const ValueId powers = call.apply(Function::exp, {call.apply(Function::sub, {x, most})});
    const ValueId sum = reduced(call, Reduction::sum, attrs, powers);
    const ValueId log = call.apply(Function::log, {sum});
    call.give(call.apply(Function::add, {log, call.reshape(most, call.dims_of(log))}));
}

/// The last of equal ones is the first from behind.
template <Reduction function>
void arg(OnnxCall& call) {
    const Shape dims = call.dims(0);
    const std::size_t axis = call.axis(call.integer("axis", 0), dims.size());
    ReduceAttrs attrs;
    attrs.function = function;
    attrs.axes = {static_cast<int>(axis)};
    attrs.keep_dims = call.integer("keepdims", 1) != 0;
    if (call.integer("select_last_index", 0) == 0) {
        call.give(call.add(attrs, {call.value(0)}));
        return;
    }
    CopyAttrs turned;
    turned.function = Copying::slice;
    turned.params.at(axis) = dims[axis] - 1;
    turned.params.at(max_rank + axis) = -1;
    const ValueId from_behind = call.add(attrs, {call.make(turned, {call.value(0)}, dims)});
    call.give(call.linear(from_behind, -1, static_cast<double>(dims[axis] - 1)));
}

constexpr std::array table = {
    Row{"ArgMax", arg<Reduction::argmax>},
    Row{"ArgMin", arg<Reduction::argmin>},
    Row{"ReduceL1", around<Function::abs, Reduction::sum, Function::none>},
    Row{"ReduceL2", around<Function::none, Reduction::sum_squares, Function::sqrt>},
    Row{"ReduceLogSum", around<Function::none, Reduction::sum, Function::log>},
    Row{"ReduceLogSumExp", log_sum_exp},
    Row{"ReduceMax", plain<Reduction::max>},
    Row{"ReduceMean", plain<Reduction::mean>},
    Row{"ReduceMin", plain<Reduction::min>},
    Row{"ReduceProd", plain<Reduction::product>},
    Row{"ReduceSum", plain<Reduction::sum>},
    Row{"ReduceSumSquare", plain<Reduction::sum_squares>},
};

}  // namespace

std::span<const Row> reductions() {
    return table;
}

}  // namespace assay::onnx_ops

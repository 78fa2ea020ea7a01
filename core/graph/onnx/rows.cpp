// SPDX-License-Identifier: Apache-2.0
// ONNX operators on rows: softmax, norms, the largest.
#include <array>

#include "core/graph/onnx/operators.hpp"

namespace assay::onnx_ops {
namespace {

/// Elements of dimensions first … last - 1.
std::int64_t count(const Shape& dims, std::size_t first, std::size_t last) {
    return element_count(Shape(dims.begin() + static_cast<std::ptrdiff_t>(first),
                               dims.begin() + static_cast<std::ptrdiff_t>(last)));
}

/// Before opset 13 the dimensions from axis on are one. Returns the dims to go back to.
struct Line {
    ValueId x = no_value;
    std::size_t axis = 0;
    Shape dims;
};

Line line_of(OnnxCall& call) {
    Line line{call.value(0), 0, call.dims(0)};
    line.axis = call.axis(call.integer("axis", call.opset < 13 ? 1 : -1), line.dims.size());
    if (call.opset >= 13 || line.axis + 1 == line.dims.size()) return line;
    line.x = call.reshape(
        line.x, {count(line.dims, 0, line.axis), count(line.dims, line.axis, line.dims.size())});
    line.axis = 1;
    return line;
}

template <bool logarithm>
void softmax(OnnxCall& call) {
    const Line line = line_of(call);
    SoftmaxAttrs attrs;
    attrs.axis = static_cast<int>(line.axis);
    attrs.logarithm = logarithm;
    call.give(call.reshape(call.add(attrs, {line.x}), line.dims));
}

/// 0, 1, 2 … along `axis`, 1 long elsewhere.
OnnxTensor counting(std::int64_t size, std::size_t axis, std::size_t rank) {
    std::vector<double> numbers;
    for (std::int64_t i = 0; i < size; ++i) numbers.push_back(static_cast<double>(i));
    Shape dims(rank, 1);
    dims.at(axis) = size;
    return onnx_tensor(OnnxType::i32, dims, numbers);
}

/// 1 at the first largest of each line.
void hardmax(OnnxCall& call) {
    const Line line = line_of(call);
    ReduceAttrs largest;
    largest.function = Reduction::argmax;
    largest.axes = {static_cast<int>(line.axis)};
    largest.keep_dims = true;
    const Shape dims = call.dims_of(line.x);
    if (dims.at(line.axis) > most_folded) call.refuse("lines are too long");
    const ValueId at = call.add(largest, {line.x});
    const ValueId places = call.constant(counting(dims[line.axis], line.axis, dims.size()));
    const ValueId hit = call.apply(Function::equal, {places, at});
    call.give(call.reshape(call.convert(hit, call.dtype(0)), line.dims));
}

/// Over all dimensions from axis on, which become one; also the mean and 1 / deviation, if wanted.
void layer_norm(OnnxCall& call) {
    const Shape dims = call.dims(0);
    const std::size_t axis = call.axis(call.integer("axis", -1), dims.size());
    const std::int64_t lines = count(dims, 0, axis), width = count(dims, axis, dims.size());
    const double epsilon = call.real("epsilon", 1e-5);
    const ValueId x = call.reshape(call.value(0), {lines, width});
    std::vector<ValueId> inputs = {x};
    for (const std::size_t i : {1, 2}) {
        if (call.has(i) && element_count(call.dims(i)) != width)
            call.refuse("scale and bias must be as large as what is normalised");
        inputs.push_back(call.has(i) ? call.reshape(call.value(i), {width}) : no_value);
    }
    NormAttrs attrs;
    attrs.kind = NormKind::layer;
    attrs.epsilon = epsilon;
    call.give(call.reshape(call.add(attrs, inputs), dims));
    if (!call.wants(1) && !call.wants(2)) return;
    Shape kept = dims;
    for (std::size_t i = axis; i < kept.size(); ++i) kept[i] = 1;
    ReduceAttrs mean;
    mean.function = Reduction::mean;
    mean.axes = {1};
    mean.keep_dims = true;
    const ValueId center = call.add(mean, {x});
    const ValueId off = call.apply(Function::sub, {x, center});
    const ValueId variance = call.add(mean, {call.apply(Function::mul, {off, off})});
    const ValueId inverse = call.apply(Function::rsqrt, {call.linear(variance, 1, epsilon)});
    call.give(call.reshape(center, kept), 1);
    call.give(call.reshape(inverse, kept), 2);
}

void batch_norm(OnnxCall& call) {
    if (call.integer("training_mode", 0) != 0) call.refuse("training mode is not supported");
    if (call.integer("spatial", 1) == 0) call.refuse("spatial = 0 is not supported");
    if (call.wants(1)) call.refuse("its running mean is not supported");
    NormAttrs attrs;
    attrs.kind = NormKind::batch;
    attrs.epsilon = call.real("epsilon", 1e-5);
    call.give(call.add(attrs, {call.value(0), call.value(1), call.value(2), no_value, call.value(3),
                               call.value(4)}));
}

void instance_norm(OnnxCall& call) {
    NormAttrs attrs;
    attrs.kind = NormKind::group;
    if (call.rank(0) < 2) call.refuse("X has no channels");
    attrs.groups = call.dims(0)[1];
    attrs.epsilon = call.real("epsilon", 1e-5);
    call.give(call.add(attrs, {call.value(0), call.value(1), call.value(2)}));
}

/// x (bias + alpha mean(x^2 over `size` channels))^-beta; the mean is a pool over channels.
void local_response_norm(OnnxCall& call) {
    const Shape dims = call.dims(0);
    const std::int64_t size = call.integer("size", 1);
    if (dims.size() < 2 || size < 1 || size > 4096) call.refuse("size is beyond any channels");
    const ValueId x = call.value(0);
    PoolAttrs pool;
    pool.function = Reduction::mean;
    pool.count_padding = true;
    pool.window = {size, 1, 1};
    pool.pad_begin = {(size - 1) / 2, 0, 0};
    pool.pad_end = {size / 2, 0, 0};
    const ValueId square = call.apply(Function::mul, {x, x});
    const ValueId planes = call.reshape(square, {dims[0], 1, dims[1], count(dims, 2, dims.size())});
    const ValueId mean = call.reshape(call.add(pool, {planes}), dims);
    const ValueId base = call.linear(mean, call.real("alpha", 1e-4), call.real("bias", 1));
    const ValueId power = call.scalar(-call.real("beta", 0.75), call.dtype(0));
    call.give(call.apply(Function::mul, {x, call.apply(Function::pow, {base, power})}));
}

void mean_variance_norm(OnnxCall& call) {
    ReduceAttrs mean;
    mean.function = Reduction::mean;
    mean.keep_dims = true;
    mean.axes = {0, 2, 3};
    if (call.has_attribute("axes")) {
        mean.axes.clear();
        for (const std::int64_t each : call.list("axes"))
            mean.axes.push_back(static_cast<int>(call.axis(each, call.rank(0))));
    }
    const ValueId x = call.value(0);
    const ValueId off = call.apply(Function::sub, {x, call.add(mean, {x})});
    const ValueId variance = call.add(mean, {call.apply(Function::mul, {off, off})});
    const ValueId deviation = call.linear(call.apply(Function::sqrt, {variance}), 1, 1e-9);
    call.give(call.apply(Function::div, {off, deviation}));
}

void topk(OnnxCall& call) {
    TopkAttrs attrs;
    attrs.axis = static_cast<int>(call.axis(call.integer("axis", -1), call.rank(0)));
    const Integers k = call.opset < 10 ? Integers{call.integer("k", 1)} : call.integers(1);
    if (k.size() != 1) call.refuse("K must be one number");
    attrs.k = k.front();
    attrs.smallest = call.integer("largest", 1) == 0;
    const std::vector<ValueId> both = call.add_two(attrs, {call.value(0)});
    call.give(both[0], 0);
    call.give(both[1], 1);
}

constexpr std::array table = {
    Row{"BatchNormalization", batch_norm},
    Row{"Hardmax", hardmax},
    Row{"InstanceNormalization", instance_norm},
    Row{"LRN", local_response_norm},
    Row{"LayerNormalization", layer_norm},
    Row{"LogSoftmax", softmax<true>},
    Row{"MeanVarianceNormalization", mean_variance_norm},
    Row{"Softmax", softmax<false>},
    Row{"TopK", topk},
};

}  // namespace

std::span<const Row> rows() {
    return table;
}

}  // namespace assay::onnx_ops

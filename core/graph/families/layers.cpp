// SPDX-License-Identifier: Apache-2.0
#include "core/graph/families/layers.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/names.hpp"

namespace assay {
namespace {

constexpr double vector_spread = 0.1;  // chosen: of gamma about 1 and of biases about 0
constexpr double scale_spread = 0.25;  // chosen: of scales, relative

/// The standard deviation that weights of a scaled type are stored with; 0: not a type for weights.
double stored_deviation(Dtype dtype) {
    switch (dtype) {
        case Dtype::i8:
            return 32;
        case Dtype::i4:
            return 2;
        case Dtype::u8:
        case Dtype::u4:
        case Dtype::i32:
        case Dtype::none:
            return 0;
        default:
            return 1;
    }
}

FillRule about(double center, double spread) {
    return {Filling::uniform, center, spread, {}};
}

void check_weights(const ModelTypes& types) {
    if (types.weights == Dtype::none) return;
    if (stored_deviation(types.weights) == 0)
        throw Error(fmt::format("weights cannot be {}: use i8 or i4", name(types.weights)));
    if (is_integer(types.weights) && types.scaling != Scaling::channel &&
        types.scaling != Scaling::block) {
        throw Error(
            fmt::format("weights of {} need scales: channel or block", name(types.weights)));
    }
}

struct ScaledMatrix {
    ValueId elements = no_value, scales = no_value;
};

/// [rows, inner], of the linear layers' type and scaling.
ScaledMatrix scaled_matrix(Layers& layers, const std::string& name, const Shape& dims) {
    const ModelTypes& types = layers.request().types;
    check_weights(types);
    TensorType type = tensor(types.weights, dims);
    const double deviation = stored_deviation(types.weights);
    const double scale = weight_scale(dims[1]) / deviation;
    if (types.scaling == Scaling::none)
        return {layers.build.weight(name, type, {Filling::normal, 0, scale, {}}), no_value};
    type.scaling = types.scaling;
    type.scale_dtype = types.activations;
    if (types.scaling == Scaling::channel) type.scale_axis = 0;
    if (types.scaling == Scaling::block) {
        type.scale_axis = 1;
        type.scale_block = types.scale_block;
        if (types.scale_block < 1 || dims[1] % types.scale_block != 0)
            throw Error(fmt::format("{}: blocks of {} do not divide its inner dimension {}", name,
                                    types.scale_block, dims[1]));
    }
    ScaledMatrix made;
    made.elements = layers.build.weight(name, type, {Filling::normal, 0, deviation, {}});
    made.scales =
        layers.build.constant(name + " scales", tensor(type.scale_dtype, scale_dims(type)),
                              about(scale, scale * scale_spread));
    return made;
}

}  // namespace

double weight_scale(std::int64_t fan_in) {
    return 1 / std::sqrt(static_cast<double>(fan_in));
}

ValueId Layers::parameter(const std::string& name, Shape dims, double scale) {
    return build.weight(name, tensor(dtype(), std::move(dims)), {Filling::normal, 0, scale, {}});
}

ValueId Layers::vector(const std::string& name, std::int64_t width, double center) {
    return build.weight(name, tensor(dtype(), {width}), about(center, vector_spread));
}

ValueId Layers::linear(const std::string& name, ValueId x, const LinearLayer& layer) {
    const std::int64_t inner = build.dims(x).back();
    ScaledMatrix w;
    if (layer.quantised && request_.types.weights != Dtype::none) {
        w = scaled_matrix(*this, name + " weight", {layer.width, inner});
    } else {
        w.elements = parameter(name + " weight", {layer.width, inner}, weight_scale(inner));
    }
    std::vector<ValueId> inputs = {x, w.elements};
    if (layer.bias) inputs.push_back(vector(name + " bias", layer.width, 0));
    if (w.scales != no_value) {
        inputs.resize(5, no_value);
        inputs.push_back(w.scales);
    }
    MatmulAttrs attrs;
    attrs.transpose_b = true;
    attrs.activation = layer.activation;
    return build.add(name, attrs, inputs, dtype());
}

ValueId Layers::times_table(const std::string& name, ValueId x, ValueId table) {
    MatmulAttrs attrs;
    attrs.transpose_b = true;
    return build.add(name, attrs, {x, table}, dtype());
}

ValueId Layers::norm(const std::string& name, ValueId x, const NormAttrs& attrs, ValueId residual) {
    const std::int64_t width = build.dims(x).back();
    std::vector<ValueId> inputs = {x, vector(name + " gamma", width, 1)};
    if (attrs.kind == NormKind::layer) inputs.push_back(vector(name + " beta", width, 0));
    if (residual != no_value) {
        inputs.resize(3, no_value);
        inputs.push_back(residual);
    }
    return build.add(name, attrs, inputs);
}

ValueId Layers::norm(const std::string& name, Stream& stream, const NormAttrs& attrs) {
    if (stream.pending == no_value) return norm(name, stream.sum, attrs);
    const std::int64_t width = build.dims(stream.sum).back();
    std::vector<ValueId> inputs = {stream.pending, vector(name + " gamma", width, 1)};
    inputs.push_back(attrs.kind == NormKind::layer ? vector(name + " beta", width, 0) : no_value);
    inputs.push_back(stream.sum);
    const auto made = build.add_all(name, attrs, inputs, {Dtype::none, Dtype::none});
    stream = {made[1], no_value};
    return made[0];
}

ValueId Layers::heads(ValueId x, const HeadShape& shape, std::int64_t first) {
    const std::int64_t row = steps_of(build.type(x))[0];
    return build.view(x, {{shape.batch, shape.heads, shape.tokens, shape.head},
                          {shape.tokens * row, shape.head, row, 1},
                          first});
}

ValueId Layers::attention(const std::string& name, const std::vector<ValueId>& inputs,
                          const AttentionAttrs& attrs) {
    const Shape q = build.dims(inputs[0]);
    const std::int64_t head = build.dims(inputs[2])[3];
    const ValueId rows = build.temporary(name, tensor(dtype(), {q[0] * q[2], q[1] * head}));
    build.add_into(name, attrs, inputs, heads(rows, {q[0], q[2], q[1], head}));
    return rows;
}

ValueId Layers::self_attention(const std::string& name, ValueId x, const HeadShape& shape,
                               bool qkv_bias) {
    const std::int64_t width = shape.heads * shape.head;
    const ValueId qkv = linear(name + " qkv", x, {3 * width, qkv_bias});
    const ValueId seen = attention(
        name, {heads(qkv, shape), heads(qkv, shape, width), heads(qkv, shape, 2 * width)});
    return linear(name + " output", seen, {build.dims(x).back()});
}

ValueId Layers::feed_forward(const std::string& name, ValueId x, std::int64_t intermediate,
                             Activation activation) {
    const std::int64_t width = build.dims(x).back();
    const ValueId up = linear(name + " up", x, {intermediate, true, activation});
    return linear(name + " down", up, {width});
}

ValueId Layers::elementwise(const std::string& name, const ElementwiseAttrs& attrs,
                            const std::vector<ValueId>& inputs, Dtype dtype) {
    return build.add(name, attrs, inputs, dtype);
}

ValueId Layers::add(const std::string& name, ValueId x, ValueId y) {
    return elementwise(name, {.function = Function::add}, {x, y});
}

ValueId Layers::transpose(const std::string& name, ValueId x, const std::vector<int>& order) {
    CopyAttrs attrs;
    attrs.function = Copying::transpose;
    std::copy(order.begin(), order.end(), attrs.params.begin());
    return build.add(name, attrs, {x});
}

ValueId Layers::convert(const std::string& name, ValueId x, Dtype dtype) {
    return build.add(name, ConvertAttrs{}, {x}, dtype);
}

}  // namespace assay

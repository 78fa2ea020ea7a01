// SPDX-License-Identifier: Apache-2.0
// Mixture of experts with the operators there are: routing is decided by the data, on the device.
// Rows are sorted by expert with topk (equal values keep their order), so that one grouped product
// serves all experts; the same sort gives the way back.
#include "core/base/error.hpp"
#include "core/graph/families/build.hpp"

namespace assay {
namespace {

/// Ascending, stable: all of x, [1, slots].
ValueId sorted_order(Layers& layers, const std::string& name, ValueId x) {
    const TopkAttrs attrs{.axis = 1, .k = layers.build.dims(x)[1], .smallest = true};
    return layers.build.add_all(name, attrs, {x}, {Dtype::none, Dtype::none})[1];
}

/// The parts of routing; a slot is one expert of one token, token * experts_per_token + which.
struct Routing {
    ValueId weights = no_value;  ///< [tokens, 1, experts_per_token], of sum 1.
    ValueId tokens = no_value;   ///< i32 [slots]: the token of each row, rows sorted by expert.
    ValueId back = no_value;     ///< i32 [slots]: the row of each slot.
    ValueId rows = no_value;     ///< i32 [experts].
};

/// floor((slot + 1/2) / experts_per_token), in f32: exact below 2^22 slots.
ValueId tokens_of(const Decoder& model, Layers& layers, const std::string& name, ValueId slots) {
    const auto each = static_cast<double>(model.experts_per_token);
    const ValueId scaled = layers.elementwise(
        name + " divide", {.function = Function::abs, .alpha = 1 / each, .beta = 0.5 / each},
        {slots});
    const ValueId whole =
        layers.elementwise(name + " floor", {.function = Function::floor}, {scaled});
    const ValueId tokens = layers.convert(name + " token", whole, Dtype::i32);
    return layers.build.reshape(tokens, {layers.build.dims(slots)[1]});
}

/// How many slots chose each expert. `chosen` is f32 [1, slots].
ValueId count_rows(const Decoder& model, Layers& layers, const std::string& name, ValueId chosen) {
    FillRule ids{Filling::listed, 0, 0, {}};
    for (std::int64_t i = 0; i < model.experts; ++i) ids.values.push_back(static_cast<double>(i));
    const ValueId experts =
        layers.build.constant(name + " ids", tensor(Dtype::f32, {model.experts, 1}), ids);
    const ValueId hits = layers.elementwise(name + " equal", {.function = Function::equal},
                                            {chosen, experts}, Dtype::f32);
    const ReduceAttrs sum{.function = Reduction::sum, .axes = {1}};
    const ValueId counts = layers.build.add(name + " count", sum, {hits});
    return layers.convert(name + " rows", counts, Dtype::i32);
}

Routing route(const Decoder& model, Layers& layers, const std::string& name, ValueId x) {
    const std::int64_t tokens = layers.build.dims(x)[0];
    const std::int64_t slots = tokens * model.experts_per_token;
    const ValueId scores =
        layers.linear(name + " router", x, {model.experts, false, Activation::none, false});
    const auto best =
        layers.build.add_all(name + " choose", TopkAttrs{.axis = 1, .k = model.experts_per_token},
                             {scores}, {Dtype::none, Dtype::none});
    const ValueId chosen =
        layers.build.reshape(layers.convert(name + " chosen", best[1], Dtype::f32), {1, slots});
    // The softmax over all, renormalised over the chosen, is the softmax over the chosen.
    const ValueId weights = layers.build.add(name + " softmax", SoftmaxAttrs{.axis = 1}, {best[0]});
    const ValueId order =
        layers.convert(name + " order", sorted_order(layers, name + " sort", chosen), Dtype::f32);
    Routing routing;
    routing.weights = layers.build.reshape(weights, {tokens, 1, model.experts_per_token});
    routing.tokens = tokens_of(model, layers, name, order);
    routing.back = layers.build.reshape(sorted_order(layers, name + " unsort", order), {slots});
    routing.rows = count_rows(model, layers, name, chosen);
    return routing;
}

ValueId expert_product(const Decoder& model, Layers& layers, const std::string& name,
                       const std::vector<ValueId>& inputs, std::int64_t width) {
    const std::int64_t inner = layers.build.dims(inputs[0])[1];
    const ValueId weights =
        layers.parameter(name + " weight", {model.experts, width, inner}, weight_scale(inner));
    return layers.build.add(name, GroupedMatmulAttrs{.transpose_b = true},
                            {inputs[0], weights, inputs[1]}, layers.dtype());
}

}  // namespace

ValueId mixture(const Decoder& model, Layers& layers, const std::string& name, ValueId x) {
    if (layers.request().types.scaling != Scaling::none)
        throw Error("experts cannot have scaled weights: grouped_matmul takes no scales");
    const std::int64_t tokens = layers.build.dims(x)[0];
    const std::int64_t slots = tokens * model.experts_per_token;
    const Routing routing = route(model, layers, name, x);
    const ValueId sorted = layers.build.add(name + " dispatch", GatherAttrs{}, {x, routing.tokens});
    const ValueId both = expert_product(model, layers, name + " gate and up",
                                        {sorted, routing.rows}, 2 * model.intermediate);
    const Shape half = {slots, model.intermediate};
    const Shape steps = {2 * model.intermediate, 1};
    const ValueId product = layers.elementwise(
        name + " gated", {.function = Function::gated, .activation = Activation::silu},
        {layers.build.view(both, {half, steps, 0}),
         layers.build.view(both, {half, steps, model.intermediate})});
    const ValueId down =
        expert_product(model, layers, name + " down", {product, routing.rows}, model.width);
    const ValueId unsorted =
        layers.build.add(name + " collect", GatherAttrs{}, {down, routing.back});
    const ValueId by_token =
        layers.build.reshape(unsorted, {tokens, model.experts_per_token, model.width});
    const ValueId mixed =
        layers.build.add(name + " mix", MatmulAttrs{}, {routing.weights, by_token});
    return layers.build.reshape(mixed, {tokens, model.width});
}

}  // namespace assay

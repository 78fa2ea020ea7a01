// SPDX-License-Identifier: Apache-2.0
// BERT-like encoders, every sequence as long as asked for (no padding, so no mask).
#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/graph/families/build.hpp"

namespace assay {
namespace {

/// Words, token types and positions, added and normed.
ValueId embed(const Encoder& model, Layers& layers) {
    const ModelRequest& request = layers.request();
    GraphBuilder& build = layers.build;
    const TensorType indices = tensor(Dtype::i32, {request.batch, request.tokens});
    const auto input = [&](const char* name, std::int64_t below) {
        return build.input(name, indices, {Filling::below, 0, static_cast<double>(below), {}});
    };
    const ValueId tokens = input("tokens", model.vocabulary);
    const ValueId types = input("token types", model.token_types);
    const ValueId words =
        build.add("embed", GatherAttrs{},
                  {layers.parameter("embedding", {model.vocabulary, model.width}, 1), tokens});
    const ValueId kinds =
        build.add("embed token types", GatherAttrs{},
                  {layers.parameter("type embedding", {model.token_types, model.width}, 1), types});
    const ValueId places =
        layers.parameter("position embedding", {model.positions, model.width}, 1);
    const ValueId sum =
        layers.add("add positions", words,
                   build.view(places, {{request.tokens, model.width}, {model.width, 1}, 0}));
    const Shape rows = {request.batch * request.tokens, model.width};
    return layers.norm("embedding norm", build.reshape(sum, rows),
                       {.kind = NormKind::layer, .epsilon = model.norm_epsilon},
                       build.reshape(kinds, rows));
}

void add_pooler(const Encoder& model, Layers& layers, ValueId x) {
    const ModelRequest& request = layers.request();
    const ValueId first =
        layers.build.view(x, {{request.batch, model.width}, {request.tokens * model.width, 1}, 0});
    const ValueId pooled = layers.linear("pooler", first, {model.width});
    layers.build.output(layers.elementwise("pooler tanh", {.function = Function::tanh}, {pooled}),
                        "pooled");
}

}  // namespace

void add_nodes(const Encoder& model, Layers& layers) {
    const ModelRequest& request = layers.request();
    if (request.tokens > model.positions)
        throw Error(fmt::format("{} tokens do not fit the {} positions of the encoder",
                                request.tokens, model.positions));
    const NormAttrs norm{.kind = NormKind::layer, .epsilon = model.norm_epsilon};
    const HeadShape heads = {request.batch, request.tokens, model.heads, model.width / model.heads};
    ValueId x = embed(model, layers);
    for (std::int64_t i = 0; i < model.layers; ++i) {
        const std::string name = fmt::format("layer {}", i);
        const ValueId seen = layers.self_attention(name + " attention", x, heads);
        x = layers.norm(name + " attention norm", seen, norm, x);
        const ValueId made =
            layers.feed_forward(name + " mlp", x, model.intermediate, model.activation);
        x = layers.norm(name + " mlp norm", made, norm, x);
    }
    if (model.pooler) add_pooler(model, layers, x);
    layers.build.output(x, "hidden");
}

}  // namespace assay

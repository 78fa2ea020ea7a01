// SPDX-License-Identifier: Apache-2.0
// Llama-like decoders: a prompt (depth 0), or the next tokens at a depth of the cache.
#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/graph/families/build.hpp"

namespace assay {
namespace {

/// What every layer shares.
struct Shared {
    ValueId positions = no_value, lengths = no_value, frequencies = no_value;
    HeadShape queries, keys;
    std::int64_t capacity = 0;
};

FillRule all(std::int64_t value) {
    return {Filling::same, static_cast<double>(value), 0, {}};
}

Shared shared_inputs(const Decoder& model, Layers& layers) {
    const ModelRequest& request = layers.request();
    const std::int64_t end = request.depth + request.tokens;
    Shared shared;
    shared.capacity = request.capacity == 0 ? end : request.capacity;
    if (shared.capacity < end || end > model.positions)
        throw Error(
            fmt::format("{} tokens at depth {} do not fit: the cache holds {}, the model {}",
                        request.tokens, request.depth, shared.capacity, model.positions));
    const TensorType one_each = tensor(Dtype::i32, {request.batch});
    shared.positions = layers.build.input("positions", one_each, all(request.depth));
    if (request.depth > 0) shared.lengths = layers.build.input("lengths", one_each, all(end));
    if (model.rope_factor != 1) {
        shared.frequencies =
            layers.build.constant("inverse frequencies", tensor(Dtype::f32, {model.head / 2}),
                                  {Filling::listed, 0, 0, inverse_frequencies(model)});
    }
    shared.queries = {request.batch, request.tokens, model.heads, model.head};
    shared.keys = {request.batch, request.tokens, model.key_value_heads, model.head};
    return shared;
}

ValueId rotate(const Decoder& model, Layers& layers, const std::string& name,
               const std::vector<ValueId>& inputs) {
    RopeAttrs attrs;
    attrs.base = model.rope_base;
    std::vector<ValueId> given = inputs;
    if (given.back() == no_value) given.pop_back();
    return layers.build.add(name, attrs, given);
}

/// Appends to a layer's cache; gives what the cache is afterwards.
ValueId keep(Layers& layers, const std::string& name, ValueId rows, const Shared& shared) {
    const Dtype cache = layers.request().types.cache;
    const Dtype dtype = cache == Dtype::none ? layers.dtype() : cache;
    const HeadShape& keys = shared.keys;
    const ValueId state = layers.build.state(
        name, tensor(dtype, {keys.batch, keys.heads, shared.capacity, keys.head}));
    const ValueId kept =
        dtype == layers.dtype() ? rows : layers.convert(name + " convert", rows, dtype);
    return layers.build.append(name + " append", state, kept, shared.positions);
}

ValueId attend(const Decoder& model, Layers& layers, const std::string& name, ValueId x,
               const Shared& shared) {
    const std::int64_t q_width = model.heads * model.head;
    const std::int64_t k_width = model.key_value_heads * model.head;
    const ValueId qkv = layers.linear(name + " qkv", x, {q_width + 2 * k_width, model.qkv_bias});
    const ValueId q =
        rotate(model, layers, name + " rope q",
               {layers.heads(qkv, shared.queries), shared.positions, shared.frequencies});
    const ValueId k =
        rotate(model, layers, name + " rope k",
               {layers.heads(qkv, shared.keys, q_width), shared.positions, shared.frequencies});
    const ValueId v = layers.heads(qkv, shared.keys, q_width + k_width);
    const ValueId all_k = keep(layers, name + " cache k", k, shared);
    const ValueId all_v = keep(layers, name + " cache v", v, shared);
    AttentionAttrs attrs;
    attrs.causal = true;
    attrs.window = model.window;
    std::vector<ValueId> inputs = {q, k, v};
    if (shared.lengths != no_value) inputs = {q, all_k, all_v, no_value, shared.lengths};
    const ValueId seen = layers.attention(name, inputs, attrs);
    return layers.linear(name + " output", seen, {model.width, false});
}

ValueId gated(const Decoder& model, Layers& layers, const std::string& name, ValueId x) {
    const ValueId both = layers.linear(name + " gate and up", x, {2 * model.intermediate, false});
    const Shape half = {layers.build.dims(both)[0], model.intermediate};
    const Shape steps = {2 * model.intermediate, 1};
    const ValueId gate = layers.build.view(both, {half, steps, 0});
    const ValueId up = layers.build.view(both, {half, steps, model.intermediate});
    const ValueId product = layers.elementwise(
        name + " gated", {.function = Function::gated, .activation = Activation::silu}, {gate, up});
    return layers.linear(name + " down", product, {model.width, false});
}

/// The rows of each sequence's last token.
ValueId last_rows(Layers& layers, ValueId rows) {
    const ModelRequest& request = layers.request();
    const std::int64_t width = layers.build.dims(rows)[1];
    return layers.build.view(
        rows, {{request.batch, width}, {request.tokens * width, 1}, (request.tokens - 1) * width});
}

void add_head(const Decoder& model, Layers& layers, Stream stream, ValueId table) {
    NormAttrs norm{.kind = NormKind::rms, .epsilon = model.norm_epsilon};
    const ValueId x = layers.norm("last norm", last_rows(layers, stream.pending), norm,
                                  last_rows(layers, stream.sum));
    const ValueId logits =
        model.tied_embeddings
            ? layers.times_table("head", x, table)
            : layers.linear("head", x, {model.vocabulary, false, Activation::none, false});
    layers.build.output(logits, "logits");
    if (!layers.request().next_token) return;
    ReduceAttrs largest{.function = Reduction::argmax, .axes = {1}};
    layers.build.output(layers.build.add("argmax", largest, {logits}), "next token");
}

}  // namespace

std::vector<double> inverse_frequencies(const Decoder& model) {
    const auto original = static_cast<double>(model.rope_original_positions);
    std::vector<double> frequencies;
    for (std::int64_t i = 0; i < model.head / 2; ++i) {
        const double plain = std::pow(
            model.rope_base, -2.0 * static_cast<double>(i) / static_cast<double>(model.head));
        const double wavelength = 2 * std::numbers::pi / plain;
        const double low = model.rope_low_frequency_factor;
        const double high = model.rope_high_frequency_factor;
        double share = (original / wavelength - low) / (high - low);  // of the plain frequency
        share = std::min(1.0, std::max(0.0, share));
        frequencies.push_back((1 - share) * plain / model.rope_factor + share * plain);
    }
    return frequencies;
}

void add_nodes(const Decoder& model, Layers& layers) {
    const ModelRequest& request = layers.request();
    const ValueId tokens =
        layers.build.input("tokens", tensor(Dtype::i32, {request.batch, request.tokens}),
                           {Filling::below, 0, static_cast<double>(model.vocabulary), {}});
    const ValueId table = layers.parameter("embedding", {model.vocabulary, model.width}, 1);
    const Shared shared = shared_inputs(model, layers);
    const ValueId embedded = layers.build.add("embed", GatherAttrs{}, {table, tokens});
    Stream stream;
    stream.sum = layers.build.reshape(embedded, {request.batch * request.tokens, model.width});
    NormAttrs norm{.kind = NormKind::rms, .epsilon = model.norm_epsilon};
    for (std::int64_t i = 0; i < model.layers; ++i) {
        const std::string name = fmt::format("layer {}", i);
        ValueId x = layers.norm(name + " attention norm", stream, norm);
        stream.pending = attend(model, layers, name + " attention", x, shared);
        x = layers.norm(name + " mlp norm", stream, norm);
        stream.pending = model.experts > 0 ? mixture(model, layers, name + " experts", x)
                                           : gated(model, layers, name + " mlp", x);
    }
    add_head(model, layers, stream, table);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// A residual block and a transformer block of a Stable Diffusion U-Net (Rombach et al., 2022, arXiv
// 2112.10752; diffusers: ResnetBlock2D, Transformer2DModel). Channels come first: the operator that
// norms groups knows no other layout.
#include "core/base/error.hpp"
#include "core/graph/families/build.hpp"

namespace assay {
namespace {

constexpr double transformer_epsilon = 1e-6;  // diffusers, Transformer2DModel: norm
constexpr double layer_epsilon = 1e-5;        // diffusers, BasicTransformerBlock; ResnetBlock2D

NormAttrs group_attrs(const UnetBlock& model, Activation activation, double epsilon) {
    return {NormKind::group, model.groups, activation, epsilon};
}

/// SiLU and a linear layer of the time embedding, added to every pixel.
ValueId add_time(const UnetBlock& model, Layers& layers, ValueId image) {
    const std::int64_t batch = layers.request().batch;
    const ValueId time =
        layers.build.input("time embedding", tensor(layers.dtype(), {batch, model.time_width}));
    const ElementwiseAttrs silu{.function = Function::activation, .activation = Activation::silu};
    const ValueId shift =
        layers.linear("time", layers.elementwise("time silu", silu, {time}), {model.channels});
    return layers.add("add time", image,
                      layers.build.reshape(shift, {batch, model.channels, 1, 1}));
}

ValueId residual_block(const UnetBlock& model, Layers& layers, ValueId image) {
    const NormAttrs norm = group_attrs(model, Activation::silu, layer_epsilon);
    ValueId x = layers.group_norm("norm 1", image, norm);
    x = layers.conv("conv 1", x, {2, model.channels, 3, 1, 1});
    x = layers.group_norm("norm 2", add_time(model, layers, x), norm);
    const ValueId skip = model.channels_in == model.channels
                             ? image
                             : layers.conv("shortcut", image, {2, model.channels, 1, 1, 0});
    return layers.conv("conv 2", x, {2, model.channels, 3, 1, 1}, skip);
}

HeadShape head_shape(const UnetBlock& model, const Layers& layers) {
    return {layers.request().batch, model.size * model.size, model.heads,
            model.channels / model.heads};
}

ValueId cross_attention(const UnetBlock& model, Layers& layers, ValueId x) {
    const std::int64_t batch = layers.request().batch;
    const HeadShape queries = head_shape(model, layers);
    HeadShape keys = queries;
    keys.tokens = model.context_tokens;
    const ValueId context = layers.build.input(
        "context", tensor(layers.dtype(), {batch * model.context_tokens, model.context_width}));
    const ValueId q = layers.linear("cross q", x, {model.channels, false});
    const ValueId kv = layers.linear("cross k and v", context, {2 * model.channels, false});
    const ValueId seen = layers.attention(
        "cross attention",
        {layers.heads(q, queries), layers.heads(kv, keys), layers.heads(kv, keys, model.channels)});
    return layers.linear("cross output", seen, {model.channels});
}

/// Value times GELU of gate, both from one projection to 8 widths, and back.
ValueId gated_mlp(const UnetBlock& model, Layers& layers, ValueId x) {
    const std::int64_t inner = 4 * model.channels;
    const ValueId both = layers.linear("mlp up", x, {2 * inner});
    const Shape half = {layers.build.dims(x)[0], inner};
    const ElementwiseAttrs gelu{.function = Function::gated, .activation = Activation::gelu};
    const ValueId product =
        layers.elementwise("mlp gated", gelu,
                           {layers.build.view(both, {half, {2 * inner, 1}, inner}),
                            layers.build.view(both, {half, {2 * inner, 1}, 0})});
    return layers.linear("mlp down", product, {model.channels});
}

ValueId transformer_block(const UnetBlock& model, Layers& layers, ValueId image) {
    const NormAttrs norm{.kind = NormKind::layer, .epsilon = layer_epsilon};
    ValueId x = layers.group_norm("transformer norm", image,
                                  group_attrs(model, Activation::none, transformer_epsilon));
    x = layers.pixels("project in", layers.conv("project in", x, {2, model.channels}));
    Stream stream{x, no_value};
    x = layers.norm("self norm", stream, norm);
    stream.pending = layers.self_attention("self attention", x, head_shape(model, layers), false);
    if (model.context_tokens > 0) {
        x = layers.norm("cross norm", stream, norm);
        stream.pending = cross_attention(model, layers, x);
    }
    x = layers.norm("mlp norm", stream, norm);
    const ValueId sum = layers.add("add mlp", gated_mlp(model, layers, x), stream.sum);
    return layers.conv("project out", layers.image_of("project out", sum, {model.size, model.size}),
                       {2, model.channels}, image);
}

}  // namespace

void add_nodes(const UnetBlock& model, Layers& layers) {
    if (layers.request().layout != Layout::channels_first)
        throw Error("a group norm has channels first: ask for layout channels_first");
    const ValueId image = layers.build.input(
        "image",
        tensor(layers.dtype(), layers.image_dims(model.channels_in, {model.size, model.size})));
    const ValueId x = residual_block(model, layers, image);
    layers.build.output(transformer_block(model, layers, x), "image out");
}

}  // namespace assay

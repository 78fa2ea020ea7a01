// SPDX-License-Identifier: Apache-2.0
// ViT, and the layers that it shares with Whisper's encoder.
#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/graph/families/build.hpp"

namespace assay {
namespace {

/// Patches and class token with their positions, [batch * tokens, width]: both are written where
/// they belong, so nothing is concatenated.
ValueId embed_patches(const VisionTransformer& model, Layers& layers, std::int64_t image,
                      std::int64_t tokens) {
    GraphBuilder& build = layers.build;
    const std::int64_t batch = layers.request().batch;
    const std::int64_t w = model.width;
    const ValueId picture = build.input(
        "image", tensor(layers.dtype(), layers.image_dims(model.channels, {image, image})));
    const ValueId patches = layers.pixels(
        "patches", layers.conv("patches", picture, {2, w, model.patch, model.patch, 0}));
    const ValueId places = layers.parameter("position embedding", {tokens, w}, 1);
    const ValueId token = layers.parameter("class token", {1, 1, w}, 1);
    const ValueId all = build.temporary("embedded", tensor(layers.dtype(), {batch * tokens, w}));
    const ElementwiseAttrs sum{.function = Function::add};
    build.add_into("add positions", sum,
                   {build.reshape(patches, {batch, tokens - 1, w}),
                    build.view(places, {{tokens - 1, w}, {w, 1}, w})},
                   build.view(all, {{batch, tokens - 1, w}, {tokens * w, w, 1}, w}));
    const ValueId first =
        layers.add("class position", token, build.view(places, {{1, 1, w}, {w, w, 1}, 0}));
    build.add_into("place class token", CopyAttrs{.function = Copying::expand}, {first},
                   build.view(all, {{batch, 1, w}, {tokens * w, w, 1}, 0}));
    return all;
}

}  // namespace

void add_layers(const PreNormLayers& shape, Layers& layers, Stream& stream) {
    const std::int64_t width = layers.build.dims(stream.sum)[1];
    const NormAttrs norm{.kind = NormKind::layer, .epsilon = shape.norm_epsilon};
    const HeadShape heads = {layers.request().batch, shape.tokens, shape.heads,
                             width / shape.heads};
    for (std::int64_t i = 0; i < shape.layers; ++i) {
        const std::string name = fmt::format("layer {}", i);
        ValueId x = layers.norm(name + " attention norm", stream, norm);
        stream.pending = layers.self_attention(name + " attention", x, heads);
        x = layers.norm(name + " mlp norm", stream, norm);
        stream.pending =
            layers.feed_forward(name + " mlp", x, shape.intermediate, shape.activation);
    }
}

void add_nodes(const VisionTransformer& model, Layers& layers) {
    const std::int64_t batch = layers.request().batch;
    const std::int64_t image = layers.request().image > 0 ? layers.request().image : model.image;
    if (image != model.image)
        throw Error(
            fmt::format("its positions are those of images of {}, not of {}", model.image, image));
    const std::int64_t side = image / model.patch;
    const std::int64_t tokens = side * side + 1;
    Stream stream{embed_patches(model, layers, image, tokens), no_value};
    add_layers({tokens, model.layers, model.heads, model.intermediate, model.norm_epsilon,
                model.activation},
               layers, stream);
    const Window classes{{batch, model.width}, {tokens * model.width, 1}, 0};
    const NormAttrs norm{.kind = NormKind::layer, .epsilon = model.norm_epsilon};
    // Only the class token is read by the head, and a norm is of each row alone.
    const ValueId x = layers.norm("last norm", layers.build.view(stream.pending, classes), norm,
                                  layers.build.view(stream.sum, classes));
    const bool head = model.classes > 0;
    layers.build.output(
        head ? layers.linear("head", x, {model.classes, true, Activation::none, false}) : x,
        head ? "logits" : "class token out");
}

}  // namespace assay

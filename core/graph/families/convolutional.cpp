// SPDX-License-Identifier: Apache-2.0
// ResNet v1.5. Batch norms are folded: each is a scale of its convolution's weights and a bias.
#include <fmt/format.h>

#include "core/graph/families/build.hpp"

namespace assay {
namespace {

struct Bottleneck {
    std::int64_t width = 0, out = 0, stride = 1;
};

ValueId add_block(Layers& layers, const std::string& name, ValueId x, const Bottleneck& block) {
    const bool changes = block.stride != 1 || layers.channels_of(x) != block.out;
    const ValueId skip =
        changes ? layers.conv(name + " shortcut", x, {2, block.out, 1, block.stride, 0}) : x;
    ValueId y = layers.conv(name + " reduce", x, {2, block.width, 1, 1, 0, Activation::relu});
    y = layers.conv(name + " 3x3", y, {2, block.width, 3, block.stride, 1, Activation::relu});
    return layers.conv(name + " expand", y, {2, block.out, 1, 1, 0, Activation::relu}, skip);
}

PoolAttrs pool_of(const Layers& layers, Reduction function) {
    PoolAttrs attrs;
    attrs.function = function;
    attrs.layout = layers.request().layout;
    return attrs;
}

ValueId add_stem(const Convolutional& model, Layers& layers) {
    const std::int64_t asked = layers.request().image;
    const std::int64_t image = asked > 0 ? asked : model.image;
    const ValueId picture = layers.build.input(
        "image", tensor(layers.dtype(), layers.image_dims(model.channels, {image, image})));
    const ValueId x = layers.conv("stem", picture, {2, model.stem, 7, 2, 3, Activation::relu});
    PoolAttrs pool = pool_of(layers, Reduction::max);
    pool.window = {3, 3, 1};
    pool.stride = {2, 2, 1};
    pool.pad_begin = pool.pad_end = {1, 1, 0};
    return layers.build.add("stem pool", pool, {x});
}

}  // namespace

void add_nodes(const Convolutional& model, Layers& layers) {
    ValueId x = add_stem(model, layers);
    for (std::size_t stage = 0; stage < model.blocks.size(); ++stage) {
        const std::int64_t width = model.widths[stage];
        for (std::int64_t i = 0; i < model.blocks[stage]; ++i) {
            const std::int64_t stride = stage > 0 && i == 0 ? 2 : 1;
            x = add_block(layers, fmt::format("stage {} block {}", stage + 1, i), x,
                          {width, width * model.expansion, stride});
        }
    }
    PoolAttrs pool = pool_of(layers, Reduction::mean);
    pool.global = true;
    const std::int64_t channels = layers.channels_of(x);
    const ValueId mean = layers.build.add("pool", pool, {x});
    const ValueId rows = layers.build.reshape(mean, {layers.request().batch, channels});
    layers.build.output(layers.linear("head", rows, {model.classes}), "logits");
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Whisper's encoder over its whole window of audio. k has a bias of its own here, which the
// published layers leave out: `width` parameters a layer more.
#include "core/graph/families/build.hpp"

namespace assay {

void add_nodes(const SpeechEncoder& model, Layers& layers) {
    GraphBuilder& build = layers.build;
    const std::int64_t batch = layers.request().batch;
    const ValueId audio =
        build.input("mel spectrogram",
                    tensor(layers.dtype(), layers.image_dims(model.mels, {2 * model.positions})));
    ValueId x = layers.conv("conv 1", audio, {1, model.width, 3, 1, 1, model.activation});
    x = layers.conv("conv 2", x, {1, model.width, 3, 2, 1, model.activation});
    x = build.reshape(layers.pixels("frames", x), {batch, model.positions, model.width});
    const ValueId places =
        layers.parameter("position embedding", {model.positions, model.width}, 1);
    const Shape rows = {batch * model.positions, model.width};
    Stream stream{build.reshape(layers.add("add positions", x, places), rows), no_value};
    add_layers({model.positions, model.layers, model.heads, model.intermediate, model.norm_epsilon,
                model.activation},
               layers, stream);
    const NormAttrs norm{.kind = NormKind::layer, .epsilon = model.norm_epsilon};
    build.output(layers.norm("last norm", stream.pending, norm, stream.sum), "hidden");
}

}  // namespace assay

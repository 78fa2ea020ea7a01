// SPDX-License-Identifier: Apache-2.0
// One function for each family: hyper-parameters and request -> nodes. Private to core/graph.
#pragma once

#include "core/graph/families/families.hpp"
#include "core/graph/families/layers.hpp"

namespace assay {

void add_nodes(const Decoder& model, Layers& layers);
void add_nodes(const Encoder& model, Layers& layers);
void add_nodes(const VisionTransformer& model, Layers& layers);
void add_nodes(const Convolutional& model, Layers& layers);
void add_nodes(const Recommender& model, Layers& layers);
void add_nodes(const UnetBlock& model, Layers& layers);
void add_nodes(const SpeechEncoder& model, Layers& layers);

/// Layers with a norm before each half (ViT, Whisper): adds them to the stream.
struct PreNormLayers {
    std::int64_t tokens = 0, layers = 0, heads = 0, intermediate = 0;
    double norm_epsilon = 0;
    Activation activation = Activation::gelu;
};
void add_layers(const PreNormLayers& shape, Layers& layers, Stream& stream);

/// The feed-forward of a mixture of experts; x is [tokens, width].
ValueId mixture(const Decoder& model, Layers& layers, const std::string& name, ValueId x);

/// Rotary frequencies after Llama 3's change of low ones: transformers, modeling_rope_utils.py,
/// _compute_llama3_parameters. head / 2 numbers.
std::vector<double> inverse_frequencies(const Decoder& model);

}  // namespace assay

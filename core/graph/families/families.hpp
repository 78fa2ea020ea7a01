// SPDX-License-Identifier: Apache-2.0
// The hyper-parameters of each family of models, named once in describe(). A key without a default
// above 0 must be given. What each family computes: docs/models.md.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "core/workload/gemm.hpp"

namespace assay {

/// Llama-like: rotary positions, RMS norm before each half, gated SiLU, grouped key-value heads.
struct Decoder {
    std::int64_t vocabulary = 0, width = 0, layers = 0, heads = 0, key_value_heads = 0, head = 0;
    std::int64_t intermediate = 0;
    std::int64_t positions = 0;  ///< The longest context.
    double norm_epsilon = 1e-5;
    double rope_base = 10000;
    /// Llama 3's change of low frequencies; factor 1: none.
    double rope_factor = 1, rope_low_frequency_factor = 1, rope_high_frequency_factor = 4;
    std::int64_t rope_original_positions = 8192;
    bool qkv_bias = false;
    bool tied_embeddings = false;
    std::int64_t experts = 0;  ///< 0: a dense feed-forward; else mixture of experts.
    std::int64_t experts_per_token = 0;
    std::int64_t window = 0;  ///< Tokens a query sees at most; 0: all.
    bool operator==(const Decoder&) const = default;
};

/// BERT-like: learned positions, norm after each half.
struct Encoder {
    std::int64_t vocabulary = 0, positions = 0, token_types = 0, width = 0, layers = 0, heads = 0;
    std::int64_t intermediate = 0;
    double norm_epsilon = 1e-12;
    Activation activation = Activation::gelu;
    bool pooler = true;
    bool operator==(const Encoder&) const = default;
};

/// ViT: patches by a convolution, a class token, norm before each half.
struct VisionTransformer {
    std::int64_t image = 0, channels = 3, patch = 0, width = 0, layers = 0, heads = 0;
    std::int64_t intermediate = 0;
    std::int64_t classes = 0;  ///< 0: no head, the class token is the output.
    double norm_epsilon = 1e-6;
    Activation activation = Activation::gelu;
    bool operator==(const VisionTransformer&) const = default;
};

/// ResNet v1.5 with bottlenecks: stride on the 3x3; batch norm folded into weights and biases.
struct Convolutional {
    std::int64_t image = 0, channels = 3, stem = 0, classes = 0;
    std::int64_t expansion = 4;                ///< Of a bottleneck's width.
    std::vector<std::int64_t> blocks, widths;  ///< Of each stage.
    bool operator==(const Convolutional&) const = default;
};

/// DLRM: dense features through a bottom MLP, embedding bags, dot products of all pairs, a top MLP.
struct Recommender {
    std::int64_t dense = 0;  ///< Dense features.
    std::int64_t width = 0;  ///< Of an embedding, and of the bottom MLP's last layer.
    std::int64_t per_bag = 1;
    std::vector<std::int64_t> bottom, top;  ///< Widths of the layers of each MLP.
    std::vector<std::int64_t> tables;       ///< Rows of each embedding table.
    bool operator==(const Recommender&) const = default;
};

/// One residual block of a diffusion U-Net and the transformer block after it.
struct UnetBlock {
    std::int64_t channels_in = 0, channels = 0, size = 0, time_width = 0, groups = 32, heads = 0;
    std::int64_t context_tokens = 0, context_width = 0;  ///< 0: no cross attention.
    bool operator==(const UnetBlock&) const = default;
};

/// Whisper's encoder: two 1-D convolutions, fixed positions, norm before each half.
struct SpeechEncoder {
    std::int64_t mels = 0, positions = 0, width = 0, layers = 0, heads = 0, intermediate = 0;
    double norm_epsilon = 1e-5;
    Activation activation = Activation::gelu;
    bool operator==(const SpeechEncoder&) const = default;
};

/// In the order of family_names (model.cpp).
using Family = std::variant<Decoder, Encoder, VisionTransformer, Convolutional, Recommender,
                            UnetBlock, SpeechEncoder>;

template <class Self, class Of>
concept self_of = std::is_same_v<std::remove_const_t<Self>, Of>;

template <class Visitor>
void describe(self_of<Decoder> auto& m, Visitor&& field) {
    field("vocabulary", m.vocabulary);
    field("width", m.width);
    field("layers", m.layers);
    field("heads", m.heads);
    field("key_value_heads", m.key_value_heads);
    field("head", m.head);
    field("intermediate", m.intermediate);
    field("positions", m.positions);
    field("norm_epsilon", m.norm_epsilon);
    field("rope_base", m.rope_base);
    field("rope_factor", m.rope_factor);
    field("rope_low_frequency_factor", m.rope_low_frequency_factor);
    field("rope_high_frequency_factor", m.rope_high_frequency_factor);
    field("rope_original_positions", m.rope_original_positions);
    field("qkv_bias", m.qkv_bias);
    field("tied_embeddings", m.tied_embeddings);
    field("experts", m.experts);
    field("experts_per_token", m.experts_per_token);
    field("window", m.window);
}

template <class Visitor>
void describe(self_of<Encoder> auto& m, Visitor&& field) {
    field("vocabulary", m.vocabulary);
    field("positions", m.positions);
    field("token_types", m.token_types);
    field("width", m.width);
    field("layers", m.layers);
    field("heads", m.heads);
    field("intermediate", m.intermediate);
    field("norm_epsilon", m.norm_epsilon);
    field("activation", m.activation);
    field("pooler", m.pooler);
}

template <class Visitor>
void describe(self_of<VisionTransformer> auto& m, Visitor&& field) {
    field("image", m.image);
    field("channels", m.channels);
    field("patch", m.patch);
    field("width", m.width);
    field("layers", m.layers);
    field("heads", m.heads);
    field("intermediate", m.intermediate);
    field("classes", m.classes);
    field("norm_epsilon", m.norm_epsilon);
    field("activation", m.activation);
}

template <class Visitor>
void describe(self_of<Convolutional> auto& m, Visitor&& field) {
    field("image", m.image);
    field("channels", m.channels);
    field("stem", m.stem);
    field("classes", m.classes);
    field("expansion", m.expansion);
    field("blocks", m.blocks);
    field("widths", m.widths);
}

template <class Visitor>
void describe(self_of<Recommender> auto& m, Visitor&& field) {
    field("dense", m.dense);
    field("width", m.width);
    field("per_bag", m.per_bag);
    field("bottom", m.bottom);
    field("top", m.top);
    field("tables", m.tables);
}

template <class Visitor>
void describe(self_of<UnetBlock> auto& m, Visitor&& field) {
    field("channels_in", m.channels_in);
    field("channels", m.channels);
    field("size", m.size);
    field("time_width", m.time_width);
    field("groups", m.groups);
    field("heads", m.heads);
    field("context_tokens", m.context_tokens);
    field("context_width", m.context_width);
}

template <class Visitor>
void describe(self_of<SpeechEncoder> auto& m, Visitor&& field) {
    field("mels", m.mels);
    field("positions", m.positions);
    field("width", m.width);
    field("layers", m.layers);
    field("heads", m.heads);
    field("intermediate", m.intermediate);
    field("norm_epsilon", m.norm_epsilon);
    field("activation", m.activation);
}

}  // namespace assay

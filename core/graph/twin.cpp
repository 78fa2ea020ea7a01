// SPDX-License-Identifier: Apache-2.0
// Small models with the features of big ones. All sizes here are chosen: small enough for double
// arithmetic in tests, uneven enough that a swapped dimension shows.
#include <algorithm>

#include "core/base/error.hpp"
#include "core/graph/model.hpp"

namespace assay {
namespace {

void shrink(Decoder& m) {
    const std::int64_t shared = m.heads / m.key_value_heads;  // query heads of a key-value head
    m.key_value_heads = m.key_value_heads > 1 ? 2 : 1;
    m.heads = m.key_value_heads * std::min<std::int64_t>(shared, 3);
    m.vocabulary = 61;
    m.width = 32;
    m.layers = 2;
    m.head = 8;
    m.intermediate = 48;
    m.positions = 64;
    m.rope_original_positions = 32;
    m.experts = std::min<std::int64_t>(m.experts, 4);
    m.experts_per_token = std::min<std::int64_t>(m.experts_per_token, 2);
    m.window = std::min<std::int64_t>(m.window, 5);
}

void shrink(Encoder& m) {
    m.vocabulary = 61;
    m.positions = 40;
    m.width = 32;
    m.layers = 2;
    m.heads = 4;
    m.intermediate = 48;
}

void shrink(VisionTransformer& m) {
    m.image = 32;
    m.patch = 8;
    m.width = 32;
    m.layers = 2;
    m.heads = 4;
    m.intermediate = 48;
    m.classes = std::min<std::int64_t>(m.classes, 10);
}

void shrink(Convolutional& m) {
    m.image = 32;
    m.stem = 8;
    m.classes = 10;
    m.blocks = {1, 2};
    m.widths = {8, 12};
}

void shrink(Recommender& m) {
    m.width = 8;
    m.bottom = {16, 8};
    m.top = {16, 1};
    m.tables.resize(std::min<std::size_t>(m.tables.size(), 5));
    for (std::int64_t& rows : m.tables) rows = std::min<std::int64_t>(rows, 50);
}

void shrink(UnetBlock& m) {
    m.channels_in = m.channels_in == m.channels ? 16 : 8;
    m.channels = 16;
    m.size = 6;
    m.time_width = 24;
    m.groups = 4;
    m.heads = 2;
    m.context_tokens = std::min<std::int64_t>(m.context_tokens, 7);
    m.context_width = std::min<std::int64_t>(m.context_width, 20);
}

void shrink(SpeechEncoder& m) {
    m.mels = 10;
    m.positions = 12;
    m.width = 32;
    m.layers = 2;
    m.heads = 4;
    m.intermediate = 48;
}

}  // namespace

Model twin(const Model& model) {
    if (model.onnx) throw Error(model.name + ": an ONNX file has no family, so no small twin");
    Model small = model;
    small.name += "_twin";
    small.title += " (twin)";
    std::visit([](auto& family) { shrink(family); }, small.family);
    return small;
}

}  // namespace assay

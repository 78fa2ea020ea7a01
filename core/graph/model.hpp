// SPDX-License-Identifier: Apache-2.0
// Models: the hyper-parameters of a family, read from TOML (suites/models) or from a Hugging Face
// config.json, or an ONNX file, and the graph they stand for. Keys, counting and sources:
// docs/models.md.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/graph/families/families.hpp"
#include "core/graph/graph.hpp"
#include "core/graph/onnx/onnx_model.hpp"

namespace assay {

/// A model. Of a family, its weights apart: they are seeded random numbers of the right shapes; or
/// an ONNX file, weights included.
struct Model {
    std::string name;    ///< "llama_3_2_1b": its file's; of a config.json its folder's.
    std::string title;   ///< "Llama 3.2 1B"
    std::string source;  ///< Where its numbers are published.
    Family family;
    std::shared_ptr<const OnnxModel> onnx{};  ///< Of an ONNX file, which has no family; else null.
};

/// Reads a model: TOML, a Hugging Face config.json or an ONNX file (by its ending). Throws Error
/// with file, line and column.
Model load_model(const std::filesystem::path& path);
/// The same from text, or the bytes of an ONNX file; `file` is for messages.
Model parse_model(const std::string& text, const std::string& file);

/// Whether a file of this name is read as ONNX, and the most bytes that are read of a model's file.
bool is_onnx(const std::string& file);
std::uint64_t most_model_bytes(const std::string& file);

/// "" when the numbers make a model, else what is wrong ("decoder: heads must be at least 1, is
/// 0").
std::string invalid(const Family& family);

/// The types of a graph's tensors. What accumulates is left to the device.
struct ModelTypes {
    Dtype activations = Dtype::f32;  ///< Also embeddings, norms, biases, convolutions, the head.
    Dtype weights = Dtype::none;     ///< Of linear layers between; none: as activations.
    Dtype cache = Dtype::none;       ///< Of keys and values kept; none: as activations.
    /// How integer (or f8) weights are scaled: channel (one scale an output) or block.
    Scaling scaling = Scaling::none;
    std::int64_t scale_block = 0;  ///< block: 32, 64 or 128 along the inner dimension.
    Math math = Math::strict;
};

/// What is asked of a model in one run.
struct ModelRequest {
    std::int64_t batch = 1;
    /// Tokens given now: of a decoder the prompt (depth 0) or the next ones; of an encoder its
    /// sequence. Others ignore it.
    std::int64_t tokens = 1;
    std::int64_t depth = 0;     ///< Decoder: tokens in the cache already.
    std::int64_t capacity = 0;  ///< Decoder: tokens the cache holds; 0: depth + tokens.
    bool next_token = false;    ///< Decoder: also the index of the largest logit.
    std::int64_t image = 0;     ///< Images: pixels a side; 0: as published.
    Layout layout = Layout::channels_first;
    ModelTypes types;
};

/// The graph of one run. Throws Error when the request does not fit the model. Of an ONNX file,
/// activations say what its floats become, and only batch, tokens, image and math may be asked for.
Graph build(const Model& model, const ModelRequest& request);

/// A small model of the same family and features (a few layers, widths of tens), for tests and for
/// checking a device's operators together in no time. Throws Error for an ONNX file: no family.
Model twin(const Model& model);

/// "decoder", "vision_transformer": the name of its table in TOML.
std::string_view family_name(const Family& family);

/// What is counted of a model ("tokens", "images", "samples", "runs"). An ONNX file whose batch is
/// open has samples, else a run is a run.
std::string unit_of(const Model& model);

}  // namespace assay

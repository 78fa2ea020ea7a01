// SPDX-License-Identifier: Apache-2.0
// A case that runs a model: from its settings to the graph that a device runs, and the counts that
// stand in its identity. Models themselves are core/graph's.
#pragma once

#include <filesystem>
#include <string>

#include "core/graph/graph.hpp"
#include "core/graph/model.hpp"
#include "core/suite/case.hpp"

namespace assay {

/// The model whose text the case carries. Throws Error with the place in it.
Model model_of(const Case& each);

/// The graph of one run of `model` as the case asks. Throws Error when the model cannot.
Graph graph_of(const Model& model, const Inference& run);

/// The two graphs of text generation: the prompt, and one token at any depth, which is data. Both
/// have a cache of all tokens. Throws Error when the model is no decoder or the tokens do not fit.
struct GenerationGraphs {
    Graph prompt, decode;
};
GenerationGraphs generation_graphs(const Model& model, const Inference& run);
/// A prompt of `tokens` with the cache of such a generation.
Graph longer_prompt(const Model& model, const Inference& run, std::int64_t tokens);

/// Cases with the same text here have weights in common: embeddings and norms at least. "" of a
/// case without a model.
std::string weights_of(const Case& each);

/// Fills in what the run comes to: the case has its model's text. Throws Error.
void count(Case& each);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// One run of a model as a case of a suite: which model, how much at once, in which types, and what
// that comes to. The model itself is core/graph's; here are its name, its text's hash and counts
// taken from its graph (docs/models.md), so that a result file says them without the model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include "core/workload/op.hpp"
#include "core/workload/op_names.hpp"

namespace assay {

/// How a model reaches a device. operators: one by one, as the core has them. graph: whole, to the
/// plugin's assay.graph extension, which fuses and lays out as it likes. best: graph where the
/// plugin offers it, else operators; the record says which.
enum class Lowering { operators = 0, graph = 1, best = 2 };
std::string_view name(Lowering lowering);
template <>
std::span<const std::string_view> names<Lowering>();

struct Inference {
    // What is asked for.
    std::string model;  ///< "llama_3_2_1b".
    std::int64_t batch = 1;
    std::int64_t tokens = 1;  ///< Given at once: a decoder's prompt, an encoder's sequence.
    std::int64_t depth = 0;   ///< A decoder's tokens in its cache already: 0 is a prompt.
    /// A decoder's, made one after the other after the prompt of `tokens`: text generation, which
    /// is one invocation. Absent: one run of the graph.
    std::optional<std::int64_t> output_tokens{};
    std::int64_t image = 0;  ///< Pixels a side; 0: as published.
    Dtype dtype = Dtype::f32;
    Dtype weights = Dtype::none;   ///< Of linear layers; none: dtype.
    Dtype kv_cache = Dtype::none;  ///< none: dtype.
    Scaling scaling = Scaling::none;
    std::int64_t block = 0;
    Layout layout = Layout::channels_first;
    Math math = Math::strict;
    Lowering lowering = Lowering::operators;
    // What it comes to.
    std::string model_sha256;  ///< Of the model's text.
    std::string unit;          ///< What is counted: "tokens", "images", "sequences", "samples".
    std::int64_t units = 0;    ///< Of them, in one run; of a generation the output tokens.
    std::uint64_t parameters = 0, weight_bytes = 0, footprint_bytes = 0;
    double flop = 0, least_bytes = 0;

    bool operator==(const Inference&) const = default;
};

/// The fields a suite may set.
template <class Self, class Visitor>
void describe_request(Self& run, Visitor&& field) {
    field("model", run.model);
    field("batch", run.batch);
    field("tokens", run.tokens);
    field("depth", run.depth);
    field("output_tokens", run.output_tokens);
    field("image", run.image);
    field("dtype", run.dtype);
    field("weights", run.weights);
    field("kv_cache", run.kv_cache);
    field("scaling", run.scaling);
    field("block", run.block);
    field("layout", run.layout);
    field("math", run.math);
    field("lowering", run.lowering);
}

template <class Self, class Visitor>
void describe(Self& run,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Inference> {
    describe_request(run, field);
    field("model_sha256", run.model_sha256);
    field("unit", run.unit);
    field("units", run.units);
    field("parameters", run.parameters);
    field("weight_bytes", run.weight_bytes);
    field("footprint_bytes", run.footprint_bytes);
    field("flop", run.flop);
    field("least_bytes", run.least_bytes);
}

inline double flop(const Inference& run) {
    return run.flop;
}
inline double least_bytes(const Inference& run) {
    return run.least_bytes;
}
inline std::uint64_t footprint_bytes(const Inference& run) {
    return run.footprint_bytes;
}
/// "llama_3_2_1b bf16 batch 1, 128 tokens": "llama_3_2_1b bf16*i8 1 token at 512".
std::string short_name(const Inference& run);
/// "" when its own numbers make sense, else what is wrong; the model has its own rules.
std::string invalid(const Inference& run);

}  // namespace assay

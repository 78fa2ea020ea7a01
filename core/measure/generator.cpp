// SPDX-License-Identifier: Apache-2.0
#include "core/measure/generator.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/suite/model_case.hpp"

namespace assay {
namespace {

constexpr std::uint64_t prompt_stream = 0x70726f6d7074;  // "prompt": apart from weights' streams

std::span<const std::byte> bytes_in(std::span<const std::int32_t> words) {
    return std::as_bytes(words);
}

}  // namespace

TokenClock::TokenClock(const Device& device, const Queue& queue, std::size_t tokens)
    : device_(&device), queue_(&queue), stamps_ns_(tokens) {
    if (device.record().timer != "virtual") return;
    for (std::size_t i = 0; i <= tokens; ++i) events_.push_back(device.event());
}

void TokenClock::start() {
    next_ = 0;
    if (!events_.empty()) device_->record_event(*queue_, events_.front());
    begun_ns_ = now_ns();
}

void TokenClock::stamp() {
    const std::size_t token = next_++;
    if (events_.empty()) {
        stamps_ns_[token] = static_cast<double>(now_ns() - begun_ns_);
    } else {
        device_->record_event(*queue_, events_[token + 1]);
    }
}

const std::vector<double>& TokenClock::stamps_ns() {
    for (std::size_t i = 0; i + 1 < events_.size(); ++i) {
        stamps_ns_[i] = device_->elapsed_ns(events_.front(), events_[i + 1]);
    }
    return stamps_ns_;
}

Generator::Generator(const Model& model, const Inference& run, std::uint64_t seed,
                     const GenerationPlace& place)
    : run_(run),
      seed_(seed),
      queue_(&place.queue),
      clock_(place.device, place.queue, static_cast<std::size_t>(*run.output_tokens)) {
    // The two graphs have their constants in common, whoever else has.
    WeightStore own;
    WeightStore* weights = place.weights;
    if (weights == nullptr) {
        own.begin("this generation", 0);
        weights = &own;
    }
    GenerationGraphs graphs = generation_graphs(model, run);
    prompt_ =
        std::make_unique<GraphOnDevice>(std::move(graphs.prompt), seed, place.device, place.queue,
                                        GraphSetup{run.lowering, weights, nullptr});
    decode_ =
        std::make_unique<GraphOnDevice>(std::move(graphs.decode), seed, place.device, place.queue,
                                        GraphSetup{run.lowering, weights, prompt_.get()});
    prompt_ids_ = ids_of(prompt_->graph());
    decode_ids_ = ids_of(decode_->graph());
    const Graph& graph = prompt_->graph();
    vocabulary_ = graph.values[static_cast<std::size_t>(prompt_ids_.logits)].type.dims.back();
    const auto batch = static_cast<std::size_t>(run.batch);
    tokens_.reserve(static_cast<std::size_t>(*run.output_tokens) * batch);
    positions_.resize(batch);
    lengths_.resize(batch);
}

Generator::Ids Generator::ids_of(const Graph& graph) {
    const Ids ids{find_value(graph, "tokens"), find_value(graph, "positions"),
                  find_value(graph, "lengths"), find_value(graph, "next token"),
                  find_value(graph, "logits")};
    const bool whole = ids.tokens != no_value && ids.next != no_value && ids.logits != no_value;
    if (!whole || graph.values[static_cast<std::size_t>(ids.next)].type.dtype != Dtype::i32) {
        throw Error(graph.name + ": no decoder that says its next token as i32");
    }
    return ids;
}

Tokens Generator::prompt(std::uint64_t query) const {
    Tokens prompt(static_cast<std::size_t>(run_.batch * run_.tokens));
    Random random(seed_ ^ prompt_stream, query);
    const auto below = static_cast<std::uint32_t>(vocabulary_);
    for (std::int32_t& each : prompt) each = static_cast<std::int32_t>(random.below(below));
    return prompt;
}

/// Runs the graph and takes its token of each sequence.
void Generator::take(const GraphOnDevice& graph, const Ids& ids, Numbers* logits) {
    graph.enqueue(*queue_);
    const std::vector<std::byte> next = graph.bytes_of(ids.next);  // waits
    const std::size_t before = tokens_.size();
    tokens_.resize(before + static_cast<std::size_t>(run_.batch));
    std::memcpy(tokens_.data() + before, next.data(),
                static_cast<std::size_t>(run_.batch) * sizeof(std::int32_t));
    clock_.stamp();
    if (logits == nullptr) return;
    const TensorType& type = graph.graph().values[static_cast<std::size_t>(ids.logits)].type;
    load_range(graph.bytes_of(ids.logits), type.dtype, 0,
               logits->emplace_back(element_count(type)));
}

/// The last tokens are the next input, at the place behind `depth` tokens of the cache.
void Generator::feed(std::int64_t depth) {
    const auto batch = static_cast<std::size_t>(run_.batch);
    decode_->give(decode_ids_.tokens, bytes_in(std::span(tokens_).last(batch)));
    std::fill(positions_.begin(), positions_.end(), static_cast<std::int32_t>(depth));
    std::fill(lengths_.begin(), lengths_.end(), static_cast<std::int32_t>(depth + 1));
    decode_->give(decode_ids_.positions, bytes_in(positions_));
    decode_->give(decode_ids_.lengths, bytes_in(lengths_));
}

const Tokens& Generator::generate(std::uint64_t query, Numbers* logits) {
    const Tokens prompt = this->prompt(query);
    tokens_.clear();
    clock_.start();
    prompt_->give(prompt_ids_.tokens, bytes_in(prompt));
    take(*prompt_, prompt_ids_, logits);
    for (std::int64_t i = 1; i < *run_.output_tokens; ++i) {
        feed(run_.depth + run_.tokens + i - 1);
        take(*decode_, decode_ids_, logits);
    }
    return tokens_;
}

}  // namespace assay

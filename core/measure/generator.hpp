// SPDX-License-Identifier: Apache-2.0
// A decoder that answers queries on a device: the graph of the prompt, then one graph for every
// next token, whatever its depth, for depth is data (positions, lengths). Greedy: the token with
// the largest logit is fed back. It stamps each token; it judges nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/graph/model.hpp"
#include "core/measure/graph_check.hpp"
#include "core/measure/graph_on_device.hpp"

namespace assay {

/// One query's tokens, of all sequences: token `i` of sequence `s` is tokens[i * batch + s].
using Tokens = std::vector<std::int32_t>;

/// When tokens are there, nanoseconds from start(): by the host's clock, or by the device's when
/// that is virtual.
class TokenClock {
public:
    TokenClock(const Device& device, const Queue& queue, std::size_t tokens);
    void start();
    void stamp();  ///< A token is there: the queue was waited for.
    [[nodiscard]] const std::vector<double>& stamps_ns();

private:
    const Device* device_;
    const Queue* queue_;
    std::vector<Event> events_;  ///< Of a virtual clock: the start, then each token.
    std::uint64_t begun_ns_ = 0;
    std::vector<double> stamps_ns_;
    std::size_t next_ = 0;
};

/// Where it runs; all of it outlives the generator.
struct GenerationPlace {
    const Device& device;
    const Queue& queue;
    WeightStore* weights = nullptr;  ///< null: nothing is shared
};

class Generator {
public:
    /// `run` has output_tokens.
    Generator(const Model& model, const Inference& run, std::uint64_t seed,
              const GenerationPlace& place);

    /// The prompt of a query: drawn below the vocabulary, another one for each query.
    [[nodiscard]] Tokens prompt(std::uint64_t query) const;

    /// Answers a query; returns when its last token is there.
    const Tokens& generate(std::uint64_t query) { return generate(query, nullptr); }
    /// The same, keeping the logits of each token: slower.
    const Tokens& generate(std::uint64_t query, Numbers* logits);
    [[nodiscard]] std::span<const double> token_ns() { return clock_.stamps_ns(); }

    [[nodiscard]] const GraphOnDevice& prompt_graph() const { return *prompt_; }
    [[nodiscard]] const GraphOnDevice& decode_graph() const { return *decode_; }
    [[nodiscard]] const Inference& run() const { return run_; }

private:
    struct Ids {
        ValueId tokens, positions, lengths, next, logits;
    };
    static Ids ids_of(const Graph& graph);
    void take(const GraphOnDevice& graph, const Ids& ids, Numbers* logits);
    void feed(std::int64_t depth);

    Inference run_;
    std::uint64_t seed_;
    const Queue* queue_;
    std::unique_ptr<GraphOnDevice> prompt_, decode_;  ///< The second has the states of the first.
    Ids prompt_ids_, decode_ids_;
    std::int64_t vocabulary_ = 0;
    TokenClock clock_;
    Tokens tokens_;
    std::vector<std::int32_t> positions_, lengths_;
};

}  // namespace assay

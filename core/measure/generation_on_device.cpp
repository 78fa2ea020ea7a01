// SPDX-License-Identifier: Apache-2.0
// Text generation on a device, and why its tokens may be believed: both graphs' operators are
// checked at their true shapes, a small twin generates and is held against ever longer prompts in
// exact arithmetic, and queries are answered again and must give the tokens they gave (MLPerf's
// TEST06 asks for the same consistency; docs/scenarios.md).
#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/graph/evaluate.hpp"
#include "core/measure/device_work.hpp"
#include "core/measure/generator.hpp"
#include "core/measure/graph_check.hpp"
#include "core/suite/model_case.hpp"

namespace assay {
namespace {

/// Tokens of that many queries are kept, chosen by chance; of them so many are answered again, but
/// one where that takes longer than `long_query_ns`.
constexpr std::size_t most_kept = 1024, answered_again = 2;
constexpr double long_query_ns = 1e9;
/// How far two logits may be apart, in limits of the rms of all, where rounding may turn which of
/// them is the largest: one for each.
constexpr double near_tie = 2;

struct Answer {
    std::uint64_t query = 0;
    Tokens tokens;
    Numbers logits{};  ///< Of each token, where they were asked for.
};

/// Where two answers to a query part, and by how much one token was preferred there.
struct Parting {
    std::int64_t sequences = 0;     ///< That part somewhere.
    std::int64_t first_token = -1;  ///< The earliest place.
    double worst_gap = 0;           ///< Of the two tokens' logits, over the rms of all.
};

double rms(std::span<const double> numbers) {
    double sum = 0;
    for (const double each : numbers) sum += each * each;
    return std::sqrt(sum / static_cast<double>(numbers.size()));
}

/// By how much `taken` was behind the largest of a sequence's logits, over their rms.
double gap(const std::vector<double>& logits, std::int64_t batch, std::int64_t sequence,
           std::int32_t taken) {
    const std::size_t count = logits.size() / static_cast<std::size_t>(batch);
    const auto own = std::span(logits).subspan(static_cast<std::size_t>(sequence) * count, count);
    if (taken < 0 || static_cast<std::size_t>(taken) >= count) return INFINITY;
    const double behind =
        *std::max_element(own.begin(), own.end()) - own[static_cast<std::size_t>(taken)];
    const double size = rms(own);
    return behind == 0 ? 0 : behind / size;
}

/// `logits` are those of `again`. After they part, two sequences have nothing in common.
Parting parting(const Tokens& before, const Tokens& again, const Numbers& logits,
                std::int64_t batch) {
    Parting parting;
    const auto steps = std::ssize(again) / batch;
    for (std::int64_t s = 0; s < batch; ++s) {
        for (std::int64_t i = 0; i < steps; ++i) {
            const auto at = static_cast<std::size_t>(i * batch + s);
            if (before[at] == again[at]) continue;
            ++parting.sequences;
            if (parting.first_token < 0 || i < parting.first_token) parting.first_token = i;
            parting.worst_gap = std::max(
                parting.worst_gap, gap(logits[static_cast<std::size_t>(i)], batch, s, before[at]));
            break;
        }
    }
    return parting;
}

class GenerationOnDevice : public DeviceWork {
public:
    GenerationOnDevice(const Case& each, const Device& device, const Queue& queue,
                       WeightStore* weights)
        : case_(each),
          model_(model_of(each)),
          device_(&device),
          queue_(&queue),
          random_(each.protocol.seed, 0x746f6b656e73) {
        require_memory(run(), device);
        generator_.emplace(model_, run(), each.protocol.seed,
                           GenerationPlace{device, queue, weights});
        shared_ = shared_of(weights);
    }

    [[nodiscard]] int sets() const override { return 1; }
    void enqueue(const Queue& /*queue*/, int /*set*/) override {
        const std::uint64_t query = next_query_++;
        keep({query, generator_->generate(query)});
    }
    void poison(int /*set*/) override {
        generator_->prompt_graph().poison();
        generator_->decode_graph().poison_outputs();
        kept_.clear();
        answered_ = 0;
    }
    [[nodiscard]] std::span<const double> token_ns() const override {
        return generator_->token_ns();
    }
    [[nodiscard]] PreparedRecord prepared() const override;

    /// The first check is of the operators and the twin; the later ones hold the device to what it
    /// said then. Every one answers queries again.
    [[nodiscard]] Check check(int /*set*/, std::uint64_t seed) override {
        Check check = known_.tokens.empty() ? check_first(seed) : check_known();
        if (check.passed) merge(check, check_again(seed));
        return check;
    }

private:
    [[nodiscard]] const Inference& run() const { return std::get<Inference>(case_.workload); }

    /// A sample of all answers, each as likely (Vitter 1985, algorithm R).
    void keep(Answer answer) {
        ++answered_;
        if (kept_.size() < most_kept) {
            kept_.push_back(std::move(answer));
            return;
        }
        const std::uint32_t place = random_.below(answered_);
        if (place < most_kept) kept_[place] = std::move(answer);
    }

    Check check_first(std::uint64_t seed);
    Check check_known();
    Check check_again(std::uint64_t seed);
    Check check_twin();
    [[nodiscard]] double limit() const {
        return rounding_limit(run(), generator_->prompt_graph().graph().nodes.size());
    }

    Case case_;
    Model model_;
    const Device* device_;
    const Queue* queue_;
    mutable std::optional<Generator> generator_;  ///< Its clock reads the device when asked.
    SharedWeights shared_;
    Random random_;
    std::uint64_t next_query_ = 0;
    std::uint32_t answered_ = 0;  ///< Since poison().
    std::vector<Answer> kept_;
    Answer known_;  ///< Of the first check, once it has passed.
};

PreparedRecord GenerationOnDevice::prepared() const {
    PreparedRecord all = generator_->prompt_graph().prepared();
    const PreparedRecord decode = generator_->decode_graph().prepared();
    all.workspace_bytes += decode.workspace_bytes;
    all.build_ns += decode.build_ns;
    all.tune_ns += decode.tune_ns;
    if (decode.support != "native") {
        all.support = decode.support;
        if (all.note.empty()) all.note = decode.note;
    }
    all.constant_bytes += decode.constant_bytes;
    all.path = fmt::format("prompt: {}; every next token, one graph for all depths: {}", all.path,
                           decode.path);
    return with(std::move(all), shared_);
}

/// The decoding step is walked where the query before has left it; the walk of the prompt then
/// begins anew.
Check GenerationOnDevice::check_first(std::uint64_t seed) {
    Check check;
    check.passed = true;
    if (*run().output_tokens > 1) {
        check =
            check_operators(generator_->decode_graph(), *device_, *queue_, {seed, limit(), false});
        check.method = "the last step: " + check.method;
        if (!check.passed) return check;
    }
    generator_->prompt_graph().enqueue(*queue_);
    device_->wait(*queue_);
    Check prompt =
        check_operators(generator_->prompt_graph(), *device_, *queue_, {seed, limit(), true});
    prompt.method = "the prompt: " + prompt.method;
    merge(check, prompt);
    if (check.passed) merge(check, check_twin());
    if (!check.passed) return check;
    // Of the first token alone: after it answers may part.
    known_.query = kept_.empty() ? 0 : kept_.front().query;
    Numbers logits;
    known_.tokens = generator_->generate(known_.query, &logits);
    known_.logits = {std::move(logits.front())};
    return check;
}

/// The query that was answered beside the passed check, again.
Check GenerationOnDevice::check_known() {
    Numbers logits;
    const Tokens& again = generator_->generate(known_.query, &logits);
    const Parting found = parting(known_.tokens, again, logits, run().batch);
    Check check = held_against({logits.front()}, known_.logits, limit(),
                               "a query held against the checked one");
    if (check.passed && found.worst_gap > near_tie * limit()) {
        check.passed = false;
        check.reason = fmt::format(
            "a query gives other tokens than when it was checked, from token "
            "{} on",
            found.first_token + 1);
    }
    return check;
}

/// Queries that were answered since poison(), chosen by chance, must get the same tokens again; a
/// device that may round otherwise in each call may part at a near tie, and says so.
Check GenerationOnDevice::check_again(std::uint64_t seed) {
    Check check;
    check.passed = true;
    if (kept_.empty()) {
        check.passed = false;
        check.reason = "no query was answered";
        return check;
    }
    std::vector<Answer> chosen;
    Random random(seed, 0x616761696e);
    const std::size_t most = generator_->token_ns().back() > long_query_ns ? 1 : answered_again;
    for (std::size_t i = 0; i < std::min(most, kept_.size()); ++i) {
        std::swap(kept_[i], kept_[i + random.below(static_cast<std::uint32_t>(kept_.size() - i))]);
        chosen.push_back(kept_[i]);
    }
    std::string parted;
    for (const Answer& each : chosen) {
        Numbers logits;
        const Tokens& again = generator_->generate(each.query, &logits);
        check.elements += again.size();
        const Parting found = parting(each.tokens, again, logits, run().batch);
        if (found.sequences == 0) continue;
        parted += fmt::format(", but query {} from token {} on", each.query, found.first_token + 1);
        if (found.worst_gap <= near_tie * limit()) continue;
        check.passed = false;
        check.reason = fmt::format(
            "query {} answered again gives other tokens from token {} on: the one before is {:.2g} "
            "of the rms of all logits behind, allowed are {:.2g}",
            each.query, found.first_token + 1, found.worst_gap, near_tie * limit());
    }
    check.method = fmt::format("{} quer{} answered again: {} tokens{}", chosen.size(),
                               chosen.size() == 1 ? "y" : "ies",
                               parted.empty() ? "the same" : "the same up to near ties", parted);
    return check;
}

/// A small twin generates; each of its tokens is held against a prompt of all tokens before it.
Check GenerationOnDevice::check_twin() {
    const Model small = twin(model_);
    const Inference asked = small_request(run());
    Generator generator(small, asked, case_.protocol.seed, {*device_, *queue_});
    Numbers found, expected;
    const Tokens prompt = generator.prompt(0);
    const Tokens tokens = generator.generate(0, &found);
    std::int64_t same = 0;
    double worst_gap = 0;
    for (std::int64_t i = 0; i < *asked.output_tokens; ++i) {
        const std::int64_t length = asked.tokens + i;
        std::vector<double> given;  // of each sequence: its prompt, then what it answered
        for (std::int64_t s = 0; s < asked.batch; ++s) {
            const auto from = prompt.begin() + s * asked.tokens;
            given.insert(given.end(), from, from + asked.tokens);
            for (std::int64_t j = 0; j < i; ++j) {
                given.push_back(tokens[static_cast<std::size_t>(j * asked.batch + s)]);
            }
        }
        Inference longer = asked;
        longer.output_tokens = *asked.output_tokens - i;  // the same cache
        longer.tokens = length;
        const Graph graph = longer_prompt(small, longer, length);
        GraphNumbers truth =
            starting_numbers(graph, case_.protocol.seed, {{"tokens", std::move(given)}});
        evaluate(graph, truth);
        expected.push_back(truth[static_cast<std::size_t>(find_value(graph, "logits"))]);
        for (std::int64_t s = 0; s < asked.batch; ++s) {
            const std::int32_t taken = tokens[static_cast<std::size_t>(i * asked.batch + s)];
            const double behind = gap(expected.back(), asked.batch, s, taken);
            same += behind == 0 ? 1 : 0;
            worst_gap = std::max(worst_gap, behind);
        }
    }
    Check check = held_against(found, expected, limit(), "");
    check.method =
        fmt::format("a small twin's {} tokens in f64, each after all before it: {} the same",
                    tokens.size(), same);
    if (!check.passed) {
        check.reason = "a small twin's tokens" + check.reason;
    } else if (worst_gap > near_tie * limit()) {
        check.passed = false;
        check.reason = fmt::format(
            "a small twin took a token that is {:.2g} of the rms of all logits behind, allowed are "
            "{:.2g}",
            worst_gap, near_tie * limit());
    }
    return check;
}

}  // namespace

std::unique_ptr<DeviceWork> generation_on(const Case& each, const Device& device,
                                          const Queue& queue, WeightStore* weights) {
    return std::make_unique<GenerationOnDevice>(each, device, queue, weights);
}

}  // namespace assay

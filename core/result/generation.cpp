// SPDX-License-Identifier: Apache-2.0
#include "core/result/generation.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "core/stat/passes.hpp"
#include "core/stat/sample.hpp"

namespace assay {
namespace {

constexpr std::array quantiles = {0.5, 0.9, 0.99};

/// The records that count and have tokens.
std::vector<const CaseRecord*> generating(const CaseSummary& summary) {
    std::vector<const CaseRecord*> records;
    for (const CaseRecord* record : summary.records) {
        const bool counted =
            std::ranges::find(summary.passes, record->pass) != summary.passes.end();
        if (counted && record->sample && record->load && record->load->generation)
            records.push_back(record);
    }
    return records;
}

std::vector<Tail> tails_of(const std::vector<std::vector<double>>& passes) {
    std::vector<Tail> found;
    const auto empty = [](const auto& each) { return each.empty(); };
    if (passes.empty() || std::ranges::any_of(passes, empty)) return found;
    for (const double q : quantiles) found.push_back(tail_over_passes(passes, q));
    return found;
}

}  // namespace

std::string_view short_name(TokenTime which) {
    return which == TokenTime::first ? "TTFT" : "TPOT";
}

std::vector<double> token_times_ns(const CaseRecord& record, TokenTime which) {
    const GenerationRecord& generation = *record.load->generation;
    if (which == TokenTime::first) return generation.first_token_ns;
    std::vector<double> times;
    const std::size_t queries = generation.first_token_ns.size();
    const std::size_t rest = queries > 0 ? generation.next_token_ns.size() / queries : 0;
    for (std::size_t i = 0; rest > 0 && i < queries; ++i) {
        const auto at = generation.next_token_ns.begin() + static_cast<std::ptrdiff_t>(i * rest);
        const double all = std::accumulate(at, at + static_cast<std::ptrdiff_t>(rest), 0.0);
        times.push_back(all / static_cast<double>(rest));
    }
    return times;
}

std::optional<GenerationSummary> generation_summary(const CaseSummary& summary) {
    const std::vector<const CaseRecord*> records = generating(summary);
    const auto* run = std::get_if<Inference>(&summary.workload);
    if (records.empty() || run == nullptr) return std::nullopt;
    GenerationSummary found;
    std::vector<std::vector<double>> first, per_output;
    for (const CaseRecord* record : records) {
        const auto queries = std::ssize(record->load->generation->first_token_ns);
        found.queries += queries;
        if (record->load->seconds > 0) {
            found.tokens_per_second +=
                static_cast<double>(queries * run->units) / record->load->seconds;
        }
        first.push_back(token_times_ns(*record, TokenTime::first));
        per_output.push_back(token_times_ns(*record, TokenTime::per_output));
    }
    found.tokens_per_second /= static_cast<double>(records.size());
    found.first = tails_of(first);
    found.per_output = tails_of(per_output);
    std::vector<double> medians;
    for (const auto& each : first) medians.push_back(median(each) * 1e-9);
    const double seconds = pass_interval(medians).center;
    if (seconds > 0)
        found.prompt_tokens_per_second = static_cast<double>(run->batch * run->tokens) / seconds;
    return found;
}

std::optional<CaseSummary> token_case(const CaseSummary& summary, TokenTime which) {
    const std::vector<const CaseRecord*> records = generating(summary);
    if (records.size() != summary.passes.size() || records.empty()) return std::nullopt;
    CaseSummary part = summary;
    part.part = true;
    part.key += " time=" + std::string(short_name(which));
    part.id += " " + std::string(short_name(which));
    part.pass_medians.clear();
    for (const CaseRecord* record : records) {
        const std::vector<double> times = token_times_ns(*record, which);
        if (times.empty()) return std::nullopt;
        part.pass_medians.push_back(median(times) * 1e-9);
    }
    part.time = pass_interval(part.pass_medians);
    part.normalised_medians.clear();
    part.normalised.reset();
    part.rate.reset();
    part.bandwidth.reset();
    part.units_per_s.reset();
    part.peak_fraction.reset();
    part.roof_share.reset();
    part.energy.reset();
    part.load.reset();
    return part;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/result/load_check.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/workload/arrivals.hpp"

namespace assay {
namespace {

/// Ascending, each once, each of a query that there was.
bool are_queries(const std::vector<std::int64_t>& numbers, std::int64_t queries) {
    std::int64_t last = -1;
    for (const std::int64_t each : numbers) {
        if (each <= last || each >= queries) return false;
        last = each;
    }
    return true;
}

std::string fault_of_schedule(const LoadSettings& asked, const LoadRecord& load) {
    if (!is_open_loop(asked.scenario)) return "";
    const Arrivals due = poisson_arrivals(
        {asked.queries_per_second, asked.min_queries, asked.min_seconds, load.schedule_seed});
    if (std::ssize(due) != load.queries) return "has not the queries of its schedule";
    if (schedule_hash(due) != load.schedule_sha256) return "has the hash of another schedule";
    return "";
}

std::string fault_of_search(const SearchRecord& search, const SampleRecord& sample) {
    if (!(search.queries_per_second > 0)) return "has a sample but no rate";
    const double ns = sample.readings_ns.front();
    if (sample.readings_ns.size() != 1 ||
        std::abs(ns * search.queries_per_second * 1e-9 - 1) > 1e-9) {
        return "has a sample that is not the time of a query at its rate";
    }
    return "";
}

/// Tokens of each finished query, within its latency; 1 ns of it for what times were rounded to.
std::string fault_of_generation(const CaseRecord& record) {
    const bool asked = record.protocol.load->scenario == Scenario::generate;
    const std::optional<GenerationRecord>& generation = record.load->generation;
    if (asked != generation.has_value()) return "is no answer to its protocol";
    if (!asked) return "";
    const auto* run = std::get_if<Inference>(&record.workload);
    if (run == nullptr || !run->output_tokens) return "generates tokens that nobody asked for";
    const std::vector<double>& readings_ns = record.sample->readings_ns;
    const auto rest = static_cast<std::size_t>(*run->output_tokens - 1);
    const std::size_t next_tokens = generation->next_token_ns.size();
    if (generation->first_token_ns.size() != readings_ns.size() || rest > next_tokens ||
        next_tokens != readings_ns.size() * rest) {
        return "has not the tokens of its queries";
    }
    auto next = generation->next_token_ns.begin();
    for (std::size_t i = 0; i < readings_ns.size(); ++i) {
        const auto end = next + static_cast<std::ptrdiff_t>(rest);
        const double all = std::accumulate(next, end, generation->first_token_ns[i]);
        next = end;
        if (all > readings_ns[i] * (1 + 1e-9) + 1) return "has a token after its query was done";
    }
    return "";
}

}  // namespace

std::string load_fault(const CaseRecord& record) {
    if (!record.protocol.load || !record.load) {
        if (record.load) return "is there, but the protocol asks for none";
        return record.protocol.load && record.sample ? "is missing beside its sample" : "";
    }
    const LoadSettings& asked = *record.protocol.load;
    const LoadRecord& load = *record.load;
    const std::int64_t batch = samples_in(record.workload);
    if (!invalid(asked, batch).empty()) return "is of settings that make no load";
    if (!record.sample) return "is there without a sample";
    if (load.search.has_value() != is_search(asked)) return "is no answer to its protocol";
    if (load.search) return fault_of_search(*load.search, *record.sample);
    const auto readings = std::ssize(record.sample->readings_ns);
    if (load.queries != readings + std::ssize(load.unfinished)) {
        return "has not one reading for each finished query";
    }
    if (!are_queries(load.unfinished, load.queries)) return "names unfinished queries wrongly";
    if (record.sample->invocations != asked.samples_per_query / batch) {
        return "has not the invocations of a query";
    }
    if (std::string fault = fault_of_generation(record); !fault.empty()) return fault;
    return fault_of_schedule(asked, load);
}

}  // namespace assay

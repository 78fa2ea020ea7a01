// SPDX-License-Identifier: Apache-2.0
#include "core/measure/load_result.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/stat/sample.hpp"

namespace assay {
namespace {

// research/statistics 1.10: beyond these parts of the bound the harness is what is measured.
constexpr double allowed_p99_delay = 0.01, allowed_worst_delay = 0.1;

double seconds_of(std::int64_t ns) {
    return static_cast<double>(ns) * 1e-9;
}

/// True for queries beyond the bound; unfinished ones are, since the generator was patient longer.
std::vector<bool> beyond(const LoadLog& log, double bound_s) {
    std::vector<bool> over(log.due_ns.size());
    for (std::size_t i = 0; i < over.size(); ++i) {
        const bool finished = log.done_ns[i] != never_ns;
        over[i] = !finished || seconds_of(log.done_ns[i] - log.due_ns[i]) > bound_s;
    }
    return over;
}

void add_issue_delay(const LoadLog& log, LoadResult& result) {
    if (log.issued_ns == log.due_ns) return;
    std::vector<double> delays;
    delays.reserve(log.due_ns.size());
    for (std::size_t i = 0; i < log.due_ns.size(); ++i) {
        delays.push_back(seconds_of(log.issued_ns[i] - log.due_ns[i]));
    }
    result.worst_issue_delay_s = *std::max_element(delays.begin(), delays.end());
    result.p99_issue_delay_s = quantile(delays, 0.99);
}

void add_verdict(const LoadPlan& plan, const LoadLog& log, const LoadRules& rules,
                 LoadResult& result) {
    const std::vector<bool> over = beyond(log, rules.bound_s);
    result.over = std::count(over.begin(), over.end(), true);
    if (plan.scenario == Scenario::server) {
        result.kept = kept(result.queries, result.over, rules.tail);
        return;
    }
    result.strict = strictly_kept(windows_of(log.due_ns, over, strict_windows), rules.tail);
    result.kept = result.strict.kept;
}

std::string late(const LoadResult& result, double bound_s) {
    const auto text = [&](const char* which, double delay_s, double allowed) {
        return fmt::format(
            "the load generator itself was late: {} issue delay {:.3g} ms is more than {:.0f} % of "
            "the bound of {:.3g} ms; lower the rate, or give the generator a CPU of its own",
            which, 1e3 * delay_s, 100 * allowed, 1e3 * bound_s);
    };
    if (result.p99_issue_delay_s > allowed_p99_delay * bound_s) {
        return text("p99", result.p99_issue_delay_s, allowed_p99_delay);
    }
    if (result.worst_issue_delay_s > allowed_worst_delay * bound_s) {
        return text("worst", result.worst_issue_delay_s, allowed_worst_delay);
    }
    return "";
}

std::string too_short(const LoadResult& result, const LoadRules& rules, double seconds) {
    if (result.queries < rules.min_queries) {
        return fmt::format("{} queries; the scenario wants {}", result.queries, rules.min_queries);
    }
    if (seconds < rules.min_seconds) {
        return fmt::format("{:.3g} s of queries; the scenario wants {:.3g} s", seconds,
                           rules.min_seconds);
    }
    return "";
}

std::string fault_of_server_load(const LoadPlan& plan, const LoadLog& log, const LoadRules& rules,
                                 const LoadResult& result) {
    if (!(rules.bound_s > 0)) return "no latency bound: a server load is judged by one";
    if (result.unfinished > 0 && plan.patience_seconds < rules.bound_s) {
        return fmt::format("{} queries were not waited for as long as the bound allows them",
                           result.unfinished);
    }
    if (const std::string fault = late(result, rules.bound_s); !fault.empty()) return fault;
    return too_short(result, rules, seconds_of(log.due_ns.back()));
}

std::string fault_of(const LoadPlan& plan, const LoadLog& log, const LoadRules& rules,
                     const LoadResult& result) {
    if (result.queries == 0) return "no query was issued";
    if (is_open_loop(plan.scenario)) return fault_of_server_load(plan, log, rules, result);
    if (result.unfinished > 0) {
        return fmt::format("{} of {} queries not done within {:.3g} s", result.unfinished,
                           result.queries, plan.patience_seconds);
    }
    return too_short(result, rules, result.seconds);
}

void add_totals(const LoadPlan& plan, const LoadLog& log, LoadResult& result) {
    const std::vector<double> latencies = latencies_s(log);
    if (latencies.empty()) return;
    const auto finished = static_cast<double>(latencies.size());
    const std::int64_t last = *std::max_element(log.done_ns.begin(), log.done_ns.end());
    result.seconds = seconds_of(last - log.due_ns.front());
    result.mean_latency_s = std::accumulate(latencies.begin(), latencies.end(), 0.0) / finished;
    if (result.seconds > 0) {
        result.samples_per_second =
            finished * static_cast<double>(plan.samples_per_query) / result.seconds;
    }
}

}  // namespace

std::vector<double> latencies_s(const LoadLog& log) {
    std::vector<double> latencies;
    latencies.reserve(log.due_ns.size());
    for (std::size_t i = 0; i < log.due_ns.size(); ++i) {
        if (log.done_ns[i] != never_ns) {
            latencies.push_back(seconds_of(log.done_ns[i] - log.due_ns[i]));
        }
    }
    return latencies;
}

LoadResult judge_load(const LoadPlan& plan, const LoadLog& log, const LoadRules& rules) {
    LoadResult result;
    result.queries = static_cast<std::int64_t>(log.due_ns.size());
    result.samples = result.queries * plan.samples_per_query;
    result.unfinished = log.unfinished();
    add_totals(plan, log, result);
    if (result.queries > 0 && is_open_loop(plan.scenario)) {
        add_issue_delay(log, result);
        add_verdict(plan, log, rules, result);
    } else if (plan.scenario != Scenario::offline) {
        result.tail = tail_estimate(latencies_s(log), rules.tail);
    }
    result.invalid = fault_of(plan, log, rules, result);
    return result;
}

std::vector<Percentile> latency_percentiles(const LoadLog& log, std::span<const double> qs) {
    const std::vector<double> latencies = latencies_s(log);
    std::vector<Percentile> percentiles;
    for (const double q : qs) percentiles.push_back(percentile(latencies, q));
    return percentiles;
}

}  // namespace assay

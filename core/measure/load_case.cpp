// SPDX-License-Identifier: Apache-2.0
#include "core/measure/load_case.hpp"

#include <algorithm>
#include <exception>
#include <thread>

#include <fmt/format.h>

#include "core/measure/load_result.hpp"
#include "core/measure/load_search.hpp"
#include "core/measure/query_line.hpp"
#include "core/stat/sample.hpp"
#include "core/workload/arrivals.hpp"

namespace assay {
namespace {

/// How much longer than its bound the generator waits for the last queries; MLPerf's is 60 s, which
/// an overloaded probe of a search need not cost.
constexpr double patience_bounds = 10, least_patience_seconds = 10;
constexpr double confirmation_part = 4;  // a probe of a search is so much shorter, when it may be

/// Of a query: whole ones.
std::int64_t invocations_of(const LoadSettings& load, std::int64_t batch) {
    return load.samples_per_query / batch;
}

class Loaded {
public:
    Loaded(const Case& each, DeviceCase& on_device, const LoadOrder& order)
        : settings_(*each.protocol.load), on_device_(on_device), order_(order) {
        batch_ = samples_in(each.workload);
        outcome_.clock = on_device.clock() == "virtual" ? "virtual" : "host";
        outcome_.invocations = invocations_of(settings_, batch_);
        if (settings_.scenario == Scenario::generate) outcome_.record.generation.emplace();
    }

    LoadOutcome run() {
        is_search(settings_) ? search() : single();
        return std::move(outcome_);
    }

private:
    [[nodiscard]] bool is_virtual() const { return outcome_.clock == "virtual"; }
    [[nodiscard]] LoadPlan plan() const;
    [[nodiscard]] LoadRules rules() const;
    std::int64_t serve(std::int64_t samples);
    LoadLog load(const LoadPlan& plan);
    LoadLog line(const LoadPlan& plan);
    void hear_tokens();
    void single();
    void keep(const LoadLog& log, const LoadResult& result);
    void search();
    [[nodiscard]] MaxRatePlan search_plan() const;

    const LoadSettings& settings_;
    DeviceCase& on_device_;
    const LoadOrder& order_;
    std::int64_t batch_ = 1;
    LoadOutcome outcome_;
};

LoadPlan Loaded::plan() const {
    LoadPlan plan;
    plan.scenario = settings_.scenario;
    plan.samples_per_query = settings_.samples_per_query;
    plan.min_queries = settings_.min_queries;
    plan.min_seconds = settings_.min_seconds;
    if (is_open_loop(settings_.scenario)) {
        plan.patience_seconds =
            std::max(patience_bounds * settings_.bound_seconds, least_patience_seconds);
    } else {
        // Serving is not interrupted here: the supervisor's watchdog is the limit.
        plan.patience_seconds = 1e9;
    }
    return plan;
}

LoadRules Loaded::rules() const {
    LoadRules rules;
    rules.tail.percentile = settings_.percentile > 0 ? settings_.percentile : 0.99;
    rules.bound_s = settings_.bound_seconds;
    rules.min_queries = settings_.min_queries;
    rules.min_seconds = settings_.min_seconds;
    return rules;
}

std::int64_t Loaded::serve(std::int64_t samples) {
    if (order_.alive) order_.alive();
    on_device_.begin();
    for (std::int64_t i = 0; i < samples / batch_; ++i) on_device_.invoke();
    const double spent_ns = on_device_.end().ns;
    hear_tokens();
    return static_cast<std::int64_t>(spent_ns);
}

void Loaded::hear_tokens() {
    if (settings_.scenario != Scenario::generate) return;
    GenerationRecord& generation = *outcome_.record.generation;
    const std::span<const double> at_ns = on_device_.token_ns();
    generation.first_token_ns.push_back(at_ns.front());
    for (std::size_t i = 1; i < at_ns.size(); ++i) {
        generation.next_token_ns.push_back(at_ns[i] - at_ns[i - 1]);
    }
}

LoadLog Loaded::load(const LoadPlan& plan) {
    const auto serving = [this](std::int64_t samples) { return serve(samples); };
    if (is_virtual()) {
        VirtualClock clock;
        DirectServer server(clock, true, serving);
        return run_load(plan, server, clock);
    }
    if (is_open_loop(plan.scenario)) return line(plan);
    HostClock clock;
    DirectServer server(clock, false, serving);
    return run_load(plan, server, clock);
}

/// The generator on a thread of its own: the plugin is called by the thread that opened it.
LoadLog Loaded::line(const LoadPlan& plan) {
    HostClock clock;
    QueryLine queries(clock);
    LoadLog log;
    std::exception_ptr fault;
    std::jthread generator([&] {
        try {
            log = run_load(plan, queries, clock);
        } catch (...) {
            fault = std::current_exception();
        }
        queries.close();
    });
    queries.serve([this](std::int64_t samples) { return serve(samples); });
    generator.join();
    if (fault) std::rethrow_exception(fault);
    return log;
}

void Loaded::single() {
    LoadPlan plan = this->plan();
    if (is_open_loop(plan.scenario)) {
        outcome_.record.schedule_seed = order_.seed;
        plan.arrivals_ns = poisson_arrivals({settings_.queries_per_second, settings_.min_queries,
                                             settings_.min_seconds, order_.seed});
        outcome_.record.schedule_sha256 = schedule_hash(plan.arrivals_ns);
    }
    const LoadLog log = load(plan);
    keep(log, judge_load(plan, log, rules()));
}

void Loaded::keep(const LoadLog& log, const LoadResult& result) {
    outcome_.invalid = result.invalid;
    outcome_.metric = settings_.scenario == Scenario::offline ? "time" : "latency";
    for (const double seconds : latencies_s(log)) outcome_.readings_ns.push_back(seconds * 1e9);
    LoadRecord& record = outcome_.record;
    record.queries = result.queries;
    for (std::size_t i = 0; i < log.done_ns.size(); ++i) {
        if (log.done_ns[i] == never_ns) record.unfinished.push_back(static_cast<std::int64_t>(i));
    }
    record.seconds = result.seconds;
    record.p99_issue_delay_s = result.p99_issue_delay_s;
    record.worst_issue_delay_s = result.worst_issue_delay_s;
    if (outcome_.readings_ns.empty() && outcome_.invalid.empty()) {
        outcome_.invalid = "not one query was done in time";
    }
}

MaxRatePlan Loaded::search_plan() const {
    MaxRatePlan plan;
    const double call_s = order_.call_s * static_cast<double>(outcome_.invocations);
    plan.first_rate = 0.5 / call_s;  // half of what it can take at most
    plan.confirm_queries = settings_.min_queries;
    plan.confirm_seconds = settings_.min_seconds;
    const std::int64_t least = queries_needed(1, rules().tail);
    plan.probe_queries = std::min(
        plan.confirm_queries,
        std::max(least, static_cast<std::int64_t>(static_cast<double>(plan.confirm_queries) /
                                                  confirmation_part)));
    plan.probe_seconds = settings_.min_seconds / confirmation_part;
    plan.most_seconds = settings_.search_seconds;
    plan.seed = order_.seed;
    return plan;
}

SearchRecord record_of(const MaxRate& found) {
    SearchRecord record;
    record.end = name(found.end);
    record.queries_per_second = found.rate;
    record.failed_queries_per_second = found.failed_rate;
    record.upper_queries_per_second = found.upper_rate;
    record.confidence = found.confidence;
    record.scheduled_s = found.seconds;
    for (const Trial& trial : found.trials) {
        record.trials.push_back({std::string(name(trial.purpose)), trial.rate, trial.min_queries,
                                 trial.min_seconds, trial.seed, std::string(name(trial.kept)),
                                 trial.exceeded});
    }
    return record;
}

void Loaded::search() {
    outcome_.metric = "time at the largest rate";
    outcome_.invocations = 1;
    const double alone_s = order_.call_s * static_cast<double>(invocations_of(settings_, batch_));
    if (alone_s > settings_.bound_seconds) {
        outcome_.invalid =
            fmt::format("no rate keeps a bound of {:.4g} ms: one query alone takes {:.4g} ms",
                        settings_.bound_seconds * 1e3, alone_s * 1e3);
        return;
    }
    LoadRules rules = this->rules();
    rules.min_queries = 1;  // a trial is as long as the search says
    rules.min_seconds = 0;
    LoadRecord& record = outcome_.record;
    const auto trial = [&](const LoadPlan& plan) {
        LoadLog log = load(plan);
        const LoadResult result = judge_load(plan, log, rules);
        record.queries += result.queries;
        record.seconds += result.seconds;
        record.p99_issue_delay_s = std::max(record.p99_issue_delay_s, result.p99_issue_delay_s);
        record.worst_issue_delay_s =
            std::max(record.worst_issue_delay_s, result.worst_issue_delay_s);
        return log;
    };
    const MaxRateFound found = find_max_rate(search_plan(), plan(), rules, trial);
    record.search = record_of(found.max_rate);
    if (found.max_rate.rate > 0) {
        outcome_.readings_ns = {1e9 / found.max_rate.rate};
        return;
    }
    outcome_.invalid = found.invalid.empty()
                           ? fmt::format("no rate was found: {} after {} trials",
                                         record.search->end, record.search->trials.size())
                           : found.invalid;
}

}  // namespace

double expected_load_seconds(const Case& each, double call_s) {
    const LoadSettings& load = *each.protocol.load;
    if (is_search(load)) return load.search_seconds;
    const auto queries = static_cast<double>(load.min_queries);
    if (is_open_loop(load.scenario)) {
        return std::max(queries / load.queries_per_second, load.min_seconds);
    }
    const double query_s =
        call_s * static_cast<double>(invocations_of(load, samples_in(each.workload)));
    return std::max(queries * query_s, load.min_seconds);
}

LoadOutcome run_load_case(const Case& each, DeviceCase& on_device, const LoadOrder& order) {
    return Loaded(each, on_device, order).run();
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/suite/scenario.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/stat/early_stopping.hpp"
#include "core/suite/names.hpp"

namespace assay {
namespace {

using namespace std::string_view_literals;

constexpr std::array scenario_names = {"single-stream"sv, "multi-stream"sv,  "offline"sv,
                                       "server"sv,        "server-strict"sv, "generate"sv};

/// What a suite gets that says nothing: the percentiles and queries are MLPerf's (the least of its
/// early stopping), the seconds ours: its 600 are for submissions, and a pass is not the only one.
struct Usual {
    Scenario scenario;
    double percentile;
    std::int64_t samples, queries;  ///< samples 0: one invocation.
    double seconds;
};
constexpr std::array usual = {Usual{Scenario::single_stream, 0.9, 0, 64, 10},
                              Usual{Scenario::multi_stream, 0.99, 8, 662, 10},
                              Usual{Scenario::offline, 0, 0, 1, 0},
                              Usual{Scenario::server, 0.99, 0, 662, 10},
                              Usual{Scenario::server_strict, 0.99, 0, 662, 10},
                              Usual{Scenario::generate, 0.9, 0, 64, 10}};

// A search confirms by runs that ten queries beyond the bound do not undo, else luck decides: with
// the least number, 662, half of the right rates fail.
constexpr std::int64_t usual_over = 10;
constexpr double usual_search_seconds = 600;      // MLPerf's, of one run
constexpr std::int64_t most_queries = 1'000'000;  // latencies that a result file keeps of a pass
constexpr double most_seconds = 86400;

/// Settings that only a server has.
std::string stray(const LoadSettings& load) {
    if (is_open_loop(load.scenario)) return "";
    const char* key = load.queries_per_second != 0 ? "queries_per_second"
                      : load.bound_seconds != 0    ? "bound_seconds"
                      : load.search_seconds != 0   ? "search_seconds"
                                                   : nullptr;
    if (key == nullptr) return "";
    return fmt::format("{} is of server and server-strict; {} has none", key, name(load.scenario));
}

std::string invalid_server(const LoadSettings& load) {
    if (!(load.bound_seconds > 0)) {
        return fmt::format(
            "{} needs bound_seconds, the latency that percentile of all queries "
            "must keep",
            name(load.scenario));
    }
    if (!is_search(load) && load.search_seconds != 0) {
        return "search_seconds is for the search of the largest rate: leave out "
               "queries_per_second, or search_seconds";
    }
    if (!is_search(load) &&
        static_cast<double>(load.min_queries) > load.queries_per_second * most_seconds) {
        return fmt::format("{} queries at {:.6g} a second take more than a day", load.min_queries,
                           load.queries_per_second);
    }
    const double queries = load.queries_per_second * load.min_seconds;
    if (queries > static_cast<double>(most_queries)) {
        return fmt::format("{:.6g} queries a second for {:.6g} s are more than {} queries",
                           load.queries_per_second, load.min_seconds, most_queries);
    }
    return "";
}

std::string out_of_range(const LoadSettings& load) {
    const auto refuse = [](const char* key, double value, const char* range) {
        return fmt::format("{} must be {}, is {:.6g}", key, range, value);
    };
    for (const auto& [key, value] : {std::pair{"min_seconds", load.min_seconds},
                                     std::pair{"bound_seconds", load.bound_seconds},
                                     std::pair{"search_seconds", load.search_seconds}}) {
        if (!(value >= 0 && value <= most_seconds)) return refuse(key, value, "0 to 86400");
    }
    if (!(load.queries_per_second >= 0 && load.queries_per_second <= 1e6)) {
        return refuse("queries_per_second", load.queries_per_second, "0 to 1e6");
    }
    if (load.min_queries < 1 || load.min_queries > most_queries) {
        return refuse("min_queries", static_cast<double>(load.min_queries), "1 to 1e6");
    }
    const bool has_percentile = load.scenario != Scenario::offline;
    if (has_percentile && !(load.percentile >= 0.5 && load.percentile <= 0.9999)) {
        return refuse("percentile", load.percentile, "0.5 to 0.9999");
    }
    return "";
}

}  // namespace

template <>
std::span<const std::string_view> names<Scenario>() {
    return scenario_names;
}

std::string_view name(Scenario scenario) {
    return scenario_names.at(static_cast<std::size_t>(scenario));
}

bool is_open_loop(Scenario scenario) {
    return scenario == Scenario::server || scenario == Scenario::server_strict;
}

std::int64_t samples_in(const Workload& workload) {
    const auto* run = std::get_if<Inference>(&workload);
    return run != nullptr ? std::max<std::int64_t>(run->batch, 1) : 1;
}

bool is_search(const LoadSettings& load) {
    return is_open_loop(load.scenario) && load.queries_per_second == 0;
}

LoadSettings settled(LoadSettings load, std::int64_t batch) {
    const Usual& own = usual.at(static_cast<std::size_t>(load.scenario));
    const bool offline = load.scenario == Scenario::offline;
    if (load.samples_per_query == 0 && !offline) {
        load.samples_per_query = own.samples > 0 ? own.samples : batch;
    }
    if (load.percentile == 0) load.percentile = own.percentile;
    if (load.min_queries == 0) {
        const bool known = load.percentile > 0 && load.percentile < 1;
        load.min_queries =
            is_search(load) && known ? queries_needed(usual_over, {load.percentile}) : own.queries;
    }
    if (load.min_seconds == 0) load.min_seconds = own.seconds;
    if (is_search(load) && load.search_seconds == 0) load.search_seconds = usual_search_seconds;
    return load;
}

std::string invalid(const LoadSettings& load, std::int64_t batch) {
    if (std::string wrong = out_of_range(load); !wrong.empty()) return wrong;
    if (std::string wrong = stray(load); !wrong.empty()) return wrong;
    const bool offline = load.scenario == Scenario::offline;
    if (offline && load.samples_per_query == 0) {
        return "offline needs samples_per_query: all samples there are";
    }
    if (load.samples_per_query < 1 || load.samples_per_query > most_queries) {
        return fmt::format("samples_per_query must be 1 to {}, is {}", most_queries,
                           load.samples_per_query);
    }
    if (load.samples_per_query % batch != 0) {
        return fmt::format("samples_per_query is {}, no multiple of the batch of {}",
                           load.samples_per_query, batch);
    }
    if (load.scenario == Scenario::generate && load.samples_per_query != batch) {
        return fmt::format("a query of generate is one batch of {}: leave out samples_per_query",
                           batch);
    }
    if (offline && (load.min_queries != 1 || load.min_seconds != 0 || load.percentile != 0)) {
        return "offline is one query: set samples_per_query, not min_queries, min_seconds or "
               "percentile";
    }
    return is_open_loop(load.scenario) ? invalid_server(load) : "";
}

std::string short_name(const LoadSettings& load) {
    std::string text(name(load.scenario));
    const bool own = load.scenario == Scenario::generate;  // the batch, which stands beside it
    if (load.samples_per_query != 1 && !own)
        text += fmt::format(" {} samples", load.samples_per_query);
    if (load.queries_per_second > 0) text += fmt::format(" {:.6g}/s", load.queries_per_second);
    if (load.bound_seconds > 0) {
        text += fmt::format(" p{:.6g} within {:.6g} ms", load.percentile * 100,
                            load.bound_seconds * 1e3);
    }
    return text;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// A run as one JSON document: the header record, each case with all its passes and its summary.
#include "core/report/load_table.hpp"
#include "core/report/report.hpp"
#include "core/report/sharing_table.hpp"
#include "core/result/described.hpp"
#include "core/result/generation.hpp"
#include "core/result/json_records.hpp"
#include "core/result/session.hpp"
#include "core/result/tails.hpp"
#include "core/result/whole.hpp"

namespace assay {
namespace {

Json interval_json(const Interval& interval) {
    if (interval.confidence <= 0) return {{"center", interval.center}};
    return {{"center", interval.center},
            {"low", interval.low},
            {"high", interval.high},
            {"confidence", interval.confidence}};
}

void set_if(Json& json, const char* key, const std::optional<double>& value) {
    if (value) json[key] = *value;
}

Json load_json(const CaseSummary& row) {
    const LoadSummary& load = *row.load;
    Json json{{"queries", load.queries},
              {"unfinished", load.unfinished},
              {"samples_per_second", load.samples_per_second},
              {"verdict", load_verdict_text(row)}};
    const LoadSettings& settings = *row.protocol.load;
    if (is_search(settings)) {
        json["queries_per_second"] = load.claimed;
        if (load.upper > 0) json["upper_queries_per_second"] = load.upper;
        json["confidence"] = load.confidence;
    } else if (is_open_loop(settings.scenario)) {
        json["over"] = load.over;
        json["met_passes"] = load.met;
        json["missed_passes"] = load.missed;
        json["worst_issue_delay_seconds"] = load.worst_issue_delay_s;
    } else if (load.tail.available() && settings.scenario != Scenario::offline) {
        json["tail_seconds"] = load.tail.value;
    }
    return json;
}

/// Derived on reading; method: docs/comparing.md.
Json energy_json(const CaseSummary& row) {
    const double joules = row.energy->joules_per_invocation;
    Json json = {{"watts", row.energy->watts},
                 {"joules_per_invocation", joules},
                 {"sensors", row.energy->sensors}};
    set_if(json, "idle_watts", row.energy->idle_watts);
    if (const double operations = flop(row.workload); operations > 0 && joules > 0)
        json["operations_per_joule"] = operations / joules;
    const auto* model = std::get_if<Inference>(&row.workload);
    if (model != nullptr && joules > 0)
        json["units_per_joule"] = static_cast<double>(model->units) / joules;
    return json;
}

Json tails_json(const std::vector<Tail>& tails) {
    Json percentiles = Json::object();
    for (const Tail& each : tails) {
        Json tail = interval_json(each.time);
        if (!(each.time.center > 0)) tail = Json::object();
        if (!each.note.empty()) tail["note"] = each.note;
        percentiles[tail_name(each.q)] = std::move(tail);
    }
    return percentiles;
}

Json generation_json(const GenerationSummary& generation) {
    return {{"queries", generation.queries},
            {"tokens_per_second", generation.tokens_per_second},
            {"prompt_tokens_per_second", generation.prompt_tokens_per_second},
            {"time_to_first_token_seconds", tails_json(generation.first)},
            {"time_per_output_token_seconds", tails_json(generation.per_output)}};
}

Json summary_json(const CaseSummary& row, double session_sd) {
    Json json = Json::object();
    json["passes"] = row.passes;
    if (!row.pass_medians.empty()) {
        json["pass_medians_seconds"] = row.pass_medians;
        json["time_seconds"] = interval_json(row.time);
        json["time_across_sessions_seconds"] = interval_json(across_sessions(row.time, session_sd));
    }
    if (row.normalised) {
        json["normalised_pass_medians_seconds"] = row.normalised_medians;
        json["normalised_time_seconds"] = interval_json(*row.normalised);
    }
    const Json percentiles = tails_json(tails(row));
    if (!percentiles.empty()) json["percentiles_seconds"] = percentiles;
    json["state"] = name(row.condition());
    json["doubts"] = Json::array();
    for (const Doubt& each : row.doubts) {
        json["doubts"].push_back(
            {{"state", name(each.condition)}, {"reason", each.reason}, {"remedy", each.remedy}});
    }
    set_if(json, "rate_op_per_second", row.rate);
    set_if(json, "bandwidth_bytes_per_second", row.bandwidth);
    set_if(json, "peak_fraction", row.peak_fraction);
    set_if(json, "clock_hz", row.clock_hz);
    set_if(json, "peak_at_clock_fraction", row.peak_at_clock_fraction);
    if (row.energy) json["energy"] = energy_json(row);
    set_if(json, "highest_celsius", row.celsius);
    if (row.roof_share) {
        json["roof"] = {{"fraction", row.roof_share->fraction},
                        {"bound", name(row.roof_share->bound)}};
    }
    set_if(json, "units_per_second", row.units_per_s);
    if (row.load) json["load"] = load_json(row);
    if (const auto generation = generation_summary(row)) {
        json["generation"] = generation_json(*generation);
    }
    json["kernels"] = row.paths;
    json["warnings"] = row.warnings;
    return json;
}

/// A pass without what stands elsewhere: the same for all passes, or in `readings`.
Json pass_json(const CaseRecord& record) {
    Json json = to_json(record);
    for (const char* elsewhere :
         {"subject", "index", "key", "id", "group", "workload", "protocol", "sample"}) {
        json.erase(elsewhere);
    }
    return json;
}

Json case_json(const Run& run, const CaseSummary& row, const KnownSessions& known) {
    Json json = Json::object();
    json["id"] = row.id;
    json["key"] = row.key;
    json["group"] = row.group;
    const Subject& subject = run.header.subjects.at(static_cast<std::size_t>(row.subject));
    json["subject"] = subject.label;
    json["workload"] = to_value(row.workload);
    json["protocol"] = to_value(row.protocol);
    json["outcome"] = to_value(row.outcome);
    json["check"] = row.check ? to_value(storable(*row.check)) : Json();
    const double session_sd =
        session_term(known, run.header, static_cast<std::size_t>(row.subject)).sd;
    json["summary"] = summary_json(row, session_sd);
    json["passes"] = Json::array();
    json["readings"] = Json::array();
    for (const CaseRecord* record : row.records) {
        json["passes"].push_back(pass_json(*record));
        if (!record->sample) continue;
        json["readings"].push_back({{"pass", record->pass}});
        json["readings"].back().update(to_value(*record->sample));
    }
    return json;
}

}  // namespace

std::string run_json(const Run& run, const KnownSessions& known) {
    Json json = Json::object();
    json["run"] = to_json(run.header);
    json["cases"] = Json::array();
    const std::vector<CaseSummary> summaries = summarise(run);
    for (const CaseSummary& row : summaries)
        json["cases"].push_back(case_json(run, *WholeSummary(run, row), known));
    if (Json sharing = sharing_json(run, summaries); !sharing.empty()) {
        json["sharing"] = std::move(sharing);
    }
    json["end"] = run.end ? to_json(*run.end) : Json();
    json["warnings"] = run.warnings;
    return pretty_json(json) + "\n";
}

}  // namespace assay

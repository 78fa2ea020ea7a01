// SPDX-License-Identifier: Apache-2.0
// A comparison as one document for tools.
#include "core/base/json.hpp"
#include "core/report/report.hpp"

namespace assay {

namespace {

Json difference_json(const Difference& difference) {
    Json json = Json::object();
    json["time_ratio"] = difference.ratio;
    json["decidable"] = difference.decidable;
    if (!difference.decidable) return json;
    json["low95"] = difference.low95;
    json["high95"] = difference.high95;
    json["low90"] = difference.low90;
    json["high90"] = difference.high90;
    json["p"] = difference.p;
    json["hodges_lehmann"] = difference.hodges_lehmann;
    json["sd_log"] = difference.sd_log;
    return json;
}

Json fields_json(const std::vector<Confounder>& fields) {
    Json list = Json::array();
    for (const Confounder& each : fields) {
        Json json = Json::object();
        json["field"] = each.field;
        json["baseline"] = each.baseline;
        json["candidate"] = each.candidate;
        list.push_back(std::move(json));
    }
    return list;
}

Json side_json(const Side& side) {
    Json json = Json::object();
    json["file"] = side.run->path.filename().string();
    json["run_id"] = side.run->header.run_id;
    json["started_utc"] = side.run->header.started_utc;
    json["subject"] = side.subject;
    json["label"] = side.label();
    return json;
}

Json times_json(const CaseSummary& summary) {
    Json json = Json::object();
    json["time_seconds"] = summary.time.center;
    json["pass_medians_seconds"] = summary.pass_medians;
    return json;
}

Json case_json(const Comparison& each) {
    Json json = Json::object();
    json["key"] = each.key;
    json["id"] = each.id;
    json["group"] = each.group;
    json["verdict"] = std::string(name(each.verdict));
    json["reason"] = each.reason;
    const bool measured = each.baseline && each.candidate && each.baseline->measured() &&
                          each.candidate->measured() && each.verdict != Verdict::not_comparable;
    if (measured) json["difference"] = difference_json(each.difference);
    if (measured && each.other) json["other_estimate"] = difference_json(*each.other);
    if (measured && each.cycle_ratio) json["cycle_ratio"] = *each.cycle_ratio;
    if (!each.remark.empty()) json["remark"] = each.remark;
    if (each.baseline && each.baseline->measured()) json["baseline"] = times_json(*each.baseline);
    if (each.candidate && each.candidate->measured())
        json["candidate"] = times_json(*each.candidate);
    return json;
}

}  // namespace

std::string comparison_json(const ComparisonReport& report) {
    Json document = Json::object();
    document["baseline"] = side_json(report.baseline);
    document["candidate"] = side_json(report.candidate);
    document["margin"] = report.margin;
    document["method"] = report.paired ? "paired" : "welch";
    document["estimate"] = report.normalised ? "normalised" : "raw";
    document["session_sd"] = report.session_sd;
    document["session_source"] = report.session_source;
    document["refused"] = fields_json(report.refused);
    document["confounders"] = fields_json(report.confounders);
    document["expected"] = fields_json(report.expected);
    document["noted"] = fields_json(report.noted);
    document["notes"] = report.notes;
    document["cases"] = Json::array();
    for (const Comparison& each : report.cases) document["cases"].push_back(case_json(each));
    document["counts"] = Json::object();
    for (int i = 0; i <= static_cast<int>(Verdict::missing); ++i) {
        const auto verdict = static_cast<Verdict>(i);
        document["counts"][std::string(name(verdict))] = report.count(verdict);
    }
    if (report.geometric_mean) {
        document["geometric_mean"] = difference_json(*report.geometric_mean);
    }
    if (report.total_time_ratio) document["total_time_ratio"] = *report.total_time_ratio;
    document["gate"] = gate_trips(report) ? "trips" : "passes";
    return pretty_json(document) + "\n";
}

}  // namespace assay

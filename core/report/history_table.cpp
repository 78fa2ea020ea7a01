// SPDX-License-Identifier: Apache-2.0
// A history for people and for tools: a row a step, or a row that says there is none.
#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/compare/judge.hpp"
#include "core/report/cells.hpp"
#include "core/report/notes.hpp"
#include "core/report/report.hpp"

namespace assay {

namespace {

std::string last_seconds(const CaseHistory& each) {
    for (std::size_t i = each.seconds.size(); i-- > 0;) {
        if (each.seconds[i]) return format(*each.seconds[i], Unit::second);
    }
    return "-";
}

std::string interval_of(const Difference& difference) {
    return signed_percent(difference.low95) + " … " + signed_percent(difference.high95);
}

std::vector<std::string> row_without_step(const CaseHistory& each) {
    const std::string verdict = each.enough()
                                    ? "no step"
                                    : fmt::format("can't tell: needs {} files, {} on each side",
                                                  2 * least_side, least_side);
    return {each.id, std::to_string(each.measured()), last_seconds(each), verdict, "", "", ""};
}

void add_rows(Table& table, const CaseHistory& each, const History& history) {
    if (each.steps.empty()) return table.add(row_without_step(each));
    for (const Step& step : each.steps) {
        const FilePoint& file = history.files[step.at];
        table.add({each.id, std::to_string(each.measured()), last_seconds(each),
                   step.difference.ratio > 1 ? "SLOWER" : "FASTER",
                   signed_percent(step.difference.ratio), interval_of(step.difference),
                   file.file + ", " + file.started_utc});
    }
}

Json step_json(const Step& step, const History& history) {
    Json json = Json::object();
    json["file"] = history.files[step.at].file;
    json["started_utc"] = history.files[step.at].started_utc;
    json["time_ratio"] = step.difference.ratio;
    json["low95"] = step.difference.low95;
    json["high95"] = step.difference.high95;
    json["p"] = step.p;
    return json;
}

Json case_json(const CaseHistory& each, const History& history) {
    Json json = Json::object();
    json["key"] = each.key;
    json["id"] = each.id;
    json["group"] = each.group;
    json["time_seconds"] = Json::array();
    for (const auto& seconds : each.seconds) {
        json["time_seconds"].push_back(seconds ? Json(*seconds) : Json(nullptr));
    }
    json["enough"] = each.enough();
    json["steps"] = Json::array();
    for (const Step& step : each.steps) json["steps"].push_back(step_json(step, history));
    return json;
}

}  // namespace

std::string history_table(const History& history, Dialect dialect) {
    Table table({{"case"},
                 {"files", Align::right},
                 {"last", Align::right},
                 {"step"},
                 {"change", Align::right},
                 {"95 % interval"},
                 {"from file on"}});
    for (const CaseHistory& each : history.cases) add_rows(table, each, history);
    const std::vector<std::string> about = {
        fmt::format("{} {}, {} … {}; steps of at least {:.3g} %", history.files.size(),
                    history.files.size() == 1 ? "file" : "files", history.files.front().started_utc,
                    history.files.back().started_utc, history.margin * 100)};
    return section("history", about, dialect).substr(1) +
           section("left out", history.left_out, dialect) + "\n" + table.text(dialect);
}

std::string history_json(const History& history) {
    Json document = Json::object();
    document["margin"] = history.margin;
    document["files"] = Json::array();
    for (const FilePoint& file : history.files) {
        Json json = Json::object();
        json["file"] = file.file;
        json["started_utc"] = file.started_utc;
        json["run_id"] = file.run_id;
        document["files"].push_back(std::move(json));
    }
    document["left_out"] = history.left_out;
    document["cases"] = Json::array();
    for (const CaseHistory& each : history.cases) {
        document["cases"].push_back(case_json(each, history));
    }
    return pretty_json(document) + "\n";
}

}  // namespace assay

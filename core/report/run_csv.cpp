// SPDX-License-Identifier: Apache-2.0
// A run for spreadsheets: base units, units in the column names, one row a case and subject.
#include <array>
#include <functional>

#include <fmt/format.h>

#include "core/report/load_table.hpp"
#include "core/report/report.hpp"
#include "core/result/generation.hpp"

namespace assay {
namespace {

struct CsvColumn {
    const char* title;
    std::string (*cell)(const Run&, const CaseSummary&);
};

std::string number(double value) {
    return fmt::format("{}", value);
}
std::string number(const std::optional<double>& value) {
    return value ? number(*value) : "";
}

bool has_time(const CaseSummary& row) {
    return row.outcome.state == State::measured;
}

/// A bound of the interval; one pass has none.
std::string bound(const CaseSummary& row, double Interval::*which) {
    return has_time(row) && row.time.confidence > 0 ? number(row.time.*which) : "";
}

/// Seconds of a quantile of token times; "" without, or with too few queries.
std::string token_time(const CaseSummary& row, TokenTime which, std::size_t quantile) {
    const std::optional<GenerationSummary> found = generation_summary(row);
    if (!found) return "";
    const std::vector<Tail>& tails = which == TokenTime::first ? found->first : found->per_output;
    const bool there = quantile < tails.size() && tails[quantile].time.center > 0;
    return there ? number(tails[quantile].time.center) : "";
}

template <TokenTime which, std::size_t quantile>
std::string token_cell(const Run& /*run*/, const CaseSummary& row) {
    return token_time(row, which, quantile);
}

constexpr std::array columns = {
    CsvColumn{"subject",
              [](const Run& run, const CaseSummary& row) {
                  return run.header.subjects.at(static_cast<std::size_t>(row.subject)).label;
              }},
    CsvColumn{"case", [](const Run&, const CaseSummary& row) { return row.id; }},
    CsvColumn{"group", [](const Run&, const CaseSummary& row) { return row.group; }},
    CsvColumn{"key", [](const Run&, const CaseSummary& row) { return row.key; }},
    CsvColumn{
        "outcome",
        [](const Run&, const CaseSummary& row) { return std::string(name(row.outcome.state)); }},
    CsvColumn{"reason", [](const Run&, const CaseSummary& row) { return row.outcome.reason; }},
    CsvColumn{
        "passes",
        [](const Run&, const CaseSummary& row) { return std::to_string(row.pass_medians.size()); }},
    CsvColumn{"time_seconds",
              [](const Run&, const CaseSummary& row) {
                  return has_time(row) ? number(row.time.center) : "";
              }},
    CsvColumn{"time_low_seconds",
              [](const Run&, const CaseSummary& row) { return bound(row, &Interval::low); }},
    CsvColumn{"time_high_seconds",
              [](const Run&, const CaseSummary& row) { return bound(row, &Interval::high); }},
    CsvColumn{"normalised_time_seconds",
              [](const Run&, const CaseSummary& row) {
                  return row.normalised ? number(row.normalised->center) : "";
              }},
    CsvColumn{"state",
              [](const Run&, const CaseSummary& row) {
                  return has_time(row) ? std::string(name(row.condition())) : "";
              }},
    CsvColumn{"rate_op_per_second",
              [](const Run&, const CaseSummary& row) { return number(row.rate); }},
    CsvColumn{"bandwidth_bytes_per_second",
              [](const Run&, const CaseSummary& row) { return number(row.bandwidth); }},
    CsvColumn{"units_per_second",
              [](const Run&, const CaseSummary& row) { return number(row.units_per_s); }},
    CsvColumn{"unit",
              [](const Run&, const CaseSummary& row) {
                  const auto* run = std::get_if<Inference>(&row.workload);
                  return run == nullptr ? std::string() : run->unit;
              }},
    CsvColumn{"load",
              [](const Run&, const CaseSummary& row) {
                  return row.load ? load_verdict_text(row) : std::string();
              }},
    CsvColumn{"queries",
              [](const Run&, const CaseSummary& row) {
                  return row.load ? std::to_string(row.load->queries) : std::string();
              }},
    CsvColumn{"output_tokens_per_second",
              [](const Run&, const CaseSummary& row) {
                  const auto found = generation_summary(row);
                  return found ? number(found->tokens_per_second) : std::string();
              }},
    CsvColumn{"ttft_p50_seconds", token_cell<TokenTime::first, 0>},
    CsvColumn{"ttft_p90_seconds", token_cell<TokenTime::first, 1>},
    CsvColumn{"ttft_p99_seconds", token_cell<TokenTime::first, 2>},
    CsvColumn{"tpot_p50_seconds", token_cell<TokenTime::per_output, 0>},
    CsvColumn{"tpot_p90_seconds", token_cell<TokenTime::per_output, 1>},
    CsvColumn{"tpot_p99_seconds", token_cell<TokenTime::per_output, 2>},
    CsvColumn{"peak_fraction",
              [](const Run&, const CaseSummary& row) { return number(row.peak_fraction); }},
    CsvColumn{
        "roof_fraction",
        [](const Run&, const CaseSummary&
                           row) { return row.roof_share ? number(row.roof_share->fraction) : ""; }},
    CsvColumn{
        "roof_bound",
        [](const Run&,
           const CaseSummary&
               row) { return row.roof_share ? std::string(name(row.roof_share->bound)) : ""; }},
    CsvColumn{"watts",
              [](const Run&,
                 const CaseSummary& row) { return row.energy ? number(row.energy->watts) : ""; }},
    CsvColumn{"joules_per_invocation",
              [](const Run&,
                 const CaseSummary&
                     row) { return row.energy ? number(row.energy->joules_per_invocation) : ""; }},
    CsvColumn{
        "idle_watts",
        [](const Run&,
           const CaseSummary& row) { return row.energy ? number(row.energy->idle_watts) : ""; }},
    CsvColumn{"check_max_error",
              [](const Run&,
                 const CaseSummary& row) { return row.check ? number(row.check->max_error) : ""; }},
    CsvColumn{"kernel",
              [](const Run&,
                 const CaseSummary& row) { return row.paths.empty() ? "" : row.paths.front(); }},
};

}  // namespace

std::string run_csv(const Run& run) {
    std::vector<Column> titles;
    for (const CsvColumn& each : columns) titles.push_back({each.title});
    Table table(std::move(titles));
    for (const CaseSummary& row : summarise(run)) {
        std::vector<std::string> cells;
        for (const CsvColumn& each : columns) cells.push_back(each.cell(run, row));
        table.add(std::move(cells));
    }
    return table.text(Dialect::csv);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/report/generation_table.hpp"

#include <fmt/format.h>

#include "core/report/latency_table.hpp"
#include "core/result/generation.hpp"

namespace assay {
namespace {

/// A query of one token has no time per output token.
void add_tails(const std::vector<Tail>& tails, std::vector<std::string>& line) {
    for (std::size_t i = 0; i < 3; ++i) {
        line.push_back(i < tails.size() ? tail_cell(tails[i]) : "-");
    }
}

}  // namespace

std::string generation_table(const std::vector<const CaseSummary*>& rows, Dialect dialect) {
    std::vector<Column> columns{
        {"generation"}, {"queries", Align::right}, {"tokens/s", Align::right}};
    for (const TokenTime which : {TokenTime::first, TokenTime::per_output}) {
        for (const char* q : {"p50", "p90", "p99"}) {
            columns.push_back({fmt::format("{} {}", short_name(which), q), Align::right});
        }
    }
    Table table(std::move(columns));
    bool any = false;
    for (const CaseSummary* row : rows) {
        const std::optional<GenerationSummary> found = generation_summary(*row);
        if (!found) continue;
        any = true;
        std::vector<std::string> line{row->id, std::to_string(found->queries),
                                      fmt::format("{:.4g}", found->tokens_per_second)};
        add_tails(found->first, line);
        add_tails(found->per_output, line);
        table.add(std::move(line));
    }
    return any ? fmt::format("\n{}", table.text(dialect)) : "";
}

}  // namespace assay

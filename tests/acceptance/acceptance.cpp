// SPDX-License-Identifier: Apache-2.0
// Prints how often the statistics that Assay runs on are right when the truth is known, and exits 3
// when a figure lies outside its band. Deterministic: seeds are fixed. docs/acceptance.md.
//   acceptance [--n N] [--only S5]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <malloc.h>

#include "tests/acceptance/table.hpp"

namespace acceptance {

Band Plan::band(Band full, Band quick, int done) const {
    if (done >= 10000) return full;
    const auto error = [](double n) { return std::sqrt(0.05 * 0.95 / n); };
    const double wider = 3.6 * std::max(0.0, error(done) - error(2000));
    return {quick.low > 0 ? quick.low - wider : 0, quick.high < 1 ? quick.high + wider : 1};
}

}  // namespace acceptance

namespace {

using namespace acceptance;

constexpr int usage = 2, finished_with_failures = 3;

/// In percent, two decimals at most.
std::string percent(double share) {
    return fmt::format("{:.6g}", std::round(1e4 * share) / 100);
}

std::string band_text(const Band& band) {
    if (band.low <= 0) return "≤ " + percent(band.high);
    if (band.high >= 1) return "≥ " + percent(band.low);
    return percent(band.low) + " … " + percent(band.high);
}

std::string figures_text(const std::vector<double>& figures) {
    std::string text;
    for (const double each : figures) {
        text += fmt::format("{}{:.2f}", text.empty() ? "" : ", ", 100 * each);
    }
    return text;
}

void print(const Rows& rows) {
    fmt::print("| test | what | in | N | % | accepted | |\n|---|---|---|---:|---|---|---|\n");
    for (const Row& row : rows) {
        fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", row.test, row.what, row.settings,
                   row.trials, figures_text(row.figures), band_text(row.accepted),
                   row.ok() ? "ok" : "FAIL");
    }
}

/// Loads of 600,000 queries take and free the same megabytes again and again: keep them.
void keep_memory() {
    constexpr int megabyte = 1 << 20;
    mallopt(M_MMAP_THRESHOLD, 32 * megabyte);  // as much as glibc takes
    mallopt(M_TRIM_THRESHOLD, 1024 * megabyte);
}

bool parse(int count, char** words, Plan& plan) {
    for (int i = 1; i + 1 < count; i += 2) {
        if (std::strcmp(words[i], "--n") == 0) {
            plan.trials = std::atoi(words[i + 1]);
        } else if (std::strcmp(words[i], "--only") == 0) {
            plan.only = words[i + 1];
        } else {
            return false;
        }
    }
    return count % 2 == 1 && plan.trials >= 100;
}

}  // namespace

int main(int count, char** words) {
    Plan plan;
    if (!parse(count, words, plan)) {
        fmt::print(stderr, "usage: acceptance [--n N, 100 or more] [--only S1 … S15]\n");
        return usage;
    }
    keep_memory();
    Rows rows;
    for (const auto part : {intervals, verdicts, reports, warm_up, properties, metamorphic, loads})
        part(plan, rows);
    print(rows);
    const auto failed =
        std::count_if(rows.begin(), rows.end(), [](const Row& row) { return !row.ok(); });
    fmt::print("\n{} of {} rows within their bands\n",
               rows.size() - static_cast<std::size_t>(failed), rows.size());
    return failed > 0 || rows.empty() ? finished_with_failures : 0;
}

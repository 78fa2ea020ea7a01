// SPDX-License-Identifier: Apache-2.0
// S13: warm-up is cut, what still moves is flagged, what stands still is neither.
#include <cmath>

#include <fmt/format.h>

#include "core/stat/sample.hpp"
#include "core/stat/steady.hpp"
#include "tests/acceptance/family.hpp"
#include "tests/acceptance/table.hpp"

namespace acceptance {
namespace {

bool flagged(const assay::Steady& steady) {
    return !steady.reached || steady.drifting;
}

struct Transient {
    double extra, tau;
    int n;
    [[nodiscard]] Family family() const {
        return {"transient",
                fmt::format("noise=normal,sigma=0.005,warmup_extra={},warmup_tau={}", extra, tau)};
    }
    [[nodiscard]] std::string text() const {
        return fmt::format("{:+.0f} %, time constant {} of {} readings", 100 * extra, tau, n);
    }
};

/// Mean bias of the pass estimate, and how often the sample is flagged.
struct Outcome {
    double bias = 0, flags = 0;
};

Outcome outcome(const Transient& transient, int trials) {
    const Family family = transient.family();
    double bias = 0;
    int flags = 0;
    for (int trial = 0; trial < trials; ++trial) {
        const auto readings = family.readings(std::uint64_t(trial), 0, transient.n);
        bias += pass_estimate(readings) / 1e6 - 1;
        flags += flagged(assay::steady_part(readings)) ? 1 : 0;
    }
    return {bias / trials, double(flags) / trials};
}

void short_transients(const Plan& plan, Rows& rows) {
    for (const Transient& each :
         {Transient{0.2, 1.5, 30}, Transient{0.2, 2.5, 50}, Transient{1, 2.5, 50},
          Transient{0.2, 5, 100}, Transient{1, 5, 100}, Transient{0.2, 5, 200},
          Transient{1, 10, 200}, Transient{-0.05, 10, 200}, Transient{0.2, 50, 1000},
          Transient{1, 50, 1000}, Transient{-0.05, 50, 1000}}) {
        const int trials = each.n > 500 ? plan.fewer(2) : plan.trials;
        // Thirty readings are six batches, too few to be sure of a cut: a known limit.
        const bool few = each.n == 30;
        rows.push_back({"S13",
                        std::string("bias left, short warm-up") + (few ? " (a known limit)" : ""),
                        each.text(),
                        trials,
                        {0, few ? 0.0015 : 0.001},
                        {std::abs(outcome(each, trials).bias)}});
    }
}

void long_transients(const Plan& plan, Rows& rows) {
    for (const Transient& each :
         {Transient{0.2, 20, 50}, Transient{0.05, 20, 50}, Transient{0.2, 50, 200},
          Transient{-0.05, 60, 200}, Transient{-0.02, 100, 200}, Transient{-0.02, 200, 200},
          Transient{-0.05, 300, 1000}, Transient{0.02, 1000, 1000}, Transient{-0.02, 1000, 1000}}) {
        const int trials = each.n > 500 ? plan.fewer(2) : plan.trials;
        const Outcome found = outcome(each, trials);
        rows.push_back({"S13",
                        fmt::format("flagged, bias left {:+.2f} %", 100 * found.bias),
                        each.text(),
                        trials,
                        plan.band({0.95, 1}, {0.94, 1}, trials),
                        {found.flags}});
    }
}

void quiet(const Plan& plan, Rows& rows) {
    for (const auto& [name, options] :
         {std::pair{"normal", "noise=normal,sigma=0.005"},
          {"lognormal", "noise=lognormal,sigma=0.02"},
          {"bimodal", "noise=bimodal,bimodal_gap=0.2,sigma=0.005"},
          {"outliers", "noise=outliers,outlier_fraction=0.02,outlier_scale=1.5,sigma=0.005"}}) {
        const Family family(name, options);
        Row row{"S13",
                std::string("flagged although quiet, ") + name,
                "30, 50, 100, 200, 1000 readings",
                plan.fewer(2),
                plan.band({0, 0.02}, {0, 0.03}, plan.fewer(2)),
                {}};
        for (const int n : {30, 50, 100, 200, 1000}) {
            row.figures.push_back(share(row.trials, [&](int trial) {
                return flagged(assay::steady_part(family.readings(std::uint64_t(trial), 0, n)));
            }));
        }
        rows.push_back(row);
    }
}

/// Ten passes together: correlated readings, which flag single passes, must not flag a case.
void cases(const Plan& plan, Rows& rows) {
    const int trials = plan.fewer(2);
    for (const char* options : {"noise=normal,sigma=0.005", "noise=ar1,phi=0.9,sigma=0.005",
                                "noise=normal,sigma=0.005,warmup_extra=-0.02,warmup_tau=60"}) {
        const Family family("case", options);
        const bool drifts = std::string(options).find("warmup") != std::string::npos;
        const auto raised = [&](int trial) {
            std::vector<assay::Steady> passes;
            for (int pass = 0; pass < 10; ++pass) {
                passes.push_back(
                    assay::steady_part(family.readings(std::uint64_t(trial), pass, 60)));
            }
            return flagged(assay::together(passes));
        };
        rows.push_back({"S13",
                        std::string("case flagged, ") + options,
                        "10 passes of 60",
                        trials,
                        drifts ? plan.band({0.95, 1}, {0.94, 1}, trials)
                               : plan.band({0, 0.02}, {0, 0.03}, trials),
                        {share(trials, raised)}});
    }
}

}  // namespace

void warm_up(const Plan& plan, Rows& rows) {
    if (!plan.only.empty() && plan.only != "S13") return;
    short_transients(plan, rows);
    long_transients(plan, rows);
    quiet(plan, rows);
    cases(plan, rows);
}

}  // namespace acceptance

// SPDX-License-Identifier: Apache-2.0
// Readings of known truth: the simulated plugin's own clock, told by the plugin's own options, so
// that anyone can run the same family with `assay run -p simulated:OPTIONS`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/simulated/clock.hpp"

namespace acceptance {

inline constexpr int readings_per_pass = 50;

class Family {
public:
    /// options: "noise=normal,sigma=0.01"; median_ns is 1e6 unless told.
    Family(std::string name, const std::string& options);

    [[nodiscard]] const std::string& name() const { return name_; }

    /// Readings of one pass, nanoseconds. The same (trial, pass, scale) gives the same ones.
    /// scale: a factor on all durations (a session, a slower device).
    [[nodiscard]] std::vector<double> readings(std::uint64_t trial, int pass, int count,
                                               double scale = 1) const;

    /// What production takes for the time of a pass: the median of its steady part.
    [[nodiscard]] double pass(std::uint64_t trial, int pass, double scale = 1) const;
    [[nodiscard]] std::vector<double> run(std::uint64_t trial, int passes, double scale = 1) const;

    /// exp(E ln pass()): the estimand, from 40,000 passes of other trials, so known to 2 % of
    /// the standard error of twenty passes.
    [[nodiscard]] double truth() const;

    /// A timeline to draw single readings from.
    [[nodiscard]] simulated::Timeline timeline(std::uint64_t trial, int pass = 0,
                                               double scale = 1) const;

private:
    std::string name_;
    simulated::Timing timing_;
};

/// The median of what steady_part() keeps.
double pass_estimate(const std::vector<double>& readings);

/// The families of S1 and S5.
const std::vector<Family>& families();

}  // namespace acceptance

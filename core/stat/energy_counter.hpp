// SPDX-License-Identifier: Apache-2.0
// Energy from a counter that is read before and after each turn: what it grew by, or why that is
// no energy. Which counters there are is core/machine/sensors.hpp's.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What is known of the counter itself.
struct CounterNature {
    double range_j = 0;   ///< It starts again at 0 after so much; 0: it does not.
    double period_s = 0;  ///< How often it changes; 0: unknown.
};

class EnergyCounter {
public:
    explicit EnergyCounter(const CounterNature& nature) : nature_(nature) {}

    /// Nothing: it could not be read. `seconds` above 0 between the two.
    void add(std::optional<double> before_j, std::optional<double> after_j, double seconds);

    [[nodiscard]] double joules() const { return joules_; }
    [[nodiscard]] double seconds() const { return seconds_; }  ///< Of all windows.
    [[nodiscard]] int windows() const { return windows_; }

    /// "" when joules() are energy. Else what is wrong: a reading that is missing, a counter that
    /// went back, stood still or jumped; or one that is too coarse for windows so short: each edge
    /// of a window may be off by a period, which must stay within 2 % (50 periods a window).
    /// Windows are of the same work: one with half as much power again as the median of three or
    /// more, by which the sum would be off by more than 2 %, holds a jump.
    [[nodiscard]] std::string fault() const;

private:
    void judge(double grown_j, double seconds);
    [[nodiscard]] std::string jump() const;

    CounterNature nature_;
    double joules_ = 0, seconds_ = 0;
    int windows_ = 0;
    struct Window {
        double joules = 0, seconds = 0;
    };
    std::vector<Window> grown_;
    std::string fault_;  ///< The first.
};

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/stat/energy_counter.hpp"

#include <fmt/format.h>

#include "core/stat/sample.hpp"

namespace assay {
namespace {

constexpr double most_watts = 20e3;         // chosen: no package, board or node with one counter
constexpr double surely_moves_s = 0.25;     // chosen: slower counters say their period
constexpr double most_error = 0.02;         // what the edges of windows may cost
constexpr double jumps_from = 1.5;          // chosen: turns of one case differ by less
constexpr double periods_in_a_window = 50;  // design: an energy window holds 50 updates

}  // namespace

void EnergyCounter::add(std::optional<double> before_j, std::optional<double> after_j,
                        double seconds) {
    ++windows_;
    seconds_ += seconds;
    if (!before_j || !after_j) {
        if (fault_.empty()) fault_ = "could not be read";
        return;
    }
    double grown = *after_j - *before_j;
    if (grown < 0 && nature_.range_j > 0) grown += nature_.range_j;
    joules_ += grown;
    grown_.push_back({grown, seconds});
    judge(grown, seconds);
}

void EnergyCounter::judge(double grown_j, double seconds) {
    if (!fault_.empty()) return;
    const double still_s = nature_.period_s > 0 ? 3 * nature_.period_s : surely_moves_s;
    if (grown_j < 0) {
        fault_ = fmt::format("went back by {:.3g} J: it was reset", -grown_j);
    } else if (grown_j > most_watts * seconds) {
        fault_ = fmt::format("jumped by {:.3g} J in {:.3g} s", grown_j, seconds);
    } else if (grown_j == 0 && seconds >= still_s) {
        fault_ = fmt::format("stood still for {:.3g} s", seconds);
    }
}

/// Too small to be impossible, and too much for the work: seen beside the other windows.
std::string EnergyCounter::jump() const {
    constexpr std::size_t least_windows = 3;
    if (grown_.size() < least_windows) return "";
    std::vector<double> watts;
    for (const Window& each : grown_) watts.push_back(each.joules / each.seconds);
    const double usual = median(watts);
    for (std::size_t i = 0; i < grown_.size(); ++i) {
        const double beyond = grown_[i].joules - usual * grown_[i].seconds;
        if (watts[i] <= jumps_from * usual || beyond <= most_error * joules_) continue;
        return fmt::format("jumped by {:.3g} J in a window of {:.3g} s", beyond, grown_[i].seconds);
    }
    return "";
}

std::string EnergyCounter::fault() const {
    if (!fault_.empty()) return fault_;
    if (windows_ == 0) return "was not read";
    if (joules_ == 0) return fmt::format("stood still for {:.3g} s", seconds_);
    if (std::string jumped = jump(); !jumped.empty()) return jumped;
    const double periods = nature_.period_s * periods_in_a_window * windows_;
    if (seconds_ >= periods) return "";
    return fmt::format("changes every {:.3g} s: too coarse for {} windows of {:.3g} s together",
                       nature_.period_s, windows_, seconds_);
}

}  // namespace assay

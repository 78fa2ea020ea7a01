// SPDX-License-Identifier: Apache-2.0
// Cells and half-lines that more than one table prints.
#include "core/report/cells.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace assay {

std::string RateColumn::title() const {
    const char* unit = mixed ? "op/s" : integers ? "op/s" : "FLOP/s";
    return std::string(scale.prefix) + unit;
}

RateColumn rate_column(const std::vector<const CaseSummary*>& summaries) {
    std::vector<double> rates;
    std::size_t integers = 0;
    for (const CaseSummary* each : summaries) {
        if (!each->rate) continue;
        rates.push_back(*each->rate);
        integers += counts_integer_operations(each->workload) ? 1 : 0;
    }
    RateColumn column;
    if (rates.empty()) return column;
    // The scale of the middle rate: one tiny case must not make the others unreadable.
    std::ranges::sort(rates);
    const double middle = rates[rates.size() / 2];
    column.scale = common_scale({&middle, 1}, Unit::flop_per_second);
    column.integers = integers == rates.size();
    column.mixed = integers > 0 && integers < rates.size();
    return column;
}

std::string interval_cell(const Interval& interval) {
    if (interval.confidence <= 0) return "-";
    if (interval.relative_half_width() >= 1) return "> ±100 %";
    return fmt::format("±{:.1f} %", interval.relative_half_width() * 100);
}

std::string percent_cell(const std::optional<double>& fraction) {
    if (!fraction) return "-";
    return fmt::format("{:.{}f} %", *fraction * 100, *fraction < 0.0995 ? 1 : 0);
}

std::string roof_cell(const CaseSummary& summary) {
    if (!summary.roof_share) return "-";
    const RoofShare& share = *summary.roof_share;
    return percent_cell(share.fraction) + (share.bound == Bound::memory ? " mem" : "");
}

std::string passes_cell(const CaseSummary& summary, int passes) {
    return fmt::format("{}/{}", summary.pass_medians.size(), passes);
}

std::string time_cell(const std::optional<CaseSummary>& summary) {
    return summary && summary->measured() ? format(summary->time.center, Unit::second) : "-";
}

std::string kernel_cell(const CaseSummary& summary) {
    if (summary.paths.empty()) return "-";
    if (summary.paths.size() == 1) return printable(summary.paths.front(), 40);
    return fmt::format("{} kernels: {}", summary.paths.size(),
                       printable(join(summary.paths, ", "), 60));
}

std::string plugin_text(const PluginRecord& plugin) {
    std::string text = plugin.name;
    if (!plugin.version.empty()) text += " " + plugin.version;
    if (!plugin.libraries.empty()) text += " (" + plugin.libraries + ")";
    // The label holds what was asked for; a long list of defaults would bury it.
    constexpr std::size_t most_shown = 6;  // chosen: about one line
    if (plugin.options.size() > most_shown) {
        return text + fmt::format(", {} options (--json lists them)", plugin.options.size());
    }
    for (const auto& [key, value] : plugin.options) text += " " + key + "=" + value;
    return text;
}

std::string device_text(const Subject& subject) {
    const DeviceRecord& device = subject.device;
    std::string text = device.name.empty() ? device.kind : device.name;
    if (!device.driver.empty()) text += ", driver " + device.driver;
    if (subject.threads > 0) {
        text += fmt::format(", {} thread{}", subject.threads, subject.threads == 1 ? "" : "s");
    } else if (device.compute_units > 0) {
        text += fmt::format(", {} compute units", device.compute_units);
    }
    if (!subject.affinity.empty()) text += ", CPUs " + subject.affinity;
    return text;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/result/tails.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/stat/passes.hpp"
#include "core/stat/percentile.hpp"

namespace assay {
namespace {

constexpr std::array quantiles = {0.5, 0.9, 0.95, 0.99, 0.999};

/// The readings of each pass that counts, after its warm-up.
std::vector<std::vector<double>> kept_of(const CaseSummary& summary) {
    std::vector<std::vector<double>> passes;
    for (const CaseRecord* record : summary.records) {
        if (std::ranges::find(summary.passes, record->pass) == summary.passes.end()) continue;
        const std::vector<double>& readings = record->sample->readings_ns;
        const std::size_t cut = record->load ? 0 : steady_part(readings).cut;
        passes.emplace_back(readings.begin() + static_cast<std::ptrdiff_t>(cut), readings.end());
    }
    return passes;
}

}  // namespace

Tail tail_over_passes(const std::vector<std::vector<double>>& passes_ns, double q) {
    Tail tail;
    tail.q = q;
    std::vector<Percentile> passes;
    for (const auto& each : passes_ns) passes.push_back(percentile(each, q));
    const Percentile& fewest = *std::ranges::min_element(passes, {}, &Percentile::effective);
    if (!fewest.available()) {
        tail.time.confidence = 0;
        tail.note = percentile_text(fewest, "");
        return tail;
    }
    if (fewest.low_n()) tail.note = "low n";
    std::vector<double> seconds;
    for (const Percentile& each : passes) seconds.push_back(each.value.center * 1e-9);
    tail.time = pass_interval(seconds);
    return tail;
}

std::vector<Tail> tails(const CaseSummary& summary) {
    std::vector<Tail> found;
    const auto& load = summary.protocol.load;
    const bool of_one = summary.protocol.measure == Measure::latency && !(load && is_search(*load));
    if (!of_one || summary.passes.empty()) return found;
    const auto passes = kept_of(summary);
    for (const double q : quantiles) found.push_back(tail_over_passes(passes, q));
    return found;
}

std::string tail_name(double q) {
    return fmt::format("p{:.4g}", q * 100);
}

}  // namespace assay

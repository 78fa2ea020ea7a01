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

/// The percentile of each pass that counts.
std::vector<Percentile> of_passes(const CaseSummary& summary, double q) {
    std::vector<Percentile> found;
    for (const CaseRecord* record : summary.records) {
        if (std::ranges::find(summary.passes, record->pass) == summary.passes.end()) continue;
        const std::vector<double>& readings = record->sample->readings_ns;
        const std::size_t cut = record->load ? 0 : steady_part(readings).cut;
        const auto kept = std::span<const double>(readings).subspan(cut);
        found.push_back(percentile(kept, q));
    }
    return found;
}

Tail tail_of(const CaseSummary& summary, double q) {
    Tail tail;
    tail.q = q;
    const std::vector<Percentile> passes = of_passes(summary, q);
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

}  // namespace

std::vector<Tail> tails(const CaseSummary& summary) {
    std::vector<Tail> found;
    const auto& load = summary.protocol.load;
    const bool of_one = summary.protocol.measure == Measure::latency && !(load && is_search(*load));
    if (!of_one || summary.passes.empty()) return found;
    for (const double q : quantiles) found.push_back(tail_of(summary, q));
    return found;
}

std::string tail_name(double q) {
    return fmt::format("p{:.4g}", q * 100);
}

}  // namespace assay

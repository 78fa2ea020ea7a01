// SPDX-License-Identifier: Apache-2.0
#include "core/result/roofs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/result/summary.hpp"

namespace assay {
namespace {

constexpr double beyond_caches = 4;     // chosen: a quarter of the data may still be found there
constexpr double clearly_above = 1.05;  // chosen: what passes of one machine differ by

void take(Roofs& roofs, const CaseSummary& row) {
    if (const auto* transfer = std::get_if<Transfer>(&row.workload)) {
        double& best = transfer->direction == Way::to_device ? roofs.to_device_bytes_per_s
                                                             : roofs.from_device_bytes_per_s;
        best = std::max(best, *row.bandwidth);
        return;
    }
    const auto* gemm = std::get_if<Gemm>(&row.workload);
    if (gemm == nullptr) {
        if (*row.bandwidth <= roofs.bytes_per_s) return;
        roofs.bytes_per_s = *row.bandwidth;
        roofs.memory = &row;
        return;
    }
    const auto found = std::ranges::find(roofs.arithmetic, gemm->a, &Roofs::Arithmetic::operand);
    if (found == roofs.arithmetic.end()) {
        roofs.arithmetic.push_back({gemm->a, *row.rate, &row});
    } else if (*row.rate > found->ops_per_s) {
        *found = {gemm->a, *row.rate, &row};
    }
}

std::uint64_t cache_bytes(const Run& run, const Subject& subject) {
    const std::uint64_t own = subject.device.last_level_cache_bytes;
    return own > 0 ? own : run.header.machine.last_level_cache_bytes();
}

/// Bytes of an invocation that cannot come from a cache.
double memory_traffic(const CaseSummary& row, std::uint64_t cache) {
    if (std::holds_alternative<Transfer>(row.workload)) return 0;  // it is the link's
    const auto prepared = [](const CaseRecord* record) { return record->prepared.has_value(); };
    const auto found = std::ranges::find_if(row.records, prepared);
    if (found == row.records.end()) return 0;
    const PreparedRecord& how = *(*found)->prepared;
    if (row.protocol.cache == CacheState::weights_cold) {
        return static_cast<double>(how.rotated_bytes) / how.rotated_sets;
    }
    const auto held = static_cast<double>(footprint_bytes(row.workload));
    const bool beyond = cache > 0 && held >= beyond_caches * static_cast<double>(cache);
    return how.rotated_bytes > 0 || beyond ? least_bytes(row.workload) : 0;
}

RoofShare share_of(const CaseSummary& row, const Roofs& roofs, std::uint64_t cache) {
    const auto found =
        std::ranges::find(roofs.arithmetic, operand_of(row.workload), &Roofs::Arithmetic::operand);
    const double arithmetic_s =
        found == roofs.arithmetic.end() ? 0 : flop(row.workload) / found->ops_per_s;
    const double memory_s =
        roofs.bytes_per_s > 0 ? memory_traffic(row, cache) / roofs.bytes_per_s : 0;
    return {std::max(arithmetic_s, memory_s) / row.time.center,
            memory_s > arithmetic_s ? Bound::memory : Bound::arithmetic};
}

}  // namespace

Dtype operand_of(const Workload& workload) {
    if (const auto* gemm = std::get_if<Gemm>(&workload)) return gemm->a;
    if (const auto* work = std::get_if<OperatorWork>(&workload)) return work->dtype;
    if (const auto* model = std::get_if<Inference>(&workload)) return model->dtype;
    return Dtype::none;
}

const PeakRecord* highest_peak_record(const std::vector<PeakRecord>& peaks, Dtype operand) {
    const PeakRecord* highest = nullptr;
    for (const PeakRecord& each : peaks) {
        if (each.operand != operand) continue;
        if (highest == nullptr || each.ops_per_s > highest->ops_per_s) highest = &each;
    }
    return highest;
}

double highest_peak(const std::vector<PeakRecord>& peaks, Dtype operand) {
    const PeakRecord* highest = highest_peak_record(peaks, operand);
    return highest == nullptr ? 0 : highest->ops_per_s;
}

std::string_view name(Bound bound) {
    return bound == Bound::memory ? "memory" : "arithmetic";
}

Roofs roofs_of(const std::vector<CaseSummary>& summaries, int subject) {
    Roofs roofs;
    for (const CaseSummary& row : summaries) {
        if (row.roof && row.measured() && row.subject == subject) take(roofs, row);
    }
    return roofs;
}

void take_roofs(const Run& run, std::vector<CaseSummary>& summaries) {
    for (const Subject& subject : run.header.subjects) {
        const Roofs roofs = roofs_of(summaries, subject.index);
        const std::uint64_t cache = cache_bytes(run, subject);
        for (CaseSummary& row : summaries) {
            if (!row.measured() || row.subject != subject.index || row.load) continue;
            const RoofShare share = share_of(row, roofs, cache);
            if (share.fraction <= 0) continue;
            row.roof_share = share;
            if (row.roof || share.fraction <= clearly_above) continue;
            row.warnings.push_back(fmt::format(
                "above the roof: {:.0f} % of the {} roof that this run measured; the roof case is "
                "not the best that this device can do, or the data did not come from memory",
                share.fraction * 100, name(share.bound)));
        }
    }
}

}  // namespace assay

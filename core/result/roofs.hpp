// SPDX-License-Identifier: Apache-2.0
// What the device can do at best, as this run measured it: cases that are marked as roofs, and how
// much of them each row reaches (Williams, Waterman, Patterson 2009, "Roofline"). Stated peaks are
// the plugin's word: summary.hpp's peak_fraction.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "core/result/run.hpp"
#include "core/workload/dtype.hpp"

namespace assay {

struct CaseSummary;

/// The type by which arithmetic is told apart: A's of a GEMM; none of a transfer.
Dtype operand_of(const Workload& workload);
/// The highest of the stated peaks for that type, null without one: without knowing which unit ran,
/// the only bound.
const PeakRecord* highest_peak_record(const std::vector<PeakRecord>& peaks, Dtype operand);
/// Its op/s; 0 without one.
double highest_peak(const std::vector<PeakRecord>& peaks, Dtype operand);

enum class Bound { arithmetic, memory };
std::string_view name(Bound bound);

/// The time that the roofs allow, over the time taken.
struct RoofShare {
    double fraction = 0;
    Bound bound = Bound::arithmetic;  ///< The roof that the work meets first.
};

/// The best of a subject's roof cases.
struct Roofs {
    double bytes_per_s = 0;  ///< 0: not measured.
    const CaseSummary* memory = nullptr;
    /// Of copies between host and device; 0: not measured. No row is a fraction of them.
    double to_device_bytes_per_s = 0, from_device_bytes_per_s = 0;
    struct Arithmetic {
        Dtype operand = Dtype::none;
        double ops_per_s = 0;
        const CaseSummary* from = nullptr;
    };
    std::vector<Arithmetic> arithmetic;  ///< By the type of A, in the order of the suite.
};

/// Of GEMMs the rate counts, of other operators the bandwidth. The summaries outlive it.
Roofs roofs_of(const std::vector<CaseSummary>& summaries, int subject);

/// Gives every measured row of a subject with roofs its share; one that is clearly above its roof
/// is warned of. Data counts against the memory's roof when it was rotated, or cannot stay in the
/// cache: four times its size or more.
void take_roofs(const Run& run, std::vector<CaseSummary>& summaries);

}  // namespace assay

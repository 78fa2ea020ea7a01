// SPDX-License-Identifier: Apache-2.0
// Numbers for people: one common scale for a column, as many digits as asked.
#pragma once

#include <span>
#include <string>

#include "core/unit/unit.hpp"

namespace assay {

/// A power of ten (or of 1024 for bytes) and its prefix: {1e9, "G"}.
struct Scale {
    double factor = 1;
    std::string_view prefix = "";
};

/// The scale in which the smallest non-zero magnitude of `values` is at least 1, where possible.
Scale common_scale(std::span<const double> values, Unit unit);

/// "1.42 ms", "231.4 GFLOP/s": `digits` significant ones, its own scale.
std::string format(double value, Unit unit, int digits = 4);

/// The number alone, in `scale`: "231.4".
std::string format_in(double value, const Scale& scale, int digits = 4);

/// "2 min 05 s", "45 s", "1 h 10 min": for progress and previews.
std::string format_duration(double seconds);

}  // namespace assay

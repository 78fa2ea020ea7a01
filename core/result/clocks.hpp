// SPDX-License-Identifier: Apache-2.0
// The device's clock beside the readings of a case, what held it back, and what a stated peak is at
// that clock. Derived on reading; where no clock is known, nothing is guessed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result/record.hpp"

namespace assay {

/// Hertz: the mean of the chip's own clock over the passes, each by its seconds. Nothing without
/// such a sensor in every pass, when one had a fault, or when the clock moved by more than a tenth:
/// then none speaks for the readings, and `why` says so; "" when there is no sensor at all.
std::optional<double> clock_of(const std::vector<const CaseRecord*>& records, std::string& why);

/// All that was seen, each once: "power", "thermal", ….
std::vector<std::string> throttled_by(const std::vector<const CaseRecord*>& records);

/// The highest stated peak of that type, at another clock: op/s. 0 without one, or when it does not
/// say for which clock it is.
double highest_peak_at(const std::vector<PeakRecord>& peaks, Dtype operand, double clock_hz);

}  // namespace assay

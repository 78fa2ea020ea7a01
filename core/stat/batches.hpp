// SPDX-License-Identifier: Apache-2.0
// Batches of successive readings and what their means need. Used by steady.cpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay {

/// Medians of successive batches of `size` (the upper one of two middles); a rest is left out.
std::vector<double> batch_medians(std::span<const double> readings, std::size_t size);

/// A mean, its variance, and the degrees of freedom of that. Equal values have variance 0.
struct Mean {
    double value = 0, variance = 0, freedom = 0;
};

Mean mean_of(std::span<const double> values);  ///< Needs one.

/// What is left of y when its straight line (least squares) is taken off; its mean stays.
std::vector<double> detrended(std::span<const double> y);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/stat/batches.hpp"

#include <algorithm>

namespace assay {

std::vector<double> batch_medians(std::span<const double> readings, std::size_t size) {
    std::vector<double> medians(readings.size() / size);
    std::vector<double> copy(readings.begin(), readings.end());
    for (std::size_t j = 0; j < medians.size(); ++j) {
        const auto first = copy.begin() + static_cast<std::ptrdiff_t>(j * size);
        const auto middle = first + static_cast<std::ptrdiff_t>(size / 2);
        std::nth_element(first, middle, first + static_cast<std::ptrdiff_t>(size));
        medians[j] = *middle;
    }
    return medians;
}

Mean mean_of(std::span<const double> values) {
    const auto count = static_cast<double>(values.size());
    Mean mean;  // less the first value, so that equal ones lose nothing to rounding
    for (const double each : values) mean.value += (each - values[0]) / count;
    mean.value += values[0];
    double squares = 0;
    for (const double each : values) squares += (each - mean.value) * (each - mean.value);
    mean.freedom = count - 1;
    mean.variance = count < 2 ? 0 : squares / (count - 1) / count;
    return mean;
}

std::vector<double> detrended(std::span<const double> y) {
    const double middle = (static_cast<double>(y.size()) - 1) / 2;
    double slope = 0, squares = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const double x = static_cast<double>(i) - middle;
        slope += x * y[i];
        squares += x * x;
    }
    std::vector<double> rest(y.begin(), y.end());
    for (std::size_t i = 0; i < y.size(); ++i) {
        rest[i] -= slope / squares * (static_cast<double>(i) - middle);
    }
    return rest;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Made-up readings with known truth, seeded: the same on every machine.
#pragma once

#include <cmath>
#include <vector>

#include "core/base/random.hpp"

/// n values whose logarithm is normal with mean ln(center) and this sd.
inline std::vector<double> log_normals(int n, double center, double sd, assay::Random& random) {
    std::vector<double> values;
    for (int i = 0; i < n; ++i) values.push_back(center * std::exp(sd * random.normal()));
    return values;
}

inline std::vector<double> normals(int n, double center, double sd, assay::Random& random) {
    std::vector<double> values;
    for (int i = 0; i < n; ++i) values.push_back(center + sd * random.normal());
    return values;
}

/// A first-order autoregression about 100 with unit innovations, begun in equilibrium.
inline std::vector<double> autoregression(int n, double phi, assay::Random& random) {
    std::vector<double> values;
    double x = random.normal() / std::sqrt(1 - phi * phi);
    for (int i = 0; i < n; ++i) {
        values.push_back(100 + x);
        x = phi * x + random.normal();
    }
    return values;
}

// SPDX-License-Identifier: Apache-2.0
// The right answer to a MatmulCase by plain loops in double, with random operands. Written apart
// from core/workload and from plugins/reference, so that it can find a mistake they share.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/plugins/abi_client.hpp"

namespace assay::test {

/// Operands as bytes in their own types, and what D must be.
struct NaiveMatmul {
    std::vector<std::uint8_t> a, b, bias;
    std::vector<double> want;       ///< D, before it is rounded to its type.
    std::vector<double> magnitude;  ///< |A| |B| + |bias|: what the rounding errors scale with.
    std::uint64_t d_bytes = 0;
};

/// The operands alone, `want` and `magnitude` empty: for sizes where plain loops take too long.
/// f32 and f64 operands use every bit of their significand, so that arithmetic in fewer shows.
NaiveMatmul naive_operands(const MatmulCase& matmul, std::uint32_t seed);

/// Operands and answer.
NaiveMatmul naive_matmul(const MatmulCase& matmul, std::uint32_t seed);

/// Activations of ASSAY_ACT_* in double. Throws std::runtime_error for another number.
double activated(int activation, double x);

std::vector<double> decode(const std::vector<std::uint8_t>& bytes, assay_dtype dtype);

/// The largest error that rounding explains at element i; 0 for integers.
double tolerance(const MatmulCase& matmul, const NaiveMatmul& naive, std::size_t i);

}  // namespace assay::test

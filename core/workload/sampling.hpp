// SPDX-License-Identifier: Apache-2.0
// Which parts of D are compared: everything when that is cheap, else rows, columns and elements
// where mistakes hide. Private to workload. Source: research/statistics 5.3, item 3.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.hpp"
#include "core/workload/gemm.hpp"
#include "core/workload/reference.hpp"

namespace assay {

/// An element of one batch's D.
struct ElementPlace {
    std::uint64_t row = 0, column = 0;
};

/// What is compared of one batch.
struct Sampling {
    std::vector<std::uint64_t> rows, columns;
    std::vector<Stretch> along_rows;     ///< Which columns of each sampled row.
    std::vector<Stretch> along_columns;  ///< Which rows of each sampled column.
    std::vector<ElementPlace> places;
};

/// True when all of D is compared: m n k is at most 2^21.
bool compares_everything(const Gemm& gemm);
/// The first, the last and a random batch.
inline constexpr std::int64_t most_batches = 3;
std::vector<std::uint64_t> sample_batches(const Gemm& gemm, Random& random);
/// Two rows, two columns, the corners, 64 elements at tile borders and 64 anywhere; or every row.
Sampling sample(const Gemm& gemm, Random& random);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Exact products of parts of A and B in double: the truth that an answer is held against.
// Private to workload. Products of integers of at most 8 bits and their sums are exact (k < 2^37).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/workload/dtype.hpp"

namespace assay {

/// sum a b, sum |a b| and sum (a b)^2 over k, one of each for an element of D.
struct Sums {
    std::vector<double> product, magnitude, squares;

    void resize(std::size_t count);
};

/// A borrowed matrix of outer x inner elements, inner fastest, inside a packed tensor.
class Matrix {
public:
    Matrix(std::span<const std::byte> data, Dtype dtype, std::uint64_t first)
        : data_(data), dtype_(dtype), first_(first) {}

    /// Elements [begin, begin + out.size()) of row `outer`, rows being `inner` long.
    void row(std::uint64_t outer, std::uint64_t inner, std::uint64_t begin,
             std::span<double> out) const;
    /// Column `column` of a matrix whose rows are `inner` long.
    void column(std::uint64_t column, std::uint64_t inner, std::span<double> out) const;

private:
    std::span<const std::byte> data_;
    Dtype dtype_;
    std::uint64_t first_;
};

/// One operand of one batch, seen as vectors of length k: the rows of A or the columns of B.
/// contiguous: a vector's elements lie side by side (A as it is, B transposed).
struct Operand {
    Matrix matrix;
    std::uint64_t k = 0, count = 0;
    bool contiguous = true;

    [[nodiscard]] std::vector<double> vector(std::uint64_t i) const;
};

/// Vectors [begin, end) of an operand.
struct Stretch {
    std::uint64_t begin = 0, end = 0;
};

/// The sums of `fixed` (k values) with every vector of the stretch. Memory is read in order.
Sums multiply(const std::vector<double>& fixed, const Operand& operand, Stretch stretch);

/// The sums of two vectors of the same length: one element.
Sums multiply(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Dot products and accumulated rows. Written so that the compiler can use vectors: independent
// lanes in dots, four steps of k at a time in accumulations.
#include "core/workload/reference.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace assay {

namespace {

constexpr std::size_t lanes = 8;
constexpr std::size_t steps = 4;     // of k, so that the sums are loaded and stored once in four
constexpr std::size_t panel = 1024;  // columns: four rows of it and the sums stay in L1 and L2

struct Lanes {
    std::array<double, lanes> product{}, magnitude{}, squares{};

    void add(const double* a, const double* b) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const double term = a[lane] * b[lane];
            product[lane] += term;
            magnitude[lane] += std::fabs(term);
            squares[lane] += term * term;
        }
    }
};

double total(const std::array<double, lanes>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum;
}

void append_dot(std::span<const double> a, std::span<const double> b, Sums& sums) {
    Lanes lane_sums;
    const std::size_t whole = a.size() / lanes * lanes;
    for (std::size_t i = 0; i < whole; i += lanes) lane_sums.add(a.data() + i, b.data() + i);
    std::array<double, lanes> rest_a{}, rest_b{};
    std::copy(a.begin() + static_cast<std::ptrdiff_t>(whole), a.end(), rest_a.begin());
    std::copy(b.begin() + static_cast<std::ptrdiff_t>(whole), b.end(), rest_b.begin());
    lane_sums.add(rest_a.data(), rest_b.data());
    sums.product.push_back(total(lane_sums.product));
    sums.magnitude.push_back(total(lane_sums.magnitude));
    sums.squares.push_back(total(lane_sums.squares));
}

/// Four values of the fixed vector and the four rows they are multiplied with.
struct Step {
    std::array<double, steps> factor{};
    std::array<std::array<double, panel>, steps> row{};
};

void accumulate(const Step& step, std::size_t begin, std::size_t width, Sums& sums) {
    double* product = sums.product.data() + begin;
    double* magnitude = sums.magnitude.data() + begin;
    double* squares = sums.squares.data() + begin;
    for (std::size_t j = 0; j < width; ++j) {
        const double p0 = step.factor[0] * step.row[0][j], p1 = step.factor[1] * step.row[1][j],
                     p2 = step.factor[2] * step.row[2][j], p3 = step.factor[3] * step.row[3][j];
        product[j] += (p0 + p1) + (p2 + p3);
        magnitude[j] += (std::fabs(p0) + std::fabs(p1)) + (std::fabs(p2) + std::fabs(p3));
        squares[j] += (p0 * p0 + p1 * p1) + (p2 * p2 + p3 * p3);
    }
}

/// k is the outer dimension: adds fixed[p] * row p to all sums of the stretch.
Sums multiply_rows(const std::vector<double>& fixed, const Operand& operand, Stretch stretch) {
    Sums sums;
    sums.resize(stretch.end - stretch.begin);
    Step step;
    for (std::uint64_t p = 0; p < operand.k; p += steps) {
        const std::uint64_t some = std::min<std::uint64_t>(steps, operand.k - p);
        step.factor = {};  // past the end of k: zero times what the rows held before, finite
        std::copy_n(fixed.begin() + static_cast<std::ptrdiff_t>(p), some, step.factor.begin());
        for (std::uint64_t begin = stretch.begin; begin < stretch.end; begin += panel) {
            const std::size_t width = std::min<std::size_t>(panel, stretch.end - begin);
            for (std::uint64_t s = 0; s < some; ++s) {
                operand.matrix.row(p + s, operand.count, begin,
                                   std::span(step.row.at(s)).first(width));
            }
            accumulate(step, begin - stretch.begin, width, sums);
        }
    }
    return sums;
}

}  // namespace

void Sums::resize(std::size_t count) {
    for (auto* each : {&product, &magnitude, &squares}) each->resize(count, 0.0);
}

void Matrix::row(std::uint64_t outer, std::uint64_t inner, std::uint64_t begin,
                 std::span<double> out) const {
    load_range(data_, dtype_, first_ + outer * inner + begin, out);
}

void Matrix::column(std::uint64_t column, std::uint64_t inner, std::span<double> out) const {
    load_strided(data_, dtype_, {.first = first_ + column, .step = inner}, out);
}

std::vector<double> Operand::vector(std::uint64_t i) const {
    std::vector<double> values(k);
    if (contiguous) {
        matrix.row(i, k, 0, values);
    } else {
        matrix.column(i, count, values);
    }
    return values;
}

Sums multiply(const std::vector<double>& fixed, const Operand& operand, Stretch stretch) {
    if (!operand.contiguous) return multiply_rows(fixed, operand, stretch);
    Sums sums;
    std::vector<double> row(operand.k);
    for (std::uint64_t i = stretch.begin; i < stretch.end; ++i) {
        operand.matrix.row(i, operand.k, 0, row);
        append_dot(fixed, row, sums);
    }
    return sums;
}

Sums multiply(const std::vector<double>& a, const std::vector<double>& b) {
    Sums sums;
    append_dot(a, b, sums);
    return sums;
}

}  // namespace assay

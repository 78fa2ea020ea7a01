// SPDX-License-Identifier: Apache-2.0
// Plain loops over load(); slow, and obviously right.
#include "tests/unit/workload/problem.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <utility>

namespace assay::test {

namespace {

float f32(double value) {
    return static_cast<float>(value);
}

/// 11 significant bits, ties away from zero (as cvt.rna.tf32.f32 does).
double round_tf32(double value) {
    const auto bits = std::bit_cast<std::uint32_t>(f32(value));
    return std::bit_cast<float>((bits + 0x1000U) & ~0x1FFFU);
}

double activated(Activation activation, double x) {
    switch (activation) {
        case Activation::none:
            return x;
        case Activation::relu:
            return std::max(x, 0.0);
        case Activation::gelu:
            return x * (1 + std::erf(x / std::sqrt(2.0))) / 2;
        case Activation::gelu_tanh:
            return x / 2 * (1 + std::tanh(0.7978845608028654 * (x + 0.044715 * std::pow(x, 3))));
        case Activation::silu:
            return x / (1 + std::exp(-x));
    }
    return x;
}

std::vector<double> strided(const std::vector<std::byte>& data, Dtype dtype, std::uint64_t first,
                            std::uint64_t step, std::uint64_t count) {
    std::vector<double> values(count);
    for (std::uint64_t i = 0; i < count; ++i) values[i] = load(data, dtype, first + i * step);
    return values;
}

std::vector<double> row_of_a(const Problem& p, std::uint64_t batch, std::uint64_t i) {
    const std::uint64_t m = p.gemm.m, k = p.gemm.k;
    const std::uint64_t start = p.gemm.broadcast_a ? 0 : batch * m * k;
    return p.gemm.transpose_a ? strided(p.a, p.gemm.a, start + i, m, k)
                              : strided(p.a, p.gemm.a, start + i * k, 1, k);
}

std::vector<double> column_of_b(const Problem& p, std::uint64_t batch, std::uint64_t j) {
    const std::uint64_t n = p.gemm.n, k = p.gemm.k;
    const std::uint64_t start = p.gemm.broadcast_b ? 0 : batch * k * n;
    return p.gemm.transpose_b ? strided(p.b, p.gemm.b, start + j * k, 1, k)
                              : strided(p.b, p.gemm.b, start + j, n, k);
}

double finish(const Problem& p, double sum, std::uint64_t column) {
    const auto rounded = [&](double x) { return p.gemm.d == Dtype::f64 ? x : double{f32(x)}; };
    const bool integers = is_integer(p.gemm.d);
    if (p.gemm.bias != Dtype::none) {
        sum += load(p.bias, p.gemm.bias, column);
        if (!integers) sum = rounded(sum);
    }
    const double value = activated(p.gemm.activation, sum);
    return integers ? value : rounded(value);
}

}  // namespace

double dot_f32(std::span<const double> a, std::span<const double> b) {
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += f32(a[i]) * f32(b[i]);
    return sum;
}

double dot_f32_backwards(std::span<const double> a, std::span<const double> b) {
    float sum = 0;
    for (std::size_t i = a.size(); i-- > 0;) sum += f32(a[i]) * f32(b[i]);
    return sum;
}

double dot_f32_lanes(std::span<const double> a, std::span<const double> b) {
    std::array<float, 16> lanes{};
    for (std::size_t i = 0; i < a.size(); ++i) lanes.at(i % 16) += f32(a[i]) * f32(b[i]);
    float sum = 0;
    for (const float lane : lanes) sum += lane;
    return sum;
}

double dot_f64(std::span<const double> a, std::span<const double> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

double dot_tf32(std::span<const double> a, std::span<const double> b) {
    std::vector<double> x(a.begin(), a.end()), y(b.begin(), b.end());
    for (double& value : x) value = round_tf32(value);
    for (double& value : y) value = round_tf32(value);
    return dot_f32_lanes(x, y);
}

Dot without_last(Dot dot) {
    return [dot = std::move(dot)](std::span<const double> a, std::span<const double> b) {
        return dot(a.first(a.size() - 1), b.first(b.size() - 1));
    };
}

Problem::Problem(const Gemm& problem, std::uint64_t seed, Distribution distribution)
    : gemm(problem) {
    const GemmElements count = elements(gemm);
    a.resize(bytes(gemm.a, count.a));
    b.resize(bytes(gemm.b, count.b));
    bias.resize(bytes(gemm.bias, count.bias));
    d.resize(bytes(gemm.d, count.d), std::byte{0xFF});
    fill(a, gemm.a, {.distribution = distribution, .seed = seed, .stream = 0});
    fill(b, gemm.b, {.distribution = distribution, .seed = seed, .stream = 1});
    fill(bias, gemm.bias, {.distribution = distribution, .seed = seed, .stream = 2});
}

Problem& Problem::answer(const Dot& dot) {
    const std::uint64_t m = gemm.m, n = gemm.n;
    for (std::uint64_t batch = 0; batch < static_cast<std::uint64_t>(gemm.batch); ++batch) {
        std::vector<std::vector<double>> columns;
        for (std::uint64_t j = 0; j < n; ++j) columns.push_back(column_of_b(*this, batch, j));
        for (std::uint64_t i = 0; i < m; ++i) {
            const auto row = row_of_a(*this, batch, i);
            for (std::uint64_t j = 0; j < n; ++j) {
                store(d, gemm.d, (batch * m + i) * n + j, finish(*this, dot(row, columns[j]), j));
            }
        }
    }
    return *this;
}

Check Problem::check(const Arithmetic& arithmetic, std::uint64_t seed) const {
    return check_gemm(gemm, {.a = a, .b = b, .bias = bias, .d = d}, arithmetic, seed);
}

void Problem::set(std::uint64_t row, std::uint64_t column, double value) {
    store(d, gemm.d, row * static_cast<std::uint64_t>(gemm.n) + column, value);
}

double Problem::get(std::uint64_t row, std::uint64_t column) const {
    return load(d, gemm.d, row * static_cast<std::uint64_t>(gemm.n) + column);
}

Gemm gemm_of(Dtype operands, Dtype result, std::int64_t m, std::int64_t n, std::int64_t k) {
    Gemm gemm{.m = m, .n = n, .k = k};
    gemm.a = gemm.b = operands;
    gemm.d = result;
    return gemm;
}

}  // namespace assay::test

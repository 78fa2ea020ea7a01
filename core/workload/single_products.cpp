// SPDX-License-Identifier: Apache-2.0
#include "core/workload/single_products.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/random.hpp"
#include "core/workload/gemm_operands.hpp"
#include "core/workload/vectors.hpp"

namespace assay {

namespace {

constexpr std::uint64_t a_stream = 0x73696e676c6500, b_stream = a_stream + 1,
                        lone_stream = a_stream + 2;

bool wide(Dtype dtype) {
    return dtype == Dtype::f32 || dtype == Dtype::f64;
}

std::uint64_t matrices(std::int64_t batch, bool shared) {
    return shared ? 1 : static_cast<std::uint64_t>(batch);
}

/// A and B stand with row and column 0 as full and lone: a single row still meets lone columns.
bool full_row(std::uint64_t i) {
    return i % 2 == 0;
}
bool full_column(std::uint64_t j) {
    return j % 2 == 1;
}

}  // namespace

bool shows_precision(const Gemm& gemm) {
    const bool linear = gemm.activation == Activation::none || gemm.activation == Activation::relu;
    const bool as_wide = bits(gemm.d) >= std::max(bits(gemm.a), bits(gemm.b));
    const bool same = gemm.accumulator == Dtype::none || gemm.accumulator == gemm.a;
    return gemm.math == Math::strict && linear && gemm.a == gemm.b && wide(gemm.a) &&
           wide(gemm.d) && as_wide && same;
}

std::string precision_of(Dtype operand, double error) {
    struct Class {
        double above;
        const char* name;
    };
    // Between the largest errors of each: bf16 2^-8, tf32 2^-10 when it truncates and 2^-11 when it
    // rounds, two bf16 parts 2^-16, f32 2^-24.
    constexpr Class classes[] = {
        {1.5, "wrong"}, {0x1p-9, "bf16"}, {0x1p-14, "tf32"}, {0x1p-20, "bf16x3"}};
    for (const Class& each : classes) {
        if (error > each.above) return each.name;
    }
    return operand == Dtype::f64 && error > 0x1p-48 ? "f32" : std::string(name(operand));
}

SingleProducts::SingleProducts(const Gemm& gemm, std::uint64_t seed) : gemm_(gemm), seed_(seed) {
    const GemmElements count = elements(gemm);
    a_.resize(bytes(gemm.a, count.a));
    b_.resize(bytes(gemm.b, count.b));
    const auto m = static_cast<std::uint64_t>(gemm.m), n = static_cast<std::uint64_t>(gemm.n),
               k = static_cast<std::uint64_t>(gemm.k);
    store_vectors(a_, gemm.a,
                  {.k = k,
                   .count = m,
                   .matrices = matrices(gemm.batch, gemm.broadcast_a),
                   .contiguous = !gemm.transpose_a},
                  [&](std::uint64_t i, std::span<double> values) {
                      this->draw(a_stream, i, full_row(i % m), values);
                  });
    store_vectors(b_, gemm.b,
                  {.k = k,
                   .count = n,
                   .matrices = matrices(gemm.batch, gemm.broadcast_b),
                   .contiguous = gemm.transpose_b},
                  [&](std::uint64_t j, std::span<double> values) {
                      this->draw(b_stream, j, full_column(j % n), values);
                  });
}

SingleProducts::Lone SingleProducts::lone(std::uint64_t stream, std::uint64_t i) const {
    const std::uint32_t word = random_word(seed_, lone_stream + stream, i);
    return {word / 4 % static_cast<std::uint64_t>(gemm_.k),
            std::ldexp(1.0, static_cast<int>(word % 4) - 2)};
}

/// Full: significands of 32 random bits, of which f32 keeps 24; positive, so that relu keeps them.
void SingleProducts::draw(std::uint64_t stream, std::uint64_t i, bool full,
                          std::span<double> values) const {
    if (!full) {
        std::fill(values.begin(), values.end(), 0.0);
        const Lone one = lone(stream, i);
        values[one.k] = one.value;
        return;
    }
    std::vector<std::uint32_t> words(values.size());
    random_words(seed_, stream, i * values.size(), words);
    std::transform(words.begin(), words.end(), values.begin(),
                   [](std::uint32_t word) { return 1 + uniform_from(word); });
}

namespace {

/// Element q of every vector.
std::vector<double> across(const Operand& operand, std::uint64_t q) {
    std::vector<double> values(operand.count);
    if (operand.contiguous) {
        operand.matrix.column(q, operand.k, values);
    } else {
        operand.matrix.row(q, operand.count, 0, values);
    }
    return values;
}

/// Relative, 2 at most: what is no number, or another one.
double relative_off(double found, double expected) {
    const double off = std::fabs(found - expected) / expected;
    return std::isfinite(off) ? std::min(off, 2.0) : 2.0;
}

}  // namespace

/// A full row meets lone columns.
double SingleProducts::full_row_error(std::uint64_t batch, std::uint64_t i,
                                      std::span<const double> found) const {
    const auto n = static_cast<std::uint64_t>(gemm_.n);
    const std::uint64_t of_b = gemm_.broadcast_b ? 0 : batch;
    const std::vector<double> values = operands_of(gemm_, data(), batch).a.vector(i);
    double worst = 0;
    for (std::uint64_t j = 0; j < n; j += 2) {
        const Lone column = lone(b_stream, of_b * n + j);
        worst = std::max(worst, relative_off(found[j], values[column.k] * column.value));
    }
    return worst;
}

/// A lone row meets full columns.
double SingleProducts::lone_row_error(std::uint64_t batch, std::uint64_t i,
                                      std::span<const double> found) const {
    const std::uint64_t of_a = gemm_.broadcast_a ? 0 : batch;
    const Lone row = lone(a_stream, of_a * static_cast<std::uint64_t>(gemm_.m) + i);
    const std::vector<double> values = across(operands_of(gemm_, data(), batch).b, row.k);
    double worst = 0;
    for (std::uint64_t j = 1; j < values.size(); j += 2) {
        worst = std::max(worst, relative_off(found[j], row.value * values[j]));
    }
    return worst;
}

double SingleProducts::error(std::span<const std::byte> d) const {
    const auto m = static_cast<std::uint64_t>(gemm_.m), n = static_cast<std::uint64_t>(gemm_.n);
    double worst = 0;
    std::vector<double> found(n);
    for (std::uint64_t batch = 0; batch < static_cast<std::uint64_t>(gemm_.batch); ++batch) {
        for (std::uint64_t i = 0; i < m; ++i) {
            load_range(d, gemm_.d, (batch * m + i) * n, found);
            const double row =
                full_row(i) ? full_row_error(batch, i, found) : lone_row_error(batch, i, found);
            worst = std::max(worst, row);
        }
    }
    return worst;
}

}  // namespace assay

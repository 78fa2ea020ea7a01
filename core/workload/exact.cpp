// SPDX-License-Identifier: Apache-2.0
#include "core/workload/exact.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/random.hpp"
#include "core/workload/reference.hpp"
#include "core/workload/vectors.hpp"

namespace assay {

namespace {

constexpr std::uint64_t order_stream = 0x65786163740000, a_stream = order_stream + 1,
                        bias_stream = order_stream + 2, b_stream = order_stream + 0x100;

/// Each is worth at most 7 (3 of eight-bit floats) in D; e5m2 holds whole numbers up to 8, which is
/// one unit, one of an odd term, and a bias.
std::uint64_t most_units(Dtype d) {
    return d == Dtype::f8e5m2 ? 1 : 2;
}
constexpr double largest_bias = 2;

bool is_unsigned(Dtype dtype) {
    return dtype == Dtype::u8 || dtype == Dtype::u4;
}

/// Random whole numbers are -largest … largest without 0 (1 … largest, unsigned): exact in the
/// type, with room for a unit more, and small enough that f32 sums of them are exact.
double largest_number(Dtype dtype) {
    if (dtype == Dtype::f8e4m3 || dtype == Dtype::f8e5m2) return 3;
    return bits(dtype) == 4 ? 6 : 7;
}

double number(std::uint32_t word, Dtype dtype) {
    const auto most = static_cast<std::uint32_t>(largest_number(dtype));
    const double size = 1 + static_cast<double>((word >> 1U) % most);
    return word % 2 == 1 && !is_unsigned(dtype) ? -size : size;
}

std::uint64_t matrices(std::int64_t batch, bool shared) {
    return shared ? 1 : static_cast<std::uint64_t>(batch);
}

}  // namespace

std::string no_exact_answer(const Gemm& gemm, const Arithmetic& arithmetic) {
    if (is_unsigned(gemm.b)) return "B has no negative numbers";
    if (gemm.activation != Activation::none && gemm.activation != Activation::relu) {
        return "the activation is not exact";
    }
    for (const Dtype sums : {gemm.accumulator, arithmetic.accumulator}) {
        if (sums == Dtype::f16 || sums == Dtype::bf16) return "sums in a narrow type are not exact";
    }
    return "";
}

ExactGemm::ExactGemm(const Gemm& gemm, std::uint64_t seed)
    : gemm_(gemm),
      k_(static_cast<std::uint64_t>(gemm.k)),
      pairs_(k_ / 2),
      units_each_(std::min(pairs_, most_units(gemm.d)) + k_ % 2) {
    Random random(seed, order_stream);
    order_ = permutation(static_cast<std::uint32_t>(k_), random);
    const GemmElements count = elements(gemm);
    a_.resize(bytes(gemm.a, count.a));
    b_.resize(bytes(gemm.b, count.b));
    bias_.resize(bytes(gemm.bias, count.bias));
    draw_a(seed);
    draw_b(seed);
    for (std::uint64_t j = 0; j < count.bias; ++j) {
        const double drawn = random_word(seed, bias_stream, j) % 5;
        store(bias_, gemm.bias, j, is_unsigned(gemm.bias) ? drawn : drawn - largest_bias);
    }
}

/// Every pair of columns of A is one column twice; an odd last one stands alone.
void ExactGemm::draw_a(std::uint64_t seed) {
    const auto m = static_cast<std::uint64_t>(gemm_.m);
    const std::uint64_t drawn = pairs_ + k_ % 2;
    std::vector<std::uint32_t> words(drawn);
    const auto draw = [&](std::uint64_t i, std::span<double> row) {
        random_words(seed, a_stream, i * drawn, words);
        for (std::uint64_t p = 0; p < k_; ++p) row[order_[p]] = number(words[p / 2], gemm_.a);
    };
    store_vectors(a_, gemm_.a,
                  {.k = k_,
                   .count = m,
                   .matrices = matrices(gemm_.batch, gemm_.broadcast_a),
                   .contiguous = !gemm_.transpose_a},
                  draw);
}

void ExactGemm::draw_b(std::uint64_t seed) {
    const auto n = static_cast<std::uint64_t>(gemm_.n);
    const std::uint64_t count = matrices(gemm_.batch, gemm_.broadcast_b);
    units_.resize(n * count * units_each_);
    const auto draw = [&](std::uint64_t j, std::span<double> column) {
        cancel(column, std::span(units_).subspan(j * units_each_, units_each_), j, seed);
    };
    store_vectors(b_, gemm_.b,
                  {.k = k_, .count = n, .matrices = count, .contiguous = gemm_.transpose_b}, draw);
}

/// One column of B: each pair cancels, but for the units.
void ExactGemm::cancel(std::span<double> column, std::span<Unit> units, std::uint64_t stream,
                       std::uint64_t seed) const {
    std::vector<std::uint32_t> words(pairs_ + units.size());
    random_words(seed, b_stream + stream, 0, words);
    for (std::uint64_t i = 0; i < pairs_; ++i) {
        const double drawn = number(words[i], gemm_.b);
        column[order_[2 * i]] = drawn;
        column[order_[2 * i + 1]] = -drawn;
    }
    if (k_ % 2 == 1) column[order_[k_ - 1]] = 0;
    // k = 1 has no pair, and no unit but the odd one's.
    const std::uint64_t pairs = std::max<std::uint64_t>(pairs_, 1);
    for (std::size_t u = 0; u < units.size(); ++u) {
        const std::uint32_t word = words[pairs_ + u];
        const bool odd_one = k_ % 2 == 1 && u == 0;
        std::uint64_t place = odd_one ? k_ - 1 : 2 * ((word >> 1U) % pairs) + 1;
        // The type has room for one unit more in a place, not for two.
        if (u > 0 && units[u - 1].k == order_[place]) place = (place + 2) % (2 * pairs);
        units[u] = {order_[place], word % 2 == 0 ? 1.F : -1.F};
        column[order_[place]] += static_cast<double>(units[u].sign);
    }
}

std::span<const ExactGemm::Unit> ExactGemm::units(std::uint64_t matrix,
                                                  std::uint64_t column) const {
    const std::uint64_t at = matrix * static_cast<std::uint64_t>(gemm_.n) + column;
    return std::span(units_).subspan(at * units_each_, units_each_);
}

void ExactGemm::expect(std::uint64_t batch, std::uint64_t row, std::span<double> out) const {
    const auto m = static_cast<std::uint64_t>(gemm_.m), n = static_cast<std::uint64_t>(gemm_.n);
    const std::uint64_t of_a = gemm_.broadcast_a ? 0 : batch, of_b = gemm_.broadcast_b ? 0 : batch;
    const Operand a{.matrix = Matrix(a_, gemm_.a, of_a * m * k_),
                    .k = k_,
                    .count = m,
                    .contiguous = !gemm_.transpose_a};
    const std::vector<double> values = a.vector(row);
    if (gemm_.bias != Dtype::none) {
        load_range(bias_, gemm_.bias, 0, out);
    } else {
        std::fill(out.begin(), out.end(), 0.0);
    }
    for (std::uint64_t j = 0; j < n; ++j) {
        for (const Unit& unit : units(of_b, j)) {
            out[j] += values[unit.k] * static_cast<double>(unit.sign);
        }
        if (gemm_.activation == Activation::relu) out[j] = std::max(out[j], 0.0);
    }
    if (!is_integer(gemm_.d)) return;  // floating types hold all of it; integers saturate
    std::vector<std::byte> rounded(bytes(gemm_.d, n));
    store_range(rounded, gemm_.d, 0, out);
    load_range(rounded, gemm_.d, 0, out);
}

/// The first wrong element of a batch, "" when all are equal.
std::string ExactGemm::wrong_rows(std::uint64_t batch, std::span<const std::byte> d) const {
    const auto m = static_cast<std::uint64_t>(gemm_.m), n = static_cast<std::uint64_t>(gemm_.n);
    std::vector<double> found(n), expected(n);
    for (std::uint64_t i = 0; i < m; ++i) {
        expect(batch, i, expected);
        load_range(d, gemm_.d, (batch * m + i) * n, found);
        const auto wrong = std::mismatch(found.begin(), found.end(), expected.begin());
        if (wrong.first == found.end()) continue;
        return fmt::format("exact integers: D[{}, {}, {}] is {:.9g}, must be {:.9g}", batch, i,
                           wrong.first - found.begin(), *wrong.first, *wrong.second);
    }
    return "";
}

void ExactGemm::store_answer(std::span<std::byte> d) const {
    const auto m = static_cast<std::uint64_t>(gemm_.m), n = static_cast<std::uint64_t>(gemm_.n);
    std::vector<double> row(n);
    for (std::uint64_t i = 0; i < m * static_cast<std::uint64_t>(gemm_.batch); ++i) {
        expect(i / m, i % m, row);
        store_range(d, gemm_.d, i * n, row);
    }
}

Check ExactGemm::check(std::span<const std::byte> d) const {
    Check check;
    check.method = "every element on integers that cancel";
    check.elements = elements(gemm_).d;
    for (std::uint64_t batch = 0; batch < static_cast<std::uint64_t>(gemm_.batch); ++batch) {
        check.reason = wrong_rows(batch, d);
        if (!check.reason.empty()) break;
    }
    check.passed = check.reason.empty();
    return check;
}

}  // namespace assay

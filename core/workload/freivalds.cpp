// SPDX-License-Identifier: Apache-2.0
// sigma of a row's difference: errors e_j of independent signs add as sqrt(sum e_j^2), and
// P(> 6 sigma) <= 2 exp(-18) (Hoeffding), whatever the errors are, as long as each is tolerable.
#include "core/workload/freivalds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "core/workload/gemm_operands.hpp"
#include "core/workload/tolerance.hpp"

namespace assay {

namespace {

// One x a panel of so many columns: the noise of its sum grows with the root of it, and so does
// what a wrong element may hide in (research/statistics 5.3).
constexpr std::uint64_t panel = 1024;
constexpr double most_sigmas = 6;

double dot(std::span<const double> a, std::span<const double> b) {
    constexpr std::size_t lanes = 8;
    std::array<double, lanes> sums{};
    const std::size_t whole = a.size() / lanes * lanes;
    for (std::size_t i = 0; i < whole; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
    }
    double total = 0;
    for (std::size_t i = whole; i < a.size(); ++i) total += a[i] * b[i];
    for (const double sum : sums) total += sum;
    return total;
}

void add_scaled(double factor, std::span<const double> from, std::span<double> to) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

/// Panel by panel.
using Vectors = std::vector<std::vector<double>>;

/// One batch on its way through the check.
class Batch {
public:
    Batch(const Gemm& gemm, const GemmData& data, std::uint64_t batch, std::vector<double> signs)
        : gemm_(gemm),
          data_(data),
          batch_(batch),
          n_(static_cast<std::uint64_t>(gemm.n)),
          m_(static_cast<std::uint64_t>(gemm.m)),
          k_(static_cast<std::uint64_t>(gemm.k)),
          panels_((n_ + panel - 1) / panel),
          signs_(std::move(signs)) {
        const GemmOperands operands = operands_of(gemm, data, batch);
        multiply_b(operands.b);
        multiply_a(operands.a);
        add_bias();
    }

    /// The first row that is off, "" when none is.
    [[nodiscard]] std::string fault(const Tolerance& tolerance) const {
        std::vector<double> row(n_);
        for (std::uint64_t i = 0; i < m_; ++i) {
            load_range(data_.d, gemm_.d, (batch_ * m_ + i) * n_, row);
            for (std::uint64_t p = 0; p < panels_; ++p) {
                const auto some = std::span(row).subspan(p * panel, width(p));
                std::string wrong = fault_of(i, p, some, tolerance);
                if (!wrong.empty()) return wrong;
            }
        }
        return "";
    }

private:
    [[nodiscard]] std::uint64_t width(std::uint64_t p) const {
        return std::min(panel, n_ - p * panel);
    }
    [[nodiscard]] std::span<const double> signs(std::uint64_t p) const {
        return std::span(signs_).subspan(p * panel, width(p));
    }

    /// B x of each panel, and the squares of its columns.
    void multiply_b(const Operand& b) {
        products_.assign(panels_, std::vector<double>(k_));
        squares_b_.assign(panels_, 0);
        std::vector<double> values(b.contiguous ? k_ : n_);
        for (std::uint64_t j = 0; b.contiguous && j < n_; ++j) {
            b.matrix.row(j, k_, 0, values);
            add_scaled(signs_[j], values, products_[j / panel]);
            squares_b_[j / panel] += dot(values, values);
        }
        for (std::uint64_t q = 0; !b.contiguous && q < k_; ++q) {
            b.matrix.row(q, n_, 0, values);
            for (std::uint64_t p = 0; p < panels_; ++p) {
                const auto some = std::span(values).subspan(p * panel, width(p));
                products_[p][q] = dot(some, signs(p));
                squares_b_[p] += dot(some, some);
            }
        }
    }

    /// A of what that came to, and the squares of A's rows.
    void multiply_a(const Operand& a) {
        expected_.assign(panels_, std::vector<double>(m_));
        squares_a_.assign(m_, 0);
        std::vector<double> values(a.contiguous ? k_ : m_);
        for (std::uint64_t i = 0; a.contiguous && i < m_; ++i) {
            a.matrix.row(i, k_, 0, values);
            for (std::uint64_t p = 0; p < panels_; ++p) expected_[p][i] = dot(values, products_[p]);
            squares_a_[i] = dot(values, values);
        }
        for (std::uint64_t q = 0; !a.contiguous && q < k_; ++q) {
            a.matrix.row(q, m_, 0, values);
            for (std::uint64_t p = 0; p < panels_; ++p) {
                add_scaled(products_[p][q], values, expected_[p]);
            }
            for (std::uint64_t i = 0; i < m_; ++i) squares_a_[i] += values[i] * values[i];
        }
    }

    void add_bias() {
        bias_.assign(panels_, 0);
        squares_bias_.assign(panels_, 0);
        if (gemm_.bias == Dtype::none) return;
        std::vector<double> values(n_);
        load_range(data_.bias, gemm_.bias, 0, values);
        for (std::uint64_t p = 0; p < panels_; ++p) {
            const auto some = std::span(values).subspan(p * panel, width(p));
            bias_[p] = dot(some, signs(p));
            squares_bias_[p] = dot(some, some);
        }
    }

    /// An element past the largest value of d is a fault where no sum can be so large.
    [[nodiscard]] std::string past_for_nothing(std::uint64_t i, std::uint64_t p, double top) const {
        const double most = std::sqrt(squares_a_[i] * squares_b_[p]) + std::sqrt(squares_bias_[p]);
        if (2 * most >= top) return "";
        return fmt::format(
            "row D[{}, {}], columns {} to {}, has an element past {:.6g}: no sum is above {:.6g}",
            batch_, i, p * panel, p * panel + width(p) - 1, top, most);
    }

    [[nodiscard]] std::string fault_of(std::uint64_t i, std::uint64_t p,
                                       std::span<const double> found,
                                       const Tolerance& tolerance) const {
        const double top = largest(gemm_.d);
        const bool past = std::any_of(found.begin(), found.end(),
                                      [&](double value) { return !(std::fabs(value) < top); });
        if (past) return past_for_nothing(i, p, top);
        const double expected = expected_[p][i] + bias_[p];
        const double off = std::fabs(dot(found, signs(p)) - expected);
        const RowError sigma{.products = std::sqrt(squares_a_[i] * squares_b_[p]),
                             .bias = std::sqrt(squares_bias_[p]),
                             .results = std::sqrt(dot(found, found)),
                             .count = static_cast<double>(width(p))};
        // Of integers nothing may be off; the nearest wrong sum is 1 away.
        const double allowed =
            std::max(most_sigmas * tolerance.of_signed_sum(sigma), is_integer(gemm_.d) ? 0.5 : 0.0);
        if (off <= allowed) return "";
        return fmt::format(
            "row D[{}, {}], columns {} to {}, is not A times B: with random signs its elements sum "
            "to {:.6g} from what they must, rounding allows {:.1e}",
            batch_, i, p * panel, p * panel + width(p) - 1, off, allowed);
    }

    const Gemm& gemm_;
    const GemmData& data_;
    std::uint64_t batch_, n_, m_, k_, panels_;
    std::vector<double> signs_;
    Vectors products_, expected_;
    std::vector<double> squares_a_, squares_b_, bias_, squares_bias_;
};

}  // namespace

bool freivalds_applies(const Gemm& gemm) {
    return gemm.activation == Activation::none && (!is_integer(gemm.d) || gemm.d == Dtype::i32);
}

std::string freivalds_fault(const Gemm& gemm, const GemmData& data, const Arithmetic& arithmetic,
                            Random& random) {
    const Tolerance tolerance(gemm, arithmetic);
    for (std::uint64_t batch = 0; batch < static_cast<std::uint64_t>(gemm.batch); ++batch) {
        std::vector<double> signs(static_cast<std::size_t>(gemm.n));
        for (double& sign : signs) sign = random.word() % 2 == 0 ? 1 : -1;
        std::string fault = Batch(gemm, data, batch, std::move(signs)).fault(tolerance);
        if (!fault.empty()) return fault;
    }
    return "";
}

}  // namespace assay

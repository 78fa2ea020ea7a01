// SPDX-License-Identifier: Apache-2.0
// Holds elements of D against what they should be, and puts together what that came to.
// Private to workload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/workload/check.hpp"
#include "core/workload/sampling.hpp"
#include "core/workload/tolerance.hpp"

namespace assay {

/// One element's exact sums.
struct ElementSums {
    double product = 0, magnitude = 0, squares = 0;
};

/// Hears one element after the other; check() says what it came to.
class Judge {
public:
    Judge(const Gemm& gemm, const GemmData& data, const Arithmetic& arithmetic)
        : gemm_(gemm), data_(data), tolerance_(gemm, arithmetic) {}

    void hear(std::uint64_t batch, ElementPlace place, const ElementSums& sums);
    /// Whether an element that is given with its value is right. D is not read.
    [[nodiscard]] bool is_right(const GemmElement& element, const ElementSums& sums) const;
    [[nodiscard]] Check check() const;

private:
    struct Element {
        std::uint64_t index = 0;  // in D
        double found = 0, expected = 0, error = 0, allowed = 0, magnitude = 0;
        double squares = 0;  // what the precision class is relative to
        bool past = false;   // the largest value of d, and rightly so
    };

    [[nodiscard]] Element element_of(const GemmElement& element, const ElementSums& sums) const;
    [[nodiscard]] double rounded(double value) const;
    [[nodiscard]] bool overflows(const Element& element) const;
    void count(const Element& element);
    [[nodiscard]] std::optional<std::uint64_t> first_nan() const;
    [[nodiscard]] std::string mistrusted() const;
    [[nodiscard]] std::string reason() const;
    [[nodiscard]] std::string place_text(std::uint64_t index) const;
    [[nodiscard]] std::string wrong_element() const;
    [[nodiscard]] double rms_error() const;

    Gemm gemm_;
    GemmData data_;
    Tolerance tolerance_;
    std::uint64_t heard_ = 0, not_zero_ = 0, lost_ = 0;  // lost: 0 found, not 0 expected
    double least_expected_ = 0, most_expected_ = 0;
    double worst_ = 0, max_error_ = 0;
    Element worst_element_;
    std::optional<Element> not_finite_;
    double sum_squares_ = 0;  // of error / sqrt(sum a^2 b^2)
    std::uint64_t rated_ = 0;
};

}  // namespace assay

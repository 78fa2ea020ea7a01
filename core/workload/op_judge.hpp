// SPDX-License-Identifier: Apache-2.0
// Holds elements of an operator's outputs against the truth, and puts together what that came to.
// Private to workload; the judge of GEMMs is core/workload/judge.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/workload/op_truth.hpp"

namespace assay {

/// Hears one element after the other; check() says what it came to.
class OpJudge {
public:
    /// All borrowed.
    OpJudge(const Op& op, const TensorSet& outputs, const Truth& truth);

    void hear(std::size_t output, std::uint64_t index, const ExactElement& exact);
    /// method is left to the caller.
    [[nodiscard]] Check check() const;

private:
    struct Element {
        std::size_t output = 0;
        std::uint64_t index = 0;
        double found = 0, expected = 0, error = 0, allowed = 0, magnitude = 0;
    };
    /// What was found and expected of one output so far.
    struct Heard {
        std::uint64_t count = 0, not_zero = 0, lost = 0;  // lost: 0 found, not 0 expected
        double least_found = 0, most_found = 0, least_expected = 0, most_expected = 0;
        std::optional<Element> lost_one;
    };

    [[nodiscard]] double rounded(std::size_t output, double value) const;
    [[nodiscard]] bool right_in_its_way(const Element& element, const ExactElement& exact) const;
    [[nodiscard]] double full_allowance(std::size_t output, const ExactElement& exact) const;
    void count(const Element& element, const ExactElement& exact);
    void note(const Element& element);
    [[nodiscard]] std::string mistrust(std::size_t output) const;
    [[nodiscard]] std::string never_written() const;
    [[nodiscard]] std::optional<std::uint64_t> unwritten(std::size_t output, std::uint64_t first,
                                                         std::span<const double> values,
                                                         int& suspects) const;
    [[nodiscard]] bool suspicious(std::size_t output, double value) const;
    [[nodiscard]] bool truly(std::size_t output, std::uint64_t index, double found) const;
    [[nodiscard]] std::string place_text(std::size_t output, std::uint64_t index) const;
    [[nodiscard]] std::string wrong_element() const;
    [[nodiscard]] std::string reason() const;
    [[nodiscard]] double rms_error() const;

    const Op& op_;
    const TensorSet& outputs_;
    const Truth& truth_;
    double rms_limit_ = 0;
    std::uint64_t heard_ = 0;
    double worst_ = 0, max_error_ = 0;
    Element worst_element_;
    std::optional<Element> not_finite_;
    std::vector<Heard> heard_of_;  // each output
    double sum_squares_ = 0;       // of error / sqrt(sum a^2 b^2)
    std::uint64_t rated_ = 0;
};

/// Error relative to the magnitude of the terms, if they have one.
inline double relative_error(double error, double magnitude) {
    return magnitude > 0 ? error / magnitude : error;
}
/// Whether its outputs are sums of products: matmul, conv, attention, grouped_matmul.
bool sums_products(OpKind kind);

}  // namespace assay

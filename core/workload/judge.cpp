// SPDX-License-Identifier: Apache-2.0
// Element by element; then the reasons to refuse an answer, the plainest first.
#include "core/workload/judge.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace assay {

namespace {

// benchdnn mistrusts a matmul with more zeros than this (src/tests/benchdnn/matmul).
constexpr double most_zeros = 0.9;
constexpr std::uint64_t least_for_constant = 16;  // chosen: fewer may be equal by chance

/// What operands rounded like that are called; the limits lie between what research/statistics 5.1
/// found for each: bf16 2^-8.7, tf32 2^-11.7, two bf16 parts 2^-17.8.
const char* looks_like(double rms_error) {
    if (rms_error > 0x1p-10) return "bf16";
    return rms_error > 0x1p-14 ? "tf32" : rms_error > 0x1p-19 ? "bf16x3" : "f32";
}

double relative(double error, double magnitude) {
    return magnitude > 0 ? error / magnitude : error;
}

}  // namespace

double Judge::rounded(double value) const {
    std::array<std::byte, 8> cell{};
    store(cell, gemm_.d, 0, value);
    return load(cell, gemm_.d, 0);
}

/// Past the largest value of d, infinity and the largest value are both right (with its sign).
bool Judge::overflows(const Element& e) const {
    const double top = largest(gemm_.d);
    return !is_integer(gemm_.d) && std::fabs(e.expected) + e.allowed >= top &&
           std::fabs(e.found) >= top && std::signbit(e.found) == std::signbit(e.expected);
}

Judge::Element Judge::element_of(const GemmElement& place, const ElementSums& sums) const {
    const auto m = static_cast<std::uint64_t>(gemm_.m), n = static_cast<std::uint64_t>(gemm_.n);
    const double bias = gemm_.bias == Dtype::none ? 0 : load(data_.bias, gemm_.bias, place.column);
    const Expected expected =
        tolerance_.expect({.product = sums.product, .magnitude = sums.magnitude, .bias = bias});
    Element element{.index = (place.batch * m + place.row) * n + place.column,
                    .found = place.found,
                    .expected = expected.value,
                    .allowed = expected.allowed,
                    .magnitude = sums.magnitude,
                    // A bias is a term like the others: where products are small, its rounding is
                    // what is seen.
                    .squares = sums.squares + bias * bias};
    element.past = overflows(element);
    if (expected.allowed == 0) element.expected = rounded(expected.value);
    element.error = std::fabs(element.found - element.expected);
    return element;
}

bool Judge::is_right(const GemmElement& place, const ElementSums& sums) const {
    const Element element = element_of(place, sums);
    return element.past || element.error <= element.allowed;
}

void Judge::hear(std::uint64_t batch, ElementPlace place, const ElementSums& sums) {
    const auto m = static_cast<std::uint64_t>(gemm_.m), n = static_cast<std::uint64_t>(gemm_.n);
    const std::uint64_t index = (batch * m + place.row) * n + place.column;
    const Element element =
        element_of({batch, place.row, place.column, load(data_.d, gemm_.d, index)}, sums);
    if (heard_++ == 0) least_expected_ = most_expected_ = element.expected;
    least_expected_ = std::min(least_expected_, element.expected);
    most_expected_ = std::max(most_expected_, element.expected);
    if (element.past) {
        ++not_zero_;
    } else {
        count(element);
    }
}

void Judge::count(const Element& element) {
    const bool zero = rounded(element.expected) == 0;
    if (!zero) ++not_zero_;
    if (!zero && element.found == 0) ++lost_;
    if (!std::isfinite(element.found)) {
        if (!not_finite_) not_finite_ = element;
        return;
    }
    // Integers must be equal: the nearest wrong one is 1 away, twice a half.
    const double ratio = element.error / (element.allowed > 0 ? element.allowed : 0.5);
    if (ratio > worst_ || heard_ == 1) {
        worst_ = ratio;
        worst_element_ = element;
    }
    max_error_ = std::max(max_error_, relative(element.error, element.magnitude));
    if (element.squares <= 0) return;
    sum_squares_ += element.error * element.error / element.squares;
    ++rated_;
}

double Judge::rms_error() const {
    return rated_ == 0 ? 0 : std::sqrt(sum_squares_ / static_cast<double>(rated_));
}

std::optional<std::uint64_t> Judge::first_nan() const {
    if (is_integer(gemm_.d)) return std::nullopt;
    constexpr std::uint64_t block = 2048;
    std::vector<double> values(block);
    const std::uint64_t count = elements(gemm_).d;
    for (std::uint64_t first = 0; first < count; first += block) {
        const auto some =
            std::span(values).first(static_cast<std::size_t>(std::min(block, count - first)));
        load_range(data_.d, gemm_.d, first, some);
        const auto found =
            std::find_if(some.begin(), some.end(), [](double value) { return std::isnan(value); });
        if (found != some.end()) return first + static_cast<std::uint64_t>(found - some.begin());
    }
    return std::nullopt;
}

std::string Judge::place_text(std::uint64_t index) const {
    const auto m = static_cast<std::uint64_t>(gemm_.m), n = static_cast<std::uint64_t>(gemm_.n);
    return fmt::format("D[{}, {}, {}]", index / n / m, index / n % m, index % n);
}

std::string Judge::wrong_element() const {
    const Element& e = worst_element_;
    const std::string what =
        fmt::format("{} is {:.6g}, expected {:.6g}", place_text(e.index), e.found, e.expected);
    if (e.allowed == 0) return what + " (integers must be equal)";
    return fmt::format("{} (error {:.1e} of |A||B|, allowed {:.1e})", what,
                       relative(e.error, e.magnitude), relative(e.allowed, e.magnitude));
}

/// A check that could not have failed is no pass (research/statistics 5.2).
std::string Judge::mistrusted() const {
    constexpr const char* advice = "the check proves nothing; change the distribution";
    if (not_zero_ == 0)
        return fmt::format("MISTRUSTED: the expected results are all 0: {}", advice);
    if (static_cast<double>(heard_ - not_zero_) > most_zeros * static_cast<double>(heard_)) {
        return fmt::format("MISTRUSTED: {} of {} expected results are 0: {}", heard_ - not_zero_,
                           heard_, advice);
    }
    if (heard_ >= least_for_constant && least_expected_ == most_expected_) {
        return fmt::format("MISTRUSTED: all {} expected results are {:.6g}: {}", heard_,
                           most_expected_, advice);
    }
    return "";
}

std::string Judge::reason() const {
    if (std::string mistrust = mistrusted(); !mistrust.empty()) return mistrust;
    if (static_cast<double>(lost_) > most_zeros * static_cast<double>(not_zero_)) {
        return fmt::format(
            "{} of {} compared results are 0 where they must not be: {} must be {:.6g}", lost_,
            heard_, place_text(worst_element_.index), worst_element_.expected);
    }
    if (not_finite_) {
        return fmt::format("{} is {}, expected {:.6g}", place_text(not_finite_->index),
                           not_finite_->found, not_finite_->expected);
    }
    if (worst_ > 1) return wrong_element();
    if (const auto index = first_nan()) {
        return place_text(*index) + " is nan, expected a number: was it written?";
    }
    if (const double limit = tolerance_.rms_limit(); limit > 0 && rms_error() > limit) {
        return fmt::format(
            "rms error {:.1e} of |a||b| is more than {:.1e}: operands or sums were rounded below "
            "{}: it looks like {}",
            rms_error(), limit, name(gemm_.d), looks_like(rms_error()));
    }
    return "";
}

Check Judge::check() const {
    Check check;
    check.method = compares_everything(gemm_) ? "every element in f64"
                                              : "sampled rows, columns and elements in f64";
    check.elements = heard_;
    check.max_error = max_error_;
    check.tolerance = relative(worst_element_.allowed, worst_element_.magnitude);
    check.worst = worst_;
    check.rms_error = rms_error();
    check.rms_limit = tolerance_.rms_limit();
    check.reason = reason();
    check.passed = check.reason.empty();
    return check;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Element by element; the reasons to refuse an answer are in op_judge_words.cpp.
#include "core/workload/op_judge.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/workload/op_names.hpp"

namespace assay {

namespace {

// A value this small against its terms is the truth's own rounding noise.
constexpr double noise = 0x1p-40;
/// Where f32 or f64 went in and came out and nothing else was allowed (as of a GEMM).
double precision_limit(const Op& op) {
    if (op.kind() == OpKind::attention || !sums_products(op.kind())) return 0;
    const auto wide = [](const TensorType& type) {
        return type.dtype == Dtype::f32 || type.dtype == Dtype::f64;
    };
    const bool narrow_sums = op.accumulator == Dtype::f16 || op.accumulator == Dtype::bf16;
    if (op.math != Math::strict || narrow_sums) return 0;
    return wide(op.inputs[0]) && wide(op.inputs[1]) && wide(op.outputs[0]) ? 0x1p-15 : 0;
}

/// Devices may flush results below the smallest normal f32 to 0.
double flushed(Dtype dtype) {
    return dtype == Dtype::f32 || dtype == Dtype::bf16 ? 0x1p-126 : 0;
}

bool clearly_not_zero(Dtype dtype, double value) {
    if (is_integer(dtype)) return value != 0;
    return std::fabs(value) > std::max(smallest(dtype), flushed(dtype));
}

}  // namespace

OpJudge::OpJudge(const Op& op, const TensorSet& outputs, const Truth& truth)
    : op_(op),
      outputs_(outputs),
      truth_(truth),
      rms_limit_(precision_limit(op)),
      heard_of_(outputs.size()) {}

double OpJudge::rounded(std::size_t output, double value) const {
    std::array<std::byte, 8> cell{};
    const Dtype dtype = outputs_[output].type().dtype;
    store(cell, dtype, 0, value);
    return load(cell, dtype, 0);
}

double OpJudge::full_allowance(std::size_t output, const ExactElement& exact) const {
    const Dtype dtype = outputs_[output].type().dtype;
    if (is_integer(dtype) || (exact.exact && exact.allowed == 0)) return 0;
    return exact.allowed + unit_roundoff(dtype) * (std::fabs(exact.value) + exact.allowed) +
           smallest(dtype) / 2 + flushed(dtype);
}

/// Infinities, NaNs, results past the largest value, other indices of equal values, integers
/// within rounding of the next one.
bool OpJudge::right_in_its_way(const Element& e, const ExactElement& exact) const {
    const Dtype dtype = outputs_[e.output].type().dtype;
    if (std::isnan(exact.value)) return std::isnan(e.found) || is_integer(dtype);
    if (is_integer(dtype)) {
        if (e.found == e.expected) return true;
        const bool near = e.found >= rounded(e.output, exact.value - exact.allowed) &&
                          e.found <= rounded(e.output, exact.value + exact.allowed);
        return (exact.allowed > 0 && near) || truth_.also_right(e.output, e.index, e.found);
    }
    if (std::isinf(exact.value))
        return e.found == e.expected || std::fabs(e.found) == largest(dtype);
    const double top = largest(dtype);
    return std::fabs(exact.value) + e.allowed >= top && std::fabs(e.found) >= top &&
           std::signbit(e.found) == std::signbit(exact.value);
}

void OpJudge::hear(std::size_t output, std::uint64_t index, const ExactElement& exact) {
    Element e;
    e.output = output;
    e.index = index;
    e.found = outputs_[output][index];
    e.allowed = full_allowance(output, exact);
    e.expected = e.allowed == 0 ? rounded(output, exact.value) : exact.value;
    e.magnitude = std::max(exact.magnitude, std::fabs(exact.value));
    ++heard_;
    note(e);
    if (!right_in_its_way(e, exact)) count(e, exact);
}

/// What mistrust() needs.
void OpJudge::note(const Element& e) {
    Heard& heard = heard_of_[e.output];
    const bool not_zero = clearly_not_zero(outputs_[e.output].type().dtype, e.expected) &&
                          !(std::fabs(e.expected) <= noise * e.magnitude);
    const double expected = not_zero ? e.expected : 0;
    if (heard.count++ == 0) {
        heard.least_found = heard.most_found = e.found;
        heard.least_expected = heard.most_expected = expected;
    }
    heard.least_found = std::min(heard.least_found, e.found);
    heard.most_found = std::max(heard.most_found, e.found);
    heard.least_expected = std::min(heard.least_expected, expected);
    heard.most_expected = std::max(heard.most_expected, expected);
    if (!not_zero) return;
    ++heard.not_zero;
    if (e.found != 0) return;
    ++heard.lost;
    if (!heard.lost_one) heard.lost_one = e;
}

void OpJudge::count(const Element& element, const ExactElement& exact) {
    Element e = element;
    e.error = std::fabs(e.found - e.expected);
    if (!std::isfinite(e.found) || !std::isfinite(e.expected)) {
        if (!not_finite_) not_finite_ = e;
        return;
    }
    // Exact ones must be equal: any other value is twice what is allowed, or more.
    const double ratio =
        e.allowed > 0 ? e.error / e.allowed : (e.error > 0 ? std::max(2.0, 2 * e.error) : 0);
    if (ratio > worst_ || worst_element_.magnitude == 0) {
        worst_ = std::max(worst_, ratio);
        worst_element_ = e;
    }
    max_error_ = std::max(max_error_, relative_error(e.error, e.magnitude));
    if (exact.squares <= 0) return;
    sum_squares_ += e.error * e.error / exact.squares;
    ++rated_;
}

double OpJudge::rms_error() const {
    return rated_ == 0 ? 0 : std::sqrt(sum_squares_ / static_cast<double>(rated_));
}

Check OpJudge::check() const {
    Check check;
    check.elements = heard_;
    check.max_error = max_error_;
    check.tolerance = relative_error(worst_element_.allowed, worst_element_.magnitude);
    check.worst = worst_;
    check.rms_error = rms_error();
    check.rms_limit = rms_limit_;
    check.reason = reason();
    check.passed = check.reason.empty();
    return check;
}

}  // namespace assay

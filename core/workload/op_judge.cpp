// SPDX-License-Identifier: Apache-2.0
// Element by element; then the reasons to refuse an answer, the plainest first.
#include "core/workload/op_judge.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/workload/op_names.hpp"

namespace assay {

namespace {

// benchdnn mistrusts a matmul with more zeros than this (src/tests/benchdnn/matmul).
constexpr double most_zeros = 0.9;
// A value this small against its terms is the truth's own rounding noise.
constexpr double noise = 0x1p-40;
// Elements that look unwritten and are held against the truth before the rest is believed; chosen.
constexpr int most_suspects = 1024;

double relative(const double error, const double magnitude) {
    return magnitude > 0 ? error / magnitude : error;
}

bool sums_products(OpKind kind) {
    return kind == OpKind::matmul || kind == OpKind::conv || kind == OpKind::attention ||
           kind == OpKind::grouped_matmul;
}

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
    const double expected = std::fabs(e.expected) <= noise * e.magnitude ? 0 : e.expected;
    if (heard.count++ == 0) {
        heard.least_found = heard.most_found = e.found;
        heard.least_expected = heard.most_expected = expected;
    }
    heard.least_found = std::min(heard.least_found, e.found);
    heard.most_found = std::max(heard.most_found, e.found);
    heard.least_expected = std::min(heard.least_expected, expected);
    heard.most_expected = std::max(heard.most_expected, expected);
    if (!clearly_not_zero(outputs_[e.output].type().dtype, expected)) return;
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
    max_error_ = std::max(max_error_, relative(e.error, e.magnitude));
    if (exact.squares <= 0) return;
    sum_squares_ += e.error * e.error / exact.squares;
    ++rated_;
}

double OpJudge::rms_error() const {
    return rated_ == 0 ? 0 : std::sqrt(sum_squares_ / static_cast<double>(rated_));
}

std::string OpJudge::place_text(std::size_t output, std::uint64_t index) const {
    const Shape& dims = outputs_[output].dims();
    const Position at = position_of(index, dims);
    return fmt::format(
        "output {} [{}]", output,
        fmt::join(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(dims.size()), ", "));
}

std::string OpJudge::wrong_element() const {
    const Element& e = worst_element_;
    const std::string what = fmt::format("{} is {:.9g}, expected {:.9g}",
                                         place_text(e.output, e.index), e.found, e.expected);
    if (e.allowed == 0) return what + " (must be equal)";
    return fmt::format("{} (error {:.1e} of its terms, allowed {:.1e})", what,
                       relative(e.error, e.magnitude), relative(e.allowed, e.magnitude));
}

/// All zeros and constants are wrong by themselves, however wide the tolerance.
std::string OpJudge::mistrust(std::size_t output) const {
    const Heard& heard = heard_of_[output];
    if (heard.not_zero == 0 && heard.count > 1 && sums_products(op_.kind())) {
        return "the expected results are all 0: the check proves nothing; change the distribution";
    }
    if (static_cast<double>(heard.lost) > most_zeros * static_cast<double>(heard.not_zero)) {
        return fmt::format(
            "{} of {} compared results are 0 where they must not be: {} must be {:.6g}", heard.lost,
            heard.count, place_text(output, heard.lost_one->index), heard.lost_one->expected);
    }
    const double u = unit_roundoff(outputs_[output].type().dtype);
    const double spread = heard.most_expected - heard.least_expected;
    const double size = std::max(std::fabs(heard.most_expected), std::fabs(heard.least_expected));
    if (heard.least_found == heard.most_found && spread > 4 * u * size) {
        return fmt::format("all {} compared results are {:.6g}, expected {:.6g} … {:.6g}",
                           heard.count, heard.most_found, heard.least_expected,
                           heard.most_expected);
    }
    return "";
}

/// NaN, or all bits set in an integer: what buffers are filled with before the call.
bool OpJudge::suspicious(std::size_t output, double value) const {
    const Dtype dtype = outputs_[output].type().dtype;
    if (!is_integer(dtype)) return std::isnan(value);
    const bool has_sign = dtype == Dtype::i32 || dtype == Dtype::i8 || dtype == Dtype::i4;
    return value == (has_sign ? -1 : largest(dtype));
}

/// Whether the truth has this strange value there too.
bool OpJudge::truly(std::size_t output, std::uint64_t index, double found) const {
    const std::optional<std::uint64_t> part = truth_.part_of(output, index);
    if (!part) return true;  // unspecified
    bool same = false;
    truth_.part(*part, [&](std::size_t o, std::uint64_t i, const ExactElement& exact) {
        if (o != output || i != index) return;
        Element e;
        e.output = o;
        e.index = i;
        e.found = found;
        e.expected = rounded(o, exact.value);
        same = right_in_its_way(e, exact);
    });
    return same;
}

std::string OpJudge::never_written() const {
    constexpr std::uint64_t block = 2048;
    std::vector<double> values(block);
    int suspects = 0;
    for (std::size_t o = 0; o < outputs_.size(); ++o) {
        const std::uint64_t count = outputs_[o].size();
        for (std::uint64_t first = 0; first < count; first += block) {
            const auto some =
                std::span(values).first(static_cast<std::size_t>(std::min(block, count - first)));
            outputs_[o].read(first, some);
            for (std::size_t i = 0; i < some.size(); ++i) {
                if (!suspicious(o, some[i]) || suspects >= most_suspects) continue;
                if (truth_.part_of(o, first + i)) ++suspects;
                if (truly(o, first + i, some[i])) continue;
                return fmt::format("{} is {}: was it written?", place_text(o, first + i), some[i]);
            }
        }
    }
    return "";
}

std::string OpJudge::reason() const {
    for (std::size_t o = 0; o < heard_of_.size(); ++o) {
        if (std::string why = mistrust(o); !why.empty()) return why;
    }
    if (not_finite_) {
        return fmt::format("{} is {}, expected {:.6g}",
                           place_text(not_finite_->output, not_finite_->index), not_finite_->found,
                           not_finite_->expected);
    }
    if (worst_ > 1) return wrong_element();
    if (std::string why = never_written(); !why.empty()) return why;
    if (rms_limit_ > 0 && rms_error() > rms_limit_) {
        return fmt::format(
            "rms error {:.1e} of |a||b| is more than {:.1e}: operands or sums were rounded below "
            "{}",
            rms_error(), rms_limit_, name(outputs_[0].type().dtype));
    }
    return "";
}

Check OpJudge::check() const {
    Check check;
    check.elements = heard_;
    check.max_error = max_error_;
    check.tolerance = relative(worst_element_.allowed, worst_element_.magnitude);
    check.worst = worst_;
    check.rms_error = rms_error();
    check.rms_limit = rms_limit_;
    check.reason = reason();
    check.passed = check.reason.empty();
    return check;
}

}  // namespace assay

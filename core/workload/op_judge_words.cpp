// SPDX-License-Identifier: Apache-2.0
// The reasons to refuse an answer, the plainest first, in words.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/workload/op_judge.hpp"
#include "core/workload/op_names.hpp"

namespace assay {

namespace {

// benchdnn mistrusts a matmul with more zeros than this (src/tests/benchdnn/matmul).
constexpr double most_zeros = 0.9;
// Elements that look unwritten and are held against the truth before the rest is believed; chosen.
constexpr int most_suspects = 1024;

/// Without the sign that some libraries print before a nan.
std::string number_text(double value) {
    return std::isnan(value) ? "nan" : fmt::format("{:.6g}", value);
}

}  // namespace

bool sums_products(OpKind kind) {
    return kind == OpKind::matmul || kind == OpKind::conv || kind == OpKind::attention ||
           kind == OpKind::grouped_matmul;
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
                       relative_error(e.error, e.magnitude),
                       relative_error(e.allowed, e.magnitude));
}

/// All zeros and constants are wrong by themselves, however wide the tolerance.
std::string OpJudge::mistrust(std::size_t output) const {
    const Heard& heard = heard_of_[output];
    if (heard.not_zero == 0 && heard.count > 1 && sums_products(op_.kind())) {
        return "the expected results are all 0: the check proves nothing; change the distribution";
    }
    if (is_integer(outputs_[output].type().dtype)) return "";  // each must be equal anyway
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

/// The first element from `first` on that looks unwritten and is not so in truth.
std::optional<std::uint64_t> OpJudge::unwritten(std::size_t output, std::uint64_t first,
                                                std::span<const double> values,
                                                int& suspects) const {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!suspicious(output, values[i]) || suspects >= most_suspects) continue;
        if (truth_.part_of(output, first + i)) ++suspects;
        if (!truly(output, first + i, values[i])) return first + i;
    }
    return std::nullopt;
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
            const auto found = unwritten(o, first, some, suspects);
            if (!found) continue;
            return fmt::format("{} is {}: was it written?", place_text(o, *found),
                               number_text(outputs_[o][*found]));
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
                           place_text(not_finite_->output, not_finite_->index),
                           number_text(not_finite_->found), not_finite_->expected);
    }
    if (worst_ > 1) return wrong_element();
    if (std::string why = never_written(); !why.empty()) return why;
    if (std::string why = truth_.whole(outputs_); !why.empty()) return why;
    if (rms_limit_ > 0 && rms_error() > rms_limit_) {
        return fmt::format(
            "rms error {:.1e} of |a||b| is more than {:.1e}: operands or sums were rounded below "
            "{}",
            rms_error(), rms_limit_, name(outputs_[0].type().dtype));
    }
    return "";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Choosing a prefix and printing a number. A prefix is chosen for the number as it will be printed:
// 999.96 G with four digits is 1.000 T, never 1000 G.
#include "core/unit/scale.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace assay {
namespace {

constexpr int default_digits = 4;

/// The prefixes a unit may take, smallest first, each `step` times the one before.
struct Ladder {
    double step;
    std::span<const Scale> scales;
};

constexpr Scale decimal[] = {{1e-9, "n"}, {1e-6, "µ"}, {1e-3, "m"}, {1, ""},     {1e3, "k"},
                             {1e6, "M"},  {1e9, "G"},  {1e12, "T"}, {1e15, "P"}, {1e18, "E"}};
constexpr Scale binary[] = {{1, ""},        {0x1p10, "Ki"}, {0x1p20, "Mi"},
                            {0x1p30, "Gi"}, {0x1p40, "Ti"}, {0x1p50, "Pi"}};
constexpr std::span<const Scale> all_decimal(decimal);

/// Times stop at seconds (minutes are format_duration's); what is counted has no fractions.
Ladder ladder(Unit unit) {
    switch (unit) {
        case Unit::one:
            return {1000, all_decimal.subspan(3, 1)};
        case Unit::second:
            return {1000, all_decimal.first(4)};
        case Unit::byte:
            return {1024, binary};
        case Unit::watt:
        case Unit::joule:
            return {1000, all_decimal};
        default:
            return {1000, all_decimal.subspan(3)};
    }
}

/// `value` rounded as a number with `digits` significant digits is printed.
double rounded(double value, int digits) {
    return std::strtod(fmt::format("{:.{}e}", value, digits - 1).c_str(), nullptr);
}

Scale scale_for(double magnitude, Unit unit, int digits) {
    const Ladder rungs = ladder(unit);
    std::size_t i = 0;
    while (i + 1 < rungs.scales.size() &&
           rounded(magnitude / rungs.scales[i].factor, digits) >= rungs.step) {
        ++i;
    }
    return rungs.scales[i];
}

Scale plain(Unit unit) {
    return scale_for(1, unit, default_digits);
}

bool counts(Unit unit) {
    return unit == Unit::one || unit == Unit::byte || unit == Unit::flop;
}

}  // namespace

Scale common_scale(std::span<const double> values, Unit unit) {
    double smallest = INFINITY;
    for (const double value : values) {
        if (value != 0 && std::isfinite(value)) smallest = std::min(smallest, std::abs(value));
    }
    return std::isinf(smallest) ? plain(unit) : scale_for(smallest, unit, default_digits);
}

std::string format_in(double value, const Scale& scale, int digits) {
    if (!std::isfinite(value)) return "n/a";
    if (value == 0) return "0";
    constexpr int most_decimals = 12;  // chosen: below that a number is 0 to a reader
    const double shown = rounded(value / scale.factor, digits);
    const int exponent = static_cast<int>(std::floor(std::log10(std::abs(shown)) + 1e-9));
    return fmt::format("{:.{}f}", shown, std::clamp(digits - 1 - exponent, 0, most_decimals));
}

std::string format(double value, Unit unit, int digits) {
    if (!std::isfinite(value)) return "n/a";
    const Scale scale = value == 0 ? plain(unit) : scale_for(std::abs(value), unit, digits);
    const bool whole = counts(unit) && scale.factor == 1 && std::trunc(value) == value;
    std::string number = whole ? fmt::format("{:.0f}", value) : format_in(value, scale, digits);
    if (unit == Unit::one) return number;
    return fmt::format("{} {}{}", number, scale.prefix, symbol(unit));
}

std::string format_duration(double seconds) {
    constexpr double longest = 1e9;  // chosen: 30 years; what is longer is no plan
    if (!(seconds >= 0 && seconds < longest)) return "n/a";
    if (seconds > 0 && seconds < 0.5) return "< 1 s";
    const auto whole = static_cast<long>(std::lround(seconds));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    const long minutes = (whole + 30) / 60;
    return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace assay

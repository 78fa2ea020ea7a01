// SPDX-License-Identifier: Apache-2.0
#include "plugins/reference/number.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

namespace reference {
namespace {

/// A binary floating-point format narrower than f32.
struct Format {
    assay_dtype dtype;
    int bytes;
    int fraction;    ///< bits after the leading one
    int bias;        ///< of the exponent
    double largest;  ///< finite
    bool infinity;   ///< whether the top exponent is kept for infinity and NaN (IEEE style)
    bool saturate;   ///< on store
};

constexpr Format formats[] = {
    {ASSAY_F16, 2, 10, 15, 65504.0, true, false},
    {ASSAY_BF16, 2, 7, 127, 0x1.fep127, true, false},
    {ASSAY_F8E4M3FN, 1, 3, 7, 448.0, false, true},
    {ASSAY_F8E5M2, 1, 2, 15, 57344.0, true, true},
};

struct Integer {
    assay_dtype dtype;
    double low, high;
    bool stored;
};

constexpr Integer integers[] = {
    {ASSAY_I32, -2147483648.0, 2147483647.0, true},
    {ASSAY_I8, -128, 127, true},
    {ASSAY_U8, 0, 255, true},
    {ASSAY_I4, -8, 7, false},
    {ASSAY_U4, 0, 15, false},
};

const Format* format_of(assay_dtype dtype) {
    const auto* found = std::find_if(std::begin(formats), std::end(formats),
                                     [dtype](const Format& f) { return f.dtype == dtype; });
    return found == std::end(formats) ? nullptr : found;
}

const Integer* integer_of(assay_dtype dtype) {
    const auto* found = std::find_if(std::begin(integers), std::end(integers),
                                     [dtype](const Integer& f) { return f.dtype == dtype; });
    return found == std::end(integers) ? nullptr : found;
}

template <class T>
T element(const void* array, std::int64_t i) {
    T value;
    std::memcpy(&value, static_cast<const char*>(array) + i * static_cast<std::int64_t>(sizeof(T)),
                sizeof value);
    return value;
}

template <class T>
void put_element(void* array, std::int64_t i, T value) {
    std::memcpy(static_cast<char*>(array) + i * static_cast<std::int64_t>(sizeof(T)), &value,
                sizeof value);
}

double decode(const Format& format, std::uint32_t bits) {
    const int width = 8 * format.bytes;
    const std::uint32_t fraction_mask = (1u << format.fraction) - 1;
    const int top = (1 << (width - 1 - format.fraction)) - 1;
    const int exponent = static_cast<int>(bits >> format.fraction) & top;
    const std::uint32_t fraction = bits & fraction_mask;
    const double sign = (bits >> (width - 1)) != 0 ? -1.0 : 1.0;
    if (exponent == top && format.infinity) {
        return fraction == 0 ? sign * std::numeric_limits<double>::infinity()
                             : std::numeric_limits<double>::quiet_NaN();
    }
    if (exponent == top && fraction == fraction_mask) {  // E4M3FN: only all ones is NaN
        return std::numeric_limits<double>::quiet_NaN();
    }
    const bool normal = exponent != 0;
    const double significand = static_cast<double>(fraction + (normal ? fraction_mask + 1 : 0));
    return sign * std::ldexp(significand, std::max(exponent, 1) - format.bias - format.fraction);
}

std::uint32_t special(const Format& format, bool nan) {
    const int width = 8 * format.bytes;
    const std::uint32_t infinity = ((1u << (width - 1)) - 1) >> format.fraction << format.fraction;
    if (!format.infinity) return (1u << (width - 1)) - 1;
    return nan ? infinity | (1u << (format.fraction - 1)) : infinity;
}

/// Bits without the sign of |value| >= 0.
std::uint32_t encode_magnitude(const Format& format, double value) {
    if (std::isnan(value)) return special(format, true);
    int exponent = 0;
    std::frexp(value, &exponent);  // value = f * 2^exponent, f in [0.5, 1)
    const int smallest = 1 - format.bias;
    const int quantum =
        (value == 0 ? smallest : std::max(exponent - 1, smallest)) - format.fraction;
    double rounded = std::isinf(value)
                         ? value
                         : std::ldexp(std::nearbyint(std::ldexp(value, -quantum)), quantum);
    if (rounded > format.largest) {
        if (!format.saturate) return special(format, false);
        rounded = format.largest;
    }
    const double least_normal = std::ldexp(1.0, smallest);
    if (rounded < least_normal) {
        return static_cast<std::uint32_t>(std::ldexp(rounded, format.fraction - smallest));
    }
    const double fraction = std::frexp(rounded, &exponent) * 2 - 1;
    return (static_cast<std::uint32_t>(exponent - 1 + format.bias) << format.fraction) |
           static_cast<std::uint32_t>(std::ldexp(fraction, format.fraction));
}

std::uint32_t encode(const Format& format, double value) {
    const std::uint32_t sign = std::signbit(value) ? 1u << (8 * format.bytes - 1) : 0u;
    return sign | encode_magnitude(format, std::fabs(value));
}

double load_integer(const void* array, assay_dtype dtype, std::int64_t i) {
    if (dtype == ASSAY_I32) return element<std::int32_t>(array, i);
    if (dtype == ASSAY_I8) return element<std::int8_t>(array, i);
    if (dtype == ASSAY_U8) return element<std::uint8_t>(array, i);
    const int half = element<std::uint8_t>(array, i / 2) >> (i % 2 * 4) & 15;
    return dtype == ASSAY_I4 && half > 7 ? half - 16 : half;
}

void store_integer(void* array, const Integer& type, std::int64_t i, double value) {
    const double whole =
        std::isnan(value) ? 0 : std::clamp(std::nearbyint(value), type.low, type.high);
    if (type.dtype == ASSAY_I32) put_element(array, i, static_cast<std::int32_t>(whole));
    if (type.dtype == ASSAY_I8) put_element(array, i, static_cast<std::int8_t>(whole));
    if (type.dtype == ASSAY_U8) put_element(array, i, static_cast<std::uint8_t>(whole));
}

}  // namespace

bool is_integer(assay_dtype dtype) {
    return integer_of(dtype) != nullptr;
}

bool readable(assay_dtype dtype) {
    return dtype == ASSAY_F64 || dtype == ASSAY_F32 || format_of(dtype) != nullptr ||
           is_integer(dtype);
}

bool writable(assay_dtype dtype) {
    return readable(dtype) && (!is_integer(dtype) || integer_of(dtype)->stored);
}

double load(const void* array, assay_dtype dtype, std::int64_t i) {
    if (dtype == ASSAY_F64) return element<double>(array, i);
    if (dtype == ASSAY_F32) return static_cast<double>(element<float>(array, i));
    const Format* format = format_of(dtype);
    if (format == nullptr) return load_integer(array, dtype, i);
    return decode(*format, format->bytes == 1 ? element<std::uint8_t>(array, i)
                                              : element<std::uint16_t>(array, i));
}

void store(void* array, assay_dtype dtype, std::int64_t i, double value) {
    if (dtype == ASSAY_F64) return put_element(array, i, value);
    if (dtype == ASSAY_F32) return put_element(array, i, static_cast<float>(value));
    const Format* format = format_of(dtype);
    if (format == nullptr) return store_integer(array, *integer_of(dtype), i, value);
    const std::uint32_t bits = encode(*format, value);
    if (format->bytes == 1) return put_element(array, i, static_cast<std::uint8_t>(bits));
    put_element(array, i, static_cast<std::uint16_t>(bits));
}

double round_significand(double value, int fraction_bits) {
    if (value == 0 || !std::isfinite(value)) return value;
    int exponent = 0;
    const double significand = std::frexp(value, &exponent);
    return std::ldexp(std::nearbyint(std::ldexp(significand, fraction_bits + 1)),
                      exponent - fraction_bits - 1);
}

}  // namespace reference

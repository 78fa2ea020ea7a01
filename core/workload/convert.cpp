// SPDX-License-Identifier: Apache-2.0
// Element types to and from double, bit for bit the same everywhere: integer arithmetic, no use of
// the processor's narrow formats. One codec per kind of type, one loop over it.
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/error.hpp"
#include "core/workload/dtype.hpp"

namespace assay {

namespace {

template <class T>
T read_as(const std::byte* data, std::uint64_t i) {
    T value;
    std::memcpy(&value, data + i * sizeof(T), sizeof(T));
    return value;
}

template <class T>
void write_as(std::byte* data, std::uint64_t i, T value) {
    std::memcpy(data + i * sizeof(T), &value, sizeof(T));
}

template <class T>
struct Native {
    static double load(const std::byte* data, std::uint64_t i) { return read_as<T>(data, i); }
    static void store(std::byte* data, std::uint64_t i, double value) {
        write_as(data, i, static_cast<T>(value));
    }
};

/// Rounds half to even, as the default rounding mode does, and saturates. NaN becomes 0.
template <int low, unsigned high>
std::int64_t saturate(double value) {
    if (std::isnan(value)) return 0;
    if (value <= low) return low;
    if (value >= high) return high;
    return static_cast<std::int64_t>(std::nearbyint(value));
}

template <class T>
struct Whole {
    static double load(const std::byte* data, std::uint64_t i) { return read_as<T>(data, i); }
    static void store(std::byte* data, std::uint64_t i, double value) {
        using Limits = std::numeric_limits<T>;
        write_as(data, i, static_cast<T>(saturate<Limits::min(), unsigned{Limits::max()}>(value)));
    }
};

template <bool is_signed>
struct Nibble {
    static double load(const std::byte* data, std::uint64_t i) {
        const auto pair = std::to_integer<int>(data[i / 2]);
        const int code = i % 2 == 0 ? pair & 15 : pair >> 4;
        return is_signed && code > 7 ? code - 16 : code;
    }
    static void store(std::byte* data, std::uint64_t i, double value) {
        const auto code = is_signed ? saturate<-8, 7>(value) & 15 : saturate<0, 15>(value);
        const auto keep = i % 2 == 0 ? std::byte{0xF0} : std::byte{0x0F};
        const auto put = static_cast<std::byte>(i % 2 == 0 ? code : code << 4);
        data[i / 2] = (data[i / 2] & keep) | put;
    }
};

/// A binary floating type narrower than f32. top: the code of its largest finite value; above it
/// stand infinity (unless `finite_only`) and NaN.
template <class Code, int exponent_bits, int fraction_bits, bool finite_only>
struct Narrow {
    static constexpr int bias = (1 << (exponent_bits - 1)) - 1;
    static constexpr unsigned sign_bit = 1U << (exponent_bits + fraction_bits);
    static constexpr unsigned infinity = ((1U << exponent_bits) - 1) << fraction_bits;
    static constexpr unsigned nan =
        finite_only ? sign_bit - 1 : infinity | 1U << (fraction_bits - 1);
    static constexpr unsigned top = finite_only ? nan - 1 : infinity - 1;

    static double load(const std::byte* data, std::uint64_t i) {
        const unsigned code = read_as<Code>(data, i);
        const unsigned magnitude = code & (sign_bit - 1);
        const std::uint64_t sign = code & sign_bit ? 1ULL << 63U : 0;
        if (magnitude > top) return special(magnitude, sign);
        // The exponent field is put where double's is and the bias is mended by a multiplication,
        // which makes subnormal codes right too.
        const auto wide = std::uint64_t{magnitude} << (52 - fraction_bits);
        const double value = std::bit_cast<double>(wide) * rescale;
        return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) | sign);
    }

    static void store(std::byte* data, std::uint64_t i, double value) {
        const auto wide = std::bit_cast<std::uint64_t>(value);
        const unsigned sign = wide >> 63U ? sign_bit : 0;
        write_as(data, i, static_cast<Code>(sign | encode(wide & ~(1ULL << 63U))));
    }

private:
    static constexpr double rescale = std::bit_cast<double>(std::uint64_t{2046 - bias} << 52U);

    static double special(unsigned magnitude, std::uint64_t sign) {
        using Limits = std::numeric_limits<double>;
        const double value =
            !finite_only && magnitude == infinity ? Limits::infinity() : Limits::quiet_NaN();
        return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) | sign);
    }

    /// The nearest code to a positive double given by its bits; ties to even.
    static unsigned encode(std::uint64_t wide) {
        if (wide > 0x7FFULL << 52U) return nan;
        const int exponent = static_cast<int>(wide >> 52U) - 1023;
        const int below = exponent < 1 - bias ? 1 - bias - exponent : 0;  // subnormal: lost bits
        const int shift = 52 - fraction_bits + below;
        if (shift > 53) return 0;
        const std::uint64_t significand = (wide & ((1ULL << 52U) - 1)) | 1ULL << 52U;
        const std::uint64_t kept = significand >> shift;
        const std::uint64_t rest = significand - (kept << shift);
        const std::uint64_t half = 1ULL << (shift - 1);
        const std::uint64_t up = rest > half || (rest == half && kept % 2 == 1) ? 1 : 0;
        // A carry out of the fraction raises the exponent field, as it must.
        const auto field = static_cast<std::uint64_t>(below > 0 ? 0 : exponent + bias - 1);
        const std::uint64_t code = (field << fraction_bits) + kept + up;
        if (code <= top) return static_cast<unsigned>(code);
        return finite_only ? top : infinity;
    }
};

using F16 = Narrow<std::uint16_t, 5, 10, false>;
/// The upper half of an f32: reading is a shift.
struct Bf16 : Narrow<std::uint16_t, 8, 7, false> {
    static double load(const std::byte* data, std::uint64_t i) {
        return std::bit_cast<float>(std::uint32_t{read_as<std::uint16_t>(data, i)} << 16U);
    }
};
using F8e4m3 = Narrow<std::uint8_t, 4, 3, true>;
using F8e5m2 = Narrow<std::uint8_t, 5, 2, false>;

/// Calls use(codec) with the codec of dtype.
template <class Use>
auto with_codec(Dtype dtype, Use&& use) {
    switch (dtype) {
        case Dtype::f64:
            return use(Native<double>{});
        case Dtype::f32:
            return use(Native<float>{});
        case Dtype::f16:
            return use(F16{});
        case Dtype::bf16:
            return use(Bf16{});
        case Dtype::f8e4m3:
            return use(F8e4m3{});
        case Dtype::f8e5m2:
            return use(F8e5m2{});
        case Dtype::i32:
            return use(Whole<std::int32_t>{});
        case Dtype::i8:
            return use(Whole<std::int8_t>{});
        case Dtype::u8:
            return use(Whole<std::uint8_t>{});
        case Dtype::i4:
            return use(Nibble<true>{});
        case Dtype::u4:
            return use(Nibble<false>{});
        case Dtype::none:
            break;
    }
    throw Error("cannot read or write elements of type none");
}

}  // namespace

double load(std::span<const std::byte> data, Dtype dtype, std::uint64_t i) {
    return with_codec(dtype, [&](auto codec) { return codec.load(data.data(), i); });
}

void store(std::span<std::byte> data, Dtype dtype, std::uint64_t i, double value) {
    with_codec(dtype, [&](auto codec) { codec.store(data.data(), i, value); });
}

void load_range(std::span<const std::byte> data, Dtype dtype, std::uint64_t first,
                std::span<double> out) {
    with_codec(dtype, [&](auto codec) {
        const std::byte* from = data.data();
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = codec.load(from, first + i);
    });
}

void load_strided(std::span<const std::byte> data, Dtype dtype, Stride stride,
                  std::span<double> out) {
    with_codec(dtype, [&](auto codec) {
        const std::byte* from = data.data();
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i] = codec.load(from, stride.first + i * stride.step);
        }
    });
}

void store_range(std::span<std::byte> data, Dtype dtype, std::uint64_t first,
                 std::span<const double> values) {
    with_codec(dtype, [&](auto codec) {
        std::byte* to = data.data();
        for (std::size_t i = 0; i < values.size(); ++i) codec.store(to, first + i, values[i]);
    });
}

}  // namespace assay

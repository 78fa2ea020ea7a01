// SPDX-License-Identifier: Apache-2.0
// Element types: their names, sizes, precision, and conversion to and from double.
// The numbers are those of assay/dtype.h (a test in tests/unit/host holds them equal).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class Dtype : std::int32_t {
    none = 0,  ///< Absent: no bias, or "as the plugin likes" for an accumulator.
    f64 = 1,
    f32 = 2,
    f16 = 3,
    bf16 = 4,
    f8e4m3 = 5,  ///< OCP E4M3 (FN): no infinity.
    f8e5m2 = 6,
    i32 = 17,
    i8 = 19,
    i4 = 20,
    u8 = 22,
    u4 = 23,
};

std::string_view name(Dtype dtype);                       ///< "bf16"; "none".
std::optional<Dtype> parse_dtype(std::string_view name);  ///< The same names.
std::vector<std::string> dtype_names();                   ///< All but none.

int bits(Dtype dtype);
bool is_integer(Dtype dtype);
/// Bytes of `count` elements; 4-bit types are packed two to a byte.
std::uint64_t bytes(Dtype dtype, std::uint64_t count);
/// 2^-t with t significand bits (round to nearest): f32 2^-24, bf16 2^-8; 0 for integers.
double unit_roundoff(Dtype dtype);

/// Element i of packed little-endian `data`, exactly.
double load(std::span<const std::byte> data, Dtype dtype, std::uint64_t i);
/// Stores the nearest representable value (ties to even). Integers and f8e4m3 saturate, the other
/// floating types overflow to infinity; NaN stays NaN, and is 0 in an integer. The other half of a
/// 4-bit type's byte is kept; element 0 is in the low bits.
void store(std::span<std::byte> data, Dtype dtype, std::uint64_t i, double value);
/// out.size() elements from `first` on, into out: the fast way for rows.
void load_range(std::span<const std::byte> data, Dtype dtype, std::uint64_t first,
                std::span<double> out);
/// Every stride-th element, of a packed tensor: where a column is read.
struct Stride {
    std::uint64_t first = 0, step = 1;  ///< In elements.
};
void load_strided(std::span<const std::byte> data, Dtype dtype, Stride stride,
                  std::span<double> out);
/// Stores all of `values` from element `first` on.
void store_range(std::span<std::byte> data, Dtype dtype, std::uint64_t first,
                 std::span<const double> values);
/// The largest finite value: f16 65504, f8e4m3 448, i8 127.
double largest(Dtype dtype);
/// The smallest positive value, a subnormal one for floating types (f32 2^-149); 1 for integers.
double smallest(Dtype dtype);

}  // namespace assay

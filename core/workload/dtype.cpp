// SPDX-License-Identifier: Apache-2.0
// The table of element types. Conversion is in convert.cpp.
#include "core/workload/dtype.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/error.hpp"
#include "core/workload/names.hpp"

namespace assay {

namespace {

using namespace std::string_view_literals;

// significand: bits with the hidden one, 0 for integers. Largest and smallest positive value:
// IEEE 754-2019 table 3.6; bf16 as binary32 with 8 bits; OCP 8-bit Floating Point 1.0, table 1.
struct Row {
    Dtype dtype;
    int bits;
    int significand;
    double largest;
    double smallest;
};

constexpr std::array<Row, 12> rows = {{
    {Dtype::none, 0, 0, 0, 0},
    {Dtype::f64, 64, 53, 0x1.fffffffffffffp+1023, 0x1p-1074},
    {Dtype::f32, 32, 24, 0x1.fffffep+127, 0x1p-149},
    {Dtype::f16, 16, 11, 65504, 0x1p-24},
    {Dtype::bf16, 16, 8, 0x1.fep+127, 0x1p-133},
    {Dtype::f8e4m3, 8, 4, 448, 0x1p-9},
    {Dtype::f8e5m2, 8, 3, 57344, 0x1p-16},
    {Dtype::i32, 32, 0, 2147483647, 1},
    {Dtype::i8, 8, 0, 127, 1},
    {Dtype::i4, 4, 0, 7, 1},
    {Dtype::u8, 8, 0, 255, 1},
    {Dtype::u4, 4, 0, 15, 1},
}};

constexpr std::array<std::string_view, 12> row_names = {"none"sv, "f64"sv,    "f32"sv,    "f16"sv,
                                                        "bf16"sv, "f8e4m3"sv, "f8e5m2"sv, "i32"sv,
                                                        "i8"sv,   "i4"sv,     "u8"sv,     "u4"sv};

std::size_t index_of(Dtype dtype) {
    const auto* found =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.dtype == dtype; });
    if (found == rows.end()) {
        throw Error("element type " + std::to_string(static_cast<int>(dtype)) + " is not known");
    }
    return static_cast<std::size_t>(found - rows.begin());
}

}  // namespace

std::string_view name(Dtype dtype) {
    return row_names.at(index_of(dtype));
}

std::optional<Dtype> parse_dtype(std::string_view text) {
    const auto* found = std::find(row_names.begin(), row_names.end(), text);
    if (found == row_names.end()) return std::nullopt;
    return rows.at(static_cast<std::size_t>(found - row_names.begin())).dtype;
}

template <>
std::span<const std::string_view> names<Dtype>() {
    return row_names;
}

std::vector<std::string> dtype_names() {
    return {row_names.begin() + 1, row_names.end()};
}

int bits(Dtype dtype) {
    return rows.at(index_of(dtype)).bits;
}

bool is_integer(Dtype dtype) {
    return dtype != Dtype::none && rows.at(index_of(dtype)).significand == 0;
}

std::uint64_t bytes(Dtype dtype, std::uint64_t count) {
    const auto width = static_cast<std::uint64_t>(bits(dtype));
    return width >= 8 ? count * (width / 8) : (count * width + 7) / 8;
}

double unit_roundoff(Dtype dtype) {
    const int significand = rows.at(index_of(dtype)).significand;
    return significand == 0 ? 0.0 : std::ldexp(1.0, -significand);
}

double largest(Dtype dtype) {
    return rows.at(index_of(dtype)).largest;
}

double smallest(Dtype dtype) {
    return rows.at(index_of(dtype)).smallest;
}

}  // namespace assay

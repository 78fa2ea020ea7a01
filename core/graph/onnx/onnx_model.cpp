// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/onnx_model.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

/// Elements as they lie in memory, to doubles and back.
struct Codec {
    void (*load)(const std::string& bytes, std::span<double> out);
    void (*store)(std::span<const double> numbers, std::string& bytes);
};

template <class T>
T saturated(double value) {
    using Limits = std::numeric_limits<T>;
    if (std::isnan(value)) return 0;
    if (value <= static_cast<double>(Limits::min())) return Limits::min();
    if (value >= static_cast<double>(Limits::max())) return Limits::max();
    return static_cast<T>(value);
}

template <class T>
constexpr Codec plain = {[](const std::string& bytes, std::span<double> out) {
                             for (std::size_t i = 0; i < out.size(); ++i) {
                                 T value;
                                 std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
                                 out[i] = static_cast<double>(value);
                             }
                         },
                         [](std::span<const double> numbers, std::string& bytes) {
                             for (const double each : numbers) {
                                 const T value = saturated<T>(each);
                                 bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
                             }
                         }};

template <Dtype dtype>
constexpr Codec floating = {[](const std::string& bytes, std::span<double> out) {
                                load_range(std::as_bytes(std::span(bytes)), dtype, 0, out);
                            },
                            [](std::span<const double> numbers, std::string& bytes) {
                                bytes.resize(assay::bytes(dtype, numbers.size()));
                                store_range(std::as_writable_bytes(std::span(bytes)), dtype, 0,
                                            numbers);
                            }};

struct Row {
    std::string_view name;
    std::uint64_t bytes = 0;
    Dtype dtype = Dtype::none;
    Codec codec{};
};

constexpr std::array<Row, 17> rows = {{
    {"undefined"},
    {"float", 4, Dtype::f32, floating<Dtype::f32>},
    {"uint8", 1, Dtype::u8, plain<std::uint8_t>},
    {"int8", 1, Dtype::i8, plain<std::int8_t>},
    {"uint16", 2, Dtype::i32, plain<std::uint16_t>},
    {"int16", 2, Dtype::i32, plain<std::int16_t>},
    {"int32", 4, Dtype::i32, plain<std::int32_t>},
    {"int64", 8, Dtype::i32, plain<std::int64_t>},
    {"string"},
    {"bool", 1, Dtype::u8, plain<std::uint8_t>},
    {"float16", 2, Dtype::f16, floating<Dtype::f16>},
    {"double", 8, Dtype::f64, floating<Dtype::f64>},
    {"uint32"},
    {"uint64"},
    {"complex64"},
    {"complex128"},
    {"bfloat16", 2, Dtype::bf16, floating<Dtype::bf16>},
}};

const Row& row_of(OnnxType type) {
    const auto at = static_cast<std::size_t>(type);
    return rows.at(at < rows.size() ? at : 0);
}

}  // namespace

std::string onnx_name(OnnxType type) {
    const auto number = static_cast<std::int32_t>(type);
    const bool known = number >= 0 && static_cast<std::size_t>(number) < rows.size();
    return known ? std::string(row_of(type).name) : fmt::format("type {}", number);
}

std::uint64_t onnx_element_bytes(OnnxType type) {
    return row_of(type).bytes;
}

Dtype onnx_dtype(OnnxType type) {
    return row_of(type).dtype;
}

std::vector<double> onnx_numbers(const OnnxTensor& tensor) {
    const Row& row = row_of(tensor.type);
    const auto count = static_cast<std::uint64_t>(element_count(tensor.dims));
    if (row.bytes == 0 || tensor.bytes->size() != count * row.bytes) {
        throw Error(fmt::format("tensor '{}' of {} has no numbers to read", tensor.name,
                                onnx_name(tensor.type)));
    }
    std::vector<double> numbers(count);
    row.codec.load(*tensor.bytes, numbers);
    return numbers;
}

OnnxTensor onnx_tensor(OnnxType type, Shape dims, const std::vector<double>& numbers) {
    const Row& row = row_of(type);
    if (row.bytes == 0) throw Error("no tensor can be made of " + onnx_name(type));
    std::string bytes;
    bytes.reserve(numbers.size() * row.bytes);
    row.codec.store(numbers, bytes);
    return {"", type, std::move(dims), std::make_shared<const std::string>(std::move(bytes))};
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/workload/op_tensor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/error.hpp"

namespace assay {

namespace {

// Chosen: decoding takes some 10 ms and 32 MiB; of larger ones a check reads only parts.
constexpr std::uint64_t decoded_at_once = 1U << 22U;

Position row_major_steps(const Shape& dims) {
    Position steps{};
    std::int64_t step = 1;
    for (std::size_t i = dims.size(); i-- > 0;) {
        steps.at(i) = step;
        step *= dims[i];
    }
    return steps;
}

}  // namespace

Position position_of(std::uint64_t index, const Shape& dims) {
    Position position{};
    for (std::size_t i = dims.size(); i-- > 0;) {
        const auto size = static_cast<std::uint64_t>(dims[i]);
        position.at(i) = static_cast<std::int64_t>(index % size);
        index /= size;
    }
    return position;
}

std::uint64_t index_of(const Position& position, const Shape& dims) {
    std::uint64_t index = 0;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        index = index * static_cast<std::uint64_t>(dims[i]) +
                static_cast<std::uint64_t>(position.at(i));
    }
    return index;
}

Position broadcast_steps(const Shape& from, const Shape& to) {
    const Position own = row_major_steps(from);
    const std::size_t shift = to.size() - from.size();
    Position steps{};
    for (std::size_t i = 0; i < from.size(); ++i) {
        steps.at(i + shift) = from[i] == 1 ? 0 : own.at(i);
    }
    return steps;
}

std::uint64_t offset(const Position& position, const Position& steps) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < position.size(); ++i) sum += position[i] * steps[i];
    return static_cast<std::uint64_t>(sum);
}

std::uint64_t extent(const Shape& dims, std::size_t begin, std::size_t end) {
    std::uint64_t product = 1;
    for (std::size_t i = begin; i < end; ++i) product *= static_cast<std::uint64_t>(dims.at(i));
    return product;
}

std::uint64_t span_bytes(const TensorType& type) {
    if (!type.present()) return 0;
    if (type.strides.empty()) return byte_count(type);
    std::int64_t last = 0;
    for (std::size_t i = 0; i < type.dims.size(); ++i) last += (type.dims[i] - 1) * type.strides[i];
    return bytes(type.dtype, static_cast<std::uint64_t>(last) + 1);
}

TensorData::TensorData(const TensorType& type, std::span<const std::byte> data)
    : type_(type), data_(data) {
    if (data.size() < span_bytes(type)) {
        throw Error(fmt::format("check: a tensor of {} has {} bytes, needs {}", text_of(type.dims),
                                data.size(), span_bytes(type)));
    }
    const std::uint64_t count = size();
    if (type.strides.empty()) {
        if (count > decoded_at_once) return;
        values_.resize(count);
        load_range(data_, type.dtype, 0, values_);
        return;
    }
    values_.resize(count);
    Position steps{};
    std::copy(type.strides.begin(), type.strides.end(), steps.begin());
    for (std::uint64_t i = 0; i < count; ++i) {
        values_[i] = load(data_, type.dtype, offset(position_of(i, type.dims), steps));
    }
}

void TensorData::read(std::uint64_t first, std::span<double> out) const {
    if (values_.empty()) {
        load_range(data_, type_.dtype, first, out);
    } else {
        std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(first), out.size(), out.begin());
    }
}

std::int64_t TensorData::number(std::uint64_t i, std::int64_t end) const {
    const double value = (*this)[i];
    if (value >= 0 && value < static_cast<double>(end)) return static_cast<std::int64_t>(value);
    throw Error(fmt::format("check: element {} of {} numbers is {}, must be in 0 … {}", i,
                            text_of(dims()), value, end - 1));
}

ScalePlaces::ScalePlaces(const TensorType& type) : scaling_(type.scaling) {
    if (scaling_ == Scaling::none || scaling_ == Scaling::tensor) return;
    const auto axis = static_cast<std::size_t>(type.scale_axis);
    inner_ = extent(type.dims, axis + 1, type.dims.size());
    size_ = static_cast<std::uint64_t>(type.dims.at(axis));
    if (scaling_ != Scaling::block) return;
    block_ = static_cast<std::uint64_t>(type.scale_block);
    blocks_ = (size_ + block_ - 1) / block_;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// A tensor's bytes as numbers in row-major order, and places in it. Private to workload.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/workload/op.hpp"

namespace assay {

/// Coordinates, or a step for each dimension; those past the rank are 0.
using Position = std::array<std::int64_t, max_rank>;

/// Coordinates of element `index` in row-major order, and back.
Position position_of(std::uint64_t index, const Shape& dims);
std::uint64_t index_of(const Position& position, const Shape& dims);
/// Steps of a tensor of `from` dims seen with `to` dims: 0 where it is broadcast.
Position broadcast_steps(const Shape& from, const Shape& to);
/// sum position * step.
std::uint64_t offset(const Position& position, const Position& steps);
/// Product of dims[begin … end).
std::uint64_t extent(const Shape& dims, std::size_t begin, std::size_t end);
/// Bytes from the first to past the last element, strides included.
std::uint64_t span_bytes(const TensorType& type);

/// Borrows the bytes; small and strided tensors are decoded at once, others where they are read.
class TensorData {
public:
    TensorData() = default;
    /// Throws Error when `data` is shorter than the tensor.
    TensorData(const TensorType& type, std::span<const std::byte> data);

    double operator[](std::uint64_t i) const {
        return values_.empty() ? load(data_, type_.dtype, i) : values_[i];
    }
    /// Elements [first, first + out.size()).
    void read(std::uint64_t first, std::span<double> out) const;
    [[nodiscard]] bool present() const { return type_.present(); }
    [[nodiscard]] const TensorType& type() const { return type_; }
    [[nodiscard]] const Shape& dims() const { return type_.dims; }
    [[nodiscard]] std::int64_t dim(std::size_t i) const { return type_.dims.at(i); }
    [[nodiscard]] std::uint64_t size() const { return element_count(type_); }
    /// An i32 element in [0, end); throws Error beyond it.
    [[nodiscard]] std::int64_t number(std::uint64_t i, std::int64_t end) const;

private:
    TensorType type_;
    std::span<const std::byte> data_;
    std::vector<double> values_;
};

using TensorSet = std::vector<TensorData>;

/// Which scale (and zero point) belongs to an element of a tensor.
class ScalePlaces {
public:
    explicit ScalePlaces(const TensorType& type);

    [[nodiscard]] std::uint64_t of(std::uint64_t i) const {
        if (scaling_ == Scaling::none || scaling_ == Scaling::tensor) return 0;
        const std::uint64_t outer = i / inner_, at = outer % size_;
        if (scaling_ == Scaling::channel) return at;
        return (outer / size_ * blocks_ + at / block_) * inner_ + i % inner_;
    }

private:
    Scaling scaling_;
    std::uint64_t inner_ = 1, size_ = 1, block_ = 1, blocks_ = 1;
};

/// A tensor and the numbers that scale it, if any; borrowed.
class Scaled {
public:
    Scaled(const TensorData& values, const TensorData& scales)
        : values_(&values), scales_(scales.present() ? &scales : nullptr), places_(values.type()) {}

    double operator[](std::uint64_t i) const {
        const double value = (*values_)[i];
        return scales_ == nullptr ? value : value * (*scales_)[places_.of(i)];
    }

private:
    const TensorData* values_;
    const TensorData* scales_;
    ScalePlaces places_;
};

}  // namespace assay

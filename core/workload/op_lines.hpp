// SPDX-License-Identifier: Apache-2.0
// The lines of a tensor along one axis. Private to workload.
#pragma once

#include "core/workload/op_tensor.hpp"

namespace assay {

/// dims without the axis are a grid of lines; line i holds `size` elements, `inner` apart.
struct AxisLines {
    std::uint64_t size = 1, inner = 1;

    AxisLines(const Shape& dims, std::size_t axis)
        : size(static_cast<std::uint64_t>(dims.at(axis))),
          inner(extent(dims, axis + 1, dims.size())) {}
    /// Index of element j of a line.
    [[nodiscard]] std::uint64_t at(std::uint64_t line, std::uint64_t j) const {
        return (line / inner * size + j) * inner + line % inner;
    }
    /// The line that an element lies on.
    [[nodiscard]] std::uint64_t line_of(std::uint64_t index) const {
        return index / (size * inner) * inner + index % inner;
    }
    /// Its place on the line.
    [[nodiscard]] std::uint64_t place_of(std::uint64_t index) const { return index / inner % size; }
};

/// The grid of lines.
inline Shape without_axis(Shape dims, std::size_t axis) {
    dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis));
    return dims;
}

}  // namespace assay

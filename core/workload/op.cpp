// SPDX-License-Identifier: Apache-2.0
// Sizes of the tensors of an operator, and how many operands a function takes.
#include "core/workload/op.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>

namespace assay {

std::int64_t element_count(const Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::string text_of(const Shape& shape) {
    return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

std::uint64_t element_count(const TensorType& tensor) {
    return tensor.present() ? static_cast<std::uint64_t>(element_count(tensor.dims)) : 0;
}

std::uint64_t byte_count(const TensorType& tensor) {
    return tensor.present() ? bytes(tensor.dtype, element_count(tensor)) : 0;
}

Shape scale_dims(const TensorType& tensor) {
    const auto axis = static_cast<std::size_t>(tensor.scale_axis);
    switch (tensor.scaling) {
        case Scaling::none:
        case Scaling::tensor:
            return {};
        case Scaling::channel:
            return {tensor.dims.at(axis)};
        case Scaling::block: {
            Shape dims = tensor.dims;
            dims.at(axis) = (dims.at(axis) + tensor.scale_block - 1) / tensor.scale_block;
            return dims;
        }
    }
    return {};
}

int operand_count(Function function) {
    switch (function) {
        case Function::none:
            return 0;
        case Function::where:
            return 3;
        case Function::add:
        case Function::mul:
        case Function::sub:
        case Function::div:
        case Function::max:
        case Function::min:
        case Function::gated:
        case Function::pow:
        case Function::prelu:
        case Function::equal:
        case Function::less:
        case Function::greater:
        case Function::logical_and:
        case Function::logical_or:
            return 2;
        default:
            return 1;
    }
}

}  // namespace assay

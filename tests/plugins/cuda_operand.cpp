// SPDX-License-Identifier: Apache-2.0
// See cuda_product.hpp: operands as bytes in memory.
#include <algorithm>
#include <map>
#include <random>

#include "tests/plugins/cuda_fake/numbers.hpp"
#include "tests/plugins/cuda_product.hpp"

namespace assay::test {
namespace {

Dims steps_of(const Operand& operand) {
    if (!operand.strides.empty()) return operand.strides;
    Dims steps(operand.dims.size());
    std::int64_t step = 1;
    for (std::size_t i = steps.size(); i-- > 0;) {
        steps[i] = step;
        step *= operand.dims[i];
    }
    return steps;
}

}  // namespace

cudaDataType cuda_type(assay_dtype dtype) {
    const std::map<assay_dtype, cudaDataType> types{
        {ASSAY_F64, CUDA_R_64F},          {ASSAY_F32, CUDA_R_32F},
        {ASSAY_F16, CUDA_R_16F},          {ASSAY_BF16, CUDA_R_16BF},
        {ASSAY_F8E4M3FN, CUDA_R_8F_E4M3}, {ASSAY_F8E5M2, CUDA_R_8F_E5M2},
        {ASSAY_I32, CUDA_R_32I},          {ASSAY_I8, CUDA_R_8I}};
    return types.at(dtype);
}

std::vector<std::int64_t> places(const Operand& operand) {
    const Dims steps = steps_of(operand);
    std::int64_t count = 1;
    for (const std::int64_t dim : operand.dims) count *= dim;
    std::vector<std::int64_t> all;
    for (std::int64_t i = 0; i < count; ++i) {
        std::int64_t rest = i, at = 0;
        for (std::size_t j = steps.size(); j-- > 0;) {
            at += rest % operand.dims[j] * steps[j];
            rest /= operand.dims[j];
        }
        all.push_back(at);
    }
    return all;
}

Bytes bytes_of_operand(const Operand& operand, std::uint32_t seed, bool filled) {
    std::mt19937 random(seed);
    const cudaDataType type = cuda_type(operand.dtype);
    std::int64_t last = 0;
    for (const std::int64_t at : places(operand)) last = std::max(last, at);
    Bytes bytes(static_cast<std::size_t>((last + 1) * cuda_fake::bytes_of(type)), 0xff);
    if (!filled) return bytes;
    const bool whole = type == CUDA_R_8I || type == CUDA_R_32I;
    for (const std::int64_t at : places(operand)) {
        const double number = static_cast<double>(random() % 33) - 16;
        cuda_fake::store(bytes.data(), type, at, whole ? number : number / 8);
    }
    return bytes;
}

}  // namespace assay::test

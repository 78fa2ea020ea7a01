// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: what cuBLASLt takes and refuses, as its documentation says of cublasLtMatmul().
#include <algorithm>

#include "tests/plugins/cuda_fake/fake.hpp"

namespace assay::test::cuda_fake {
namespace {

bool is_f8(cudaDataType type) {
    return type == CUDA_R_8F_E4M3 || type == CUDA_R_8F_E5M2;
}

/// Types that cuBLASLt's table of cublasLtMatmul() has together.
bool known_types(const Multiplied& what) {
    const auto all = [&](cudaDataType operand, cudaDataType result, cublasComputeType_t compute,
                         cudaDataType scale) {
        return what.a.type == operand && what.b.type == operand && what.d.type == result &&
               what.c.type == result && what.how.compute == compute && what.how.scale == scale;
    };
    if (is_f8(what.a.type) && is_f8(what.b.type)) {
        const bool both_e5m2 = what.a.type == CUDA_R_8F_E5M2 && what.b.type == CUDA_R_8F_E5M2;
        const bool result =
            what.d.type == CUDA_R_32F || what.d.type == CUDA_R_16F || what.d.type == CUDA_R_16BF;
        return !both_e5m2 && result && what.c.type == what.d.type &&
               what.how.compute == CUBLAS_COMPUTE_32F && what.how.scale == CUDA_R_32F;
    }
    return all(CUDA_R_64F, CUDA_R_64F, CUBLAS_COMPUTE_64F, CUDA_R_64F) ||
           all(CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F, CUDA_R_32F) ||
           all(CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32, CUDA_R_32F) ||
           all(CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_32F, CUDA_R_32F) ||
           all(CUDA_R_16F, CUDA_R_32F, CUBLAS_COMPUTE_32F, CUDA_R_32F) ||
           all(CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_16F, CUDA_R_16F) ||
           all(CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F, CUDA_R_32F) ||
           all(CUDA_R_16BF, CUDA_R_32F, CUBLAS_COMPUTE_32F, CUDA_R_32F) ||
           all(CUDA_R_8I, CUDA_R_32I, CUBLAS_COMPUTE_32I, CUDA_R_32I);
}

std::uint64_t rows_of(const Layout& layout, std::int32_t operation) {
    return operation == CUBLAS_OP_T ? layout.columns : layout.rows;
}
std::uint64_t columns_of(const Layout& layout, std::int32_t operation) {
    return operation == CUBLAS_OP_T ? layout.rows : layout.columns;
}

bool shapes_agree(const Multiplied& what) {
    const std::uint64_t m = rows_of(what.a, what.how.operation_a),
                        k = columns_of(what.a, what.how.operation_a),
                        n = columns_of(what.b, what.how.operation_b);
    for (const Layout* layout : {&what.a, &what.b, &what.c, &what.d}) {
        if (layout->leading < static_cast<std::int64_t>(layout->rows)) return false;
        if (layout->batch != what.d.batch) return false;
    }
    return rows_of(what.b, what.how.operation_b) == k && what.d.rows == m && what.d.columns == n &&
           what.c.rows == m && what.c.columns == n;
}

bool in_multiples(const Multiplied& what, std::uint64_t of) {
    const auto is = [&](std::uint64_t size) { return size % of == 0; };
    return is(what.a.rows) && is(what.a.columns) &&
           is(static_cast<std::uint64_t>(what.a.leading)) &&
           is(static_cast<std::uint64_t>(what.b.leading));
}

/// Products of 8 bits: left transposed, right not; sizes and steps in whole words: 4 bytes for
/// integers, 16 for floats, which came with compute capability 8.9.
bool known_layouts(const Multiplied& what) {
    const bool floats = is_f8(what.a.type);
    if (!floats && what.a.type != CUDA_R_8I) return true;
    const int capability = machine().major * 10 + machine().minor;
    return what.how.operation_a == CUBLAS_OP_T && what.how.operation_b == CUBLAS_OP_N &&
           in_multiples(what, floats ? 16 : 4) && (!floats || capability >= 89);
}

bool known_epilogue(const Multiplied& what) {
    if (what.how.epilogue == CUBLASLT_EPILOGUE_DEFAULT) return true;
    if (what.d.type == CUDA_R_32I) return false;
    constexpr std::uint32_t known[] = {CUBLASLT_EPILOGUE_RELU, CUBLASLT_EPILOGUE_BIAS,
                                       CUBLASLT_EPILOGUE_RELU_BIAS, CUBLASLT_EPILOGUE_GELU,
                                       CUBLASLT_EPILOGUE_GELU_BIAS};
    return std::find(std::begin(known), std::end(known), what.how.epilogue) != std::end(known);
}

}  // namespace

cublasStatus_t status_of(const Multiplied& what) {
    if (!shapes_agree(what)) return CUBLAS_STATUS_INVALID_VALUE;
    const bool known = known_types(what) && known_layouts(what) && known_epilogue(what);
    return known ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}

}  // namespace assay::test::cuda_fake

// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: the functions of cuBLASLt that the plugin calls. What it takes and refuses is what
// cuBLASLt's documentation says of cublasLtMatmul().
#include <algorithm>
#include <cstring>

#include "tests/plugins/cuda_fake/fake.hpp"
#include "tests/plugins/cuda_fake/numbers.hpp"

namespace assay::test::cuda_fake {
namespace {

template <class T, class Handle>
cublasStatus_t create(Handle* to, const T& value, const char* kind) {
    if (fails(kind)) return CUBLAS_STATUS_ALLOC_FAILED;
    *to = reinterpret_cast<Handle>(new T(value));
    machine().objects[*to] = kind;
    return CUBLAS_STATUS_SUCCESS;
}

template <class T>
cublasStatus_t destroy(void* object, const char* kind) {
    if (!alive(object, kind, "destroy")) return CUBLAS_STATUS_INVALID_VALUE;
    machine().objects.erase(object);
    delete static_cast<T*>(object);
    return CUBLAS_STATUS_SUCCESS;
}

/// Copies an attribute; its size must be that of the member.
template <class T>
cublasStatus_t take(T& member, const void* value, std::size_t bytes) {
    if (bytes != sizeof member) {
        note_misuse("an attribute of " + std::to_string(bytes) + " bytes");
        return CUBLAS_STATUS_INVALID_VALUE;
    }
    std::memcpy(&member, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
}

Layout& layout_of(cublasLtMatrixLayout_t layout) {
    alive(layout, "layout", "cublasLt");
    return *reinterpret_cast<Layout*>(layout);
}
Description& description_of(cublasLtMatmulDesc_t description) {
    alive(description, "matmul description", "cublasLt");
    return *reinterpret_cast<Description*>(description);
}

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

/// 8-bit floats before Blackwell: left transposed, right not; whole groups of 16 bytes.
bool known_layouts(const Multiplied& what) {
    if (!is_f8(what.a.type)) return true;
    return what.how.operation_a == CUBLAS_OP_T && what.how.operation_b == CUBLAS_OP_N &&
           what.a.leading % 16 == 0 && what.b.leading % 16 == 0 &&
           machine().major * 10 + machine().minor >= 89;
}

bool known_epilogue(const Multiplied& what) {
    if (what.how.epilogue == CUBLASLT_EPILOGUE_DEFAULT) return true;
    if (what.d.type == CUDA_R_32I) return false;
    constexpr std::uint32_t known[] = {CUBLASLT_EPILOGUE_RELU, CUBLASLT_EPILOGUE_BIAS,
                                       CUBLASLT_EPILOGUE_RELU_BIAS, CUBLASLT_EPILOGUE_GELU,
                                       CUBLASLT_EPILOGUE_GELU_BIAS};
    return std::find(std::begin(known), std::end(known), what.how.epilogue) != std::end(known);
}

/// CUBLAS_STATUS_SUCCESS: some algorithm does it.
cublasStatus_t status_of(const Multiplied& what) {
    if (!shapes_agree(what)) return CUBLAS_STATUS_INVALID_VALUE;
    const bool known = known_types(what) && known_layouts(what) && known_epilogue(what);
    return known ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}

std::uint64_t flags_of(const Multiplied& what, int algorithm) {
    if (algorithm == Machine::dishonest) {
        return CUBLASLT_NUMERICAL_IMPL_FLAGS_HMMA | CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_16F |
               CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16BF;
    }
    if (what.how.compute == CUBLAS_COMPUTE_32F_FAST_TF32) {
        return CUBLASLT_NUMERICAL_IMPL_FLAGS_HMMA | CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_32F |
               CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_TF32;
    }
    return CUBLASLT_NUMERICAL_IMPL_FLAGS_FMA;
}

/// What an algorithm carries in its opaque words.
struct Inside {
    std::uint64_t number, flags, alignment;
};
Inside inside(const cublasLtMatmulAlgo_t* algorithm) {
    return {algorithm->data[0], algorithm->data[1], algorithm->data[2]};
}

cublasLtMatmulHeuristicResult_t proposal(const Multiplied& what, int number,
                                         std::uint64_t alignment) {
    cublasLtMatmulHeuristicResult_t result{};
    result.algo.data[0] = static_cast<std::uint64_t>(number);
    result.algo.data[1] = flags_of(what, number);
    result.algo.data[2] = alignment;
    result.workspaceSize = static_cast<std::size_t>(number) * 1024;
    result.state = number == 3 ? CUBLAS_STATUS_NOT_SUPPORTED : CUBLAS_STATUS_SUCCESS;
    return result;
}

std::int64_t extent(const Layout& layout) {
    return (layout.batch - 1) * layout.batch_step +
           (static_cast<std::int64_t>(layout.columns) - 1) * layout.leading +
           static_cast<std::int64_t>(layout.rows);
}

void check_place(const Layout& layout, const void* at, std::uint64_t alignment, const char* name) {
    const auto bytes = static_cast<std::uint64_t>(extent(layout) * bytes_of(layout.type));
    if (!machine().owns(at, bytes)) note_misuse(std::string(name) + " lies outside of memory");
    if (reinterpret_cast<std::uintptr_t>(at) % alignment != 0) {
        note_misuse(std::string(name) + " does not lie on " + std::to_string(alignment) + " bytes");
    }
}

double scalar(const void* from, cudaDataType type) {
    return load(from, type, 0);
}

template <class T>
cublasStatus_t answer(T value, void* to, std::size_t bytes, std::size_t* written) {
    if (bytes != sizeof value) return CUBLAS_STATUS_INVALID_VALUE;
    std::memcpy(to, &value, bytes);
    *written = bytes;
    return CUBLAS_STATUS_SUCCESS;
}

}  // namespace
}  // namespace assay::test::cuda_fake

using namespace assay::test::cuda_fake;

extern "C" {

size_t cublasLtGetVersion() {
    return 130100;
}
const char* cublasLtGetStatusString(cublasStatus_t) {
    return "a pretended failure";
}

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
    return create(handle, 0, "cublasLt handle");
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
    return destroy<int>(handle, "cublasLt handle");
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType type,
                                          uint64_t rows, uint64_t columns, int64_t leading) {
    Layout made;
    made.type = type;
    made.rows = rows;
    made.columns = columns;
    made.leading = leading;
    return create(layout, made, "layout");
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
    return destroy<Layout>(layout, "layout");
}
cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t layout,
                                                cublasLtMatrixLayoutAttribute_t which,
                                                const void* value, size_t bytes) {
    if (fails("cublasLtMatrixLayoutSetAttribute")) return CUBLAS_STATUS_INTERNAL_ERROR;
    Layout& to = layout_of(layout);
    if (which == CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT) return take(to.batch, value, bytes);
    if (which == CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET) {
        return take(to.batch_step, value, bytes);
    }
    note_misuse("an attribute of a layout that this fake does not know");
    return CUBLAS_STATUS_INVALID_VALUE;
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* description,
                                        cublasComputeType_t compute, cudaDataType scale) {
    Description made;
    made.compute = compute;
    made.scale = scale;
    return create(description, made, "matmul description");
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t description) {
    return destroy<Description>(description, "matmul description");
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t description,
                                              cublasLtMatmulDescAttributes_t which,
                                              const void* value, size_t bytes) {
    if (fails("cublasLtMatmulDescSetAttribute")) return CUBLAS_STATUS_INTERNAL_ERROR;
    Description& to = description_of(description);
    switch (which) {
        case CUBLASLT_MATMUL_DESC_TRANSA:
            return take(to.operation_a, value, bytes);
        case CUBLASLT_MATMUL_DESC_TRANSB:
            return take(to.operation_b, value, bytes);
        case CUBLASLT_MATMUL_DESC_EPILOGUE:
            return take(to.epilogue, value, bytes);
        case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
            return take(to.bias, value, bytes);
        case CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE:
            return take(to.bias_type, value, bytes);
        case CUBLASLT_MATMUL_DESC_A_SCALE_POINTER:
            return take(to.scale_a, value, bytes);
        case CUBLASLT_MATMUL_DESC_B_SCALE_POINTER:
            return take(to.scale_b, value, bytes);
        case CUBLASLT_MATMUL_DESC_FAST_ACCUM:
            return take(to.fast_accumulation, value, bytes);
        default:
            note_misuse("an attribute of a matmul that this fake does not know");
            return CUBLAS_STATUS_INVALID_VALUE;
    }
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
    return create(preference, Preferred{}, "preference");
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
    return destroy<Preferred>(preference, "preference");
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference,
                                                    cublasLtMatmulPreferenceAttributes_t which,
                                                    const void* value, size_t bytes) {
    if (fails("cublasLtMatmulPreferenceSetAttribute")) return CUBLAS_STATUS_INTERNAL_ERROR;
    alive(preference, "preference", "cublasLtMatmulPreferenceSetAttribute");
    auto& to = *reinterpret_cast<Preferred*>(preference);
    if (which == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES) {
        return take(to.workspace_bytes, value, bytes);
    }
    if (which == CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK) {
        return take(to.reduction_schemes, value, bytes);
    }
    const int alignment = which - CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES;
    if (alignment >= 0 && alignment < 4) return take(to.alignments[alignment], value, bytes);
    note_misuse("a preference that this fake does not know");
    return CUBLAS_STATUS_INVALID_VALUE;
}

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t handle,
                                              cublasLtMatmulDesc_t description,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d,
                                              cublasLtMatmulPreference_t preference, int most,
                                              cublasLtMatmulHeuristicResult_t* results,
                                              int* count) {
    if (fails("cublasLtMatmulAlgoGetHeuristic")) return CUBLAS_STATUS_INTERNAL_ERROR;
    alive(handle, "cublasLt handle", "cublasLtMatmulAlgoGetHeuristic");
    alive(preference, "preference", "cublasLtMatmulAlgoGetHeuristic");
    Multiplied what;
    what.a = layout_of(a), what.b = layout_of(b), what.c = layout_of(c), what.d = layout_of(d);
    what.how = description_of(description);
    const auto& preferred = *reinterpret_cast<Preferred*>(preference);
    if (machine().records) machine().preferred.push_back(preferred);
    *count = 0;
    const cublasStatus_t status = status_of(what);
    if (status != CUBLAS_STATUS_SUCCESS) return status;
    const std::uint64_t given = preferred.alignments[0];
    // As on the device: products of 8 bits need whole words of memory, others do not.
    const bool eight_bit = bytes_of(what.a.type) == 1;
    if (eight_bit && given < 16) return CUBLAS_STATUS_NOT_SUPPORTED;
    for (int i = 1; i <= Machine::algorithms && *count < most; ++i) {
        results[(*count)++] = proposal(what, i, given >= 16 ? 16 : 1);
    }
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasLtMatmulAlgoCapGetAttribute(const cublasLtMatmulAlgo_t* algorithm,
                                                 cublasLtMatmulAlgoCapAttributes_t which, void* to,
                                                 size_t bytes, size_t* written) {
    if (which == CUBLASLT_ALGO_CAP_NUMERICAL_IMPL_FLAGS) {
        return answer(inside(algorithm).flags, to, bytes, written);
    }
    return answer(static_cast<std::uint32_t>(inside(algorithm).alignment), to, bytes, written);
}
cublasStatus_t cublasLtMatmulAlgoConfigGetAttribute(const cublasLtMatmulAlgo_t* algorithm,
                                                    cublasLtMatmulAlgoConfigAttributes_t which,
                                                    void* to, size_t bytes, size_t* written) {
    const auto number = static_cast<std::int32_t>(inside(algorithm).number);
    return answer(which == CUBLASLT_ALGO_CONFIG_ID ? number : 0, to, bytes, written);
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t description,
                              const void* alpha, const void* a, cublasLtMatrixLayout_t a_layout,
                              const void* b, cublasLtMatrixLayout_t b_layout, const void* beta,
                              const void* c, cublasLtMatrixLayout_t c_layout, void* d,
                              cublasLtMatrixLayout_t d_layout,
                              const cublasLtMatmulAlgo_t* algorithm, void* workspace,
                              size_t workspace_bytes, cudaStream_t stream) {
    if (fails("cublasLtMatmul")) return CUBLAS_STATUS_EXECUTION_FAILED;
    alive(handle, "cublasLt handle", "cublasLtMatmul");
    alive(stream, "stream", "cublasLtMatmul");
    Multiplied what;
    what.a = layout_of(a_layout), what.b = layout_of(b_layout), what.c = layout_of(c_layout),
    what.d = layout_of(d_layout);
    what.how = description_of(description);
    what.alpha = scalar(alpha, what.how.scale);
    what.beta = scalar(beta, what.how.scale);
    what.a_at = a, what.b_at = b, what.c_at = c, what.d_at = d;
    what.same_place = c == d;
    const Inside chosen = inside(algorithm);
    what.algorithm = static_cast<int>(chosen.number);
    what.workspace_bytes = workspace_bytes;
    const cublasStatus_t status = status_of(what);
    if (status != CUBLAS_STATUS_SUCCESS) return status;
    check_place(what.a, a, chosen.alignment, "A");
    check_place(what.b, b, chosen.alignment, "B");
    check_place(what.c, c, chosen.alignment, "C");
    check_place(what.d, d, chosen.alignment, "D");
    if (!machine().owns(workspace, workspace_bytes)) note_misuse("the workspace is too small");
    if (!machine().milliseconds.empty()) {
        machine().virtual_ms += machine().milliseconds.at(what.algorithm);
    }
    multiply(what, what.algorithm);
    if (machine().records) machine().multiplied.push_back(what);
    return CUBLAS_STATUS_SUCCESS;
}

}  // extern "C"

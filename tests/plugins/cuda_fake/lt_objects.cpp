// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: cuBLASLt's descriptions, made attribute by attribute.
#include <cstring>

#include "tests/plugins/cuda_fake/fake.hpp"

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

}  // namespace

Layout& layout_of(cublasLtMatrixLayout_t layout) {
    alive(layout, "layout", "cublasLt");
    return *reinterpret_cast<Layout*>(layout);
}
Description& description_of(cublasLtMatmulDesc_t description) {
    alive(description, "matmul description", "cublasLt");
    return *reinterpret_cast<Description*>(description);
}

}  // namespace assay::test::cuda_fake

using namespace assay::test::cuda_fake;

extern "C" {

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

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: cuBLASLt's proposals, and its product.
#include <cstring>

#include "tests/plugins/cuda_fake/fake.hpp"
#include "tests/plugins/cuda_fake/numbers.hpp"

namespace assay::test::cuda_fake {
namespace {

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
    perform(stream, [what] {
        if (!machine().milliseconds.empty()) {
            machine().virtual_ms += machine().milliseconds.at(what.algorithm);
        }
        multiply(what, what.algorithm);
        if (machine().records) machine().multiplied.push_back(what);
    });
    return CUBLAS_STATUS_SUCCESS;
}

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0
// See matmul_plan.hpp.
#include "matmul_plan.hpp"

#include "queue.hpp"

namespace assay::cuda {
namespace {

LtLayout layout_of(const LtMatrix& matrix, std::int32_t batch) {
    cublasLtMatrixLayout_t made_layout = nullptr;
    check(cublasLtMatrixLayoutCreate(&made_layout, matrix.type,
                                     static_cast<std::uint64_t>(matrix.rows),
                                     static_cast<std::uint64_t>(matrix.columns), matrix.leading),
          "cublasLtMatrixLayoutCreate");
    LtLayout layout(made_layout);
    if (batch == 1) return layout;
    check(cublasLtMatrixLayoutSetAttribute(layout.get(), CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, &batch,
                                           sizeof batch),
          "cublasLtMatrixLayoutSetAttribute");
    check(
        cublasLtMatrixLayoutSetAttribute(layout.get(), CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET,
                                         &matrix.batch_step, sizeof matrix.batch_step),
        "cublasLtMatrixLayoutSetAttribute");
    return layout;
}

LtMatmul matmul_of(const LtProblem& problem) {
    cublasLtMatmulDesc_t matmul = nullptr;
    check(cublasLtMatmulDescCreate(&matmul, problem.compute, problem.scale_type),
          "cublasLtMatmulDescCreate");
    return LtMatmul(matmul);
}

class Preference {
public:
    Preference()
        : preference_(made<LtPreference, cublasLtMatmulPreference_t>(
              "cublasLtMatmulPreferenceCreate", [](cublasLtMatmulPreference_t* preference) {
                  return cublasLtMatmulPreferenceCreate(preference);
              })) {}

    template <class T>
    void set(cublasLtMatmulPreferenceAttributes_t attribute, T value) {
        check(cublasLtMatmulPreferenceSetAttribute(preference_.get(), attribute, &value,
                                                   sizeof value),
              "cublasLtMatmulPreferenceSetAttribute");
    }
    cublasLtMatmulPreference_t get() const { return preference_.get(); }

private:
    LtPreference preference_;
};

Preference preference_for(const LtProblem& problem, bool aligned) {
    Preference preference;
    preference.set(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, StreamQueue::workspace_bytes);
    // Parts of a sum are added in the accumulator's type, never in that of D.
    preference.set(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
                   std::uint32_t{CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE});
    if (aligned) return preference;
    const auto align = [&](cublasLtMatmulPreferenceAttributes_t which, std::uint64_t bytes) {
        preference.set(which, static_cast<std::uint32_t>(bytes));
    };
    align(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, problem.b_width);
    align(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, problem.a_width);
    align(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, problem.d_width);
    align(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, problem.d_width);
    return preference;
}

template <class T>
T capability(const cublasLtMatmulAlgo_t& algorithm, cublasLtMatmulAlgoCapAttributes_t which,
             T otherwise) {
    T value{};
    std::size_t written = 0;
    const cublasStatus_t status =
        cublasLtMatmulAlgoCapGetAttribute(&algorithm, which, &value, sizeof value, &written);
    return status == CUBLAS_STATUS_SUCCESS && written == sizeof value ? value : otherwise;
}

LtAlgorithm described(const cublasLtMatmulHeuristicResult_t& result) {
    LtAlgorithm algorithm;
    algorithm.algorithm = result.algo;
    algorithm.workspace_bytes = result.workspaceSize;
    // An algorithm that does not say gets what cuBLASLt assumes when nothing is said.
    constexpr std::uint32_t unsaid = 256;
    const auto alignment = [&](cublasLtMatmulAlgoCapAttributes_t which) {
        return std::uint64_t{capability(result.algo, which, unsaid)};
    };
    algorithm.left_alignment = alignment(CUBLASLT_ALGO_CAP_MIN_ALIGNMENT_A_BYTES);
    algorithm.right_alignment = alignment(CUBLASLT_ALGO_CAP_MIN_ALIGNMENT_B_BYTES);
    algorithm.c_alignment = alignment(CUBLASLT_ALGO_CAP_MIN_ALIGNMENT_C_BYTES);
    algorithm.d_alignment = alignment(CUBLASLT_ALGO_CAP_MIN_ALIGNMENT_D_BYTES);
    return algorithm;
}

/// What an algorithm may not say of itself, given what it is asked for.
std::uint64_t forbidden(const LtProblem& problem) {
    std::uint64_t flags = 0;
    if (problem.accumulator != ASSAY_F16) flags |= CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_16F;
    if (problem.accumulator == ASSAY_F64) flags |= CUBLASLT_NUMERICAL_IMPL_FLAGS_ACCUMULATOR_32F;
    const bool wide = problem.left.type == CUDA_R_32F || problem.left.type == CUDA_R_64F;
    if (!wide) return flags;
    flags |= CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16F | CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_16BF |
             CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_8I;
    if (problem.math == ASSAY_MATH_STRICT) flags |= CUBLASLT_NUMERICAL_IMPL_FLAGS_INPUT_TF32;
    return flags;
}

bool is_multiple(const void* pointer, std::uint64_t alignment) {
    return alignment == 0 || reinterpret_cast<std::uintptr_t>(pointer) % alignment == 0;
}

template <class T>
long long configured(const cublasLtMatmulAlgo_t& algorithm,
                     cublasLtMatmulAlgoConfigAttributes_t which) {
    T value{};
    std::size_t written = 0;
    const cublasStatus_t status =
        cublasLtMatmulAlgoConfigGetAttribute(&algorithm, which, &value, sizeof value, &written);
    return status == CUBLAS_STATUS_SUCCESS ? static_cast<long long>(value) : -1;
}

}  // namespace

LtPlan::LtPlan(const LtProblem& problem)
    : problem_(problem),
      matmul_(matmul_of(problem)),
      left_(layout_of(problem.left, problem.batch)),
      right_(layout_of(problem.right, problem.batch)),
      c_(layout_of(problem.c, problem.batch)),
      d_(layout_of(problem.d, problem.batch)) {
    const auto operation = [](const LtMatrix& matrix) -> std::int32_t {
        return matrix.transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    };
    set(CUBLASLT_MATMUL_DESC_TRANSA, operation(problem.left));
    set(CUBLASLT_MATMUL_DESC_TRANSB, operation(problem.right));
    set(CUBLASLT_MATMUL_DESC_EPILOGUE, static_cast<std::uint32_t>(problem.epilogue));
    if (problem.adds_bias()) {
        set(CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE, static_cast<std::int32_t>(problem.bias_type));
    }
    // Sums of 8-bit products are moved to f32 as often as the hardware's own sums need it.
    if (problem.eight_bit) set(CUBLASLT_MATMUL_DESC_FAST_ACCUM, std::int8_t{0});
    // Any place, aligned: what cuBLASLt proposes may depend on there being one.
    const auto* somewhere = reinterpret_cast<const void*>(std::uintptr_t{4096});
    LtPointers at;
    at.bias = at.scale_left = at.scale_right = somewhere;
    set_pointers(at);
}

template <class T>
void LtPlan::set(cublasLtMatmulDescAttributes_t attribute, T value) {
    check(cublasLtMatmulDescSetAttribute(matmul_.get(), attribute, &value, sizeof value),
          "cublasLtMatmulDescSetAttribute");
}

void LtPlan::set_pointers(const LtPointers& at) {
    if (problem_.adds_bias()) set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, at.bias);
    if (problem_.scales_left) set(CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, at.scale_left);
    if (problem_.scales_right) set(CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, at.scale_right);
}

bool LtPlan::computes_as_asked(const cublasLtMatmulAlgo_t& algorithm) const {
    const auto flags =
        capability(algorithm, CUBLASLT_ALGO_CAP_NUMERICAL_IMPL_FLAGS, std::uint64_t{0});
    return (flags & forbidden(problem_)) == 0;
}

std::vector<LtAlgorithm> LtPlan::algorithms(cublasLtHandle_t handle, int most, bool aligned) {
    const Preference preference = preference_for(problem_, aligned);
    std::vector<cublasLtMatmulHeuristicResult_t> results(static_cast<std::size_t>(most));
    int count = 0;
    const cublasStatus_t status =
        cublasLtMatmulAlgoGetHeuristic(handle, matmul_.get(), left_.get(), right_.get(), c_.get(),
                                       d_.get(), preference.get(), most, results.data(), &count);
    if (status == CUBLAS_STATUS_NOT_SUPPORTED || status == CUBLAS_STATUS_INVALID_VALUE) return {};
    check(status, "cublasLtMatmulAlgoGetHeuristic");
    std::vector<LtAlgorithm> list;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        const auto& result = results[i];
        const bool usable = result.state == CUBLAS_STATUS_SUCCESS && computes_as_asked(result.algo);
        if (usable) list.push_back(described(result));
    }
    return list;
}

void LtPlan::run(cublasLtHandle_t handle, const LtAlgorithm& algorithm, const LtPointers& at,
                 void* workspace, cudaStream_t stream) {
    set_pointers(at);
    const void* c = at.c != nullptr ? at.c : at.d;
    check(cublasLtMatmul(handle, matmul_.get(), problem_.alpha.bytes, at.left, left_.get(),
                         at.right, right_.get(), problem_.beta.bytes, c, c_.get(), at.d, d_.get(),
                         &algorithm.algorithm, workspace, algorithm.workspace_bytes, stream),
          "cublasLtMatmul");
}

bool lies_right(const LtAlgorithm& algorithm, const LtPointers& at) {
    return is_multiple(at.left, algorithm.left_alignment) &&
           is_multiple(at.right, algorithm.right_alignment) &&
           is_multiple(at.c, algorithm.c_alignment) && is_multiple(at.d, algorithm.d_alignment);
}

std::string name_of(const LtAlgorithm& algorithm) {
    const auto& from = algorithm.algorithm;
    return "algorithm " + std::to_string(configured<std::int32_t>(from, CUBLASLT_ALGO_CONFIG_ID)) +
           ", tile " +
           std::to_string(configured<std::uint32_t>(from, CUBLASLT_ALGO_CONFIG_TILE_ID)) +
           ", stages " +
           std::to_string(configured<std::uint32_t>(from, CUBLASLT_ALGO_CONFIG_STAGES_ID)) +
           ", split-k " +
           std::to_string(configured<std::int32_t>(from, CUBLASLT_ALGO_CONFIG_SPLITK_NUM));
}

}  // namespace assay::cuda

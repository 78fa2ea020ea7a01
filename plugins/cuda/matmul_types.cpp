// SPDX-License-Identifier: Apache-2.0
// See matmul_types.hpp. Source of the table: cuBLAS library, cublasLtMatmul(), "supported data
// types". What this table has and a device lacks is for its heuristic to say.
#include "matmul_types.hpp"

#include <algorithm>
#include <iterator>

namespace assay::cuda {
namespace {

constexpr LtType types[] = {
    {ASSAY_F64, CUDA_R_64F, "f64"},
    {ASSAY_F32, CUDA_R_32F, "f32"},
    {ASSAY_F16, CUDA_R_16F, "f16"},
    {ASSAY_BF16, CUDA_R_16BF, "bf16"},
    {ASSAY_F8E4M3FN, CUDA_R_8F_E4M3, "f8e4m3"},
    {ASSAY_F8E5M2, CUDA_R_8F_E5M2, "f8e5m2"},
    {ASSAY_I8, CUDA_R_8I, "i8"},
    {ASSAY_I32, CUDA_R_32I, "i32"},
};

constexpr int any_device = 0, ampere = 80, ada = 89;
constexpr auto strict = ASSAY_MATH_STRICT;

constexpr LtArithmetic f8(assay_dtype a, assay_dtype b, assay_dtype d) {
    return {a, b, d, ASSAY_F32, strict, CUBLAS_COMPUTE_32F, CUDA_R_32F, ada};
}
// The first that fits is taken: where any math is allowed, the fast one.
constexpr LtArithmetic rows[] = {
    {ASSAY_F64, ASSAY_F64, ASSAY_F64, ASSAY_F64, strict, CUBLAS_COMPUTE_64F, CUDA_R_64F,
     any_device},
    {ASSAY_F32, ASSAY_F32, ASSAY_F32, ASSAY_F32, ASSAY_MATH_TF32, CUBLAS_COMPUTE_32F_FAST_TF32,
     CUDA_R_32F, ampere},
    {ASSAY_F32, ASSAY_F32, ASSAY_F32, ASSAY_F32, strict, CUBLAS_COMPUTE_32F, CUDA_R_32F,
     any_device},
    {ASSAY_F16, ASSAY_F16, ASSAY_F16, ASSAY_F32, strict, CUBLAS_COMPUTE_32F, CUDA_R_32F,
     any_device},
    {ASSAY_F16, ASSAY_F16, ASSAY_F32, ASSAY_F32, strict, CUBLAS_COMPUTE_32F, CUDA_R_32F,
     any_device},
    {ASSAY_F16, ASSAY_F16, ASSAY_F16, ASSAY_F16, strict, CUBLAS_COMPUTE_16F, CUDA_R_16F,
     any_device},
    {ASSAY_BF16, ASSAY_BF16, ASSAY_BF16, ASSAY_F32, strict, CUBLAS_COMPUTE_32F, CUDA_R_32F, ampere},
    {ASSAY_BF16, ASSAY_BF16, ASSAY_F32, ASSAY_F32, strict, CUBLAS_COMPUTE_32F, CUDA_R_32F, ampere},
    {ASSAY_I8, ASSAY_I8, ASSAY_I32, ASSAY_I32, strict, CUBLAS_COMPUTE_32I, CUDA_R_32I, any_device},
    f8(ASSAY_F8E4M3FN, ASSAY_F8E4M3FN, ASSAY_BF16),
    f8(ASSAY_F8E4M3FN, ASSAY_F8E4M3FN, ASSAY_F16),
    f8(ASSAY_F8E4M3FN, ASSAY_F8E4M3FN, ASSAY_F32),
    f8(ASSAY_F8E4M3FN, ASSAY_F8E5M2, ASSAY_BF16),
    f8(ASSAY_F8E4M3FN, ASSAY_F8E5M2, ASSAY_F16),
    f8(ASSAY_F8E4M3FN, ASSAY_F8E5M2, ASSAY_F32),
};

bool has_types(const LtArithmetic& row, const sdk::Matmul& mm) {
    const bool same_order = row.a == mm.a.dtype && row.b == mm.b.dtype;
    const bool other_order = row.a == mm.b.dtype && row.b == mm.a.dtype;
    return row.d == mm.d.dtype && (same_order || other_order);
}

bool has_math(const LtArithmetic& row, int math) {
    return math == ASSAY_MATH_ANY || math == row.math;
}

struct OtherName {
    assay_dtype dtype;
    const char* name;
};
constexpr OtherName other_names[] = {{ASSAY_U8, "u8"}, {ASSAY_I4, "i4"}, {ASSAY_U4, "u4"}};

std::string name_of(assay_dtype dtype) {
    for (const LtType& each : types)
        if (each.dtype == dtype) return each.name;
    for (const OtherName& each : other_names)
        if (each.dtype == dtype) return each.name;
    return "type " + std::to_string(dtype);
}

[[noreturn]] void refuse(const sdk::Matmul& mm, const std::string& why) {
    throw sdk::Error(ASSAY_ERR_UNSUPPORTED, "a=" + name_of(mm.a.dtype) +
                                                " b=" + name_of(mm.b.dtype) +
                                                " d=" + name_of(mm.d.dtype) + ": " + why);
}

}  // namespace

const LtType& lt_type(assay_dtype dtype, const char* operand) {
    const auto* found = std::find_if(std::begin(types), std::end(types),
                                     [&](const LtType& each) { return each.dtype == dtype; });
    if (found == std::end(types)) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "cuBLASLt has no %s of type %d", operand, dtype);
    }
    return *found;
}

LtArithmetic lt_arithmetic(const sdk::Op& op, const sdk::Matmul& mm, int capability) {
    std::string why = "cuBLASLt does not multiply these types";
    for (const LtArithmetic& row : rows) {
        if (!has_types(row, mm)) continue;
        if (!has_math(row, op.math())) {
            why = "only math=strict is offered for these types, and tf32 for f32";
        } else if (op.accumulator() != 0 && op.accumulator() != row.accumulator) {
            why = "cuBLASLt does not sum these in " + name_of(op.accumulator());
        } else if (capability < row.capability) {
            why = "this device is of compute capability " + std::to_string(capability / 10) + "." +
                  std::to_string(capability % 10) + ", needed is " +
                  std::to_string(row.capability / 10) + "." + std::to_string(row.capability % 10);
        } else {
            return row;
        }
    }
    refuse(mm, why);
}

bool takes_bias(const LtArithmetic& arithmetic, assay_dtype bias) {
    if (arithmetic.capability == ada) {  // 8-bit floats
        return bias == (arithmetic.d == ASSAY_F16 ? ASSAY_F16 : ASSAY_BF16);
    }
    return arithmetic.accumulator != ASSAY_I32 && bias == arithmetic.d;
}

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
// See gemm_exec.hpp. The bias costs no pass of its own over the result: D is filled with it and the
// product is added, beta = 1.
#include "gemm_exec.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include <cblas.h>

namespace assay::openblas {
namespace {

/// A row-major operand as BLAS takes it.
struct Layout {
    CBLAS_TRANSPOSE transpose = CblasNoTrans;
    blasint leading = 1;
};

/// Column steps of 1 are rows one after another, row steps of 1 columns. A dimension of one element
/// has no step that matters, so the leading dimension is at least what BLAS demands.
Layout layout_of(const sdk::Matrix& matrix, bool transpose, std::int64_t rows,
                 std::int64_t columns) {
    if (transpose) return {CblasTrans, static_cast<blasint>(std::max(matrix.column_step, rows))};
    return {CblasNoTrans, static_cast<blasint>(std::max(matrix.row_step, columns))};
}

void gemm(const sdk::Matmul& mm, const float* a, const float* b, float beta, float* d) {
    const Layout of_a = layout_of(mm.a, mm.transpose_a, mm.m, mm.k),
                 of_b = layout_of(mm.b, mm.transpose_b, mm.k, mm.n);
    cblas_sgemm(CblasRowMajor, of_a.transpose, of_b.transpose, static_cast<blasint>(mm.m),
                static_cast<blasint>(mm.n), static_cast<blasint>(mm.k),
                static_cast<float>(mm.alpha), a, of_a.leading, b, of_b.leading, beta, d,
                static_cast<blasint>(mm.n));
}

void gemm(const sdk::Matmul& mm, const double* a, const double* b, double beta, double* d) {
    const Layout of_a = layout_of(mm.a, mm.transpose_a, mm.m, mm.k),
                 of_b = layout_of(mm.b, mm.transpose_b, mm.k, mm.n);
    cblas_dgemm(CblasRowMajor, of_a.transpose, of_b.transpose, static_cast<blasint>(mm.m),
                static_cast<blasint>(mm.n), static_cast<blasint>(mm.k), mm.alpha, a, of_a.leading,
                b, of_b.leading, beta, d, static_cast<blasint>(mm.n));
}

std::string refusal(const sdk::Op& op, const sdk::Matmul& mm) {
    const assay_dtype type = mm.a.dtype;
    if (type != ASSAY_F32 && type != ASSAY_F64) return "OpenBLAS multiplies f32 and f64 only";
    if (mm.b.dtype != type || mm.d.dtype != type || (mm.bias.present() && mm.bias.dtype != type)) {
        return "OpenBLAS takes A, B, bias and D of one type";
    }
    if (op.accumulator() != 0 && op.accumulator() != type) {
        return "OpenBLAS accumulates in the type of its operands";
    }
    if (op.math() != ASSAY_MATH_STRICT && op.math() != ASSAY_MATH_ANY) {
        return "only math=strict is offered: OpenBLAS multiplies operands as they are";
    }
    if (mm.activation != ASSAY_ACT_NONE) return "a BLAS has no activations";
    if (mm.beta != 0 || mm.c.present()) return "beta and C are not implemented";
    if (!mm.a.dense || !mm.b.dense || !mm.d.dense || (mm.bias.present() && !mm.bias.dense)) {
        return "explicit strides are not implemented";
    }
    if (mm.m == 0 || mm.n == 0 || mm.k == 0 || mm.batch == 0) return "an empty matmul";
    if (std::max({mm.m, mm.n, mm.k}) > std::numeric_limits<blasint>::max()) {
        return "a size beyond the " + std::to_string(8 * sizeof(blasint)) +
               "-bit integers of this OpenBLAS";
    }
    return "";
}

}  // namespace

sdk::Support support(const sdk::Op& op) {
    const sdk::Matmul mm(op);
    const std::string why_not = refusal(op, mm);
    return why_not.empty() ? sdk::Support::native(mm.a.dtype) : sdk::Support::no(why_not);
}

void GemmExec::enqueue(sdk::Queue&, sdk::Bindings bindings) {
    const std::uint32_t needed = mm_.bias.present() ? 4 : 3;
    if (bindings.size() != needed) {
        sdk::fail(ASSAY_ERR_INVALID, "matmul: %u bindings, needed are %u", bindings.size(), needed);
    }
    mm_.a.dtype == ASSAY_F64 ? run<double>(bindings) : run<float>(bindings);
}

template <class T>
void GemmExec::run(const sdk::Bindings& bindings) const {
    const auto bytes = [this](const sdk::Matrix& matrix, std::int64_t rows, std::int64_t columns) {
        return static_cast<std::uint64_t>(mm_.extent(matrix, rows, columns)) * sizeof(T);
    };
    const T* a = bindings.data<T>(0, bytes(mm_.a, mm_.m, mm_.k));
    const T* b = bindings.data<T>(1, bytes(mm_.b, mm_.k, mm_.n));
    const T* bias = mm_.bias.present() ? bindings.data<T>(2, bytes(mm_.bias, 1, mm_.n)) : nullptr;
    T* d = bindings.data<T>(bindings.size() - 1, bytes(mm_.d, mm_.m, mm_.n));
    for (std::int64_t z = 0; z < mm_.batch; ++z) {
        T* result = d + mm_.offset(mm_.d, z);
        if (bias != nullptr) {
            for (std::int64_t row = 0; row < mm_.m; ++row)
                std::copy_n(bias, mm_.n, result + row * mm_.n);
        }
        gemm(mm_, a + mm_.offset(mm_.a, z), b + mm_.offset(mm_.b, z), bias != nullptr ? T{1} : T{0},
             result);
    }
}

void GemmExec::describe(assay_exec_info& info) {
    info.accumulator = mm_.a.dtype;
    info.math = ASSAY_MATH_STRICT;
    info.level = ASSAY_SUPPORT_NATIVE;
    info.launches = static_cast<std::uint32_t>(
        std::min<std::int64_t>(mm_.batch, std::numeric_limits<std::uint32_t>::max()));
    std::string path = mm_.a.dtype == ASSAY_F64 ? "dgemm" : "sgemm";
    path += std::string(", ") + openblas_get_corename() + " kernels";
    if (mm_.batch > 1) path += ", one call for each matrix of the batch";
    if (mm_.bias.present()) path += ", D filled with the bias first";
    sdk::put(info.path, path);
}

}  // namespace assay::openblas

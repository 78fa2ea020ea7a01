// SPDX-License-Identifier: Apache-2.0
// See fake.hpp: the product, by plain loops that follow the description and nothing else.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/plugins/cuda_fake/fake.hpp"
#include "tests/plugins/cuda_fake/numbers.hpp"

namespace assay::test::cuda_fake {
namespace {

/// The number with so many bits after its point, to the nearest.
double cut(double value, int bits) {
    if (value == 0 || !std::isfinite(value)) return value;
    int exponent = 0;
    const double fraction = std::frexp(value, &exponent);
    return std::ldexp(std::nearbyint(std::ldexp(fraction, bits + 1)), exponent - bits - 1);
}

struct Matrix {
    std::int64_t rows = 0, columns = 0;
    std::vector<double> values;  ///< by rows
    double at(std::int64_t row, std::int64_t column) const {
        return values[static_cast<std::size_t>(row * columns + column)];
    }
};

Matrix operand(const void* from, const Layout& layout, std::int32_t operation, std::int32_t z,
               int operand_bits) {
    const bool turned = operation == CUBLAS_OP_T;
    Matrix matrix;
    matrix.rows = static_cast<std::int64_t>(turned ? layout.columns : layout.rows);
    matrix.columns = static_cast<std::int64_t>(turned ? layout.rows : layout.columns);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        for (std::int64_t column = 0; column < matrix.columns; ++column) {
            const std::int64_t in_column = turned ? column : row, of = turned ? row : column;
            const double value =
                load(from, layout.type, z * layout.batch_step + of * layout.leading + in_column);
            matrix.values.push_back(cut(value, operand_bits));
        }
    }
    return matrix;
}

/// cuBLASLt's GELU is the approximation with tanh.
double activated(std::uint32_t epilogue, double x) {
    if ((epilogue & CUBLASLT_EPILOGUE_RELU) != 0) return x > 0 || std::isnan(x) ? x : 0;
    if ((epilogue & CUBLASLT_EPILOGUE_GELU) == 0) return x;
    const double inner = std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x);
    return x / 2 * (1 + std::tanh(inner));
}

double scale_at(const void* scale) {
    return scale == nullptr ? 1 : static_cast<double>(element<float>(scale, 0));
}

/// `b` is transposed: what meets lies side by side.
double sum_of(const Multiplied& what, const Matrix& a, const Matrix& b, std::int64_t row,
              std::int64_t column) {
    double sum = 0;
    for (std::int64_t p = 0; p < a.columns; ++p) {
        sum += a.at(row, p) * b.at(column, p);
        if (what.how.compute == CUBLAS_COMPUTE_16F) {
            sum = static_cast<double>(__half2float(__double2half(sum)));
        }
    }
    return sum;
}

void multiply_one(const Multiplied& what, std::int32_t z, int operand_bits) {
    const Matrix a = operand(what.a_at, what.a, what.how.operation_a, z, operand_bits);
    const std::int32_t turned_b = what.how.operation_b == CUBLAS_OP_T ? CUBLAS_OP_N : CUBLAS_OP_T;
    const Matrix b = operand(what.b_at, what.b, turned_b, z, operand_bits);
    const double scale = what.alpha * scale_at(what.how.scale_a) * scale_at(what.how.scale_b);
    const auto bias_type = static_cast<cudaDataType>(
        what.how.bias_type >= 0 ? what.how.bias_type : static_cast<std::int32_t>(what.d.type));
    const bool has_bias = (what.how.epilogue & CUBLASLT_EPILOGUE_BIAS) != 0;
    for (std::int64_t column = 0; column < b.rows; ++column) {
        for (std::int64_t row = 0; row < a.rows; ++row) {
            double value = scale * sum_of(what, a, b, row, column);
            if (what.beta != 0) {
                value += what.beta * load(what.c_at, what.c.type,
                                          z * what.c.batch_step + column * what.c.leading + row);
            }
            if (has_bias) value += load(what.how.bias, bias_type, row);
            store(const_cast<void*>(what.d_at), what.d.type,
                  z * what.d.batch_step + column * what.d.leading + row,
                  activated(what.how.epilogue, value));
        }
    }
}

}  // namespace

void multiply(const Multiplied& what, int algorithm) {
    constexpr int all_bits = 52, tf32_bits = 10, bf16_bits = 7;
    int bits = what.how.compute == CUBLAS_COMPUTE_32F_FAST_TF32 ? tf32_bits : all_bits;
    if (algorithm == Machine::dishonest) bits = bf16_bits - 4;
    for (std::int32_t z = 0; z < what.d.batch; ++z) multiply_one(what, z, bits);
}

}  // namespace assay::test::cuda_fake

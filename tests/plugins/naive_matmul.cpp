// SPDX-License-Identifier: Apache-2.0
// See naive_matmul.hpp.
#include "tests/plugins/naive_matmul.hpp"

#include <cmath>
#include <cstring>
#include <random>
#include <stdexcept>

namespace assay::test {
namespace {

double random_value(assay_dtype dtype, std::mt19937& random) {
    const auto integer = [&](int low, int high) {
        return static_cast<double>(std::uniform_int_distribution<int>(low, high)(random));
    };
    switch (dtype) {
        case ASSAY_F64:
            return std::uniform_real_distribution<double>(-1, 1)(random);
        case ASSAY_F32:
            return std::uniform_real_distribution<float>(-1, 1)(random);
        case ASSAY_BF16:
            return integer(-128, 128) / 64;  // eight significant bits: exact
        case ASSAY_I8:
            return integer(-128, 127);
        case ASSAY_U8:
            return integer(0, 255);
        case ASSAY_I32:
            return integer(-1000, 1000);
        default:
            throw std::runtime_error("random_value: dtype " + std::to_string(dtype));
    }
}

template <class T>
void append(std::vector<std::uint8_t>& bytes, T value) {
    const auto* first = reinterpret_cast<const std::uint8_t*>(&value);
    bytes.insert(bytes.end(), first, first + sizeof value);
}

void encode(std::vector<std::uint8_t>& bytes, assay_dtype dtype, double value) {
    switch (dtype) {
        case ASSAY_F64:
            return append(bytes, value);
        case ASSAY_F32:
            return append(bytes, static_cast<float>(value));
        case ASSAY_I32:
            return append(bytes, static_cast<std::int32_t>(value));
        case ASSAY_I8:
            return append(bytes, static_cast<std::int8_t>(value));
        case ASSAY_U8:
            return append(bytes, static_cast<std::uint8_t>(value));
        default:
            break;
    }
    const auto narrow = static_cast<float>(value);  // bf16 is the upper half of an f32
    std::uint32_t bits = 0;
    std::memcpy(&bits, &narrow, sizeof bits);
    append(bytes, static_cast<std::uint16_t>(bits >> 16));
}

template <class T>
T element(const std::vector<std::uint8_t>& bytes, std::size_t i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    return value;
}

double decode_one(const std::vector<std::uint8_t>& bytes, assay_dtype dtype, std::size_t i) {
    switch (dtype) {
        case ASSAY_F64:
            return element<double>(bytes, i);
        case ASSAY_F32:
            return element<float>(bytes, i);
        case ASSAY_I32:
            return element<std::int32_t>(bytes, i);
        case ASSAY_I8:
            return element<std::int8_t>(bytes, i);
        case ASSAY_U8:
            return element<std::uint8_t>(bytes, i);
        default:
            break;
    }
    const std::uint32_t bits = static_cast<std::uint32_t>(element<std::uint16_t>(bytes, i)) << 16;
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

std::vector<std::uint8_t> random_tensor(assay_dtype dtype, std::int64_t count,
                                        std::mt19937& random) {
    std::vector<std::uint8_t> bytes;
    bytes.reserve(static_cast<std::size_t>(count) * bytes_of(dtype));
    for (std::int64_t i = 0; i < count; ++i) encode(bytes, dtype, random_value(dtype, random));
    return bytes;
}

/// One element of op(A) or op(B): `rows` x `columns` as stored before the transpose.
struct Matrix {
    std::vector<double> values;
    bool transposed, broadcast;
    std::int64_t rows, columns;  ///< Of the matrix as multiplied.

    double at(std::int64_t z, std::int64_t row, std::int64_t column) const {
        const std::int64_t base = broadcast ? 0 : z * rows * columns;
        const std::int64_t i = transposed ? column * rows + row : row * columns + column;
        return values[static_cast<std::size_t>(base + i)];
    }
};

}  // namespace

double activated(int activation, double x) {
    switch (activation) {
        case ASSAY_ACT_NONE:
            return x;
        case ASSAY_ACT_RELU:
            return x > 0 ? x : 0;
        case ASSAY_ACT_GELU:
            return x / 2 * (1 + std::erf(x / std::sqrt(2.0)));
        case ASSAY_ACT_GELU_TANH: {  // Hendrycks & Gimpel 2016, section 2
            const double inner = std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * x * x * x);
            return x / 2 * (1 + std::tanh(inner));
        }
        case ASSAY_ACT_SILU:
            return x / (1 + std::exp(-x));
        default:
            throw std::runtime_error("activated: activation " + std::to_string(activation));
    }
}

std::vector<double> decode(const std::vector<std::uint8_t>& bytes, assay_dtype dtype) {
    std::vector<double> values(bytes.size() / bytes_of(dtype));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = decode_one(bytes, dtype, i);
    return values;
}

NaiveMatmul naive_operands(const MatmulCase& c, std::uint32_t seed) {
    std::mt19937 random(seed);
    NaiveMatmul out;
    out.a = random_tensor(c.a, (c.broadcast_a ? 1 : c.batch) * c.m * c.k, random);
    out.b = random_tensor(c.b, (c.broadcast_b ? 1 : c.batch) * c.k * c.n, random);
    if (c.bias != 0) out.bias = random_tensor(c.bias, c.n, random);
    out.d_bytes = static_cast<std::uint64_t>(c.batch * c.m * c.n) * bytes_of(c.d);
    return out;
}

NaiveMatmul naive_matmul(const MatmulCase& c, std::uint32_t seed) {
    NaiveMatmul out = naive_operands(c, seed);
    const Matrix a{decode(out.a, c.a), c.transpose_a, c.broadcast_a, c.m, c.k};
    const Matrix b{decode(out.b, c.b), c.transpose_b, c.broadcast_b, c.k, c.n};
    const std::vector<double> bias = c.bias != 0
                                         ? decode(out.bias, c.bias)
                                         : std::vector<double>(static_cast<std::size_t>(c.n), 0.0);
    const double alpha = c.alpha != 0 ? c.alpha : 1;
    for (std::int64_t row = 0; row < c.batch * c.m; ++row) {
        for (std::int64_t j = 0; j < c.n; ++j) {
            double sum = 0, magnitude = 0;
            for (std::int64_t p = 0; p < c.k; ++p) {
                const double product = a.at(row / c.m, row % c.m, p) * b.at(row / c.m, p, j);
                sum += product;
                magnitude += std::fabs(product);
            }
            const double v = bias[static_cast<std::size_t>(j)];
            out.want.push_back(activated(c.activation, alpha * sum + v));
            out.magnitude.push_back(std::fabs(alpha) * magnitude + std::fabs(v));
        }
    }
    return out;
}

double tolerance(const MatmulCase& c, const NaiveMatmul& naive, std::size_t i) {
    if (c.d == ASSAY_I32 && c.activation == ASSAY_ACT_NONE) return 0;
    const double k = static_cast<double>(c.k);
    const bool wide = c.a == ASSAY_F64;
    // Higham, Accuracy and Stability, 2nd ed., section 3.5: k + 1 roundings of the accumulator.
    double bound = (k + 1) * std::ldexp(naive.magnitude[i], wide ? -53 : -24);
    // chosen: libraries approximate erf, tanh and exp to about 1e-6 in f32; their slope is <= 1.13.
    if (c.activation > ASSAY_ACT_RELU) bound = 1.13 * bound + 2e-6 * (1 + std::fabs(naive.want[i]));
    if (c.d == ASSAY_BF16) bound += std::ldexp(std::fabs(naive.want[i]), -8);
    return bound;
}

}  // namespace assay::test

// SPDX-License-Identifier: Apache-2.0
#include "plugins/reference/gemm.hpp"

#include <algorithm>
#include <string>

#include "plugins/reference/activation.hpp"
#include "plugins/reference/number.hpp"

namespace reference {
namespace {

/// Bytes from the start of a binding to the end of the last element that is touched.
std::uint64_t span_bytes(const sdk::Matmul& shape, const sdk::Matrix& matrix, std::int64_t rows,
                         std::int64_t columns) {
    const auto elements = static_cast<std::uint64_t>(shape.extent(matrix, rows, columns));
    return (elements * static_cast<std::uint64_t>(sdk::bits(matrix.dtype)) + 7) / 8;
}

std::string refusal(const sdk::Matmul& shape) {
    if (!known_activation(shape.activation)) {
        return "activation " + std::to_string(shape.activation);
    }
    for (const sdk::Matrix& matrix : {shape.a, shape.b, shape.bias, shape.c, shape.d}) {
        if (!matrix.present()) continue;
        if (!readable(matrix.dtype)) return "element type " + std::to_string(matrix.dtype);
        if (sdk::bits(matrix.dtype) < 8 && !matrix.dense) return "strides of 4-bit elements";
    }
    if (!writable(shape.d.dtype)) return "output of type " + std::to_string(shape.d.dtype);
    if (is_integer(shape.a.dtype) != is_integer(shape.b.dtype)) {
        return "an integer matrix times a floating-point one";
    }
    return "";
}

}  // namespace

Operands operands(const sdk::Matmul& shape, const sdk::Bindings& io) {
    Operands at;
    std::uint32_t next = 0;
    at.a = io.data<const char>(next++, span_bytes(shape, shape.a, shape.m, shape.k));
    at.b = io.data<const char>(next++, span_bytes(shape, shape.b, shape.k, shape.n));
    if (shape.bias.present()) {
        at.bias = io.data<const char>(next++, span_bytes(shape, shape.bias, 1, shape.n));
    }
    if (shape.c.present()) {
        at.c = io.data<const char>(next++, span_bytes(shape, shape.c, shape.m, shape.n));
    }
    at.d = io.data<char>(next, span_bytes(shape, shape.d, shape.m, shape.n));
    return at;
}

sdk::Support gemm_support(const sdk::Matmul& shape) {
    const std::string why_not = refusal(shape);
    if (!why_not.empty()) return sdk::Support::no(why_not);
    auto support = sdk::Support::native(is_integer(shape.a.dtype) ? ASSAY_I32 : ASSAY_F64);
    support.workspace = static_cast<std::uint64_t>(shape.n * (shape.k + 1)) * sizeof(double);
    return support;
}

Gemm::Gemm(const sdk::Matmul& shape) : shape_(shape), exact_(is_integer(shape.a.dtype)) {
    const auto b = static_cast<std::size_t>(shape.k * shape.n);
    const auto row = static_cast<std::size_t>(shape.n);
    if (exact_) {
        whole_.b.resize(b);
        whole_.row.resize(row);
    } else {
        real_.b.resize(b);
        real_.row.resize(row);
    }
}

std::uint64_t Gemm::workspace() const {
    return (real_.b.size() + real_.row.size() + whole_.b.size() + whole_.row.size()) *
           sizeof(double);
}

void Gemm::multiply(const sdk::Matmul& shape, const Operands& at, int fraction_bits) {
    if (exact_) return run(whole_, shape, at, fraction_bits);
    run(real_, shape, at, fraction_bits);
}

template <class Sum>
void Gemm::run(Work<Sum>& work, const sdk::Matmul& shape, const Operands& at, int fraction_bits) {
    const auto value = [fraction_bits](const void* array, assay_dtype dtype, std::int64_t i) {
        const double read = load(array, dtype, i);
        return static_cast<Sum>(
            fraction_bits < whole_significand ? round_significand(read, fraction_bits) : read);
    };
    const auto &a = shape.a, &b = shape.b;
    for (std::int64_t z = 0; z < shape.batch; ++z) {
        const std::int64_t a_at = shape.offset(a, z), b_at = shape.offset(b, z);
        Sum* decoded = work.b.data();
        for (std::int64_t p = 0; p < shape.k; ++p)
            for (std::int64_t j = 0; j < shape.n; ++j)
                decoded[p * shape.n + j] =
                    value(at.b, b.dtype, b_at + p * b.row_step + j * b.column_step);

        for (std::int64_t i = 0; i < shape.m; ++i) {
            std::fill(work.row.begin(), work.row.end(), Sum{0});
            Sum* row = work.row.data();
            for (std::int64_t p = 0; p < shape.k; ++p) {
                const Sum x = value(at.a, a.dtype, a_at + i * a.row_step + p * a.column_step);
                const Sum* from = decoded + p * shape.n;
                for (std::int64_t j = 0; j < shape.n; ++j) row[j] += x * from[j];
            }
            finish(shape, at, z, i);
        }
    }
}

double Gemm::sum(std::int64_t j) const {
    const auto at = static_cast<std::size_t>(j);
    // Beyond 2^53 a sum is inexact here, but no integer output is that large: it saturates.
    return exact_ ? static_cast<double>(whole_.row[at]) : real_.row[at];
}

void Gemm::finish(const sdk::Matmul& shape, const Operands& at, std::int64_t z, std::int64_t i) {
    const std::int64_t d_row = shape.offset(shape.d, z) + i * shape.d.row_step;
    const std::int64_t c_row = shape.offset(shape.c, z) + i * shape.c.row_step;
    for (std::int64_t j = 0; j < shape.n; ++j) {
        double x = shape.alpha * sum(j);
        if (shape.beta != 0)
            x += shape.beta * load(at.c, shape.c.dtype, c_row + j * shape.c.column_step);
        if (at.bias != nullptr) x += load(at.bias, shape.bias.dtype, j * shape.bias.column_step);
        store(at.d, shape.d.dtype, d_row + j * shape.d.column_step, activate(shape.activation, x));
    }
}

}  // namespace reference

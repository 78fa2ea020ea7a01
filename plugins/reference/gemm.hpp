// SPDX-License-Identifier: Apache-2.0
// GEMM in plain loops: sums in double, or in 64-bit integers when both operands are integers.
// Also the arithmetic of plugins/simulated, which can be told to spoil it.
#pragma once

#include <cstdint>
#include <vector>

#include "assay/sdk.hpp"

namespace reference {

namespace sdk = assay::sdk;

/// Where the tensors lie. bias and c may be null.
struct Operands {
    const void* a = nullptr;
    const void* b = nullptr;
    const void* bias = nullptr;
    const void* c = nullptr;
    void* d = nullptr;
};

/// The tensors of one enqueue, in the order of the descriptor. Throws sdk::Error INVALID when a
/// binding is missing or too small.
Operands operands(const sdk::Matmul& shape, const sdk::Bindings& io);

/// Whether Gemm can do it, and in which arithmetic.
sdk::Support gemm_support(const sdk::Matmul& shape);

class Gemm {
public:
    /// Takes the working memory, so that multiply() allocates nothing.
    explicit Gemm(const sdk::Matmul& shape);

    /// D = act(alpha * A * B + beta * C + bias), rounded once, to the output's type.
    void multiply(const Operands& at) { multiply(shape_, at, whole_significand); }

    /// The same of another shape that is no larger, with operands rounded to `fraction_bits`.
    void multiply(const sdk::Matmul& shape, const Operands& at, int fraction_bits);

    const sdk::Matmul& shape() const { return shape_; }
    std::uint64_t workspace() const;  ///< bytes

    static constexpr int whole_significand = 52;

private:
    /// The sums of one element type.
    template <class Sum>
    struct Work {
        std::vector<Sum> b, row;  ///< B [k, n] decoded; one row of sums
    };

    template <class Sum>
    void run(Work<Sum>& work, const sdk::Matmul& shape, const Operands& at, int fraction_bits);
    void finish(const sdk::Matmul& shape, const Operands& at, std::int64_t z, std::int64_t i);
    double sum(std::int64_t j) const;

    sdk::Matmul shape_;
    bool exact_;  ///< integers
    Work<double> real_;
    Work<std::int64_t> whole_;
};

}  // namespace reference

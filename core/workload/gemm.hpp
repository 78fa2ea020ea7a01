// SPDX-License-Identifier: Apache-2.0
// The GEMM problem: D = activation(A B + bias), its sizes and types, and the work it implies.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "core/workload/dtype.hpp"

namespace assay {

/// How far the arithmetic may leave the operand types (assay/ops.h).
enum class Math { strict, tf32, bf16x3, any };
enum class Activation { none, relu, gelu, gelu_tanh, silu };

/// A is [batch, m, k] ([batch, k, m] when transpose_a), B is [batch, k, n] ([batch, n, k]),
/// D is [batch, m, n], bias is [n]; all dense, last dimension fastest. A broadcast operand has no
/// batch: one matrix serves all.
struct Gemm {
    std::int64_t m = 0, n = 0, k = 0;  ///< > 0.
    std::int64_t batch = 1;            ///< > 0.
    Dtype a = Dtype::f32, b = Dtype::f32, d = Dtype::f32;
    Dtype accumulator = Dtype::none;  ///< none: as the plugin likes, and reports.
    Math math = Math::strict;
    bool transpose_a = false, transpose_b = false;
    bool broadcast_a = false, broadcast_b = false;
    Dtype bias = Dtype::none;  ///< none: no bias.
    Activation activation = Activation::none;
    bool constant_b = false;  ///< B never changes (weights): it may be repacked before timing.

    bool operator==(const Gemm&) const = default;
};

/// Names every field once; reader, writer, key, filter and documentation are visitors.
template <class Self, class Visitor>
void describe(Self& gemm,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Gemm> {
    field("m", gemm.m);
    field("n", gemm.n);
    field("k", gemm.k);
    field("batch", gemm.batch);
    field("a", gemm.a);
    field("b", gemm.b);
    field("d", gemm.d);
    field("accumulator", gemm.accumulator);
    field("math", gemm.math);
    field("transpose_a", gemm.transpose_a);
    field("transpose_b", gemm.transpose_b);
    field("broadcast_a", gemm.broadcast_a);
    field("broadcast_b", gemm.broadcast_b);
    field("bias", gemm.bias);
    field("activation", gemm.activation);
    field("constant_b", gemm.constant_b);
}

/// 2 m n k batch: a multiply and an add for each product. Bias and activation are not counted.
double flop(const Gemm& gemm);
/// The least traffic: each operand read once, the result written once.
double least_bytes(const Gemm& gemm);

/// Elements of A, B, bias (0 without) and D.
struct GemmElements {
    std::uint64_t a = 0, b = 0, bias = 0, d = 0;
};
GemmElements elements(const Gemm& gemm);
/// The size of one set of operands and result, in bytes.
std::uint64_t footprint_bytes(const Gemm& gemm);

/// "gemm f32 512x512x512", "gemm i8*i8->i32 1x4096x4096 tB bias gelu": defaults left out.
std::string short_name(const Gemm& gemm);

/// "" when sizes and types make sense, else what is wrong ("k must be at least 1, is 0").
std::string invalid(const Gemm& gemm);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/workload/tolerance.hpp"

#include <cmath>

#include <catch2/catch.hpp>

namespace assay {

namespace {

Gemm of_type(Dtype operands, Dtype result, std::int64_t k) {
    Gemm gemm{.m = 8, .n = 8, .k = k};
    gemm.a = gemm.b = operands;
    gemm.d = result;
    return gemm;
}

double allowed(const Gemm& gemm, const Arithmetic& arithmetic = {}) {
    return Tolerance(gemm, arithmetic).expect({.product = 0, .magnitude = 1}).allowed;
}

}  // namespace

TEST_CASE("the tolerance of long f32 sums is four times the root of k roundings") {
    // 4 * sqrt(4096) * 2^-24 = 2^-16; the result itself is 0 and adds a relative 2^-24 of that.
    REQUIRE(allowed(of_type(Dtype::f32, Dtype::f32, 4096)) == Approx(0x1p-16).epsilon(1e-6));
}

TEST_CASE("the tolerance of short sums is the worst case") {
    // gamma_4 = 4 u / (1 - 4 u), less than 4 * 2 * u.
    REQUIRE(allowed(of_type(Dtype::f32, Dtype::f32, 4)) == Approx(0x1p-22).epsilon(1e-6));
}

TEST_CASE("a narrow result adds its own rounding") {
    const Tolerance tolerance(of_type(Dtype::bf16, Dtype::bf16, 4096), {});
    const double at_8 = tolerance.expect({.product = 8, .magnitude = 1}).allowed;
    REQUIRE(at_8 == Approx(8 * 0x1p-8 + 0x1p-16 * (1 + 0x1p-8)).epsilon(1e-6));
}

TEST_CASE("integers are exact, and their f32 result is rounded once") {
    REQUIRE(allowed(of_type(Dtype::i8, Dtype::i32, 4096)) == 0);
    const Tolerance tolerance(of_type(Dtype::i8, Dtype::f32, 4096), {});
    REQUIRE(tolerance.expect({.product = 1024, .magnitude = 9999}).allowed ==
            Approx(1024 * 0x1p-24));
}

TEST_CASE("rounded operands are allowed for only as far as case and plugin both say") {
    Gemm gemm = of_type(Dtype::f32, Dtype::f32, 64);
    const double strict = allowed(gemm);
    REQUIRE(allowed(gemm, {.math = Math::tf32}) == strict);
    gemm.math = Math::any;
    REQUIRE(allowed(gemm, {.math = Math::strict}) == strict);
    const double split = allowed(gemm, {.math = Math::bf16x3}),
                 tf32 = allowed(gemm, {.math = Math::tf32}),
                 any = allowed(gemm, {.math = Math::any});
    REQUIRE(strict < split);
    REQUIRE(split < tf32);
    REQUIRE(tf32 < any);
    gemm.math = Math::tf32;
    REQUIRE(allowed(gemm, {.math = Math::any}) == tf32);
}

TEST_CASE("what the case asks of the sums counts more than what the plugin says") {
    Gemm gemm = of_type(Dtype::f16, Dtype::f32, 64);
    const double wide = allowed(gemm);
    REQUIRE(allowed(gemm, {.accumulator = Dtype::f16}) > 1000 * wide);
    gemm.accumulator = Dtype::f32;
    REQUIRE(allowed(gemm, {.accumulator = Dtype::f16}) == wide);
}

TEST_CASE("f64 operands are summed in f64 unless the case or the plugin says otherwise") {
    REQUIRE(allowed(of_type(Dtype::f64, Dtype::f64, 4096)) == Approx(0x1p-45).epsilon(1e-6));
}

TEST_CASE("the precision class is judged only where nothing else was allowed") {
    const auto limit = [](const Gemm& gemm) { return Tolerance(gemm, {}).rms_limit(); };
    REQUIRE(limit(of_type(Dtype::f32, Dtype::f32, 64)) == 0x1p-15);
    REQUIRE(limit(of_type(Dtype::f64, Dtype::f64, 64)) == 0x1p-40);
    REQUIRE(limit(of_type(Dtype::f32, Dtype::bf16, 64)) == 0);
    REQUIRE(limit(of_type(Dtype::bf16, Dtype::f32, 64)) == 0);
    Gemm fast = of_type(Dtype::f32, Dtype::f32, 64);
    fast.math = Math::tf32;
    REQUIRE(limit(fast) == 0);
}

TEST_CASE("no activation is steeper than the slope its tolerance is multiplied with") {
    struct Row {
        Activation activation;
        double most;
    };
    for (const Row& row : {Row{Activation::relu, 1}, Row{Activation::gelu, 1.13},
                           Row{Activation::gelu_tanh, 1.13}, Row{Activation::silu, 1.1}}) {
        double steepest = 0;
        for (double x = -8; x < 8; x += 1.0 / 1024) {
            const double rise =
                activate(row.activation, x + 1.0 / 1024) - activate(row.activation, x);
            steepest = std::max(steepest, std::fabs(rise) * 1024);
        }
        REQUIRE(steepest <= row.most);
        REQUIRE(steepest > row.most - 0.01);
    }
}

TEST_CASE("activations have their known values") {
    REQUIRE(activate(Activation::relu, -2) == 0);
    REQUIRE(activate(Activation::silu, 1) == Approx(0.7310585786));       // 1 / (1 + 1/e)
    REQUIRE(activate(Activation::gelu, 1) == Approx(0.8413447461));       // Phi(1)
    REQUIRE(activate(Activation::gelu_tanh, 1) == Approx(0.8411919906));  // PyTorch's tanh gelu
    REQUIRE(activate(Activation::none, -3.5) == -3.5);
}

}  // namespace assay

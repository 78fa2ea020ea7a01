// SPDX-License-Identifier: Apache-2.0
// Wrong answers, each of a kind that devices and libraries have given, are refused with a reason.
#include <algorithm>
#include <cmath>
#include <limits>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "tests/unit/workload/problem.hpp"

namespace assay {

namespace {

using namespace test;
using Catch::Matchers::Contains;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Check refused(const Problem& problem, const Arithmetic& arithmetic = {}) {
    const Check check = problem.check(arithmetic);
    INFO(short_name(problem.gemm));
    REQUIRE_FALSE(check.passed);
    REQUIRE_FALSE(check.reason.empty());
    REQUIRE(std::isfinite(check.worst));
    REQUIRE(std::isfinite(check.max_error));
    return check;
}

/// Large enough that only some rows, columns and elements are looked at.
Problem sampled() {
    Problem problem(gemm_of(Dtype::f32, Dtype::f32, 320, 300, 40), 8);
    problem.answer(dot_f32);
    return problem;
}

}  // namespace

TEST_CASE("an answer that drops the last k is refused") {
    for (const std::int64_t k : {2, 17, 64, 500, 4096, 16384}) {
        for (const auto& [in, out] : {std::pair{Dtype::f32, Dtype::f32},
                                      {Dtype::bf16, Dtype::bf16},
                                      {Dtype::f16, Dtype::f16},
                                      {Dtype::i8, Dtype::i32}}) {
            Problem problem(gemm_of(in, out, 24, 24, k), 1);
            problem.answer(without_last(is_integer(in) ? dot_f64 : dot_f32_lanes));
            refused(problem);
        }
    }
}

TEST_CASE("an answer computed in tf32 for f32 is refused at every inner dimension") {
    for (const std::int64_t k : {64, 256, 1024, 4096, 16384}) {
        Problem problem(gemm_of(Dtype::f32, Dtype::f32, 12, 12, k), 2);
        problem.answer(dot_tf32);
        refused(problem);
        // It does not help to say so, nor to call the sums narrow: strict was asked for.
        refused(problem, {.accumulator = Dtype::f32, .math = Math::tf32});
        refused(problem, {.accumulator = Dtype::f16, .math = Math::any});
    }
}

TEST_CASE("tf32 where sums hide it is refused by its precision class, and the reason says so") {
    Problem problem(gemm_of(Dtype::f32, Dtype::f32, 12, 12, 16384), 2);
    const Check check = refused(problem.answer(dot_tf32));
    REQUIRE(check.worst < 1);
    REQUIRE(check.rms_limit == 0x1p-15);
    REQUIRE(check.rms_error > 0x1p-13);
    REQUIRE(check.rms_error < 0x1p-10);
    REQUIRE_THAT(check.reason, Contains("rounded below f32"));
}

TEST_CASE("f32 arithmetic for f64 is refused") {
    Problem problem(gemm_of(Dtype::f64, Dtype::f64, 10, 10, 100), 2);
    refused(problem.answer(dot_f32));
}

TEST_CASE("B taken as it is where its transpose is meant is refused") {
    Gemm gemm = gemm_of(Dtype::f32, Dtype::f32, 30, 40, 40);
    gemm.transpose_b = true;
    Problem problem(gemm, 3);
    problem.gemm.transpose_b = false;
    problem.answer(dot_f32);
    problem.gemm.transpose_b = true;
    refused(problem);
}

TEST_CASE("two tiles swapped in a sampled answer are refused") {
    Problem problem = sampled();
    for (std::uint64_t row = 0; row < 64; ++row) {
        for (std::uint64_t column = 0; column < 128; ++column) {
            const double value = problem.get(row, column);
            problem.set(row, column, problem.get(row + 128, column + 128));
            problem.set(row + 128, column + 128, value);
        }
    }
    REQUIRE_THAT(refused(problem).reason, Contains("of |A||B|, allowed"));
}

TEST_CASE("a last column or a last row that was not computed is refused") {
    Problem column = sampled();
    for (std::uint64_t row = 0; row < 320; ++row) column.set(row, 299, column.get(row, 298));
    refused(column);
    Problem row = sampled();
    for (std::uint64_t j = 0; j < 300; ++j) row.set(319, j, row.get(318, j));
    refused(row);
}

TEST_CASE("the last element alone wrong is refused with its place and both values") {
    Problem problem = sampled();
    problem.set(319, 299, 1234.5);
    REQUIRE_THAT(refused(problem).reason,
                 Contains("D[0, 319, 299] is 1234.5, expected ") && Contains("allowed"));
}

TEST_CASE("a result of zeros is refused and called that") {
    Problem problem = sampled();
    std::fill(problem.d.begin(), problem.d.end(), std::byte{0});
    REQUIRE_THAT(refused(problem).reason, Contains("compared results are 0"));
}

TEST_CASE("a check that could not fail proves nothing and is refused") {
    Problem problem(gemm_of(Dtype::f32, Dtype::f32, 8, 8, 8), 1);
    std::fill(problem.a.begin(), problem.a.end(), std::byte{0});
    REQUIRE_THAT(refused(problem.answer(dot_f32)).reason, Contains("proves nothing"));
}

TEST_CASE("poison left by an answer that was never written is refused") {
    for (const auto& [in, out] : {std::pair{Dtype::f32, Dtype::f32},
                                  {Dtype::bf16, Dtype::bf16},
                                  {Dtype::f8e4m3, Dtype::f8e4m3},
                                  {Dtype::i8, Dtype::i32}}) {
        refused(Problem(gemm_of(in, out, 300, 200, 50), 1));  // D is bytes of 0xFF
    }
}

TEST_CASE("nan and infinity are refused with the element, what was found and what was expected") {
    for (const double bad : {nan, infinity, -infinity}) {
        Problem problem(gemm_of(Dtype::f32, Dtype::f32, 4, 5, 6), 1);
        problem.answer(dot_f32).set(2, 3, bad);
        const std::string found = std::isnan(bad) ? "nan" : bad > 0 ? "inf" : "-inf";
        REQUIRE_THAT(refused(problem).reason, Contains("D[0, 2, 3] is " + found + ", expected "));
    }
}

TEST_CASE("one nan anywhere in a large answer is found") {
    Gemm gemm = gemm_of(Dtype::bf16, Dtype::bf16, 200, 150, 80);
    gemm.batch = 5;
    Problem problem(gemm, 1);
    problem.answer(dot_f32);
    REQUIRE(problem.check().passed);
    store(problem.d, Dtype::bf16, 3U * 200 * 150 + 77 * 150 + 31, nan);
    REQUIRE_THAT(refused(problem).reason, Contains("D[3, 77, 31] is nan"));
}

TEST_CASE("integer results must be equal to the last unit") {
    Problem problem(gemm_of(Dtype::i8, Dtype::i32, 10, 10, 3000), 1);
    problem.answer(dot_f64);
    REQUIRE(problem.check().passed);
    problem.set(4, 5, problem.get(4, 5) + 1);
    REQUIRE_THAT(refused(problem).reason,
                 Contains("D[0, 4, 5]") && Contains("integers must be equal"));
}

TEST_CASE("a bias that was left out and an activation that was left out are refused") {
    for (const Activation activation : {Activation::relu, Activation::gelu, Activation::silu}) {
        Gemm gemm = gemm_of(Dtype::bf16, Dtype::bf16, 16, 16, 32);
        gemm.bias = Dtype::f32;
        gemm.activation = activation;
        Problem problem(gemm, 1);
        REQUIRE(problem.answer(dot_f32).check().passed);
        problem.gemm.activation = Activation::none;
        problem.answer(dot_f32);
        problem.gemm.activation = activation;
        refused(problem);
        problem.gemm.bias = Dtype::none;
        problem.answer(dot_f32);
        problem.gemm.bias = Dtype::f32;
        refused(problem);
    }
}

TEST_CASE("the wrong one of two gelu formulas is refused for f32") {
    Gemm gemm = gemm_of(Dtype::f32, Dtype::f32, 30, 30, 4);
    gemm.activation = Activation::gelu_tanh;
    Problem problem(gemm, 1);
    problem.answer(dot_f32);
    REQUIRE(problem.check().passed);
    problem.gemm.activation = Activation::gelu;
    refused(problem);
}

TEST_CASE("sums in f16 are refused where f32 sums were asked for") {
    const Dot narrow = [](std::span<const double> a, std::span<const double> b) {
        std::vector<std::byte> sum(2);
        for (std::size_t i = 0; i < a.size(); ++i) {
            store(sum, Dtype::f16, 0, load(sum, Dtype::f16, 0) + a[i] * b[i]);
        }
        return load(sum, Dtype::f16, 0);
    };
    Gemm gemm = gemm_of(Dtype::f16, Dtype::f32, 16, 16, 512);
    gemm.accumulator = Dtype::f32;
    Problem problem(gemm, 1);
    refused(problem.answer(narrow), {.accumulator = Dtype::f16, .math = Math::strict});
    problem.gemm.accumulator = Dtype::none;  // as the plugin likes, and it says so
    REQUIRE(problem.check({.accumulator = Dtype::f16, .math = Math::strict}).passed);
}

TEST_CASE("a tensor smaller than its problem is an error, not a read past its end") {
    Problem problem(gemm_of(Dtype::f32, Dtype::f32, 4, 4, 4), 1);
    problem.b.pop_back();
    REQUIRE_THROWS_AS(problem.check(), Error);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Honest answers, whatever their summation order, are never refused.
#include <array>

#include <catch2/catch.hpp>

#include "core/base/random.hpp"
#include "core/workload/names.hpp"
#include "tests/unit/workload/problem.hpp"

namespace assay {

namespace {

using namespace test;

struct Types {
    Dtype operands, result;
};
constexpr std::array<Types, 9> kinds = {{{Dtype::f32, Dtype::f32},
                                         {Dtype::bf16, Dtype::bf16},
                                         {Dtype::bf16, Dtype::f32},
                                         {Dtype::f16, Dtype::f16},
                                         {Dtype::f8e4m3, Dtype::bf16},
                                         {Dtype::f8e5m2, Dtype::f16},
                                         {Dtype::i8, Dtype::i32},
                                         {Dtype::i8, Dtype::f32},
                                         {Dtype::i4, Dtype::i8}}};

/// A problem of random size, layout and epilogue.
Gemm random_gemm(Types types, Random& random) {
    const auto size = [&](std::uint32_t most) { return std::int64_t{1 + random.below(most)}; };
    Gemm gemm = gemm_of(types.operands, types.result, size(40), size(40), size(600));
    gemm.batch = size(3);
    gemm.transpose_a = random.below(2) == 1;
    gemm.transpose_b = random.below(2) == 1;
    gemm.broadcast_a = random.below(4) == 0;
    gemm.broadcast_b = random.below(4) == 0;
    if (is_integer(gemm.d)) return gemm;
    if (random.below(2) == 1) gemm.bias = random.below(2) == 1 ? Dtype::f32 : gemm.d;
    gemm.activation = static_cast<Activation>(random.below(5));
    return gemm;
}

void require_accepted(const Problem& problem, const Check& check) {
    INFO(short_name(problem.gemm));
    INFO(check.reason);
    REQUIRE(check.passed);
    REQUIRE(check.reason.empty());
    REQUIRE(check.worst <= 1);
    REQUIRE(check.elements > 0);
}

}  // namespace

TEST_CASE("honest answers in any summation order are accepted at random shapes and types") {
    Random random(11, 0);
    const std::array<Dot, 4> dots = {dot_f32, dot_f32_backwards, dot_f32_lanes, dot_f64};
    for (std::uint64_t round = 0; round < 40; ++round) {
        for (const Types& types : kinds) {
            Problem problem(random_gemm(types, random), round);
            const bool exact = is_integer(types.operands);
            problem.answer(exact ? dot_f64 : dots.at(random.below(4)));
            require_accepted(problem, problem.check({}, round));
        }
    }
}

TEST_CASE("sequential f32 sums are accepted up to a long inner dimension") {
    for (const std::int64_t k : {1, 2, 3, 64, 1024, 16384, 65536}) {
        Problem problem(gemm_of(Dtype::f32, Dtype::f32, 6, 5, k), 3);
        require_accepted(problem, problem.answer(dot_f32).check());
        Problem one_sign(gemm_of(Dtype::u8, Dtype::f32, 6, 5, k), 3);
        require_accepted(one_sign, one_sign.answer(dot_f64).check());
    }
}

TEST_CASE("f64 sums are accepted for f64 and their precision class is judged") {
    Problem problem(gemm_of(Dtype::f64, Dtype::f64, 20, 20, 500), 4);
    const Check check = problem.answer(dot_f64).check();
    require_accepted(problem, check);
    REQUIRE(check.rms_limit == 0x1p-40);
    REQUIRE(check.rms_error < 0x1p-45);
}

TEST_CASE("a sampled check of a large product accepts an honest answer") {
    for (const bool transpose : {false, true}) {
        Gemm gemm = gemm_of(Dtype::f32, Dtype::f32, 311, 290, 150);
        gemm.transpose_a = gemm.transpose_b = transpose;
        Problem problem(gemm, 5);
        const Check check = problem.answer(dot_f32).check();
        require_accepted(problem, check);
        REQUIRE(check.method ==
                "sampled rows, columns and elements in f64; every row by Freivalds");
        // Two rows of 290, two columns of 311, four corners, 64 at borders and 64 anywhere.
        REQUIRE(check.elements == 2 * 290 + 2 * 311 + 4 + 128);
    }
}

TEST_CASE("a small product is compared whole") {
    Problem problem(gemm_of(Dtype::f32, Dtype::f32, 30, 20, 10), 5);
    const Check check = problem.answer(dot_f32).check();
    REQUIRE(check.method == "every element in f64");
    REQUIRE(check.elements == 600);
}

TEST_CASE("tf32 is accepted where the case allows it and the plugin says it") {
    Gemm gemm = gemm_of(Dtype::f32, Dtype::f32, 20, 20, 256);
    gemm.math = Math::tf32;
    Problem problem(gemm, 6);
    problem.answer(dot_tf32);
    const Check check = problem.check({.accumulator = Dtype::f32, .math = Math::tf32});
    require_accepted(problem, check);
    REQUIRE(check.rms_limit == 0);
}

TEST_CASE("a result past the largest value of d may be infinite or saturated") {
    Gemm gemm = gemm_of(Dtype::i8, Dtype::f16, 4, 4, 4096);
    Problem problem(gemm, 1, Distribution::uniform);
    problem.answer(dot_f64);  // sigma = 73^2 * 64 = 3.4e5, far past 65504
    require_accepted(problem, problem.check());
    for (std::uint64_t i = 0; i < 16; ++i) {
        const double value = problem.get(i / 4, i % 4);
        if (value > 65504) problem.set(i / 4, i % 4, 65504);
    }
    require_accepted(problem, problem.check());
}

TEST_CASE("the same seed looks at the same places") {
    Problem problem(gemm_of(Dtype::f32, Dtype::f32, 311, 290, 150), 5);
    problem.answer(dot_f32);
    REQUIRE(problem.check({}, 1).rms_error == problem.check({}, 1).rms_error);
    REQUIRE(problem.check({}, 1).rms_error != problem.check({}, 2).rms_error);
}

}  // namespace assay

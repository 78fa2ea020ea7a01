// SPDX-License-Identifier: Apache-2.0
// The checks that see every element: Freivalds, integers that cancel, single products.
#include <cmath>

#include <catch2/catch.hpp>

#include "core/workload/exact.hpp"
#include "core/workload/single_products.hpp"
#include "tests/unit/workload/problem.hpp"

namespace assay {

namespace {

using namespace test;
using Catch::Matchers::Contains;

/// A GEMM of 200 x 150 x 90, of which only some rows, columns and elements are sampled.
Problem sampled(Dtype operands, Dtype result) {
    Problem problem(gemm_of(operands, result, 200, 150, 90), 5);
    problem.answer(is_integer(operands) ? dot_f64 : dot_f32_lanes);
    return problem;
}

/// The operands of `from` in a problem, answered by `dot`.
template <class Source>
Problem with_operands(const Gemm& gemm, const Source& from, const Dot& dot) {
    Problem problem(gemm, 1);
    problem.a.assign(from.a().begin(), from.a().end());
    problem.b.assign(from.b().begin(), from.b().end());
    return problem.answer(dot);
}

Check exact_check(Gemm gemm, const Dot& dot) {
    const ExactGemm exact(gemm, 3);
    Problem problem = with_operands(gemm, exact, dot);
    if (gemm.bias != Dtype::none) {
        problem.bias.assign(exact.bias().begin(), exact.bias().end());
        problem.answer(dot);
    }
    return exact.check(problem.d);
}

Dot without_term(std::size_t term) {
    return [term](std::span<const double> a, std::span<const double> b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i) sum += i == term ? 0 : a[i] * b[i];
        return sum;
    };
}

}  // namespace

TEST_CASE("right answers pass Freivalds in every type and layout") {
    for (const auto& [in, out] : {std::pair{Dtype::f64, Dtype::f64},
                                  {Dtype::f32, Dtype::f32},
                                  {Dtype::bf16, Dtype::bf16},
                                  {Dtype::f16, Dtype::f32},
                                  {Dtype::f8e4m3, Dtype::f16},
                                  {Dtype::i8, Dtype::i32}}) {
        for (const int layout : {0, 1, 2, 3}) {
            Gemm gemm = gemm_of(in, out, 200, 150, 90);
            gemm.transpose_a = layout % 2 == 1;
            gemm.transpose_b = layout / 2 == 1;
            gemm.batch = layout == 3 ? 4 : 1;
            gemm.broadcast_b = layout == 3;
            gemm.bias = out == Dtype::f32 ? Dtype::f32 : Dtype::none;
            Problem problem(gemm, 5);
            const Check check =
                problem.answer(in == Dtype::f64 || is_integer(in) ? dot_f64 : dot_f32_lanes)
                    .check();
            INFO(short_name(gemm) << ' ' << check.reason);
            CHECK(check.passed);
            CHECK_THAT(check.method, Contains("Freivalds"));
        }
    }
}

TEST_CASE("one wrong element among 30000 is found wherever it is") {
    // Elements are N(0, 90): one that is off by 9.5, one sigma, against 6 sqrt(150) roundings.
    for (const auto& [in, out] :
         {std::pair{Dtype::f32, Dtype::f32}, {Dtype::bf16, Dtype::bf16}, {Dtype::i8, Dtype::i32}}) {
        for (const std::uint64_t at : {0, 777, 12345, 29999}) {
            Problem problem = sampled(in, out);
            const std::uint64_t row = at / 150, column = at % 150;
            problem.set(row, column, problem.get(row, column) + 10);
            INFO(name(in) << ' ' << at);
            CHECK_FALSE(problem.check().passed);
        }
    }
}

TEST_CASE("a wrong matrix among many is found although only three are sampled") {
    Gemm gemm = gemm_of(Dtype::f32, Dtype::f32, 8, 9, 10);
    gemm.batch = 40;
    Problem problem(gemm, 2);
    problem.answer(dot_f32);
    REQUIRE(problem.check().passed);
    for (const std::uint64_t batch : {1, 17, 38}) {
        Problem wrong = problem;
        wrong.set(batch * 8 + 3, 4, 50);
        CHECK_THAT(wrong.check().reason, Contains("is not A times B") || Contains("expected"));
    }
}

TEST_CASE("infinity where no sum can be so large is found") {
    Problem problem = sampled(Dtype::f32, Dtype::f32);
    problem.set(101, 77, INFINITY);
    CHECK_FALSE(problem.check().passed);
}

TEST_CASE("integers that cancel have the exact answer of their construction") {
    // dot_f64 multiplies the operands as they are: the construction is held against the product.
    for (const auto& [in, out] : {std::pair{Dtype::f64, Dtype::f64},
                                  {Dtype::f32, Dtype::f32},
                                  {Dtype::bf16, Dtype::bf16},
                                  {Dtype::f16, Dtype::f16},
                                  {Dtype::f8e4m3, Dtype::f8e4m3},
                                  {Dtype::f8e5m2, Dtype::f8e5m2},
                                  {Dtype::i8, Dtype::i8},
                                  {Dtype::i4, Dtype::i32}}) {
        for (const std::int64_t k : {1, 2, 3, 5, 64, 999}) {
            Gemm gemm = gemm_of(in, out, 13, 70, k);
            gemm.transpose_a = k % 2 == 0;
            gemm.transpose_b = k % 3 == 0;
            gemm.batch = k == 5 ? 3 : 1;
            gemm.broadcast_a = k == 5;
            const Check check = exact_check(gemm, dot_f64);
            INFO(short_name(gemm) << ' ' << check.reason);
            CHECK(check.passed);
            CHECK(check.elements == 13U * 70 * static_cast<std::uint64_t>(gemm.batch));
        }
    }
}

TEST_CASE("f32 sums of integers that cancel are exact in any order, with a bias and a relu too") {
    Gemm gemm = gemm_of(Dtype::bf16, Dtype::bf16, 6, 6, 16384);
    for (const Dot& dot : {Dot(dot_f32), Dot(dot_f32_backwards), Dot(dot_f32_lanes)}) {
        CHECK(exact_check(gemm, dot).passed);
    }
    gemm.bias = Dtype::f32;
    gemm.activation = Activation::relu;
    CHECK(exact_check(gemm, dot_f32).passed);
}

TEST_CASE("any single term of k that is left out breaks the cancellation") {
    const Gemm gemm = gemm_of(Dtype::bf16, Dtype::bf16, 16, 16, 48);
    for (std::size_t term = 0; term < 48; ++term) {
        const Check check = exact_check(gemm, without_term(term));
        CHECK_FALSE(check.passed);
        CHECK_THAT(check.reason, Contains("exact integers: D[0, 0, "));
    }
}

TEST_CASE("what has no exact answer says why") {
    Gemm gemm = gemm_of(Dtype::f32, Dtype::f32, 2, 2, 2);
    CHECK(no_exact_answer(gemm, {}).empty());
    CHECK_THAT(no_exact_answer(gemm, {.accumulator = Dtype::f16}), Contains("narrow type"));
    gemm.activation = Activation::gelu;
    CHECK_THAT(no_exact_answer(gemm, {}), Contains("activation"));
    CHECK_THAT(no_exact_answer(gemm_of(Dtype::u8, Dtype::i32, 2, 2, 2), {}),
               Contains("no negative numbers"));
}

TEST_CASE("single products betray what operands were rounded to") {
    const auto rounded = [](int bits) {
        return [bits](std::span<const double> a, std::span<const double> b) {
            const auto round = [bits](double value) {
                int exponent = 0;
                const double part = std::frexp(value, &exponent);
                return std::ldexp(std::nearbyint(std::ldexp(part, bits)), exponent - bits);
            };
            double sum = 0;
            for (std::size_t i = 0; i < a.size(); ++i) sum += round(a[i]) * round(b[i]);
            return sum;
        };
    };
    struct Row {
        Dot dot;
        const char* precision;
    };
    for (const std::int64_t k : {1, 7, 300}) {
        for (const int layout : {0, 1, 2, 3}) {
            Gemm gemm = gemm_of(Dtype::f32, Dtype::f32, 20, 31, k);
            gemm.transpose_a = layout % 2 == 1;
            gemm.transpose_b = layout / 2 == 1;
            REQUIRE(shows_precision(gemm));
            const SingleProducts probe(gemm, 9);
            for (const Row& row :
                 {Row{dot_f32, "f32"}, Row{dot_f32_lanes, "f32"}, Row{rounded(16), "bf16x3"},
                  Row{rounded(11), "tf32"}, Row{rounded(8), "bf16"}}) {
                const double error = probe.error(with_operands(gemm, probe, row.dot).d);
                CHECK(precision_of(Dtype::f32, error) == row.precision);
                if (row.precision == std::string("f32")) CHECK(error == 0);
            }
        }
    }
}

TEST_CASE("f32 arithmetic for f64 shows in single products") {
    const Gemm gemm = gemm_of(Dtype::f64, Dtype::f64, 20, 31, 17);
    const SingleProducts probe(gemm, 9);
    const auto found = [&](const Dot& dot) {
        return precision_of(Dtype::f64, probe.error(with_operands(gemm, probe, dot).d));
    };
    CHECK(found(dot_f64) == "f64");
    CHECK(found(dot_f32) == "f32");
}

TEST_CASE("data on which a wrong device would pass is mistrusted") {
    Problem problem(gemm_of(Dtype::f32, Dtype::f32, 8, 8, 8), 1);
    for (std::uint64_t i = 0; i < 64; ++i) {
        store(problem.a, Dtype::f32, i, 1);
        store(problem.b, Dtype::f32, i, 2);
    }
    CHECK_THAT(problem.answer(dot_f32).check().reason,
               Contains("MISTRUSTED: all 64 expected results are 16"));
    for (std::uint64_t i = 8; i < 64; ++i) store(problem.a, Dtype::f32, i, 0);  // one row of eight
    for (std::uint64_t i = 3; i < 64; i += 8) store(problem.b, Dtype::f32, i, 3);
    for (std::uint64_t i = 0; i < 64; ++i) {
        if (i % 8 > 5) store(problem.b, Dtype::f32, i, 0);
    }
    CHECK_THAT(problem.answer(dot_f32).check().reason,
               Contains("MISTRUSTED: 58 of 64 expected results are 0"));
}

}  // namespace assay

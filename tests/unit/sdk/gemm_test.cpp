// SPDX-License-Identifier: Apache-2.0
// Right answers of the plugins that are always built, against a loop that is written here once
// more. All values are small integers, so that every sum is exact and equality is the test.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/unit/sdk/host_session.hpp"

namespace {

struct Sizes {
    std::int64_t m, n, k;
};
constexpr Sizes sizes{5, 7, 9};

/// -3..3, no two rows alike.
std::vector<float> numbers(std::int64_t count, int seed) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i) {
        values.push_back(static_cast<float>((i * 5 + i / 7 + seed) % 7 - 3));
    }
    return values;
}

/// op(A) * op(B), one matrix.
std::vector<double> product(const float* a, const float* b, bool ta, bool tb) {
    const auto [m, n, k] = sizes;
    std::vector<double> d(static_cast<std::size_t>(m * n));
    for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j)
            for (std::int64_t p = 0; p < k; ++p)
                d[static_cast<std::size_t>(i * n + j)] +=
                    double(ta ? a[p * m + i] : a[i * k + p]) * (tb ? b[j * k + p] : b[p * n + j]);
    return d;
}

std::vector<std::int64_t> stored(std::int64_t rows, std::int64_t columns, bool transposed) {
    if (transposed) return {columns, rows};
    return {rows, columns};
}

}  // namespace

TEST_CASE("transposes, alpha, bias and relu in any mix give the exact answer") {
    const std::string path = GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN, SIMULATED_PLUGIN);
    const bool ta = GENERATE(false, true), tb = GENERATE(false, true);
    const bool bias = GENERATE(false, true), relu = GENERATE(false, true);
    const double alpha = GENERATE(0.0, 2.0);
    const auto [m, n, k] = sizes;
    Problem problem(stored(m, k, ta), stored(k, n, tb), {m, n});
    problem.attrs.transpose_a = ta;
    problem.attrs.transpose_b = tb;
    problem.attrs.alpha = alpha;
    problem.attrs.activation = relu ? ASSAY_ACT_RELU : ASSAY_ACT_NONE;
    if (bias) problem.bias = tensor(ASSAY_F32, {n});

    const auto a = numbers(m * k, 1), b = numbers(k * n, 2), v = numbers(n, 3);
    std::vector<Bytes> inputs = {bytes_of(a), bytes_of(b)};
    if (bias) inputs.push_back(bytes_of(v));
    Session session(path);
    const auto d = values_of<float>(session.run(problem.desc(), inputs, 4 * m * n));

    const auto expected = product(a.data(), b.data(), ta, tb);
    for (std::size_t i = 0; i < d.size(); ++i) {
        double x = (alpha == 0 ? 1 : alpha) * expected[i] + (bias ? v[i % 7] : 0);
        if (relu) x = std::max(x, 0.0);
        REQUIRE(d[i] == x);
    }
}

TEST_CASE("batches are broadcast where a dimension is 1 or missing") {
    const std::string path = GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN);
    const auto [m, n, k] = sizes;
    // D is [2, 3] batches. A has [2, 1], B has [3] or none.
    const bool b_batched = GENERATE(true, false);
    Problem problem({2, 1, m, k}, {k, n}, {2, 3, m, n});
    if (b_batched) problem.b = tensor(ASSAY_F32, {3, k, n});
    const auto a = numbers(2 * m * k, 1), b = numbers((b_batched ? 3 : 1) * k * n, 2);
    Session session(path);
    const auto d =
        values_of<float>(session.run(problem.desc(), {bytes_of(a), bytes_of(b)}, 4 * 6 * m * n));

    for (std::int64_t y = 0; y < 2; ++y)
        for (std::int64_t x = 0; x < 3; ++x) {
            const auto expected =
                product(a.data() + y * m * k, b.data() + (b_batched ? x : 0) * k * n, false, false);
            const auto* at = d.data() + (y * 3 + x) * m * n;
            REQUIRE(std::equal(expected.begin(), expected.end(), at));
        }
}

TEST_CASE("the reference adds beta times C and reads strided operands") {
    Session session(REFERENCE_PLUGIN);
    Problem problem({2, 2}, {2, 2}, {2, 2});
    problem.a.strides[0] = 3;  // rows of A are three apart, columns one
    problem.a.strides[1] = 1;
    problem.c = tensor(ASSAY_F32, {2, 2});
    problem.attrs.beta = -1;
    const auto d = values_of<float>(
        session.run(problem.desc(),
                    {bytes_of<float>({1, 2, 99, 3, 4}), bytes_of<float>({1, 0, 0, 1}),
                     bytes_of<float>({10, 20, 30, 40})},
                    16));
    CHECK(d == std::vector<float>{-9, -18, -27, -36});
}

TEST_CASE("the reference's activations are their definitions at one point each") {
    Session session(REFERENCE_PLUGIN);
    // x = 1: erf form 0.5 (1 + erf(1/sqrt 2)) = 0.841344746068543 (the normal distribution at 1);
    // tanh form 0.841191990608276; silu 1 / (1 + 1/e) = 0.731058578630005.
    const auto [activation, expected] =
        GENERATE(table<int, double>({{ASSAY_ACT_NONE, 1.0},
                                     {ASSAY_ACT_RELU, 1.0},
                                     {ASSAY_ACT_GELU, 0.841344746068543},
                                     {ASSAY_ACT_GELU_TANH, 0.841191990608276},
                                     {ASSAY_ACT_SILU, 0.731058578630005}}));
    Problem problem({1, 1}, {1, 1}, {1, 1});
    problem.a.dtype = problem.b.dtype = problem.d.dtype = ASSAY_F64;
    problem.attrs.activation = activation;
    const Bytes one = bytes_of<double>({1});
    const auto d = values_of<double>(session.run(problem.desc(), {one, one}, 8));
    CHECK(std::fabs(d.at(0) - expected) < 1e-14);
}

TEST_CASE("an empty sum is the bias, and an empty output is no error") {
    Session session(GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN, SIMULATED_PLUGIN));
    Problem no_k({2, 0}, {0, 2}, {2, 2});
    no_k.bias = tensor(ASSAY_F32, {2});
    const auto d =
        values_of<float>(session.run(no_k.desc(), {Bytes{}, Bytes{}, bytes_of<float>({3, 4})}, 16));
    CHECK(d == std::vector<float>{3, 4, 3, 4});
    Problem no_m({0, 2}, {2, 2}, {0, 2});
    CHECK(session.run(no_m.desc(), {Bytes{}, Bytes(16)}, 0).empty());
}

TEST_CASE("a prepared operator says in which arithmetic and by which path it runs") {
    Session session(REFERENCE_PLUGIN);
    Problem problem({2, 3}, {3, 4}, {2, 4});
    auto info = blank<assay_exec_info>();
    REQUIRE(session.plugin.exec_get_info(session.prepare(problem.desc()), &info, nullptr) ==
            ASSAY_OK);
    CHECK(std::string(info.path) == "plain loops, double");
    CHECK(info.accumulator == ASSAY_F64);
    CHECK(session.query(problem.desc()).accumulator == ASSAY_F64);
    problem.a.dtype = problem.b.dtype = ASSAY_I8;
    problem.d.dtype = ASSAY_I32;
    CHECK(session.query(problem.desc()).accumulator == ASSAY_I32);
}

// SPDX-License-Identifier: Apache-2.0
// The onednn plugin's products with packed weights: quantised, of few rows, of many experts.
#include <cmath>
#include <cstring>

#include <catch2/catch.hpp>

#include "tests/plugins/onednn_client.hpp"

namespace {

using namespace assay::test;

/// [m, k] times [k, n] (or [n, k] turned), of plain values.
Values product(const Values& a, const Values& b, std::int64_t m, std::int64_t k, bool turned) {
    const std::int64_t n = static_cast<std::int64_t>(b.size()) / k;
    Values d;
    for (std::int64_t i = 0; i < m; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
            double sum = 0;
            for (std::int64_t p = 0; p < k; ++p)
                sum += a[static_cast<std::size_t>(i * k + p)] *
                       b[static_cast<std::size_t>(turned ? j * k + p : p * n + j)];
            d.push_back(sum);
        }
    return d;
}

}  // namespace

TEST_CASE("onednn multiplies by weights of 8 and 4 bits with scales", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype weights = GENERATE(ASSAY_I8, ASSAY_I4),
                      type = GENERATE(ASSAY_F32, ASSAY_BF16);
    const int scale = GENERATE(ASSAY_SCALE_TENSOR, ASSAY_SCALE_CHANNEL, ASSAY_SCALE_BLOCK);
    const std::int64_t m = GENERATE(1, 3, 7, 200), k = 96, n = 141;
    const bool turned = GENERATE(false, true), bind = GENERATE(false, true);
    CAPTURE(weights, type, scale, m, turned, bind);
    std::mt19937 random(10);
    auto attrs = sized<assay_matmul_attrs>();
    attrs.transpose_b = turned;
    attrs.activation = ASSAY_ACT_RELU;
    OpCase op{ASSAY_OP_MATMUL, {random_tensor(type, {m, k}, random)}, {{type, {m, n}}}, &attrs};
    const std::int64_t block = 32, blocks = k / block;
    TestTensor b = random_tensor(weights, turned ? Dims{n, k} : Dims{k, n}, random);
    b.constant = true;
    b.scale = scale;
    b.scale_axis = (scale == ASSAY_SCALE_BLOCK) == turned ? 1 : 0;
    b.scale_block = scale == ASSAY_SCALE_BLOCK ? block : 0;
    const Dims dims = scale == ASSAY_SCALE_TENSOR    ? Dims{}
                      : scale == ASSAY_SCALE_CHANNEL ? Dims{n}
                      : turned                       ? Dims{n, blocks}
                                                     : Dims{blocks, n};
    TestTensor scales = random_tensor(ASSAY_F32, dims, random);
    for (double& x : scales.values) x = std::fabs(x) / 64;
    scales.constant = true;
    op.inputs.push_back(b);
    op.inputs.push_back(random_tensor(ASSAY_F32, {n}, random));
    for (int i = 0; i < 2; ++i) op.inputs.push_back({0});
    op.inputs.push_back(scales);
    Values real = b.values;
    for (std::int64_t i = 0; i < k * n; ++i) {
        const std::int64_t p = turned ? i % k : i / n, j = turned ? i / k : i % n;
        const std::int64_t at = scale == ASSAY_SCALE_TENSOR    ? 0
                                : scale == ASSAY_SCALE_CHANNEL ? j
                                : turned                       ? j * blocks + p / block
                                                               : p / block * n + j;
        real[static_cast<std::size_t>(i)] *= scales.values[static_cast<std::size_t>(at)];
    }
    Values want = product(op.inputs[0].values, real, m, k, turned);
    for (std::size_t i = 0; i < want.size(); ++i)
        want[i] = activated(ASSAY_ACT_RELU,
                            want[i] + op.inputs[2].values[i % static_cast<std::size_t>(n)]);
    const OpResult got = run_op(session, op, bind);
    INFO(got.info.path);
    // 96 products of at most 2 * 128 / 32, summed in f32: 97 * 2^-24 * 768 = 4e-3 at most, some
    // 1e-4.
    CHECK(worst(got.outputs[0], want, type, 1e-5, 4e-4) <= 1);
    CHECK(got.support.level == ASSAY_SUPPORT_EMULATED);
    CHECK(std::strlen(got.support.reason) > 0);
    CHECK((std::strstr(got.info.path, "every call") == nullptr) == bind);
}

TEST_CASE("onednn streams a constant B once for few rows", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype type = GENERATE(ASSAY_F32, ASSAY_BF16);
    const std::int64_t m = GENERATE(1, 2, 3, 4), k = 333, n = 101;
    const bool turned = GENERATE(false, true), bias = GENERATE(false, true);
    CAPTURE(type, m, turned, bias);
    std::mt19937 random(11);
    auto attrs = sized<assay_matmul_attrs>();
    attrs.transpose_b = turned;
    attrs.activation = ASSAY_ACT_SILU;
    OpCase op{ASSAY_OP_MATMUL, {random_tensor(type, {m, k}, random)}, {{type, {m, n}}}, &attrs};
    op.inputs.push_back(random_tensor(type, turned ? Dims{n, k} : Dims{k, n}, random));
    op.inputs[1].constant = true;
    if (bias) op.inputs.push_back(random_tensor(type, {n}, random));
    Values want = product(op.inputs[0].values, op.inputs[1].values, m, k, turned);
    for (std::size_t i = 0; i < want.size(); ++i)
        want[i] = activated(ASSAY_ACT_SILU, want[i] + (bias ? op.inputs[2].values[i % 101] : 0));
    if (lacks_bf16(session, op)) return;
    for (const bool bind : {false, true}) {
        const OpResult got = run_op(session, op, bind);
        INFO(got.info.path);
        CHECK(worst(got.outputs[0], want, type, 1e-5, 2e-4) <= 1);
        const std::string path = got.info.path;
        const bool packed = path.find("every call") == std::string::npos;  // bf16 on AVX2
        CHECK((path.find("own gemv") == 0 && packed) == bind);
    }
}

TEST_CASE("onednn multiplies the rows of every expert by its own B", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype type = GENERATE(ASSAY_F32, ASSAY_BF16);
    const bool turned = GENERATE(false, true), bind = GENERATE(false, true);
    CAPTURE(type, turned, bind);
    std::mt19937 random(12);
    auto attrs = sized<assay_matmul_attrs>();
    attrs.transpose_b = turned;
    const std::int64_t tokens = 40, k = 50, n = 70;
    const Values rows{3, 0, 25, 10};  // 38 of 40 tokens
    OpCase op{ASSAY_OP_GROUPED_MATMUL,
              {random_tensor(type, {tokens, k}, random)},
              {{type, {tokens, n}}},
              &attrs};
    op.inputs.push_back(random_tensor(type, turned ? Dims{4, n, k} : Dims{4, k, n}, random));
    op.inputs[1].constant = true;
    op.inputs.push_back(of_values(ASSAY_I32, {4}, rows));
    op.inputs.push_back(random_tensor(ASSAY_F32, {4, n}, random));
    Values want;
    std::int64_t token = 0;
    for (std::size_t e = 0; e < 4; ++e) {
        const auto count = static_cast<std::int64_t>(rows[e]);
        const auto a = op.inputs[0].values.begin() + token * k;
        const auto b = op.inputs[1].values.begin() + static_cast<std::int64_t>(e) * k * n;
        const Values part =
            product(Values(a, a + count * k), Values(b, b + k * n), count, k, turned);
        for (std::size_t i = 0; i < part.size(); ++i)
            want.push_back(part[i] + op.inputs[3].values[e * 70 + i % 70]);
        token += count;
    }
    OpResult got = run_op(session, op, bind);
    got.outputs[0].resize(want.size());
    CHECK(worst(got.outputs[0], want, type, 1e-5, 5e-5) <= 1);
    op.inputs[2].values[0] = 30;
    CHECK_THROWS_WITH(run_op(session, op, bind), Catch::Contains("exceed the tokens"));
}

TEST_CASE("onednn says which quantised weights it cannot take", "[onednn]") {
    const Session session(tested_plugin());
    std::mt19937 random(13);
    OpCase op{ASSAY_OP_MATMUL, {random_tensor(ASSAY_F32, {2, 8}, random)}, {{ASSAY_F32, {2, 4}}}};
    op.inputs.push_back(random_tensor(ASSAY_U8, {8, 4}, random));
    op.inputs[1].scale = ASSAY_SCALE_CHANNEL;
    op.inputs[1].scale_axis = 1;
    for (int i = 0; i < 3; ++i) op.inputs.push_back({0});
    op.inputs.push_back(random_tensor(ASSAY_F32, {4}, random));
    CHECK_THAT(refusal(session, op), Catch::Contains("u8"));
    op.inputs[1] = random_tensor(ASSAY_I8, {8, 4}, random);
    op.inputs[1].scale = ASSAY_SCALE_CHANNEL;
    CHECK_THAT(refusal(session, op), Catch::Contains("along k"));
}

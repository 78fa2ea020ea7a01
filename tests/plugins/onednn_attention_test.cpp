// SPDX-License-Identifier: Apache-2.0
// The onednn plugin's attention against plain loops: grouped heads, causal, window, lengths, mask.
#include <cmath>

#include <catch2/catch.hpp>

#include "tests/plugins/onednn_client.hpp"

namespace {

using namespace assay::test;

struct Attention {
    std::int64_t b = 2, hq = 4, hk = 2, s = 5, t = 70, d = 24, dv = 20;
    bool causal = false, mask = false, strided = false;
    std::int64_t window = 0;
    Values lengths = {};
};

Values naive_attention(const Attention& c, const OpCase& op) {
    const auto element = [&](std::size_t i, std::int64_t heads, std::int64_t tokens,
                             std::int64_t width, std::int64_t b, std::int64_t h, std::int64_t token,
                             std::int64_t p) {
        return op.inputs[i]
            .values[static_cast<std::size_t>(((b * heads + h) * tokens + token) * width + p)];
    };
    Values o;
    for (std::int64_t b = 0; b < c.b; ++b)
        for (std::int64_t h = 0; h < c.hq; ++h)
            for (std::int64_t i = 0; i < c.s; ++i) {
                const std::int64_t kv = h / (c.hq / c.hk);
                const auto length =
                    c.lengths.empty()
                        ? c.t
                        : static_cast<std::int64_t>(c.lengths[static_cast<std::size_t>(b)]);
                Values weights(static_cast<std::size_t>(c.t));
                double sum = 0;
                for (std::int64_t j = 0; j < length; ++j) {
                    const std::int64_t last = length - c.s + i;
                    if (c.causal && j > last) continue;
                    if (c.window > 0 && j <= last - c.window) continue;
                    double score = 0;
                    for (std::int64_t p = 0; p < c.d; ++p)
                        score += element(0, c.hq, c.s, c.d, b, h, i, p) *
                                 element(1, c.hk, c.t, c.d, b, kv, j, p);
                    score /= std::sqrt(double(c.d));
                    if (c.mask) score += element(3, 1, c.s, c.t, b, 0, i, j);
                    sum += weights[static_cast<std::size_t>(j)] = std::exp(score);
                }
                for (std::int64_t p = 0; p < c.dv; ++p) {
                    double value = 0;
                    for (std::int64_t j = 0; j < length; ++j)
                        value += weights[static_cast<std::size_t>(j)] *
                                 element(2, c.hk, c.t, c.dv, b, kv, j, p);
                    o.push_back(sum > 0 ? value / sum : 0);
                }
            }
    return o;
}

/// [b, h, tokens, width] as a part of [b, tokens, h, width], as a model keeps it.
Dims turned(std::int64_t heads, std::int64_t tokens, std::int64_t width) {
    return {heads * tokens * width, width, heads * width, 1};
}

OpCase make(const Attention& c, assay_dtype dtype, assay_attention_attrs& attrs) {
    std::mt19937 random(9);
    attrs = sized<assay_attention_attrs>();
    attrs.causal = c.causal;
    attrs.window = static_cast<int>(c.window);
    OpCase op{ASSAY_OP_ATTENTION, {}, {{dtype, {c.b, c.hq, c.s, c.dv}}}, &attrs};
    op.inputs.push_back(random_tensor(dtype, {c.b, c.hq, c.s, c.d}, random));
    op.inputs.push_back(random_tensor(dtype, {c.b, c.hk, c.t, c.d}, random));
    op.inputs.push_back(random_tensor(dtype, {c.b, c.hk, c.t, c.dv}, random));
    op.inputs.push_back(c.mask ? random_tensor(dtype, {c.b, 1, c.s, c.t}, random) : TestTensor{0});
    if (!c.lengths.empty()) op.inputs.push_back(of_values(ASSAY_I32, {c.b}, c.lengths));
    if (!c.strided) return op;
    op.inputs[0].strides = turned(c.hq, c.s, c.d);
    op.inputs[1].strides = turned(c.hk, c.t, c.d);
    op.inputs[2].strides = turned(c.hk, c.t, c.dv);
    op.outputs[0].strides = turned(c.hq, c.s, c.dv);
    return op;
}

void check_attention(const Session& session, const Attention& c, assay_dtype dtype) {
    assay_attention_attrs attrs;
    const OpCase op = make(c, dtype, attrs);
    // Weights differ by exp of the scores' rounding: 24 products of size 4 in f32, some 1e-5.
    CHECK(worst(run_op(session, op).outputs[0], naive_attention(c, op), dtype, 1e-5, 1e-5) <= 1);
}

}  // namespace

TEST_CASE("onednn attends with few and with many queries, grouped heads, windows and lengths",
          "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const std::int64_t s = GENERATE(1, 5, 67), window = GENERATE(0, 9), hk = GENERATE(1, 4);
    const bool causal = GENERATE(false, true), lengths = GENERATE(false, true);
    CAPTURE(dtype, s, window, hk, causal, lengths);
    Attention c;
    c.s = s, c.window = window, c.hk = hk, c.causal = causal, c.t = 131;
    if (lengths) c.lengths = {3, 100};  // 3 keys: most of 67 causal queries see none
    check_attention(session, c, dtype);
}

TEST_CASE("onednn adds a mask to the scores and reads heads that lie between one another",
          "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const std::int64_t s = GENERATE(2, 50);
    CAPTURE(dtype, s);
    Attention c;
    c.s = s, c.mask = true, c.strided = true;
    check_attention(session, c, dtype);
}

TEST_CASE("onednn joins the chunks of a long context", "[onednn]") {
    const Session session(tested_plugin());
    Attention c;
    c.b = 1, c.hq = c.hk = 1, c.s = 1, c.t = 3001, c.d = 64, c.dv = 64;
    check_attention(session, c, ASSAY_BF16);
}

TEST_CASE("onednn says why it cannot attend", "[onednn]") {
    const Session session(tested_plugin());
    assay_attention_attrs attrs;
    OpCase op = make(Attention{}, ASSAY_F32, attrs);
    attrs.page_tokens = 16;
    CHECK_THAT(refusal(session, op), Catch::Contains("paged"));
    attrs.page_tokens = 0;
    op.inputs[1].dims[3] = 23;
    CHECK_THROWS_WITH(refusal(session, op), Catch::Contains("agree"));
}

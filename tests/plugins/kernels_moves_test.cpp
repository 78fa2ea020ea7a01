// SPDX-License-Identifier: Apache-2.0
// Own kernels of a device: gather, scatter and copies against the reference plugin, wrong indices,
// and what it refuses.
#include "tests/plugins/kernels_truth.hpp"

namespace {

using namespace assay::test;

double worst_exact(const OpCase& op) {
    return worst_of(op, 0, 0);
}

}  // namespace

TEST_CASE("kernels gather along any axis, elements of any width", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_F16, ASSAY_I8, ASSAY_I32);
    const int axis = GENERATE(0, 1, 2);
    CAPTURE(dtype, axis);
    std::mt19937 random(20);
    auto attrs = sized<assay_gather_attrs>();
    attrs.axis = axis;
    const Dims dims{4, 3, 5};
    Dims out = dims;
    out[static_cast<std::size_t>(axis)] = 2;
    out.insert(out.begin() + axis + 1, 3);
    const TestTensor table = with_steps(random_tensor(dtype, dims, random), reversed(dims)),
                     indices = of_values(ASSAY_I32, {2, 3}, {0, 2, 1, 1, 0, 2});
    CHECK(worst_exact(
              {ASSAY_OP_GATHER, {table, indices}, {output(dtype, out, gapped(out, 1))}, &attrs}) <=
          1);
}

TEST_CASE("kernels sum and average bags", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const int bag = GENERATE(ASSAY_REDUCE_SUM, ASSAY_REDUCE_MEAN);
    std::mt19937 random(21);
    auto attrs = sized<assay_gather_attrs>();
    attrs.bag = bag;
    const TestTensor table = random_tensor(ASSAY_F32, {7, 10}, random),
                     indices = of_values(ASSAY_I32, {2, 3}, {6, 2, 1, 1, 0, 2});
    CHECK(worst_of({ASSAY_OP_GATHER, {table, indices}, {output(ASSAY_F32, {2, 10})}, &attrs}) <= 1);
}

TEST_CASE("kernels append to a cache in place", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    std::mt19937 random(22);
    const Dims cache{2, 3, 8, 4}, x{2, 3, 2, 4};
    OpCase op{ASSAY_OP_SCATTER,
              {random_tensor(dtype, cache, random),
               with_steps(random_tensor(dtype, x, random), reversed(x)),
               of_values(ASSAY_I32, {2}, {6, 0})},
              {output(dtype, cache)}};
    op.in_place = 0;
    CHECK(worst_exact(op) <= 1);
    op.in_place = -1;
    CHECK_THROWS_WITH(run_op(kernels_device(), op), Catch::Contains("in place"));
}

TEST_CASE("a wait reports an index outside of its tensor, once", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const double wrong = GENERATE(-1, 7, 1e9);
    CAPTURE(wrong);
    std::mt19937 random(23);
    auto attrs = sized<assay_gather_attrs>();
    OpCase op{ASSAY_OP_GATHER,
              {random_tensor(ASSAY_F32, {7, 4}, random), of_values(ASSAY_I32, {2}, {3, wrong})},
              {output(ASSAY_F32, {2, 4})},
              &attrs};
    CHECK_THROWS_WITH(run_op(kernels_device(), op), Catch::Contains("outside of its tensor"));
    op.inputs[1].values[1] = 6;
    CHECK(worst_exact(op) <= 1);
}

TEST_CASE("kernels copy in every way", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_I8);
    CAPTURE(dtype);
    std::mt19937 random(24);
    const Dims dims{3, 4, 5};
    const TestTensor x = with_steps(random_tensor(dtype, dims, random), gapped(dims, 2));
    auto attrs = sized<assay_copy_attrs>();
    const auto copied = [&](std::vector<TestTensor> inputs, const Dims& out) {
        return worst_exact({ASSAY_OP_COPY, std::move(inputs), {output(dtype, out)}, &attrs});
    };
    SECTION("transpose") {
        attrs.function = ASSAY_COPY_TRANSPOSE;
        attrs.params[0] = 2, attrs.params[1] = 0, attrs.params[2] = 1;
        CHECK(copied({x}, {5, 3, 4}) <= 1);
    }
    SECTION("slice, also backwards") {
        attrs.function = ASSAY_COPY_SLICE;
        attrs.params[0] = 1, attrs.params[1] = 3, attrs.params[2] = 0;
        attrs.params[ASSAY_MAX_RANK + 1] = -2, attrs.params[ASSAY_MAX_RANK + 2] = 2;
        CHECK(copied({x}, {2, 2, 3}) <= 1);
    }
    SECTION("concat") {
        attrs.function = ASSAY_COPY_CONCAT;
        attrs.axis = 1;
        CHECK(copied({x, random_tensor(dtype, {3, 1, 5}, random), x}, {3, 9, 5}) <= 1);
    }
    SECTION("expand") {
        attrs.function = ASSAY_COPY_EXPAND;
        CHECK(copied({random_tensor(dtype, {4, 1}, random)}, {3, 4, 5}) <= 1);
    }
    SECTION("pad, in each mode") {
        attrs.function = ASSAY_COPY_PAD;
        attrs.pad_mode = GENERATE(ASSAY_PAD_CONSTANT, ASSAY_PAD_EDGE, ASSAY_PAD_REFLECT);
        attrs.value = 3;
        attrs.params[0] = 1, attrs.params[2] = 2, attrs.params[ASSAY_MAX_RANK + 1] = 3;
        CHECK(copied({x}, {4, 7, 7}) <= 1);
    }
}

TEST_CASE("a device says which operators, types and forms it has no kernel for", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    using Catch::Contains;
    std::mt19937 random(25);
    const Session& session = kernels_device();
    const TestTensor x = random_tensor(ASSAY_F32, {4, 4}, random);
    auto topk = sized<assay_topk_attrs>();
    CHECK_THAT(refusal(session, {ASSAY_OP_TOPK, {x}, {x, x}, &topk}), Contains("no kernel"));
    auto softmax = sized<assay_softmax_attrs>();
    TestTensor whole = x;
    whole.dtype = ASSAY_I32;
    CHECK_THAT(refusal(session, {ASSAY_OP_SOFTMAX, {whole}, {whole}, &softmax}), Contains("type"));
    CHECK_THAT(refusal(session, {ASSAY_OP_SOFTMAX, {x, x}, {x}, &softmax}), Contains("more"));
    auto attention = sized<assay_attention_attrs>();
    attention.page_tokens = 16;
    const TestTensor heads = random_tensor(ASSAY_F32, {1, 2, 3, 4}, random);
    CHECK_THAT(refusal(session, {ASSAY_OP_ATTENTION, {heads, heads, heads}, {heads}, &attention}),
               Contains("paged"));
    CHECK_THROWS_WITH(refusal(session, {ASSAY_OP_SOFTMAX, {x}, {heads}, &softmax}),
                      Contains("dimensions"));
}

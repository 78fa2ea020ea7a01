// SPDX-License-Identifier: Apache-2.0
#include "core/workload/op_shape.hpp"

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "tests/unit/workload/op_problem.hpp"

namespace assay {

using Catch::Matchers::Contains;
using test::op_of;
using test::tensor;

namespace {

constexpr Dtype f32 = Dtype::f32, i32 = Dtype::i32;

/// The dims of output 0.
Shape dims_of(OpAttrs attrs, std::vector<TensorType> inputs, std::vector<TensorType> outputs = {}) {
    return op_of(std::move(attrs), std::move(inputs), std::move(outputs)).outputs[0].dims;
}

std::string refusal(OpAttrs attrs, std::vector<TensorType> inputs,
                    std::vector<TensorType> outputs = {}) {
    Op op;
    op.attrs = std::move(attrs);
    op.inputs = std::move(inputs);
    op.outputs = std::move(outputs);
    return infer(op);
}

CopyAttrs copying(Copying function, std::vector<std::int64_t> first = {},
                  std::vector<std::int64_t> second = {}) {
    CopyAttrs attrs;
    attrs.function = function;
    std::copy(first.begin(), first.end(), attrs.params.begin());
    std::copy(second.begin(), second.end(), attrs.params.begin() + max_rank);
    return attrs;
}

}  // namespace

TEST_CASE("a matmul has the rows of A, the columns of B and the batches of both") {
    REQUIRE(dims_of(MatmulAttrs{}, {tensor(f32, {5, 1, 2, 3}), tensor(f32, {4, 3, 7})}) ==
            Shape{5, 4, 2, 7});
    REQUIRE(dims_of(MatmulAttrs{.transpose_a = true, .transpose_b = true},
                    {tensor(f32, {3, 2}), tensor(f32, {7, 3})}) == Shape{2, 7});
    REQUIRE(op_of(MatmulAttrs{}, {tensor(Dtype::i8, {2, 3}), tensor(Dtype::i8, {3, 4})})
                .outputs[0]
                .dtype == i32);
    REQUIRE_THAT(refusal(MatmulAttrs{}, {tensor(f32, {2, 3}), tensor(f32, {4, 5})}),
                 Contains("matmul: A has k = 3, B has 4"));
    REQUIRE_THAT(
        refusal(MatmulAttrs{}, {tensor(f32, {2, 3}), tensor(f32, {3, 5}), tensor(f32, {4})}),
        Contains("bias is 4, must be 5"));
    REQUIRE_THAT(
        refusal(MatmulAttrs{}, {tensor(f32, {2, 3}), tensor(f32, {3, 5})}, {tensor(Dtype::i8, {})}),
        Contains("needs unscaled integer operands"));
}

TEST_CASE("scales are demanded where, and only where, a tensor says it has them") {
    TensorType b = tensor(Dtype::i4, {256, 8});
    b.scaling = Scaling::block;
    b.scale_block = 128;
    std::vector<TensorType> inputs = {tensor(f32, {2, 256}), b, {}, {}, {}, tensor(f32, {2, 8})};
    REQUIRE(dims_of(MatmulAttrs{}, inputs) == Shape{2, 8});
    inputs[5] = tensor(f32, {2, 7});
    REQUIRE_THAT(refusal(MatmulAttrs{}, inputs), Contains("scales of B is 2x7, must be 2x8"));
    inputs.resize(2);
    REQUIRE_THAT(refusal(MatmulAttrs{}, inputs), Contains("scales of B are missing"));
    REQUIRE_THAT(refusal(SoftmaxAttrs{}, {b}), Contains("X cannot have scales"));
}

TEST_CASE("rows of 4-bit elements are whole bytes") {
    const TensorType a = tensor(Dtype::i8, {2, 4});
    REQUIRE(dims_of(MatmulAttrs{}, {a, tensor(Dtype::i4, {4, 6})}) == Shape{2, 6});
    REQUIRE_THAT(refusal(MatmulAttrs{}, {a, tensor(Dtype::i4, {4, 3})}),
                 Contains("B is 4x3 of i4: rows of 4-bit elements must be whole bytes"));
}

TEST_CASE("a convolution's output follows strides, padding, dilation and groups") {
    // ResNet-50 conv1: (224 + 3 + 3 - 7) / 2 + 1 = 112.
    ConvAttrs conv{.stride = {2, 2, 1}, .pad_begin = {3, 3, 0}, .pad_end = {3, 3, 0}};
    const TensorType x = tensor(f32, {1, 3, 224, 224}), w = tensor(f32, {64, 3, 7, 7});
    REQUIRE(dims_of(conv, {x, w}) == Shape{1, 64, 112, 112});
    conv.layout = Layout::channels_last;
    REQUIRE(dims_of(conv, {tensor(f32, {1, 224, 224, 3}), tensor(f32, {64, 7, 7, 3})}) ==
            Shape{1, 112, 112, 64});
    REQUIRE_THAT(refusal(ConvAttrs{}, {tensor(f32, {1, 64, 8, 8}), tensor(f32, {8, 32, 3, 3})}),
                 Contains("conv: X has 64 channels, W wants 32"));
    REQUIRE_THAT(refusal(ConvAttrs{}, {tensor(f32, {1, 3, 2, 2}), tensor(f32, {8, 3, 3, 3})}),
                 Contains("1x8x0x0"));
    // Transposed: (5 - 1) 2 - 1 - 1 + 3 + 1 = 10.
    const ConvAttrs up{.groups = 2,
                       .transposed = true,
                       .stride = {2, 2, 1},
                       .pad_begin = {1, 1, 0},
                       .pad_end = {1, 1, 0},
                       .output_pad = {1, 1, 0}};
    REQUIRE(dims_of(up, {tensor(f32, {1, 4, 5, 5}), tensor(f32, {4, 3, 3, 3})}) ==
            Shape{1, 6, 10, 10});
}

TEST_CASE("a pool's last window is cut only where the caller's dims say so") {
    PoolAttrs pool{.function = Reduction::max, .window = {3, 3, 1}, .stride = {2, 2, 1}};
    const TensorType x = tensor(f32, {1, 2, 6, 6});
    REQUIRE(dims_of(pool, {x}) == Shape{1, 2, 2, 2});  // floor((6 - 3) / 2) + 1
    REQUIRE(dims_of(pool, {x}, {tensor(f32, {1, 2, 3, 3})}) == Shape{1, 2, 3, 3});
    pool.global = true;
    REQUIRE(dims_of(pool, {x}) == Shape{1, 2, 1, 1});
    pool.function = Reduction::sum;
    REQUIRE_THAT(refusal(pool, {x}), Contains("max or a mean"));
}

TEST_CASE("attention wants keys and values that fit the queries") {
    const TensorType q = tensor(f32, {2, 8, 5, 64}), k = tensor(f32, {2, 2, 7, 64}),
                     v = tensor(f32, {2, 2, 7, 32});
    REQUIRE(dims_of(AttentionAttrs{}, {q, k, v}) == Shape{2, 8, 5, 32});
    REQUIRE(dims_of(AttentionAttrs{}, {q, k, v, tensor(f32, {1, 1, 5, 7}), tensor(i32, {2})}) ==
            Shape{2, 8, 5, 32});
    REQUIRE_THAT(refusal(AttentionAttrs{}, {q, tensor(f32, {2, 3, 7, 64}), v}),
                 Contains("8 query heads are not a multiple of 3"));
    REQUIRE_THAT(refusal(AttentionAttrs{}, {q, k, v, {}, tensor(f32, {2})}),
                 Contains("lengths must be i32"));
    REQUIRE_THAT(refusal(AttentionAttrs{}, {q, k, v, tensor(f32, {4, 7})}), Contains("mask is"));
}

TEST_CASE("norms, softmax, reductions and topk name the axis or channel that is wrong") {
    const TensorType x = tensor(f32, {2, 6, 4});
    REQUIRE(dims_of(NormAttrs{}, {x, tensor(f32, {4})}) == x.dims);
    REQUIRE_THAT(refusal(NormAttrs{}, {x, tensor(f32, {6})}), Contains("gamma is 6, must be 4"));
    REQUIRE_THAT(refusal(NormAttrs{.kind = NormKind::group, .groups = 4}, {x}),
                 Contains("4 groups do not divide 6 channels"));
    REQUIRE_THAT(refusal(NormAttrs{.kind = NormKind::batch}, {x}), Contains("mean and variance"));
    REQUIRE_THAT(refusal(SoftmaxAttrs{.axis = 3}, {x}), Contains("axis 3 is not one of 3"));
    REQUIRE(dims_of(ReduceAttrs{.function = Reduction::sum, .axes = {0, 2}}, {x}) == Shape{6});
    REQUIRE(dims_of(ReduceAttrs{.function = Reduction::sum, .axes = {0, 2}, .keep_dims = true},
                    {x}) == Shape{1, 6, 1});
    REQUIRE_THAT(refusal(ReduceAttrs{.function = Reduction::argmax, .axes = {0, 1}}, {x}),
                 Contains("one axis"));
    const Op topk = op_of(TopkAttrs{.axis = 1, .k = 2}, {x});
    REQUIRE(topk.outputs[0].dims == Shape{2, 2, 4});
    REQUIRE(topk.outputs[1].dtype == i32);
    REQUIRE_THAT(refusal(TopkAttrs{.axis = 1, .k = 7}, {x}), Contains("k = 7 of 6"));
}

TEST_CASE("elementwise operands broadcast, and their number is that of the function") {
    const ElementwiseAttrs add{.function = Function::add};
    REQUIRE(dims_of(add, {tensor(f32, {4, 1, 3}), tensor(f32, {2, 1})}) == Shape{4, 2, 3});
    REQUIRE_THAT(refusal(add, {tensor(f32, {4}), tensor(f32, {3})}), Contains("broadcast"));
    REQUIRE_THAT(refusal(add, {tensor(f32, {4})}), Contains("takes 2 operands"));
    const ElementwiseAttrs less{.function = Function::less};
    REQUIRE(op_of(less, {tensor(f32, {4}), tensor(f32, {4})}).outputs[0].dtype == Dtype::u8);
}

TEST_CASE("rows found by number keep the dims around them") {
    const TensorType table = tensor(f32, {10, 5, 3});
    REQUIRE(dims_of(GatherAttrs{.axis = 1}, {table, tensor(i32, {2, 2})}) == Shape{10, 2, 2, 3});
    REQUIRE(dims_of(GatherAttrs{.bag = Reduction::sum},
                    {tensor(f32, {10, 5}), tensor(i32, {4, 7})}) == Shape{4, 5});
    REQUIRE_THAT(refusal(GatherAttrs{}, {table, tensor(f32, {2})}),
                 Contains("indices must be i32"));
    REQUIRE_THAT(refusal(ScatterAttrs{},
                         {tensor(f32, {1, 2, 8, 4}), tensor(f32, {1, 2, 9, 4}), tensor(i32, {1})}),
                 Contains("X has 9 tokens, the cache holds 8"));
    REQUIRE_THAT(
        refusal(RopeAttrs{.rotary_dims = 3}, {tensor(f32, {1, 1, 2, 8}), tensor(i32, {1})}),
        Contains("3 rotary dims"));
}

TEST_CASE("copies follow their kind") {
    const TensorType x = tensor(f32, {2, 5, 3});
    REQUIRE(dims_of(copying(Copying::transpose, {2, 0, 1}), {x}) == Shape{3, 2, 5});
    REQUIRE(dims_of(copying(Copying::slice, {0, 1, 0}, {1, 2, 1}), {x}) == Shape{2, 2, 3});
    REQUIRE(dims_of(copying(Copying::slice, {0, 1, 0}), {x}, {tensor(f32, {2, 3, 1})}) ==
            Shape{2, 3, 1});
    REQUIRE(dims_of(copying(Copying::pad, {0, 1, 0}, {0, 2, 0}), {x}) == Shape{2, 8, 3});
    CopyAttrs concat = copying(Copying::concat);
    concat.axis = 1;
    REQUIRE(dims_of(concat, {x, tensor(f32, {2, 1, 3})}) == Shape{2, 6, 3});
    REQUIRE(dims_of(copying(Copying::expand), {tensor(f32, {5, 1})}, {tensor(f32, {2, 5, 3})}) ==
            Shape{2, 5, 3});
    REQUIRE_THAT(refusal(copying(Copying::transpose, {0, 0, 1}), {x}), Contains("permutation"));
    REQUIRE_THAT(refusal(copying(Copying::slice, {0, 4, 0}), {x}, {tensor(f32, {2, 2, 3})}),
                 Contains("takes 2 of dimension 1, where 1 are left"));
}

TEST_CASE("what no tensor can be is refused whatever the operator") {
    REQUIRE_THAT(refusal(SoftmaxAttrs{}, {tensor(f32, {1, 1, 1, 1, 1, 1, 1, 1, 1})}),
                 Contains("X has 9 dimensions, at most 8"));
    REQUIRE_THAT(refusal(SoftmaxAttrs{}, {tensor(f32, {4, 0})}), Contains("sizes are at least 1"));
    REQUIRE_THAT(refusal(SoftmaxAttrs{}, {tensor(f32, {1 << 30, 1 << 30, 1 << 30})}),
                 Contains("2^40"));
    REQUIRE_THAT(refusal(SoftmaxAttrs{}, {}), Contains("softmax: X is missing"));
    REQUIRE_THAT(refusal(std::monostate{}, {}), Contains("must be named"));
    Op op = op_of(SoftmaxAttrs{}, {tensor(f32, {4})});
    REQUIRE(invalid(op).empty());
    op.outputs[0].dims = {5};
    REQUIRE_THAT(invalid(op), Contains("output 0 is 5, must be 4"));
}

TEST_CASE("experts, conversions and resizes are held to their rules") {
    REQUIRE(dims_of(GroupedMatmulAttrs{.transpose_b = true},
                    {tensor(f32, {9, 4}), tensor(f32, {3, 5, 4}), tensor(i32, {3})}) ==
            Shape{9, 5});
    REQUIRE_THAT(refusal(ConvertAttrs{}, {tensor(f32, {4})}), Contains("type must be given"));
    TensorType y = tensor(Dtype::i8, {});
    y.scaling = Scaling::tensor;
    REQUIRE(dims_of(ConvertAttrs{}, {tensor(f32, {4, 3}), tensor(f32, {})}, {y}) == Shape{4, 3});
    REQUIRE_THAT(refusal(ConvertAttrs{}, {tensor(f32, {4, 3})}, {y}), Contains("are missing"));
    ResizeAttrs resize;
    resize.scale = {1, 1, 2, 2.5};
    REQUIRE(dims_of(resize, {tensor(f32, {1, 3, 4, 5})}) == Shape{1, 3, 8, 12});
}

}  // namespace assay

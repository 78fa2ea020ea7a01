// SPDX-License-Identifier: Apache-2.0
// Right answers pass: exact ones rounded to their type, sampled or not, and those that differ only
// where they may.
#include <cmath>
#include <functional>
#include <numeric>

#include <catch2/catch.hpp>

#include "core/base/random.hpp"
#include "core/workload/op_check.hpp"
#include "core/workload/op_names.hpp"
#include "tests/unit/workload/op_problem.hpp"

namespace assay {

using test::op_of;
using test::OpProblem;
using test::tensor;

namespace {

constexpr Dtype i32 = Dtype::i32;

/// Operators of one floating type, each small enough to be compared whole.
std::vector<OpProblem> zoo(Dtype type) {
    const auto t = [&](Shape dims) { return tensor(type, std::move(dims)); };
    const TensorType x = t({2, 6, 9, 8});
    CopyAttrs transpose{.function = Copying::transpose, .params = {0, 2, 1, 3}};
    std::vector<OpProblem> all;
    const auto add = [&](OpAttrs attrs, std::vector<TensorType> in,
                         std::vector<TensorType> out = {}) {
        all.emplace_back(op_of(std::move(attrs), std::move(in), std::move(out)));
    };
    add(MatmulAttrs{.alpha = 0.5, .beta = 2}, {t({3, 20, 40}), t({40, 30}), t({30}), t({20, 30})});
    add(ConvAttrs{.groups = 2,
                  .activation = Activation::silu,
                  .stride = {2, 1, 1},
                  .pad_begin = {1, 1, 0}},
        {x, t({4, 3, 3, 2}), t({4})});
    add(ConvAttrs{.transposed = true, .stride = {2, 2, 1}}, {x, t({6, 5, 3, 3})});
    add(AttentionAttrs{.causal = true}, {t({2, 6, 9, 8}), t({2, 3, 11, 8}), t({2, 3, 11, 8})});
    add(SoftmaxAttrs{.axis = 2}, {x});
    add(SoftmaxAttrs{.axis = 3, .logarithm = true}, {x});
    for (const NormKind kind : {NormKind::layer, NormKind::rms}) {
        add(NormAttrs{.kind = kind}, {x, t({8}), t({8}), x}, {t({}), t({})});
    }
    add(NormAttrs{.kind = NormKind::group, .groups = 3, .activation = Activation::silu},
        {x, t({6}), t({6})});
    for (const Function f :
         {Function::add, Function::div, Function::pow, Function::prelu, Function::max}) {
        add(ElementwiseAttrs{.function = f}, {x, t({8})});
    }
    for (const Function f :
         {Function::exp, Function::sigmoid, Function::tanh, Function::log, Function::sqrt,
          Function::erf, Function::sin, Function::softplus, Function::hard_swish, Function::sign}) {
        add(ElementwiseAttrs{.function = f}, {x});
    }
    add(ElementwiseAttrs{.function = Function::gated, .activation = Activation::gelu}, {x, x});
    for (const Reduction r : {Reduction::sum, Reduction::mean, Reduction::max, Reduction::product,
                              Reduction::sum_squares}) {
        add(ReduceAttrs{.function = r, .axes = {1, 3}}, {x});
    }
    add(ReduceAttrs{.function = Reduction::argmax, .axes = {2}}, {x});
    add(GatherAttrs{}, {t({7, 5}), tensor(i32, {6})});
    all.back().set(1, {0, 6, 3, 3, 1, 5});
    add(GatherAttrs{.bag = Reduction::mean}, {t({7, 5}), tensor(i32, {2, 3})});
    all.back().set(1, {0, 6, 3, 3, 1, 5});
    add(ScatterAttrs{}, {x, t({2, 6, 2, 8}), tensor(i32, {2})});
    all.back().set(2, {7, 0});
    add(PoolAttrs{.function = Reduction::mean, .window = {3, 3, 1}, .pad_begin = {1, 1, 0}}, {x});
    add(transpose, {x});
    add(RopeAttrs{}, {x, tensor(i32, {2})});
    all.back().set(1, {100, 5});
    add(TopkAttrs{.axis = 2, .k = 4}, {x});
    add(GroupedMatmulAttrs{}, {t({9, 16}), t({3, 16, 5}), tensor(i32, {3})});
    all.back().set(2, {4, 0, 3});
    add(ResizeAttrs{.mode = Interpolation::linear}, {x}, {t({2, 6, 18, 12})});
    add(ResizeAttrs{}, {x}, {t({2, 6, 5, 16})});
    return all;
}

}  // namespace

TEST_CASE("the exact answer of every operator, rounded to its type, passes") {
    for (const Dtype type : {Dtype::f64, Dtype::f32, Dtype::bf16, Dtype::f16}) {
        for (OpProblem& problem : zoo(type)) {
            const Check check = problem.answer().check();
            INFO(name(type) << " " << name(problem.op.kind()) << ": " << check.reason);
            REQUIRE(check.passed);
            REQUIRE(check.worst <= 1);
            REQUIRE(check.elements > 0);
        }
    }
}

TEST_CASE("in every operator one element never written is refused, zeros and constants too") {
    for (OpProblem& problem : zoo(Dtype::f32)) {
        INFO(name(problem.op.kind()));
        problem.answer();
        OpProblem poisoned = problem, zeros = problem, constant = problem;
        const std::uint64_t width = bits(problem.op.outputs[0].dtype) / 8;
        for (std::uint64_t i = 0; i < width; ++i)
            poisoned.outputs[0][5 * width + i] = std::byte{0xFF};
        REQUIRE_FALSE(poisoned.check().passed);
        std::fill(zeros.outputs[0].begin(), zeros.outputs[0].end(), std::byte{0});
        REQUIRE_FALSE(zeros.check().passed);
        for (std::uint64_t i = 0; i < element_count(problem.op.outputs[0]); ++i) {
            constant.put(i, constant.out(5));
        }
        REQUIRE_FALSE(constant.check().passed);
    }
}

TEST_CASE("what is compared by sample agrees with evaluate to the last bits of f64") {
    const auto t = [](Shape dims) { return tensor(Dtype::f64, std::move(dims)); };
    std::vector<OpProblem> problems;
    problems.emplace_back(op_of(ConvAttrs{.pad_begin = {1, 1, 0}, .pad_end = {1, 1, 0}},
                                {t({2, 32, 20, 20}), t({48, 32, 3, 3})}));
    problems.emplace_back(op_of(ConvAttrs{.layout = Layout::channels_last, .groups = 4},
                                {t({4, 40, 40, 64}), t({64, 3, 3, 16})}));
    problems.emplace_back(op_of(AttentionAttrs{.causal = true, .window = 30},
                                {t({2, 4, 100, 32}), t({2, 2, 180, 32}), t({2, 2, 180, 32})}));
    problems.emplace_back(op_of(NormAttrs{}, {t({1500, 1000}), t({1000}), t({1000})}));
    problems.emplace_back(op_of(SoftmaxAttrs{.axis = 0}, {t({1200, 1000})}));
    problems.emplace_back(
        op_of(ElementwiseAttrs{.function = Function::mul}, {t({1200, 1000}), t({1000})}));
    problems.emplace_back(
        op_of(ReduceAttrs{.function = Reduction::sum, .axes = {0}}, {t({1500, 900})}));
    for (OpProblem& problem : problems) {
        const Check check = problem.answer().check();
        INFO(name(problem.op.kind()) << ": " << check.reason);
        REQUIRE(check.passed);
        REQUIRE_THAT(check.method, Catch::Contains("sampled"));
        REQUIRE(check.max_error == 0);
        REQUIRE(check.elements < element_count(problem.op.outputs[0]));
    }
}

TEST_CASE("sums in f32 in any order pass") {
    // Row sums of 3000 terms, added one after the other in f32: the model allows for it.
    OpProblem problem(op_of(ReduceAttrs{.function = Reduction::sum, .axes = {1}},
                            {tensor(Dtype::f32, {50, 3000})}));
    const std::vector<double> x = problem.get(0);
    for (std::uint64_t row = 0; row < 50; ++row) {
        float sum = 0;
        for (std::uint64_t j = 3000; j-- > 0;) sum += static_cast<float>(x[row * 3000 + j]);
        problem.put(row, sum);
    }
    const Check check = problem.check();
    INFO(check.reason);
    REQUIRE(check.passed);
    REQUIRE(check.worst > 0);
}

TEST_CASE("attention in bf16 passes with probabilities rounded to bf16") {
    constexpr std::int64_t keys = 300, depth = 64;
    OpProblem problem(op_of(AttentionAttrs{}, {tensor(Dtype::bf16, {1, 1, 4, depth}),
                                               tensor(Dtype::bf16, {1, 1, keys, depth}),
                                               tensor(Dtype::bf16, {1, 1, keys, depth})}));
    const std::vector<double> q = problem.get(0), k = problem.get(1), v = problem.get(2);
    const auto bf16 = [](double value) {
        std::vector<std::byte> cell(2);
        store(cell, Dtype::bf16, 0, value);
        return load(cell, Dtype::bf16, 0);
    };
    for (std::int64_t i = 0; i < 4; ++i) {
        std::vector<double> p(keys);
        double sum = 0;
        for (std::int64_t j = 0; j < keys; ++j) {
            for (std::int64_t c = 0; c < depth; ++c) p[j] += q[i * depth + c] * k[j * depth + c];
            sum += p[j] = std::exp(p[j] / 8);
        }
        for (std::int64_t c = 0; c < depth; ++c) {
            double out = 0;
            for (std::int64_t j = 0; j < keys; ++j) out += bf16(p[j]) * v[j * depth + c];
            problem.put(i * depth + c, out / sum);
        }
    }
    const Check check = problem.check();
    INFO(check.reason);
    REQUIRE(check.passed);
}

TEST_CASE("equal values: either index of a topk and of an argmax is right") {
    OpProblem topk(op_of(TopkAttrs{.axis = 0, .k = 2}, {tensor(Dtype::f32, {4})}));
    topk.set(0, {3, 7, 1, 7}).answer();
    topk.put(0, 3, 1);
    topk.put(1, 1, 1);
    REQUIRE(topk.check().passed);
    topk.put(1, 3, 1);
    REQUIRE_THAT(topk.check().reason, Catch::Contains("index 3 stands twice"));
    topk.put(0, 0, 1);
    REQUIRE_FALSE(topk.check().passed);
    OpProblem arg(
        op_of(ReduceAttrs{.function = Reduction::argmax, .axes = {0}}, {tensor(Dtype::f32, {4})}));
    arg.set(0, {3, 7, 1, 7}).answer();
    arg.put(0, 3);
    REQUIRE(arg.check().passed);
    arg.put(0, 2);
    REQUIRE_FALSE(arg.check().passed);
}

TEST_CASE("a quantised value so close to a half that division decides may go either way") {
    TensorType y = tensor(Dtype::i8, {});
    y.scaling = Scaling::tensor;
    OpProblem problem(
        op_of(ConvertAttrs{}, {tensor(Dtype::f32, {3}), tensor(Dtype::f32, {})}, {y}));
    problem.set(0, {1.25, 3, -300}).set(1, {0.5}).answer();  // 2.5, 6, and past the end
    REQUIRE(problem.out(2) == -128);
    REQUIRE(problem.check().passed);
    problem.put(0, 3);
    REQUIRE(problem.check().passed);
    problem.put(1, 7);
    REQUIRE_FALSE(problem.check().passed);
}

TEST_CASE(
    "rows that no expert owns may hold anything, and values that are no numbers may be true") {
    OpProblem grouped(
        op_of(GroupedMatmulAttrs{},
              {tensor(Dtype::f32, {4, 8}), tensor(Dtype::f32, {2, 8, 3}), tensor(i32, {2})}));
    grouped.set(2, {1, 2}).answer();
    for (std::uint64_t i = 9; i < 12; ++i) grouped.put(i, std::nan(""));
    REQUIRE(grouped.check().passed);
    grouped.put(8, std::nan(""));
    REQUIRE_FALSE(grouped.check().passed);
    OpProblem logs(op_of(ElementwiseAttrs{.function = Function::log}, {tensor(Dtype::f32, {3})}));
    logs.set(0, {-1, 0, 2}).answer();
    REQUIRE(logs.check().passed);
    logs.put(0, 0);
    REQUIRE_FALSE(logs.check().passed);
}

TEST_CASE("tensors with strides are read where their elements lie") {
    Op op = op_of(ElementwiseAttrs{.function = Function::neg}, {tensor(Dtype::f32, {2, 2})});
    op.inputs[0].strides = {3, 1};
    op.outputs[0].strides = {1, 2};
    const std::vector<float> x = {1, 2, 99, 3, 4}, y = {-1, -3, -2, -4};
    const std::vector<std::span<const std::byte>> in = {std::as_bytes(std::span(x))},
                                                  out = {std::as_bytes(std::span(y))};
    REQUIRE(check_op(op, in, out, {}, 1).passed);
}

TEST_CASE("int8 products are exact, with scales they are not") {
    OpProblem exact(
        op_of(ConvAttrs{}, {tensor(Dtype::i8, {1, 8, 6, 6}), tensor(Dtype::i8, {4, 8, 3, 3})}));
    REQUIRE(exact.answer().check().passed);
    exact.put(3, exact.out(3) + 1);
    REQUIRE_FALSE(exact.check().passed);
    TensorType b = tensor(Dtype::i4, {64, 8});
    b.scaling = Scaling::block;
    b.scale_block = 32;
    OpProblem scaled(op_of(
        MatmulAttrs{}, {tensor(Dtype::bf16, {4, 64}), b, {}, {}, {}, tensor(Dtype::f32, {2, 8})}));
    REQUIRE(scaled.answer().check().passed);
    OpProblem shifted = scaled;
    std::swap_ranges(shifted.inputs[5].begin(), shifted.inputs[5].begin() + 32,
                     shifted.inputs[5].begin() + 32);  // the scales of the other block
    REQUIRE_FALSE(shifted.check().passed);
}

}  // namespace assay

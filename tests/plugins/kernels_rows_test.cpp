// SPDX-License-Identifier: Apache-2.0
// Own kernels of a device: elementwise functions, softmax, norms, reductions, attention and rope
// against the reference plugin.
#include "tests/plugins/kernels_truth.hpp"

namespace {

using namespace assay::test;

assay_dtype a_real_type() {
    static const std::vector<assay_dtype> types = real_types();
    return GENERATE_REF(from_range(types.begin(), types.end()));
}

int operands(int function) {
    if (function == ASSAY_EW_WHERE) return 3;
    const bool two = function <= ASSAY_EW_MAX || function == ASSAY_EW_GATED ||
                     function == ASSAY_EW_MIN || function == ASSAY_EW_POW ||
                     function == ASSAY_EW_PRELU ||
                     (function >= ASSAY_EW_EQUAL && function != ASSAY_EW_NOT);
    return two ? 2 : 1;
}

bool wants_positive(int function) {
    return function == ASSAY_EW_POW || function == ASSAY_EW_SQRT || function == ASSAY_EW_RSQRT ||
           function == ASSAY_EW_LOG || function == ASSAY_EW_RECIPROCAL || function == ASSAY_EW_DIV;
}

bool is_question(int function) {
    return function >= ASSAY_EW_EQUAL && function <= ASSAY_EW_OR;
}

OpCase elementwise_case(int function, assay_dtype dtype, const assay_elementwise_attrs& attrs) {
    std::mt19937 random(7);
    OpCase op{ASSAY_OP_ELEMENTWISE, {}, {}, &attrs};
    const Dims dims[] = {{3, 5, 7}, {5, 1}, {7}};
    for (int i = 0; i < operands(function); ++i) {
        op.inputs.push_back(random_tensor(dtype, dims[i], random));
        for (double& x : op.inputs.back().values) x = wants_positive(function) ? x * x + 0.25 : x;
        op.inputs.back().values = rounded(op.inputs.back().values, dtype);
    }
    op.outputs = {output(is_question(function) ? ASSAY_U8 : dtype, {3, 5, 7})};
    op.attrs = &attrs;
    return op;
}

}  // namespace

TEST_CASE("kernels compute every elementwise function", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = a_real_type();
    const int function = GENERATE(range(ASSAY_EW_ADD, ASSAY_EW_OR + 1));
    CAPTURE(dtype, function);
    auto attrs = sized<assay_elementwise_attrs>();
    attrs.function = function;
    attrs.activation = ASSAY_ACT_SILU;
    attrs.parameter[0] = 0.25;
    attrs.parameter[1] = 0.75;
    const double u = 4 * roundings(dtype);
    CHECK(worst_of(elementwise_case(function, dtype, attrs), u, u) <= 1);
}

TEST_CASE("elementwise kernels take scales, strides and bytes", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    std::mt19937 random(8);
    auto attrs = sized<assay_elementwise_attrs>();
    attrs.function = ASSAY_EW_MUL;
    attrs.alpha = 0.5;
    attrs.beta = -2;
    const TestTensor x = with_steps(random_tensor(ASSAY_F32, {4, 6}, random), reversed({4, 6})),
                     y = random_tensor(ASSAY_F32, {6}, random);
    CHECK(worst_of({ASSAY_OP_ELEMENTWISE,
                    {x, y},
                    {output(ASSAY_F32, {4, 6}, gapped({4, 6}, 3))},
                    &attrs}) <= 1);
    auto where = sized<assay_elementwise_attrs>();
    where.function = ASSAY_EW_WHERE;
    const TestTensor flags = of_values(ASSAY_U8, {4, 1}, {0, 1, 0, 2});
    CHECK(worst_of({ASSAY_OP_ELEMENTWISE, {flags, x, y}, {output(ASSAY_F32, {4, 6})}, &where}, 0,
                   0) <= 1);
}

TEST_CASE("the softmax kernel is right along any axis", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = a_real_type();
    const int axis = GENERATE(0, 1, 2), logarithm = GENERATE(0, 1);
    const bool strided = GENERATE(false, true);
    CAPTURE(dtype, axis, logarithm, strided);
    std::mt19937 random(9);
    auto attrs = sized<assay_softmax_attrs>();
    attrs.axis = axis;
    attrs.logarithm = logarithm;
    const Dims dims{4, 19, 6};
    TestTensor x = random_tensor(dtype, dims, random);
    if (strided) x.strides = reversed(dims);
    CHECK(worst_of({ASSAY_OP_SOFTMAX,
                    {x},
                    {output(dtype, dims, strided ? gapped(dims, 2) : Dims{})},
                    &attrs}) <= 1);
}

TEST_CASE("layer and rms norms are right, with all that may come along", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = a_real_type();
    const int kind = GENERATE(ASSAY_NORM_LAYER, ASSAY_NORM_RMS);
    const bool full = GENERATE(false, true);
    CAPTURE(dtype, kind, full);
    std::mt19937 random(10);
    auto attrs = sized<assay_norm_attrs>();
    attrs.kind = kind;
    attrs.epsilon = 1e-5;
    attrs.activation = full ? ASSAY_ACT_GELU : ASSAY_ACT_NONE;
    const Dims dims{3, 4, 37};
    OpCase op{ASSAY_OP_NORM,
              {with_steps(random_tensor(dtype, dims, random), gapped(dims, 5))},
              {output(dtype, dims)},
              &attrs};
    if (full) {
        op.inputs.push_back(random_tensor(dtype, {37}, random));
        op.inputs.push_back(random_tensor(dtype, {37}, random));
        op.inputs.push_back(random_tensor(dtype, dims, random));
        op.outputs.push_back(output(dtype, dims, gapped(dims, 1)));
    }
    CHECK(worst_of(op, 2 * roundings(dtype), 2 * roundings(dtype)) <= 1);
}

TEST_CASE("group and batch norms are right", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const int kind = GENERATE(ASSAY_NORM_GROUP, ASSAY_NORM_BATCH);
    CAPTURE(kind);
    std::mt19937 random(11);
    auto attrs = sized<assay_norm_attrs>();
    attrs.kind = kind;
    attrs.groups = 3;
    attrs.epsilon = 1e-5;
    attrs.activation = ASSAY_ACT_RELU;
    const auto channels = [&] { return random_tensor(ASSAY_F32, {6}, random); };
    OpCase op{ASSAY_OP_NORM,
              {random_tensor(ASSAY_F32, {2, 6, 3, 5}, random), channels(), channels()},
              {output(ASSAY_F32, {2, 6, 3, 5})},
              &attrs};
    if (kind == ASSAY_NORM_BATCH) {
        op.inputs.push_back(absent());
        op.inputs.push_back(channels());
        op.inputs.push_back(channels());
        for (double& x : op.inputs.back().values) x = x * x + 0.5;
        op.inputs.back().values = rounded(op.inputs.back().values, ASSAY_F32);
    }
    CHECK(worst_of(op) <= 1);
}

TEST_CASE("kernels compute every reduction over any axes", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const int function = GENERATE(range(ASSAY_REDUCE_SUM, ASSAY_REDUCE_ARGMIN + 1));
    const std::uint32_t axes = GENERATE(1u, 2u, 4u, 5u, 7u);
    const int keep = GENERATE(0, 1);
    const bool index = function == ASSAY_REDUCE_ARGMAX || function == ASSAY_REDUCE_ARGMIN;
    if (index && (axes & (axes - 1)) != 0) return;
    CAPTURE(function, axes, keep);
    std::mt19937 random(12);
    auto attrs = sized<assay_reduce_attrs>();
    attrs.function = function;
    attrs.axes_mask = axes;
    attrs.keep_dims = keep;
    const Dims dims{4, 5, 6};
    Dims out;
    for (unsigned i = 0; i < 3; ++i) {
        if ((axes >> i & 1u) == 0) out.push_back(dims[i]);
        if ((axes >> i & 1u) != 0 && keep != 0) out.push_back(1);
    }
    const TestTensor x = with_steps(random_tensor(ASSAY_F32, dims, random), reversed(dims));
    CHECK(worst_of({ASSAY_OP_REDUCE, {x}, {output(index ? ASSAY_I32 : ASSAY_F32, out)}, &attrs},
                   2e-5, 2e-5) <= 1);
}

TEST_CASE("attention is right, causal, windowed, masked, with grouped heads", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = a_real_type();
    const int causal = GENERATE(0, 1), window = GENERATE(0, 3);
    const bool masked = GENERATE(false, true), lengths = GENERATE(false, true);
    CAPTURE(dtype, causal, window, masked, lengths);
    std::mt19937 random(13);
    auto attrs = sized<assay_attention_attrs>();
    attrs.causal = causal;
    attrs.window = window;
    const Dims q{2, 4, 5, 13}, k{2, 2, 9, 13}, v{2, 2, 9, 11}, o{2, 4, 5, 11};
    OpCase op{ASSAY_OP_ATTENTION,
              {with_steps(random_tensor(dtype, q, random), reversed(q)),
               with_steps(random_tensor(dtype, k, random), gapped(k, 3)),
               random_tensor(dtype, v, random)},
              {output(dtype, o, gapped(o, 1))},
              &attrs};
    op.inputs.push_back(masked ? random_tensor(dtype, {2, 1, 5, 9}, random) : absent());
    if (masked) op.inputs[3].values[3] = -INFINITY;
    if (lengths) op.inputs.push_back(of_values(ASSAY_I32, {2}, {9, 2}));
    CHECK(worst_of(op) <= 1);
}

TEST_CASE("the rope kernel is right in both orders, at any position", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = a_real_type();
    const int interleaved = GENERATE(0, 1), rotary = GENERATE(0, 6);
    const bool given = GENERATE(false, true);
    CAPTURE(dtype, interleaved, rotary, given);
    std::mt19937 random(14);
    auto attrs = sized<assay_rope_attrs>();
    attrs.interleaved = interleaved;
    attrs.rotary_dims = rotary;
    attrs.scale = 2;
    const Dims dims{2, 3, 5, 10};
    OpCase op{ASSAY_OP_ROPE,
              {with_steps(random_tensor(dtype, dims, random), reversed(dims)),
               of_values(ASSAY_I32, {2}, {0, 1000})},
              {output(dtype, dims, gapped(dims, 3))},
              &attrs};
    if (given) {
        op.inputs.push_back(random_tensor(ASSAY_F32, {rotary == 0 ? 5 : rotary / 2}, random));
    }
    CHECK(worst_of(op, 1e-6, has_f64() ? 1e-6 : 1e-3) <= 1);
}

// SPDX-License-Identifier: Apache-2.0
// The onednn plugin's convolutions and poolings against plain loops, in both layouts.
#include <cmath>
#include <cstring>

#include <catch2/catch.hpp>

#include "tests/plugins/onednn_client.hpp"

namespace {

using namespace assay::test;

struct Conv {
    int rank = 2;
    std::int64_t n = 2, c = 8, o = 12, groups = 1;
    std::int64_t size[3] = {11, 9, 5}, kernel[3] = {3, 3, 3};
    int stride = 1, dilation = 1, pad = 1, pad_end = 1, output_pad = 0;
    bool last = false, transposed = false, bias = true, residual = false;
    int activation = ASSAY_ACT_NONE;
};

/// Sizes of Y, in docs/operators.md's formulas.
std::int64_t out_size(const Conv& c, int i) {
    const std::int64_t reach = c.dilation * (c.kernel[i] - 1) + 1;
    if (c.transposed) return (c.size[i] - 1) * c.stride - c.pad - c.pad_end + reach + c.output_pad;
    return (c.size[i] + c.pad + c.pad_end - reach) / c.stride + 1;
}

Dims laid(const Conv& c, std::int64_t first, std::int64_t channels, const std::int64_t* space) {
    Dims dims{first};
    if (!c.last) dims.push_back(channels);
    dims.insert(dims.end(), space, space + c.rank);
    if (c.last) dims.push_back(channels);
    return dims;
}

/// Index of [first, channel, space...] in a tensor of laid() dimensions.
std::size_t at(const Conv& c, std::int64_t first, std::int64_t channel, std::int64_t channels,
               const std::int64_t* space, const std::int64_t* where) {
    std::int64_t place = 0, all = 1;
    for (int i = 0; i < c.rank; ++i) place = place * space[i] + where[i], all *= space[i];
    return static_cast<std::size_t>(c.last ? (first * all + place) * channels + channel
                                           : (first * channels + channel) * all + place);
}

/// Calls use(index) for every point of a box.
template <class F>
void each_point(int rank, const std::int64_t* box, const F& use) {
    std::int64_t all = 1;
    for (int i = 0; i < rank; ++i) all *= box[i];
    for (std::int64_t i = 0; i < all; ++i) {
        std::int64_t point[3] = {}, rest = i;
        for (int j = rank - 1; j >= 0; --j) point[j] = rest % box[j], rest /= box[j];
        use(point);
    }
}

Values naive_conv(const Conv& c, const Values& x, const Values& w, const std::int64_t* out) {
    std::int64_t points = 1;
    for (int i = 0; i < c.rank; ++i) points *= out[i];
    Values y(static_cast<std::size_t>(c.n * c.o * points));
    const std::int64_t ic = c.c / c.groups, oc = c.o / c.groups;
    // In terms of the direct convolution; a transposed one goes from X's points to Y's.
    const std::int64_t* from = c.transposed ? c.size : out;
    const std::int64_t* to = c.transposed ? out : c.size;
    for (std::int64_t n = 0; n < c.n; ++n)
        for (std::int64_t g = 0; g < c.groups; ++g)
            each_point(c.rank, from, [&](const std::int64_t* p) {
                each_point(c.rank, c.kernel, [&](const std::int64_t* k) {
                    std::int64_t q[3] = {};
                    for (int i = 0; i < c.rank; ++i) {
                        q[i] = p[i] * c.stride - c.pad + k[i] * c.dilation;
                        if (q[i] < 0 || q[i] >= to[i]) return;
                    }
                    const std::int64_t *in = c.transposed ? p : q, *result = c.transposed ? q : p;
                    for (std::int64_t a = 0; a < oc; ++a)
                        for (std::int64_t b = 0; b < ic; ++b) {
                            const double weight = c.transposed
                                                      ? w[at(c, g * ic + b, a, oc, c.kernel, k)]
                                                      : w[at(c, g * oc + a, b, ic, c.kernel, k)];
                            y[at(c, n, g * oc + a, c.o, out, result)] +=
                                weight * x[at(c, n, g * ic + b, c.c, c.size, in)];
                        }
                });
            });
    return y;
}

struct Built {
    OpCase op;
    assay_conv_attrs attrs;
    Values want;
};

void build(const Conv& c, assay_dtype dtype, Built& built) {
    std::mt19937 random(7);
    auto& attrs = built.attrs = sized<assay_conv_attrs>();
    attrs.spatial_rank = c.rank;
    attrs.layout = c.last ? 1 : 0;
    attrs.groups = static_cast<int>(c.groups);
    attrs.activation = c.activation;
    attrs.transposed = c.transposed;
    std::int64_t out[3] = {};
    for (int i = 0; i < c.rank; ++i) {
        attrs.stride[i] = c.stride;
        attrs.dilation[i] = c.dilation;
        attrs.pad_begin[i] = c.pad;
        attrs.pad_end[i] = c.pad_end;
        attrs.output_pad[i] = c.output_pad;
        out[i] = out_size(c, i);
    }
    const Dims y_dims = laid(c, c.n, c.o, out);
    OpCase& op = built.op = OpCase{ASSAY_OP_CONV, {}, {{dtype, y_dims}}, &attrs};
    op.inputs.push_back(random_tensor(dtype, laid(c, c.n, c.c, c.size), random));
    op.inputs.push_back(random_tensor(dtype,
                                      c.transposed ? laid(c, c.c, c.o / c.groups, c.kernel)
                                                   : laid(c, c.o, c.c / c.groups, c.kernel),
                                      random));
    op.inputs[1].constant = true;
    op.inputs.push_back(c.bias ? random_tensor(ASSAY_F32, {c.o}, random) : TestTensor{0});
    if (c.residual) op.inputs.push_back(random_tensor(dtype, y_dims, random));
    built.want = naive_conv(c, op.inputs[0].values, op.inputs[1].values, out);
    std::int64_t points = 1;
    for (int i = 0; i < c.rank; ++i) points *= out[i];
    for (std::size_t i = 0; i < built.want.size(); ++i) {
        const auto flat = static_cast<std::int64_t>(i);
        const auto channel = static_cast<std::size_t>(c.last ? flat % c.o : flat / points % c.o);
        double y = built.want[i] + (c.bias ? op.inputs[2].values[channel] : 0);
        if (c.residual) y += op.inputs[3].values[i];
        built.want[i] = activated(c.activation, y);
    }
}

void check_conv(const Session& session, const Conv& c, assay_dtype dtype) {
    Built built;
    build(c, dtype, built);
    if (lacks_bf16(session, built.op)) return;
    for (const bool bind : {false, true}) {
        CAPTURE(bind);
        const OpResult got = run_op(session, built.op, bind);
        INFO(got.info.path);
        // Sums of up to some hundred products of size 4 in f32; oneDNN's gelu and silu are good to
        // 1e-6.
        CHECK(worst(got.outputs[0], built.want, dtype, 4e-6, 1e-4) <= 1);
        CHECK(got.info.level == ASSAY_SUPPORT_NATIVE);
        CHECK((std::strstr(got.info.path, "W packed") != nullptr) == bind);
        CHECK((got.info.constant_bytes > 0) == bind);
    }
}

}  // namespace

TEST_CASE("onednn convolves with strides, dilation and groups in both layouts", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const bool last = GENERATE(false, true);
    const int stride = GENERATE(1, 2), dilation = GENERATE(1, 2);
    const std::int64_t groups = GENERATE(1, 4);
    CAPTURE(dtype, last, stride, dilation, groups);
    Conv c;
    c.last = last, c.stride = stride, c.dilation = dilation, c.groups = groups;
    check_conv(session, c, dtype);
    c.c = c.o = c.groups = 16;  // depthwise
    check_conv(session, c, dtype);
}

TEST_CASE("onednn convolves over one, two and three dimensions, and with a kernel of one",
          "[onednn]") {
    const Session session(tested_plugin());
    const int rank = GENERATE(1, 2, 3);
    const bool last = GENERATE(false, true);
    const std::int64_t kernel = GENERATE(1, 3);
    CAPTURE(rank, last, kernel);
    Conv c;
    c.rank = rank, c.last = last, c.n = 1, c.c = 3, c.o = 5, c.pad_end = 2;
    for (std::int64_t& k : c.kernel) k = kernel;
    check_conv(session, c, ASSAY_F32);
}

TEST_CASE("onednn adds bias and residual before the activation of a convolution", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const bool last = GENERATE(false, true), residual = GENERATE(false, true),
               bias = GENERATE(false, true);
    const int activation = GENERATE(ASSAY_ACT_NONE, ASSAY_ACT_RELU, ASSAY_ACT_GELU,
                                    ASSAY_ACT_GELU_TANH, ASSAY_ACT_SILU);
    CAPTURE(dtype, last, residual, bias, activation);
    Conv c;
    c.c = 16, c.o = 32;
    c.last = last, c.residual = residual, c.bias = bias, c.activation = activation;
    check_conv(session, c, dtype);
}

TEST_CASE("onednn's transposed convolutions are right", "[onednn]") {
    const Session session(tested_plugin());
    const bool last = GENERATE(false, true);
    const std::int64_t groups = GENERATE(1, 2);
    CAPTURE(last, groups);
    Conv c;
    c.last = last, c.groups = groups, c.transposed = true, c.stride = 2, c.output_pad = 1;
    check_conv(session, c, ASSAY_F32);
}

TEST_CASE("onednn says why it cannot convolve", "[onednn]") {
    const Session session(tested_plugin());
    Built built;
    build(Conv{}, ASSAY_F32, built);
    OpCase op = built.op;
    op.inputs[0].dtype = ASSAY_I4;
    CHECK_THAT(refusal(session, op), !Catch::Equals(""));
    op = built.op;
    op.inputs[1].dims[1] = 7;
    CHECK_THROWS_WITH(refusal(session, op), Catch::Contains("channels"));
    built.attrs.activation = 99;
    CHECK_THAT(refusal(session, built.op), Catch::Contains("activation 99"));
}

TEST_CASE("onednn pools in both layouts", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const bool last = GENERATE(false, true), global = GENERATE(false, true);
    const int function = GENERATE(ASSAY_REDUCE_MAX, ASSAY_REDUCE_MEAN),
              count_padding = GENERATE(0, 1);
    const int stride = GENERATE(1, 2);
    CAPTURE(dtype, last, global, function, count_padding, stride);
    Conv c;
    c.last = last, c.c = c.o = 6, c.stride = stride;
    if (global) c.pad = c.pad_end = 0, c.stride = 1, c.kernel[0] = 11, c.kernel[1] = 9;
    const std::int64_t out[] = {out_size(c, 0), out_size(c, 1)};
    auto attrs = sized<assay_pool_attrs>();
    attrs.function = function;
    attrs.spatial_rank = 2;
    attrs.layout = last;
    attrs.global = global;
    attrs.count_padding = count_padding;
    for (int i = 0; i < 2 && !global; ++i) {
        attrs.window[i] = 3, attrs.stride[i] = stride, attrs.pad_begin[i] = attrs.pad_end[i] = 1;
    }
    std::mt19937 random(8);
    const OpCase op{ASSAY_OP_POOL,
                    {random_tensor(dtype, laid(c, c.n, c.c, c.size), random)},
                    {{dtype, laid(c, c.n, c.c, out)}},
                    &attrs};
    Values want(static_cast<std::size_t>(c.n * c.c * out[0] * out[1]));
    for (std::int64_t n = 0; n < c.n; ++n)
        for (std::int64_t channel = 0; channel < c.c; ++channel)
            each_point(2, out, [&](const std::int64_t* p) {
                double most = -INFINITY, sum = 0, count = 0;
                each_point(2, c.kernel, [&](const std::int64_t* k) {
                    const std::int64_t q[] = {p[0] * c.stride - c.pad + k[0],
                                              p[1] * c.stride - c.pad + k[1]};
                    const bool inside =
                        q[0] >= 0 && q[1] >= 0 && q[0] < c.size[0] && q[1] < c.size[1];
                    count += inside || count_padding != 0 ? 1 : 0;
                    if (!inside) return;
                    const double x = op.inputs[0].values[at(c, n, channel, c.c, c.size, q)];
                    most = std::max(most, x), sum += x;
                });
                want[at(c, n, channel, c.c, out, p)] =
                    function == ASSAY_REDUCE_MAX ? most : sum / count;
            });
    if (lacks_bf16(session, op)) return;
    CHECK(worst(run_op(session, op).outputs[0], want, dtype, 1e-6, 2e-6) <= 1);
    attrs.function = ASSAY_REDUCE_PRODUCT;
    CHECK_THAT(refusal(session, op), Catch::Contains("function 6"));
}

// SPDX-License-Identifier: Apache-2.0
// The onednn plugin's operators that move, pick or convert elements against plain loops.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include "tests/plugins/onednn_client.hpp"

namespace {

using namespace assay::test;

}  // namespace

TEST_CASE("onednn gathers along any axis, and sums bags", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16, ASSAY_F16);
    CAPTURE(dtype);
    std::mt19937 random(1);
    auto attrs = sized<assay_gather_attrs>();
    attrs.axis = 1;
    OpCase op{ASSAY_OP_GATHER,
              {random_tensor(dtype, {2, 9, 5}, random), of_values(ASSAY_I32, {3}, {8, 0, 8})},
              {{dtype, {2, 3, 5}}},
              &attrs};
    Values want;
    for (std::size_t i = 0; i < 2; ++i)
        for (const std::size_t row : {8, 0, 8})
            for (std::size_t j = 0; j < 5; ++j)
                want.push_back(op.inputs[0].values[(i * 9 + row) * 5 + j]);
    CHECK(run_op(session, op).outputs[0] == want);
    op.inputs[1].values[1] = 9;
    CHECK_THROWS_WITH(run_op(session, op), Catch::Contains("outside of the table"));

    attrs.axis = 0;
    attrs.bag = GENERATE(ASSAY_REDUCE_SUM, ASSAY_REDUCE_MEAN);
    op = {ASSAY_OP_GATHER,
          {random_tensor(dtype, {9, 21}, random), of_values(ASSAY_I32, {2, 3}, {1, 2, 3, 8, 8, 0})},
          {{dtype, {2, 21}}},
          &attrs};
    want.clear();
    for (std::size_t bag = 0; bag < 2; ++bag)
        for (std::size_t j = 0; j < 21; ++j) {
            double sum = 0;
            for (std::size_t i = 0; i < 3; ++i)
                sum += op.inputs[0]
                           .values[static_cast<std::size_t>(op.inputs[1].values[bag * 3 + i]) * 21 +
                                   j];
            want.push_back(attrs.bag == ASSAY_REDUCE_MEAN ? sum / 3 : sum);
        }
    CHECK(worst(run_op(session, op).outputs[0], want, dtype, 1e-6, 1e-6) <= 1);
}

TEST_CASE("onednn scatters rows into a cache in place", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16, ASSAY_F16);
    std::mt19937 random(2);
    OpCase op{ASSAY_OP_SCATTER,
              {random_tensor(dtype, {2, 3, 8, 5}, random),
               random_tensor(dtype, {2, 3, 2, 5}, random), of_values(ASSAY_I32, {2}, {6, 1})},
              {{dtype, {2, 3, 8, 5}}}};
    op.in_place = 0;
    Values want = op.inputs[0].values;
    for (std::size_t b = 0; b < 2; ++b)
        for (std::size_t h = 0; h < 3; ++h)
            for (std::size_t i = 0; i < 10; ++i)
                want[((b * 3 + h) * 8 + (b == 0 ? 6 : 1)) * 5 + i] =
                    op.inputs[1].values[(b * 3 + h) * 10 + i];
    CHECK(run_op(session, op).outputs[0] == want);
    op.inputs[2].values[0] = 7;
    CHECK_THROWS_WITH(run_op(session, op), Catch::Contains("outside of the cache"));
    op.in_place = -1;
    CHECK_THROWS_WITH(run_op(session, op), Catch::Contains("not the buffer"));
}

TEST_CASE("onednn rotates by halves and by neighbours", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    const int interleaved = GENERATE(0, 1), rotary = GENERATE(0, 8);
    const bool given = GENERATE(false, true);
    CAPTURE(dtype, interleaved, rotary, given);
    std::mt19937 random(3);
    auto attrs = sized<assay_rope_attrs>();
    attrs.interleaved = interleaved;
    attrs.rotary_dims = rotary;
    attrs.scale = 2;
    const std::size_t width = 12, turned = rotary != 0 ? 8 : 12, half = turned / 2;
    OpCase op{ASSAY_OP_ROPE,
              {random_tensor(dtype, {2, 3, 4, 12}, random), of_values(ASSAY_I32, {2}, {0, 12345})},
              {{dtype, {2, 3, 4, 12}}},
              &attrs};
    if (given)
        op.inputs.push_back(random_tensor(ASSAY_F32, {static_cast<std::int64_t>(half)}, random));
    Values want = op.inputs[0].values;
    for (std::size_t row = 0; row < 24; ++row)
        for (std::size_t i = 0; i < half; ++i) {
            const double position = (op.inputs[1].values[row / 12] + double(row % 4)) / 2;
            const double angle =
                position * (given ? op.inputs[2].values[i]
                                  : std::pow(10000.0, -2.0 * double(i) / double(turned)));
            const std::size_t a = row * width + (interleaved != 0 ? 2 * i : i),
                              b = interleaved != 0 ? a + 1 : a + half;
            const double x = op.inputs[0].values[a], y = op.inputs[0].values[b];
            want[a] = x * std::cos(angle) - y * std::sin(angle);
            want[b] = x * std::sin(angle) + y * std::cos(angle);
        }
    CHECK(worst(run_op(session, op).outputs[0], want, dtype, 1e-6, 1e-6) <= 1);
}

TEST_CASE("onednn casts to nearest even and saturates", "[onednn]") {
    const Session session(tested_plugin());
    const auto cast = [&](assay_dtype from, const Values& x, assay_dtype to) {
        const Dims dims{static_cast<std::int64_t>(x.size())};
        return run_op(session, {ASSAY_OP_CONVERT, {{from, dims, x}}, {{to, dims}}}).outputs[0];
    };
    const Values x{0.5, 1.5, -2.5, 300, -300, 1e20, NAN, 0};
    CHECK(cast(ASSAY_F32, x, ASSAY_I8) == Values{0, 2, -2, 127, -128, 127, 0, 0});
    CHECK(cast(ASSAY_F32, x, ASSAY_U8) == Values{0, 2, 0, 255, 0, 255, 0, 0});
    CHECK(cast(ASSAY_F32, {1e20, -1e20, 7.5}, ASSAY_I32) == Values{2147483647.0, -2147483648.0, 8});
    // 65519 is the last below the middle of 65504 and 65536; 2^-25 is half the smallest: to even,
    // 0.
    const Values f16{
        65519,    65520, std::ldexp(1, -25), std::ldexp(3, -25), 1 + std::ldexp(1, -11),
        INFINITY, -0.1};
    CHECK(cast(ASSAY_F32, f16, ASSAY_F16) ==
          Values{65504, INFINITY, 0, std::ldexp(1, -23), 1, INFINITY, -0.0999755859375});
    CHECK(cast(ASSAY_F16, {std::ldexp(1, -24), 65504, INFINITY, -0.5}, ASSAY_F32) ==
          Values{std::ldexp(1, -24), 65504, INFINITY, -0.5});
    CHECK(cast(ASSAY_F32, {1 + std::ldexp(1, -8), 1 + std::ldexp(3, -8)}, ASSAY_BF16) ==
          Values{1, 1 + std::ldexp(1, -6)});
    CHECK(std::isnan(cast(ASSAY_F32, {NAN}, ASSAY_BF16)[0]));
    CHECK(std::isnan(cast(ASSAY_F32, {NAN}, ASSAY_F16)[0]));
}

TEST_CASE("onednn quantises and dequantises by tensor, channel and block", "[onednn]") {
    const Session session(tested_plugin());
    const int scale = GENERATE(ASSAY_SCALE_TENSOR, ASSAY_SCALE_CHANNEL, ASSAY_SCALE_BLOCK),
              axis = GENERATE(0, 1);
    const bool quantise = GENERATE(false, true);
    CAPTURE(scale, axis, quantise);
    std::mt19937 random(4);
    const std::size_t dims[] = {6, 8}, block = 2;
    Dims scale_dims;
    if (scale == ASSAY_SCALE_CHANNEL) scale_dims = {static_cast<std::int64_t>(dims[axis])};
    if (scale == ASSAY_SCALE_BLOCK) scale_dims = axis == 0 ? Dims{3, 8} : Dims{6, 4};
    TestTensor x = random_tensor(quantise ? ASSAY_F32 : ASSAY_I8, {6, 8}, random);
    TestTensor y{quantise ? ASSAY_I8 : ASSAY_F32, {6, 8}};
    TestTensor& scaled = quantise ? y : x;
    scaled.scale = scale, scaled.scale_axis = axis,
    scaled.scale_block = scale == ASSAY_SCALE_BLOCK ? 2 : 0;
    TestTensor scales = random_tensor(ASSAY_F32, scale_dims, random);
    for (double& s : scales.values)
        s = std::ldexp(1, -static_cast<int>(random() % 4));  // exact quotients
    const TestTensor zeros = of_values(ASSAY_I32, scale_dims, Values(scales.values.size(), 3));
    Values want;
    for (std::size_t i = 0; i < 48; ++i) {
        std::size_t at[] = {i / 8, i % 8}, which = 0;
        if (scale == ASSAY_SCALE_CHANNEL) which = at[axis];
        if (scale == ASSAY_SCALE_BLOCK) {
            at[axis] /= block;
            which = at[0] * (axis == 1 ? 4 : 8) + at[1];
        }
        const double s = scales.values[which];
        want.push_back(quantise ? std::nearbyint(x.values[i] / s) + 3 : (x.values[i] - 3) * s);
    }
    CHECK(run_op(session, {ASSAY_OP_CONVERT, {x, scales, zeros}, {y}}).outputs[0] == want);
}

TEST_CASE("onednn transposes in any order", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16, ASSAY_U8);
    std::vector<std::size_t> order{0, 1, 2};
    const int which = GENERATE(range(0, 6));
    for (int i = 0; i < which; ++i) std::next_permutation(order.begin(), order.end());
    CAPTURE(dtype, which);
    std::mt19937 random(5);
    const std::size_t dims[] = {7, 19, 35};
    auto attrs = sized<assay_copy_attrs>();
    attrs.function = ASSAY_COPY_TRANSPOSE;
    Dims out;
    for (std::size_t i = 0; i < 3; ++i) {
        attrs.params[i] = static_cast<std::int64_t>(order[i]);
        out.push_back(static_cast<std::int64_t>(dims[order[i]]));
    }
    const OpCase op{
        ASSAY_OP_COPY, {random_tensor(dtype, {7, 19, 35}, random)}, {{dtype, out}}, &attrs};
    Values want;
    std::size_t at[3];
    for (std::size_t a = 0; a < dims[order[0]]; ++a)
        for (std::size_t b = 0; b < dims[order[1]]; ++b)
            for (std::size_t c = 0; c < dims[order[2]]; ++c) {
                at[order[0]] = a, at[order[1]] = b, at[order[2]] = c;
                want.push_back(op.inputs[0].values[(at[0] * 19 + at[1]) * 35 + at[2]]);
            }
    CHECK(run_op(session, op).outputs[0] == want);
}

TEST_CASE("onednn slices, joins, pads and expands", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16);
    std::mt19937 random(6);
    auto attrs = sized<assay_copy_attrs>();
    const TestTensor x = of_values(dtype, {2, 4}, {0, 1, 2, 3, 4, 5, 6, 7});
    const auto copied = [&](const std::vector<TestTensor>& inputs, const Dims& dims) {
        return run_op(session, {ASSAY_OP_COPY, inputs, {{dtype, dims}}, &attrs}).outputs[0];
    };
    attrs.function = ASSAY_COPY_SLICE;
    attrs.params[0] = 1, attrs.params[1] = 3;
    attrs.params[ASSAY_MAX_RANK] = 1, attrs.params[ASSAY_MAX_RANK + 1] = -2;
    CHECK(copied({x}, {1, 2}) == Values{7, 5});
    CHECK_THROWS_WITH(copied({x}, {1, 3}), Catch::Contains("outside"));
    attrs = sized<assay_copy_attrs>();
    attrs.function = ASSAY_COPY_CONCAT, attrs.axis = 1;
    CHECK(copied({x, of_values(dtype, {2, 1}, {8, 9})}, {2, 5}) ==
          Values{0, 1, 2, 3, 8, 4, 5, 6, 7, 9});
    attrs.function = ASSAY_COPY_EXPAND;
    CHECK(copied({of_values(dtype, {2, 1}, {8, 9})}, {2, 2, 3}) ==
          Values{8, 8, 8, 9, 9, 9, 8, 8, 8, 9, 9, 9});
    attrs.function = ASSAY_COPY_PAD, attrs.value = -1;
    attrs.params[0] = 1, attrs.params[1] = 2, attrs.params[ASSAY_MAX_RANK + 1] = 1;
    CHECK(copied({x}, {3, 7}) ==
          Values{-1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1, 2, 3, -1, -1, -1, 4, 5, 6, 7, -1});
    attrs.pad_mode = ASSAY_PAD_EDGE;
    CHECK(copied({x}, {3, 7}) ==
          Values{0, 0, 0, 1, 2, 3, 3, 0, 0, 0, 1, 2, 3, 3, 4, 4, 4, 5, 6, 7, 7});
    attrs.pad_mode = ASSAY_PAD_REFLECT;
    CHECK(copied({x}, {3, 7}) ==
          Values{6, 5, 4, 5, 6, 7, 6, 2, 1, 0, 1, 2, 3, 2, 6, 5, 4, 5, 6, 7, 6});
    attrs.function = 9;
    CHECK_THROWS_WITH(copied({x}, {3, 7}), Catch::Contains("function 9"));
}

TEST_CASE("onednn sorts the first k, of equal ones the lower index first", "[onednn]") {
    const Session session(tested_plugin());
    const assay_dtype dtype = GENERATE(ASSAY_F32, ASSAY_BF16, ASSAY_F16);
    const int smallest = GENERATE(0, 1), axis = GENERATE(0, 1);
    CAPTURE(dtype, smallest, axis);
    std::mt19937 random(7);
    auto attrs = sized<assay_topk_attrs>();
    attrs.axis = axis, attrs.k = 4, attrs.smallest = smallest;
    TestTensor x = random_tensor(dtype, {11, 9}, random);
    for (double& value : x.values) value = std::nearbyint(value * 2);  // many are equal
    const Dims dims = axis == 0 ? Dims{4, 9} : Dims{11, 4};
    const OpResult got =
        run_op(session, {ASSAY_OP_TOPK, {x}, {{dtype, dims}, {ASSAY_I32, dims}}, &attrs});
    Values values(static_cast<std::size_t>(count_of(dims))), indices = values;
    const std::size_t rows = axis == 0 ? 9 : 11, length = axis == 0 ? 11 : 9,
                      step = axis == 0 ? 9 : 1;
    for (std::size_t row = 0; row < rows; ++row) {
        std::vector<std::size_t> order(length);
        std::iota(order.begin(), order.end(), std::size_t{0});
        const auto value = [&](std::size_t i) {
            return (smallest != 0 ? 1 : -1) * x.values[axis == 0 ? i * step + row : row * 9 + i];
        };
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
        for (std::size_t i = 0; i < 4; ++i) {
            const std::size_t at = axis == 0 ? i * 9 + row : row * 4 + i;
            values[at] = (smallest != 0 ? 1 : -1) * value(order[i]);
            indices[at] = double(order[i]);
        }
    }
    CHECK(got.outputs[0] == values);
    CHECK(got.outputs[1] == indices);
}

TEST_CASE("onednn resizes as ONNX names it", "[onednn]") {
    const Session session(tested_plugin());
    auto attrs = sized<assay_resize_attrs>();
    const auto resized = [&](const TestTensor& x, const Dims& dims) {
        return run_op(session, {ASSAY_OP_RESIZE, {x}, {{ASSAY_F32, dims}}, &attrs}).outputs[0];
    };
    const TestTensor x = of_values(ASSAY_F32, {1, 4}, {1, 2, 3, 4});
    attrs.mode = ASSAY_RESIZE_LINEAR;
    // half_pixel, 4 to 8: x = i / 2 - 1/4, clamped to [0, 3].
    CHECK(resized(x, {1, 8}) == Values{1, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4});
    attrs.coordinates = ASSAY_RESIZE_ALIGN_CORNERS;
    CHECK(resized(x, {1, 7}) == Values{1, 1.5, 2, 2.5, 3, 3.5, 4});
    attrs.coordinates = ASSAY_RESIZE_ASYMMETRIC;
    // Rows 0, 1/2, 1, 3/2 (clamped) and columns 0, 1/2, 1, 1 (clamped), channels last.
    CHECK(resized(of_values(ASSAY_F32, {2, 2, 1}, {0, 4, 8, 12}), {4, 4, 1}) ==
          Values{0, 2, 4, 4, 4, 6, 8, 8, 8, 10, 12, 12, 8, 10, 12, 12});
    attrs.mode = ASSAY_RESIZE_NEAREST;
    attrs.nearest = ASSAY_RESIZE_FLOOR;
    CHECK(resized(x, {2 - 1, 8}) == Values{1, 1, 2, 2, 3, 3, 4, 4});
    attrs.nearest = ASSAY_RESIZE_CEIL;
    CHECK(resized(x, {1, 8}) == Values{1, 2, 2, 3, 3, 4, 4, 4});
    attrs.nearest = 9;
    CHECK_THROWS_WITH(resized(x, {1, 8}), Catch::Contains("rounding"));
}

// SPDX-License-Identifier: Apache-2.0
// Own kernels of a device: convolutions and poolings against the reference plugin.
#include "tests/plugins/kernels_truth.hpp"

namespace {

using namespace assay::test;

/// [n, c, spatial...] in the order of `layout`.
Dims ordered(const Dims& dims, int layout) {
    Dims result = dims;
    if (layout == 1) {
        result.erase(result.begin() + 1);
        result.push_back(dims[1]);
    }
    return result;
}

}  // namespace

TEST_CASE("kernels convolve in both layouts, grouped, strided, dilated", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const int layout = GENERATE(0, 1), groups = GENERATE(1, 2);
    const bool full = GENERATE(false, true), transposed = GENERATE(false, true);
    CAPTURE(layout, groups, full, transposed);
    std::mt19937 random(30);
    auto attrs = sized<assay_conv_attrs>();
    attrs.spatial_rank = 2;
    attrs.layout = layout;
    attrs.groups = groups;
    attrs.transposed = transposed;
    attrs.stride[0] = 2, attrs.dilation[1] = 2;
    attrs.pad_begin[0] = attrs.pad_end[0] = 1, attrs.pad_begin[1] = 2;
    if (full) attrs.activation = ASSAY_ACT_SILU;
    const Dims x{2, 4, 7, 9};
    const Dims w = transposed ? Dims{4, 6 / groups, 3, 2} : Dims{6, 4 / groups, 3, 2};
    const Dims y = transposed ? Dims{2, 6, 13, 9} : Dims{2, 6, 4, 9};
    OpCase op{ASSAY_OP_CONV,
              {with_steps(random_tensor(ASSAY_F32, ordered(x, layout), random),
                          gapped(ordered(x, layout), 1)),
               random_tensor(ASSAY_F32, ordered(w, layout), random)},
              {output(ASSAY_F32, ordered(y, layout))},
              &attrs};
    if (full) {
        op.inputs.push_back(random_tensor(ASSAY_F32, {6}, random));
        op.inputs.push_back(random_tensor(ASSAY_F32, ordered(y, layout), random));
    }
    CHECK(worst_of(op, 1e-5, 1e-5) <= 1);
}

TEST_CASE("kernels' convolutions of one and three dimensions are right", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const assay_dtype dtype = has_f64() ? ASSAY_F64 : ASSAY_F32;
    const int spatial = GENERATE(1, 3);
    std::mt19937 random(31);
    auto attrs = sized<assay_conv_attrs>();
    attrs.spatial_rank = spatial;
    Dims x{1, 3}, w{5, 3}, y{1, 5};
    for (int i = 0; i < spatial; ++i) {
        x.push_back(6 + i);
        w.push_back(3);
        y.push_back(4 + i);
    }
    CHECK(worst_of({ASSAY_OP_CONV,
                    {random_tensor(dtype, x, random), random_tensor(dtype, w, random)},
                    {output(dtype, y)},
                    &attrs},
                   1e-5, 1e-5) <= 1);
}

TEST_CASE("kernels' poolings are right in both layouts", "[kernels]") {
    KERNELS_DEVICE_OR_RETURN;
    const int function = GENERATE(ASSAY_REDUCE_MAX, ASSAY_REDUCE_MEAN);
    const int layout = GENERATE(0, 1), count_padding = GENERATE(0, 1), global = GENERATE(0, 1);
    CAPTURE(function, layout, count_padding, global);
    std::mt19937 random(32);
    auto attrs = sized<assay_pool_attrs>();
    attrs.function = function;
    attrs.spatial_rank = 2;
    attrs.layout = layout;
    attrs.count_padding = count_padding;
    attrs.global = global;
    if (global == 0) {
        attrs.window[0] = 3, attrs.window[1] = 2;
        attrs.stride[0] = 2, attrs.stride[1] = 3;
        attrs.pad_begin[0] = attrs.pad_end[0] = 1;
        attrs.dilation[1] = 2;
    }
    const Dims x = ordered({2, 3, 8, 9}, layout);
    const Dims y = ordered(global != 0 ? Dims{2, 3, 1, 1} : Dims{2, 3, 5, 3},
                           layout);  // the last window is cut
    CHECK(worst_of({ASSAY_OP_POOL,
                    {with_steps(random_tensor(ASSAY_F32, x, random), reversed(x))},
                    {output(ASSAY_F32, y)},
                    &attrs}) <= 1);
}

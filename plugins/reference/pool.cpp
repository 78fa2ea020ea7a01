// SPDX-License-Identifier: Apache-2.0
// Pooling: the largest or the mean of each window. As MaxPool and AveragePool of ONNX 1.17.
#include <algorithm>
#include <cmath>
#include <limits>

#include "plugins/reference/grid.hpp"
#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

struct Pool {
    Grid x, y;
    Window window;
    bool mean = false;
    bool count_padding = false;
};

/// Where a tap of the window of `out` lies. Beyond the padded image: nowhere, it is clipped.
enum class Where { inside, padding, nowhere };

Where place(const Pool& pool, const Three& out, const Three& tap, Three& in) {
    const Window& w = pool.window;
    Where where = Where::inside;
    for (std::size_t i = 0; i < 3; ++i) {
        in[i] = out[i] * w.stride[i] - w.pad_begin[i] + tap[i] * w.dilation[i];
        if (in[i] >= pool.x.size[i] + w.pad_end[i]) return Where::nowhere;
        if (in[i] < 0 || in[i] >= pool.x.size[i]) where = Where::padding;
    }
    return where;
}

double value_at(const Pool& pool, const double* x, const Three& out) {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    double counted = 0;
    each_position(pool.window.size, [&](const Three& tap) {
        Three in{};
        const Where where = place(pool, out, tap, in);
        if (where == Where::inside) {
            const double value = x[pool.x.at(0, 0, in)];
            if (value > largest || std::isnan(value)) largest = value;
            sum += value;
        }
        if (where == Where::inside || (where == Where::padding && pool.count_padding)) counted += 1;
    });
    return pool.mean ? sum / counted : largest;
}

void compute(const Pool& pool, Arrays& io) {
    for (std::int64_t n = 0; n < pool.y.n; ++n)
        for (std::int64_t c = 0; c < pool.y.c; ++c) {
            const double* x = io.in[0].x.data() + pool.x.at(n, c, {});
            each_position(pool.y.size, [&](const Three& out) {
                const auto at = static_cast<std::size_t>(pool.y.at(n, c, out));
                io.out[0].x[at] = value_at(pool, x, out);
            });
        }
}

void read_window(Pool& pool, const assay_pool_attrs& attrs, int spatial) {
    pool.window = window_of(attrs, spatial, "pool");
    for (std::size_t i = 0; i < static_cast<std::size_t>(spatial); ++i) {
        agree(attrs.window[i] >= 1, "pool", "a window needs a size of 1 or more");
        pool.window.size[i] = attrs.window[i];
    }
}

void check_output(const Pool& pool) {
    agree(pool.x.n == pool.y.n && pool.x.c == pool.y.c, "pool",
          "X and Y differ in images or channels");
    for (std::size_t i = 0; i < 3; ++i) {
        const Window& w = pool.window;
        const std::int64_t last = (pool.y.size[i] - 1) * w.stride[i];
        agree(last < pool.x.size[i] + w.pad_begin[i] + w.pad_end[i], "pool",
              "the last window of spatial dimension " + std::to_string(i) + " is beyond X");
    }
}

}  // namespace

Plan plan_pool(const sdk::Op& op) {
    Plan plan = begin(op, {"pool", 1, 1});
    const auto attrs = op.attrs<assay_pool_attrs>();
    const int spatial = spatial_rank(attrs, plan.in(0), "pool");
    agree(plan.out(0).rank == plan.in(0).rank, "pool", "X and Y have different ranks");
    can(attrs.function == ASSAY_REDUCE_MAX || attrs.function == ASSAY_REDUCE_MEAN, "pool",
        "function " + std::to_string(attrs.function));
    Pool pool;
    pool.x = grid_of(plan.in(0), attrs.layout == 1);
    pool.y = grid_of(plan.out(0), attrs.layout == 1);
    pool.mean = attrs.function == ASSAY_REDUCE_MEAN;
    pool.count_padding = attrs.count_padding != 0;
    if (attrs.global != 0) {
        agree(pool.y.size == Three{1, 1, 1}, "pool", "Y of a global pool is 1 in space");
        pool.window.size = pool.x.size;
    } else {
        read_window(pool, attrs, spatial);
    }
    check_output(pool);
    plan.compute = [pool](Arrays& io) { compute(pool, io); };
    return plan;
}

}  // namespace reference

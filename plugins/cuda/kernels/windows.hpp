// SPDX-License-Identifier: Apache-2.0
// Convolutions, also transposed, and poolings of up to three spatial dimensions, one element of Y
// for each item. The layouts are [n, c, spatial...] whatever the tensors' own order. numbers: from
// 0 on stride, 3 dilation, 6 padding before, 9 after, 12 sizes of a pool's window.
#pragma once

#include "kernels/lanes.hpp"

namespace assay::cuda {

/// Where an element of Y is.
struct Cell {
    std::int64_t image, channel, space[3];

    ASSAY_DEVICE Cell(const Layout& y, std::int64_t i) {
        for (int d = 2; d >= 0; --d) {
            space[d] = i % y.dims[2 + d];
            i /= y.dims[2 + d];
        }
        channel = i % y.dims[1];
        image = i / y.dims[1];
    }
};

/// The t-th tap of a window of these sizes, each dimension by itself.
ASSAY_DEVICE inline void split(std::int64_t t, const std::int64_t* sizes, std::int64_t* taps) {
    for (int d = 2; d >= 0; --d) {
        taps[d] = t % sizes[d];
        t /= sizes[d];
    }
}

/// X, W, bias, residual, Y. layouts: X, W, Y, residual; W is [o, c, ...], transposed [c, o, ...].
/// numbers: 16 groups, 17 activation, 18 has bias, 19 has residual, 20 step of bias, 21 transposed.
template <class T>
struct Conv {
    using C = Computed<T>;

    /// Where X is read for a tap; beyond X also where it reads nothing.
    ASSAY_DEVICE static std::int64_t source(const std::int64_t* p, int d, std::int64_t out,
                                            std::int64_t tap) {
        if (p[21] == 0) return out * p[d] - p[6 + d] + tap * p[3 + d];
        const std::int64_t far = out + p[6 + d] - tap * p[3 + d];
        return far % p[d] != 0 ? -1 : far / p[d];
    }

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Problem& problem = arguments.problem;
        const std::int64_t* p = problem.numbers;
        const Layout &lx = problem.layouts[0], &lw = problem.layouts[1], &ly = problem.layouts[2];
        const Cell cell(ly, i);
        const std::int64_t channels = lx.dims[1] / p[16], outputs = ly.dims[1] / p[16];
        const std::int64_t first = cell.channel / outputs * channels;
        const T* x = input<T>(arguments, 0) + cell.image * lx.steps[0] + first * lx.steps[1];
        const bool turned = p[21] != 0;
        const T* w = input<T>(arguments, 1) +
                     (turned ? first * lw.steps[0] + cell.channel % outputs * lw.steps[1]
                             : cell.channel * lw.steps[0]);
        const std::int64_t ws = turned ? lw.steps[0] : lw.steps[1];
        C sum = 0;
        for (std::int64_t t = 0; t < lw.dims[2] * lw.dims[3] * lw.dims[4]; ++t) {
            std::int64_t taps[3], from = 0, weight = 0;
            split(t, lw.dims + 2, taps);
            bool inside = true;
            for (int d = 0; d < 3; ++d) {
                const std::int64_t at = source(p, d, cell.space[d], taps[d]);
                inside = inside && at >= 0 && at < lx.dims[2 + d];
                from += at * lx.steps[2 + d];
                weight += taps[d] * lw.steps[2 + d];
            }
            for (std::int64_t c = 0; inside && c < channels; ++c) {
                sum += number(x[from + c * lx.steps[1]]) * number(w[weight + c * ws]);
            }
        }
        if (p[18] != 0) sum += number(input<T>(arguments, 2)[cell.channel * p[20]]);
        if (p[19] != 0) sum += number(input<T>(arguments, 3)[offset_of(problem.layouts[3], i)]);
        save(output<T>(arguments, 4)[offset_of(ly, i)], activated(p[17], sum));
    }
};

/// X, Y. layouts: X, Y. numbers: 16 whether the mean, 17 count_padding.
template <class T>
struct Pool {
    using C = Computed<T>;

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Problem& problem = arguments.problem;
        const std::int64_t* p = problem.numbers;
        const Layout &lx = problem.layouts[0], &ly = problem.layouts[1];
        const Cell cell(ly, i);
        const T* x = input<T>(arguments, 0) + cell.image * lx.steps[0] + cell.channel * lx.steps[1];
        C sum = 0, most = C(-INFINITY), counted = 0;
        for (std::int64_t t = 0; t < p[12] * p[13] * p[14]; ++t) {
            std::int64_t taps[3], from = 0;
            split(t, p + 12, taps);
            bool inside = true, nowhere = false;
            for (int d = 0; d < 3; ++d) {
                const std::int64_t at = cell.space[d] * p[d] - p[6 + d] + taps[d] * p[3 + d];
                inside = inside && at >= 0 && at < lx.dims[2 + d];
                nowhere = nowhere || at >= lx.dims[2 + d] + p[9 + d];
                from += at * lx.steps[2 + d];
            }
            if (!nowhere && (inside || p[17] != 0)) counted += 1;
            if (nowhere || !inside) continue;
            const C here = number(x[from]);
            sum += here;
            most = here > most || here != here ? here : most;
        }
        save(output<T>(arguments, 1)[offset_of(ly, i)], p[16] != 0 ? sum / counted : most);
    }
};

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
// What works on tensors [batch, heads, tokens, head]: attention and rotary positions.
#pragma once

#include "kernels/lanes.hpp"

namespace assay::cuda {

/// X, positions, inverse frequencies, Y. layouts: X, Y. numbers: rotary dims, interleaved, step of
/// positions, step of the inverse frequencies, whether they are given. reals: base, scale. An item
/// is a pair of a token, or an element that is only copied; it does all heads, whose angles are the
/// same. Angles are in double: they grow with the position.
template <class T>
struct Rope {
    using C = Computed<T>;

    ASSAY_DEVICE static double angle(const Arguments& arguments, std::int64_t batch,
                                     std::int64_t token, std::int64_t pair) {
        const std::int64_t* p = arguments.problem.numbers;
        const double* reals = arguments.problem.reals;
        const auto start = input<std::int32_t>(arguments, 1)[batch * p[2]];
        const double position = static_cast<double>(start + token) / reals[1];
        const double frequency =
            p[4] != 0
                ? static_cast<double>(input<float>(arguments, 2)[pair * p[3]])
                : std::pow(reals[0], static_cast<double>(-2 * pair) / static_cast<double>(p[0]));
        return position * frequency;
    }

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Layout &from = arguments.problem.layouts[0], &to = arguments.problem.layouts[1];
        const std::int64_t* p = arguments.problem.numbers;
        const std::int64_t half = p[0] / 2, each = from.dims[3] - half;
        const std::int64_t place = i % each, token = i / each % from.dims[2];
        const std::int64_t batch = i / each / from.dims[2];
        const T* x = input<T>(arguments, 0) + batch * from.steps[0] + token * from.steps[2];
        T* y = output<T>(arguments, 3) + batch * to.steps[0] + token * to.steps[2];
        const std::int64_t xs = from.steps[3], ys = to.steps[3];
        if (place >= half) {
            for (std::int64_t head = 0; head < from.dims[1]; ++head) {
                y[head * to.steps[1] + (place + half) * ys] =
                    x[head * from.steps[1] + (place + half) * xs];
            }
            return;
        }
        const double turned = angle(arguments, batch, token, place);
        const C cosine = C(std::cos(turned)), sine = C(std::sin(turned));
        const std::int64_t one = p[1] != 0 ? 2 * place : place,
                           other = p[1] != 0 ? one + 1 : one + half;
        for (std::int64_t head = 0; head < from.dims[1]; ++head) {
            const T* in = x + head * from.steps[1];
            T* out = y + head * to.steps[1];
            const C a = number(in[one * xs]), b = number(in[other * xs]);
            save(out[one * ys], a * cosine - b * sine);
            save(out[other * ys], a * sine + b * cosine);
        }
    }
};

/// Q, K, V, mask, lengths, (block table), O. layouts: Q, K, V, O, the mask in [batch, heads,
/// queries, keys]. numbers: 0 heads for each of K's, 1 causal, 2 window, 3 step of lengths, 4
/// whether there is a mask, 5 lengths. reals: scale. One query of one head for each item, in one
/// pass over the keys: the sums shrink when a larger score is met (Milakov & Gimelshein 2018).
template <class T>
struct Attention {
    using C = Computed<T>;
    static constexpr int widest = 1024;  ///< of V's rows
    static constexpr int per_lane = widest / lane_count;

    struct Row {
        const T *q, *k, *v, *mask;
        T* o;
        std::int64_t begin, end;  ///< of the keys that are seen
    };

    /// False when the length is wrong.
    ASSAY_DEVICE static bool find(const Arguments& arguments, std::int64_t item, Row& row) {
        const Problem& problem = arguments.problem;
        const std::int64_t* p = problem.numbers;
        const Layout &lq = problem.layouts[0], &lk = problem.layouts[1], &lv = problem.layouts[2],
                     &lo = problem.layouts[3], &lm = problem.layouts[4];
        const std::int64_t queries = lq.dims[2], keys = lk.dims[2];
        const std::int64_t i = item % queries, h = item / queries % lq.dims[1];
        const std::int64_t b = item / (queries * lq.dims[1]);
        const std::int64_t length = p[5] != 0 ? input<std::int32_t>(arguments, 4)[b * p[3]] : keys;
        if (length < 0 || length > keys) return false;
        row.q = input<T>(arguments, 0) + b * lq.steps[0] + h * lq.steps[1] + i * lq.steps[2];
        row.k = input<T>(arguments, 1) + b * lk.steps[0] + h / p[0] * lk.steps[1];
        row.v = input<T>(arguments, 2) + b * lv.steps[0] + h / p[0] * lv.steps[1];
        row.o = output<T>(arguments, 6) + b * lo.steps[0] + h * lo.steps[1] + i * lo.steps[2];
        row.mask = nullptr;
        if (p[4] != 0) {
            row.mask = input<T>(arguments, 3) + b * lm.steps[0] + h * lm.steps[1] + i * lm.steps[2];
        }
        const std::int64_t own = length - queries + i, after = own + 1;
        row.end = p[1] != 0 && after < length ? after : length;
        row.begin = p[2] > 0 && after > p[2] ? after - p[2] : 0;
        return true;
    }

    ASSAY_DEVICE static C score(const Arguments& arguments, const Row& row, std::int64_t key,
                                Lanes lanes) {
        const Problem& problem = arguments.problem;
        const Layout &lq = problem.layouts[0], &lk = problem.layouts[1];
        const T* k = row.k + key * lk.steps[2];
        C sum = 0;
        for (std::int64_t e = lanes.rank; e < lq.dims[3]; e += lane_count) {
            sum += number(row.q[e * lq.steps[3]]) * number(k[e * lk.steps[3]]);
        }
        sum = lanes.sum(sum) * C(problem.reals[0]);
        if (row.mask != nullptr) sum += number(row.mask[key * problem.layouts[4].steps[3]]);
        return sum;
    }

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t item, Lanes lanes) {
        Row row;
        if (!find(arguments, item, row)) {
            *arguments.fault = 1;
            return;
        }
        const Layout &lv = arguments.problem.layouts[2], &lo = arguments.problem.layouts[3];
        const std::int64_t width = lv.dims[3];
        C sums[per_lane];
        for (int t = 0; t < per_lane; ++t) sums[t] = 0;
        C most = C(-INFINITY), total = 0;
        for (std::int64_t key = row.begin; key < row.end; ++key) {
            const C here = score(arguments, row, key, lanes);
            if (here == C(-INFINITY)) continue;
            const C shrink = here > most ? std::exp(most - here) : C(1);
            if (here > most) most = here;
            const C weight = std::exp(here - most);
            total = total * shrink + weight;
            const T* v = row.v + key * lv.steps[2];
            for (int t = 0; t < per_lane && lanes.rank + t * lane_count < width; ++t) {
                const std::int64_t f = lanes.rank + t * lane_count;
                sums[t] = sums[t] * shrink + weight * number(v[f * lv.steps[3]]);
            }
        }
        for (int t = 0; t < per_lane && lanes.rank + t * lane_count < width; ++t) {
            const std::int64_t f = lanes.rank + t * lane_count;
            save(row.o[f * lo.steps[3]], total == 0 ? C(0) : sums[t] / total);
        }
    }
};

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
// Convolutions, also transposed, and poolings of up to three spatial dimensions: one work-item for
// each element of Y. The layouts are [n, c, spatial...] whatever the tensors' own order.
// numbers: from 0 on stride, 3 dilation, 6 padding before, 9 after, 12 sizes of the window; 16 on:
// groups, activation, has bias, has residual, step of bias, mean, count_padding.

// Where tap t of the window of `out` reads dimension d; beyond X also where it reads nothing.
inline long source(global const long* p, int d, long out, long t) {
#ifdef TRANSPOSED
    const long far = out + p[6 + d] - t * p[3 + d];
    return far % p[d] != 0 ? -1 : far / p[d];
#else
    return out * p[d] - p[6 + d] + t * p[3 + d];
#endif
}

#define POSITION(layout)                                                                   \
    const long s2 = i % layout->dims[4], s1 = i / layout->dims[4] % layout->dims[3],       \
               s0 = i / (layout->dims[4] * layout->dims[3]) % layout->dims[2];             \
    const long cell = i / (layout->dims[4] * layout->dims[3] * layout->dims[2]);           \
    const long channel = cell % layout->dims[1], image = cell / layout->dims[1];

// layouts: X, W, Y, residual; W is [o, c, ...], transposed [c, o, ...].
kernel void conv(long work, global const Problem* problem, TENSOR(const T, x), TENSOR(const T, w),
                 TENSOR(const T, bias), TENSOR(const T, residual), TENSOR(T, y),
                 global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    global const long* p = problem->numbers;
    global const Layout *lx = &problem->layouts[0], *lw = &problem->layouts[1],
                        *ly = &problem->layouts[2];
    POSITION(ly)
    const long channels = lx->dims[1] / p[16], outputs = ly->dims[1] / p[16];
    const long first = channel / outputs * channels;
    x += x_at + image * lx->steps[0] + first * lx->steps[1];
#ifdef TRANSPOSED
    w += w_at + first * lw->steps[0] + channel % outputs * lw->steps[1];
    const long ws = lw->steps[0];
#else
    w += w_at + channel * lw->steps[0];
    const long ws = lw->steps[1];
#endif
    const long xs = lx->steps[1];
    T sum = 0;
    for (long t0 = 0; t0 < lw->dims[2]; ++t0) {
        const long i0 = source(p, 0, s0, t0);
        if (i0 < 0 || i0 >= lx->dims[2]) continue;
        for (long t1 = 0; t1 < lw->dims[3]; ++t1) {
            const long i1 = source(p, 1, s1, t1);
            if (i1 < 0 || i1 >= lx->dims[3]) continue;
            for (long t2 = 0; t2 < lw->dims[4]; ++t2) {
                const long i2 = source(p, 2, s2, t2);
                if (i2 < 0 || i2 >= lx->dims[4]) continue;
                global const T* from =
                    x + i0 * lx->steps[2] + i1 * lx->steps[3] + i2 * lx->steps[4];
                global const T* weight =
                    w + t0 * lw->steps[2] + t1 * lw->steps[3] + t2 * lw->steps[4];
                sum += dot_of(from, xs, weight, ws, channels);
            }
        }
    }
    if (p[18]) sum += bias[bias_at + channel * p[20]];
    if (p[19]) sum += residual[residual_at + offset_of(&problem->layouts[3], i)];
    y[y_at + offset_of(ly, i)] = activated(p[17], sum);
}

// layouts: X, Y.
kernel void pool(long work, global const Problem* problem, TENSOR(const T, x), TENSOR(T, y),
                 global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    global const long* p = problem->numbers;
    global const Layout *lx = &problem->layouts[0], *ly = &problem->layouts[1];
    POSITION(ly)
    x += x_at + image * lx->steps[0] + channel * lx->steps[1];
    T sum = 0, most = -INFINITY, counted = 0;
    for (long t0 = 0; t0 < p[12]; ++t0)
        for (long t1 = 0; t1 < p[13]; ++t1)
            for (long t2 = 0; t2 < p[14]; ++t2) {
                const long at[3] = {source(p, 0, s0, t0), source(p, 1, s1, t1),
                                    source(p, 2, s2, t2)};
                bool inside = true, nowhere = false;
                for (int d = 0; d < 3; ++d) {
                    inside = inside && at[d] >= 0 && at[d] < lx->dims[2 + d];
                    nowhere = nowhere || at[d] >= lx->dims[2 + d] + p[9 + d];
                }
                if (nowhere) continue;
                if (inside || p[22]) counted += 1;
                if (!inside) continue;
                const T here =
                    x[at[0] * lx->steps[2] + at[1] * lx->steps[3] + at[2] * lx->steps[4]];
                sum += here;
                most = here > most || isnan(here) ? here : most;
            }
    y[y_at + offset_of(ly, i)] = p[21] ? sum / counted : most;
}

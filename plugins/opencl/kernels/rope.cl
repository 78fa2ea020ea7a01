// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding: one work-item for each pair of a token, and for each element that is
// only copied; it does all heads, whose angles are the same.
// Angles in double where the device has it: they grow with the position.
#ifdef HAS_F64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
typedef double Angle;
#else
typedef float Angle;
#endif

// layouts: X, Y: [batch, heads, tokens, head]. numbers: rotary dims, interleaved, base, scale, step of
// positions, step of the inverse frequencies, whether they are given.
kernel void rope(long work, global const Problem* problem, TENSOR(const T, x),
                 TENSOR(const int, positions), TENSOR(const float, inverse), TENSOR(T, y),
                 global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    global const long* p = problem->numbers;
    global const Layout *from = &problem->layouts[0], *to = &problem->layouts[1];
    const long half_of = p[0] / 2, each = from->dims[3] - half_of, heads = from->dims[1];
    const long place = i % each, token = i / each % from->dims[2];
    const long batch = i / each / from->dims[2];
    x += x_at + batch * from->steps[0] + token * from->steps[2];
    y += y_at + batch * to->steps[0] + token * to->steps[2];
    const long xs = from->steps[3], ys = to->steps[3];
    if (place >= half_of) {
        const long copied = place + half_of;
        for (long head = 0; head < heads; ++head)
            y[head * to->steps[1] + copied * ys] = x[head * from->steps[1] + copied * xs];
        return;
    }
    const Angle position =
        (Angle)(positions[positions_at + batch * p[4]] + token) / (Angle)real(problem, 3);
    const Angle frequency = p[6] ? (Angle)inverse[inverse_at + place * p[5]]
                                 : pow((Angle)real(problem, 2), (Angle)(-2 * place) / (Angle)p[0]);
    const T c = (T)cos(position * frequency), s = (T)sin(position * frequency);
    const long one = p[1] ? 2 * place : place, other = p[1] ? one + 1 : one + half_of;
    for (long head = 0; head < heads; ++head) {
        global const T* in = x + head * from->steps[1];
        global T* out = y + head * to->steps[1];
        const T a = in[one * xs], b = in[other * xs];
        out[one * ys] = a * c - b * s;
        out[other * ys] = a * s + b * c;
    }
}

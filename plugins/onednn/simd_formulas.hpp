// SPDX-License-Identifier: Apache-2.0
// The functions of ASSAY_OP_ELEMENTWISE on rows of floats. A part of simd_kernels.hpp.

inline float rounded_even(float x) {
    return __builtin_rintf(x);
}
inline float truth(bool yes) {
    return yes ? 1.f : 0.f;
}

bool apply_common(const Formula& f, const float* x, const float* y, float* d, Count n) {
    switch (f.function) {
        case ASSAY_EW_ADD:
            return each(n, [&](Count i) { d[i] = x[i] + y[i]; }), true;
        case ASSAY_EW_MUL:
            return each(n, [&](Count i) { d[i] = x[i] * y[i]; }), true;
        case ASSAY_EW_SUB:
            return each(n, [&](Count i) { d[i] = x[i] - y[i]; }), true;
        case ASSAY_EW_DIV:
            return each(n, [&](Count i) { d[i] = x[i] / y[i]; }), true;
        case ASSAY_EW_MAX:
            return each(n, [&](Count i) { d[i] = x[i] > y[i] ? x[i] : y[i]; }), true;
        case ASSAY_EW_MIN:
            return each(n, [&](Count i) { d[i] = x[i] < y[i] ? x[i] : y[i]; }), true;
        case ASSAY_EW_ACTIVATION:
            each(n, [&](Count i) { d[i] = x[i]; });
            return activate(f.activation, d, n), true;
        case ASSAY_EW_EXP:
            return each(n, [&](Count i) { d[i] = exp_of(x[i]); }), true;
        case ASSAY_EW_SIGMOID:
            return each(n, [&](Count i) { d[i] = sigmoid_of(x[i]); }), true;
        case ASSAY_EW_TANH:
            return each(n, [&](Count i) { d[i] = tanh_of(x[i]); }), true;
        case ASSAY_EW_ERF:
            return each(n, [&](Count i) { d[i] = erf_of(x[i]); }), true;
        default:
            return false;
    }
}

/// act(x) y. y may be d: parts of a row go through a small buffer.
void apply_gated(const Formula& f, const float* x, const float* y, float* d, Count n) {
    constexpr Count most = 256;
    float part[most];
    for (Count begin = 0; begin < n; begin += most) {
        const Count count = n - begin < most ? n - begin : most;
        each(count, [&](Count i) { part[i] = x[begin + i]; });
        activate(f.activation, part, count);
        each(count, [&](Count i) { d[begin + i] = part[i] * y[begin + i]; });
    }
}

bool apply_simple(const Formula& f, const float* x, float* d, Count n) {
    const float p = f.p, q = f.q;
    switch (f.function) {
        case ASSAY_EW_SQRT:
            return each(n, [&](Count i) { d[i] = __builtin_sqrtf(x[i]); }), true;
        case ASSAY_EW_RSQRT:
            return each(n, [&](Count i) { d[i] = 1.f / __builtin_sqrtf(x[i]); }), true;
        case ASSAY_EW_ABS:
            return each(n, [&](Count i) { d[i] = __builtin_fabsf(x[i]); }), true;
        case ASSAY_EW_NEG:
            return each(n, [&](Count i) { d[i] = -x[i]; }), true;
        case ASSAY_EW_FLOOR:
            return each(n, [&](Count i) { d[i] = __builtin_floorf(x[i]); }), true;
        case ASSAY_EW_CEIL:
            return each(n, [&](Count i) { d[i] = __builtin_ceilf(x[i]); }), true;
        case ASSAY_EW_ROUND:
            return each(n, [&](Count i) { d[i] = rounded_even(x[i]); }), true;
        case ASSAY_EW_RECIPROCAL:
            return each(n, [&](Count i) { d[i] = 1.f / x[i]; }), true;
        case ASSAY_EW_CLIP:
            return each(n, [&](Count i) { d[i] = clamp_of(x[i], p, q); }), true;
        case ASSAY_EW_HARD_SIGMOID:
            return each(n, [&](Count i) { d[i] = clamp_of(p * x[i] + q, 0.f, 1.f); }), true;
        case ASSAY_EW_HARD_SWISH:
            return each(n, [&](Count i) { d[i] = x[i] * clamp_of(x[i] / 6.f + 0.5f, 0.f, 1.f); }),
                   true;
        case ASSAY_EW_LEAKY_RELU:
            return each(n, [&](Count i) { d[i] = x[i] < 0.f ? p * x[i] : x[i]; }), true;
        case ASSAY_EW_SIGN:
            return each(n, [&](Count i) { d[i] = truth(x[i] > 0.f) - truth(x[i] < 0.f); }), true;
        case ASSAY_EW_NOT:
            return each(n, [&](Count i) { d[i] = truth(x[i] == 0.f); }), true;
        default:
            return false;
    }
}

/// By the C library, one element at a time.
bool apply_slow(const Formula& f, const float* x, const float* y, float* d, Count n) {
    switch (f.function) {
        case ASSAY_EW_POW:
            for (Count i = 0; i < n; ++i) d[i] = __builtin_powf(x[i], y[i]);
            return true;
        case ASSAY_EW_LOG:
            for (Count i = 0; i < n; ++i) d[i] = __builtin_logf(x[i]);
            return true;
        case ASSAY_EW_SIN:
            for (Count i = 0; i < n; ++i) d[i] = __builtin_sinf(x[i]);
            return true;
        case ASSAY_EW_COS:
            for (Count i = 0; i < n; ++i) d[i] = __builtin_cosf(x[i]);
            return true;
        case ASSAY_EW_ELU:
            for (Count i = 0; i < n; ++i) d[i] = x[i] < 0.f ? f.p * __builtin_expm1f(x[i]) : x[i];
            return true;
        case ASSAY_EW_SOFTPLUS:  // log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), which cannot
                                 // overflow
            for (Count i = 0; i < n; ++i)
                d[i] = relu_of(x[i]) + __builtin_log1pf(__builtin_expf(-__builtin_fabsf(x[i])));
            return true;
        default:
            return false;
    }
}

void apply_choice(const Formula& f, const float* const* xyz, float* d, Count n) {
    const float *x = xyz[0], *y = xyz[1], *z = xyz[2];
    switch (f.function) {
        case ASSAY_EW_PRELU:
            return each(n, [&](Count i) { d[i] = x[i] < 0.f ? y[i] * x[i] : x[i]; });
        case ASSAY_EW_WHERE:
            return each(n, [&](Count i) { d[i] = x[i] != 0.f ? y[i] : z[i]; });
        case ASSAY_EW_EQUAL:
            return each(n, [&](Count i) { d[i] = truth(x[i] == y[i]); });
        case ASSAY_EW_LESS:
            return each(n, [&](Count i) { d[i] = truth(x[i] < y[i]); });
        case ASSAY_EW_GREATER:
            return each(n, [&](Count i) { d[i] = truth(x[i] > y[i]); });
        case ASSAY_EW_AND:
            return each(n, [&](Count i) { d[i] = truth(x[i] != 0.f) * truth(y[i] != 0.f); });
        case ASSAY_EW_OR:
            return each(n, [&](Count i) {
                d[i] = relu_of(truth(x[i] != 0.f) + truth(y[i] != 0.f)) > 0.5f ? 1.f : 0.f;
            });
        default:
            return apply_gated(f, x, y, d, n);
    }
}

void apply(const Formula& f, const float* const* xyz, float* d, Count n) {
    if (!apply_common(f, xyz[0], xyz[1], d, n) && !apply_simple(f, xyz[0], d, n) &&
        !apply_slow(f, xyz[0], xyz[1], d, n)) {
        apply_choice(f, xyz, d, n);
    }
    if (f.alpha != 1.f || f.beta != 0.f) each(n, [&](Count i) { d[i] = f.alpha * d[i] + f.beta; });
}

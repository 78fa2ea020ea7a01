// SPDX-License-Identifier: Apache-2.0
// D = alpha f(x, y, z) + beta, one element for each work-item. TX, TY, TZ, TD: types of the tensors;
// FUNCTION: as assay/attrs.h numbers them.

inline T value(T x, T y, T z, T p, T q, long activation) {
    switch (FUNCTION) {
        case 1: return x + y;
        case 2: return x * y;
        case 3: return x - y;
        case 4: return x / y;
        case 5: return x > y || isnan(x) ? x : y;
        case 6: return activated(activation, x);
        case 7: return activated(activation, x) * y;
        case 8: return exp(x);
        case 9: return LIT(1.0) / (LIT(1.0) + exp(-x));
        case 10: return tanh(x);
        case 11: return x < y || isnan(x) ? x : y;
        case 12: return pow(x, y);
        case 13: return sqrt(x);
        case 14: return LIT(1.0) / sqrt(x);
        case 15: return log(x);
        case 16: return fabs(x);
        case 17: return -x;
        case 18: return erf(x);
        case 19: return floor(x);
        case 20: return ceil(x);
        case 21: return rint(x);
        case 22: return sin(x);
        case 23: return cos(x);
        case 24: return LIT(1.0) / x;
        case 25: return fmin(fmax(x, p), q);
        case 26: return fmin(fmax(p * x + q, LIT(0.0)), LIT(1.0));
        case 27: return x * fmin(fmax(x / LIT(6.0) + LIT(0.5), LIT(0.0)), LIT(1.0));
        case 28: return x < 0 ? p * x : x;
        case 29: return x < 0 ? p * expm1(x) : x;
        case 30: return fmax(x, LIT(0.0)) + log1p(exp(-fabs(x)));
        case 31: return x > 0 ? LIT(1.0) : x < 0 ? -LIT(1.0) : x;
        case 32: return x < 0 ? y * x : x;
        case 33: return x != 0 ? y : z;
        case 34: return x == y;
        case 35: return x < y;
        case 36: return x > y;
        case 37: return x == 0;
        case 38: return x != 0 && y != 0;
        default: return x != 0 || y != 0;
    }
}

kernel void elementwise(long work, global const Problem* problem, TENSOR(const TX, x),
                        TENSOR(const TY, y), TENSOR(const TZ, z), TENSOR(TD, d),
                        global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    const T a = x[x_at + offset_of(&problem->layouts[0], i)];
    const T b = OPERANDS > 1 ? (T)y[y_at + offset_of(&problem->layouts[1], i)] : (T)0;
    const T c = OPERANDS > 2 ? (T)z[z_at + offset_of(&problem->layouts[2], i)] : (T)0;
    const T f = value(a, b, c, real(problem, 1), real(problem, 2), problem->numbers[0]);
    d[d_at + offset_of(&problem->layouts[3], i)] =
        (TD)(SCALED ? real(problem, 3) * f + real(problem, 4) : f);
}

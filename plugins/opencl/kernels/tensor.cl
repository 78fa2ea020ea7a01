// SPDX-License-Identifier: Apache-2.0
// What all kernels share: the element type and the activations. Host's side: programs.hpp.
// T: the element type, float or double. LIT(x): a number of that type.
// V: elements of a vector, 4, 8 or 16.
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#ifdef T_IS_DOUBLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define T double
#define LIT(x) (x)
#else
#define T float
#define LIT(x) (x##f)
#endif
#ifndef V
#define V 4
#endif
#define VT JOIN(T, V)
#define VLOAD JOIN(vload, V)
#define VSTORE JOIN(vstore, V)

// As assay/attrs.h numbers them.
#define ACT_NONE 0
#define ACT_RELU 1
#define ACT_GELU 2
#define ACT_GELU_TANH 3
#define ACT_SILU 4

inline T activated(long activation, T x) {
    if (activation == ACT_RELU) return max(x, LIT(0.0));
    if (activation == ACT_GELU)
        return LIT(0.5) * x * erfc(-x * LIT(0.70710678118654752440));
    if (activation == ACT_GELU_TANH)
        return LIT(0.5) * x *
               (LIT(1.0) +
                tanh(LIT(0.79788456080286535588) * (x + LIT(0.044715) * x * x * x)));
    if (activation == ACT_SILU) return x / (LIT(1.0) + exp(-x));
    return x;
}

// The host's side: tensor_view.hpp.
typedef struct {
    long rank, count, dims[8], steps[8];
} Layout;
typedef struct {
    Layout layouts[6];
    long numbers[64];
} Problem;

// Where element i, counted in row-major order, lies.
inline long offset_of(global const Layout* layout, long i) {
    const int rank = (int)layout->rank;
    if (rank == 0) return 0;
    if (rank == 1) return i * layout->steps[0];
    long at = 0;
    for (int d = rank - 1; d > 0; --d) {
        at += i % layout->dims[d] * layout->steps[d];
        i /= layout->dims[d];
    }
    return at + i * layout->steps[0];
}

// A parameter that is not a whole number.
inline T real(global const Problem* problem, int i) {
#ifdef T_IS_DOUBLE
    return as_double(problem->numbers[i]);
#else
    return as_float((int)problem->numbers[i]);
#endif
}

#define TENSOR(type, name) global type *name, long name##_at

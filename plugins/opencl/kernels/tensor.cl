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

inline T total_of(VT sums) {
    T values[V], total = 0;
    VSTORE(sums, 0, values);
    for (int i = 0; i < V; ++i) total += values[i];
    return total;
}

// The sum of the products of two rows of n elements; by vectors where there are no gaps.
inline T dot_of(global const T* a, long a_step, global const T* b, long b_step, long n) {
    VT sums = (VT)(0);
    T rest = 0;
    long i = 0;
    if (a_step == 1 && b_step == 1)
        for (; i + V <= n; i += V) sums = fma(VLOAD(0, a + i), VLOAD(0, b + i), sums);
    for (; i < n; ++i) rest = fma(a[i * a_step], b[i * b_step], rest);
    return rest + total_of(sums);
}

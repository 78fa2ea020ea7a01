// SPDX-License-Identifier: Apache-2.0
// D = act(alpha A B + beta C + bias), every operand by its steps. R: rows of a tile, C: vectors of a
// row; PACKED: B lies in panels of C * V columns, made by gemm_pack.

typedef struct {
    long m, n, k, activation, has_bias, has_c;
    long a_row, a_column, b_row, b_column, c_row, c_column, d_row, d_column, bias_column;
    long packed_matrix;  // elements from one packed B to the next; 0: one for the whole batch
    long batch_rank, batch_dims[6], a_batch[6], b_batch[6], c_batch[6], d_batch[6];
} Gemm;

inline long batch_offset(global const Gemm* g, global const long* steps, long z) {
    long at = 0;
    for (int i = (int)g->batch_rank - 1; i >= 0; --i) {
        at += z % g->batch_dims[i] * steps[i];
        z /= g->batch_dims[i];
    }
    return at;
}

inline T finished(global const Gemm* g, T sum, T alpha, T beta, T bias, T c) {
    return activated(g->activation, alpha * sum + beta * c + bias);
}

#define OPERANDS                                                                              \
    long work, global const Gemm *g, global const T *a, long a_at, global const T *b,         \
        long b_at, global const T *bias, long bias_at, global const T *c, long c_at, global T *d, \
        long d_at, T alpha, T beta

#define WIDTH (C * V)

#if defined(TILE)
// One work-item computes a tile of R x WIDTH: its sums are vectors that stay in registers.
#define TILE_SUMS(LOAD)                                                           \
    for (long p = 0; p < k; ++p) {                                                \
        VT row[C];                                                                \
        _Pragma("unroll") for (int v = 0; v < C; ++v) row[v] = LOAD;              \
        _Pragma("unroll") for (int r = 0; r < R; ++r) {                           \
            const VT x = (VT)(a[a_row[r] + p * a_column]);                        \
            _Pragma("unroll") for (int v = 0; v < C; ++v) sum[r][v] =             \
                fma(x, row[v], sum[r][v]);                                        \
        }                                                                         \
    }

inline VT part_of(global const T* from, long step, long count) {
    T values[V];
    for (int i = 0; i < V; ++i) values[i] = i < count ? from[i * step] : 0;
    return VLOAD(0, values);
}

kernel __attribute__((reqd_work_group_size(1, 1, 1))) void gemm_tile(OPERANDS) {
    const long i0 = (long)get_global_id(0) * R, panel = get_global_id(1), z = get_global_id(2);
    const long j0 = panel * WIDTH, m = g->m, n = g->n, k = g->k, a_column = g->a_column;
    if (z >= work) return;
    a += a_at + batch_offset(g, g->a_batch, z);
    long a_row[R];
#pragma unroll
    for (int r = 0; r < R; ++r) a_row[r] = min(i0 + r, m - 1) * g->a_row;
#if PACKED
    b += b_at + z * g->packed_matrix + panel * k * WIDTH;
    const long b_row = WIDTH;
    const bool whole = true;
#else
    b += b_at + batch_offset(g, g->b_batch, z) + j0;
    const long b_row = g->b_row;
    const bool whole = j0 + WIDTH <= n;
#endif
    VT sum[R][C];
#pragma unroll
    for (int r = 0; r < R; ++r)
#pragma unroll
        for (int v = 0; v < C; ++v) sum[r][v] = (VT)(0);
    if (whole) {
        TILE_SUMS(VLOAD(0, b + p * b_row + v * V))
    } else {
        TILE_SUMS(part_of(b + p * b_row + v * V, 1, n - j0 - v * V))
    }
    c += c_at + (g->has_c ? batch_offset(g, g->c_batch, z) : 0);
    d += d_at + batch_offset(g, g->d_batch, z);
    const bool plain = j0 + WIDTH <= n && g->d_column == 1 && !g->has_c &&
                       g->activation <= ACT_RELU && (!g->has_bias || g->bias_column == 1);
#pragma unroll
    for (int r = 0; r < R; ++r) {
        const long i = i0 + r;
        if (i >= m) break;
#pragma unroll
        for (int v = 0; v < C; ++v) {
            const long j = j0 + v * V;
            if (plain) {
                VT x = (VT)(alpha) * sum[r][v];
                if (g->has_bias) x += VLOAD(0, bias + bias_at + j);
                if (g->activation == ACT_RELU) x = fmax(x, (VT)(0));
                VSTORE(x, 0, d + i * g->d_row + j);
                continue;
            }
            T values[V];
            VSTORE(sum[r][v], 0, values);
            for (int s = 0; s < V && j + s < n; ++s) {
                const T shift = g->has_bias ? bias[bias_at + (j + s) * g->bias_column] : 0;
                const T old = g->has_c ? c[i * g->c_row + (j + s) * g->c_column] : 0;
                d[i * g->d_row + (j + s) * g->d_column] =
                    finished(g, values[s], alpha, beta, shift, old);
            }
        }
    }
}

// B[k, n] of each batch into panels of WIDTH columns, the last filled up with zeros. One work-item:
// PACK_ROWS rows of one panel.
#define PACK_ROWS 32
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void gemm_pack(long work, global const Gemm* g,
                                                                     global const T* b, long b_at,
                                                                     global T* packed) {
    const long p0 = (long)get_global_id(0) * PACK_ROWS, panel = get_global_id(1);
    const long z = get_global_id(2), k = g->k, j0 = panel * WIDTH;
    if (z >= work) return;
    const long columns = min((long)WIDTH, g->n - j0), rows = min((long)PACK_ROWS, k - p0);
    b += b_at + batch_offset(g, g->b_batch, z) + j0 * g->b_column + p0 * g->b_row;
    packed += z * g->packed_matrix + (panel * k + p0) * WIDTH;
    if (columns == WIDTH && g->b_column == 1) {
        for (long p = 0; p < rows; ++p)
            for (int v = 0; v < C; ++v)
                VSTORE(VLOAD(v, b + p * g->b_row), v, packed + p * WIDTH);
        return;
    }
    for (long j = 0; j < WIDTH; ++j)
        for (long p = 0; p < rows; ++p)
            packed[p * WIDTH + j] = j < columns ? b[p * g->b_row + j * g->b_column] : 0;
}
#endif

#if defined(DOT)
// For few rows, when the elements of A's rows and of B's columns each follow one another: one
// work-item computes R rows of one column.
kernel __attribute__((reqd_work_group_size(1, 1, 1))) void gemm_dot(OPERANDS) {
    const long i0 = (long)get_global_id(1) * R, j = get_global_id(0), z = get_global_id(2);
    const long m = g->m, k = g->k;
    if (z >= work) return;
    a += a_at + batch_offset(g, g->a_batch, z);
    b += b_at + batch_offset(g, g->b_batch, z) + j * g->b_column;
    long a_row[R];
#pragma unroll
    for (int r = 0; r < R; ++r) a_row[r] = min(i0 + r, m - 1) * g->a_row;
    VT sum[R][2];
#pragma unroll
    for (int r = 0; r < R; ++r) sum[r][0] = sum[r][1] = (VT)(0);
    long p = 0;
    for (; p + 2 * V <= k; p += 2 * V) {
        const VT x = VLOAD(0, b + p), y = VLOAD(1, b + p);
#pragma unroll
        for (int r = 0; r < R; ++r) {
            sum[r][0] = fma(x, VLOAD(0, a + a_row[r] + p), sum[r][0]);
            sum[r][1] = fma(y, VLOAD(1, a + a_row[r] + p), sum[r][1]);
        }
    }
    c += c_at + (g->has_c ? batch_offset(g, g->c_batch, z) : 0);
    d += d_at + batch_offset(g, g->d_batch, z);
    const T shift = g->has_bias ? bias[bias_at + j * g->bias_column] : 0;
#pragma unroll
    for (int r = 0; r < R; ++r) {
        if (i0 + r >= m) break;
        T values[V], total = 0;
        VSTORE(sum[r][0] + sum[r][1], 0, values);
        for (int s = 0; s < V; ++s) total += values[s];
        for (long q = p; q < k; ++q) total = fma(a[a_row[r] + q], b[q], total);
        const T old = g->has_c ? c[(i0 + r) * g->c_row + j * g->c_column] : 0;
        d[(i0 + r) * g->d_row + j * g->d_column] = finished(g, total, alpha, beta, shift, old);
    }
}
#endif

#if defined(SHARED)
// For GPUs: a group of 16 x 16 work-items computes a tile of 64 x 64 from local memory, 4 x 4 each.
#define SIDE 64
#define DEPTH 16
kernel __attribute__((reqd_work_group_size(16, 16, 1))) void gemm_shared(OPERANDS) {
    local T left[DEPTH][SIDE + 1], right[DEPTH][SIDE + 1];
    const int x = get_local_id(0), y = get_local_id(1), own = y * 16 + x;
    const long j0 = (long)get_group_id(0) * SIDE, i0 = (long)get_group_id(1) * SIDE;
    const long z = get_global_id(2), m = g->m, n = g->n, k = g->k;
    if (z >= work) return;
    a += a_at + batch_offset(g, g->a_batch, z);
    b += b_at + batch_offset(g, g->b_batch, z);
    T sum[4][4];
    for (int r = 0; r < 4; ++r)
        for (int s = 0; s < 4; ++s) sum[r][s] = 0;
    for (long p0 = 0; p0 < k; p0 += DEPTH) {
        for (int e = own; e < DEPTH * SIDE; e += 256) {
            const int ar = g->a_column == 1 ? e / DEPTH : e % SIDE;
            const int ap = g->a_column == 1 ? e % DEPTH : e / SIDE;
            const int bc = g->b_column == 1 ? e % SIDE : e / DEPTH;
            const int bp = g->b_column == 1 ? e / SIDE : e % DEPTH;
            left[ap][ar] = i0 + ar < m && p0 + ap < k
                               ? a[(i0 + ar) * g->a_row + (p0 + ap) * g->a_column]
                               : 0;
            right[bp][bc] = j0 + bc < n && p0 + bp < k
                                ? b[(p0 + bp) * g->b_row + (j0 + bc) * g->b_column]
                                : 0;
        }
        barrier(CLK_LOCAL_MEM_FENCE);
        for (int p = 0; p < DEPTH; ++p)
            for (int r = 0; r < 4; ++r)
                for (int s = 0; s < 4; ++s)
                    sum[r][s] = fma(left[p][y + 16 * r], right[p][x + 16 * s], sum[r][s]);
        barrier(CLK_LOCAL_MEM_FENCE);
    }
    c += c_at + (g->has_c ? batch_offset(g, g->c_batch, z) : 0);
    d += d_at + batch_offset(g, g->d_batch, z);
    for (int r = 0; r < 4; ++r) {
        for (int s = 0; s < 4; ++s) {
            const long i = i0 + y + 16 * r, j = j0 + x + 16 * s;
            if (i >= m || j >= n) continue;
            const T shift = g->has_bias ? bias[bias_at + j * g->bias_column] : 0;
            const T old = g->has_c ? c[i * g->c_row + j * g->c_column] : 0;
            d[i * g->d_row + j * g->d_column] = finished(g, sum[r][s], alpha, beta, shift, old);
        }
    }
}
#endif

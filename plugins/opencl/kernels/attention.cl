// SPDX-License-Identifier: Apache-2.0
// Attention in one pass over the keys, the largest score corrected as it grows (Milakov & Gimelshein
// 2018): one work-item for each query of each head. VALUE: elements of a row of V.

// layouts: Q, K, V, O, the mask in [batch, heads, queries, keys]. numbers: heads for each of K's,
// causal, window, scale, step of lengths; whether there are a mask and lengths.
kernel void attention(long work, global const Problem* problem, TENSOR(const T, q),
                      TENSOR(const T, k), TENSOR(const T, v), TENSOR(const T, mask),
                      TENSOR(const int, lengths), TENSOR(const T, table), TENSOR(T, o),
                      global int* faults) {
    const long row = get_global_id(0);
    if (row >= work) return;
    global const long* p = problem->numbers;
    global const Layout *lq = &problem->layouts[0], *lk = &problem->layouts[1],
                        *lv = &problem->layouts[2], *lo = &problem->layouts[3],
                        *lm = &problem->layouts[4];
    const long queries = lq->dims[2], keys = lk->dims[2], width = lq->dims[3];
    const long i = row % queries, h = row / queries % lq->dims[1];
    const long b = row / (queries * lq->dims[1]);
    const long length = p[6] ? lengths[lengths_at + b * p[4]] : keys;
    if (length < 0 || length > keys) {
        *faults = 1;
        return;
    }
    q += q_at + b * lq->steps[0] + h * lq->steps[1] + i * lq->steps[2];
    k += k_at + b * lk->steps[0] + h / p[0] * lk->steps[1];
    v += v_at + b * lv->steps[0] + h / p[0] * lv->steps[1];
    mask += mask_at + (p[5] ? b * lm->steps[0] + h * lm->steps[1] + i * lm->steps[2] : 0);
    o += o_at + b * lo->steps[0] + h * lo->steps[1] + i * lo->steps[2];
    const long own = length - queries + i;
    const long end = p[1] ? min(length, own + 1) : length;
    const long begin = p[2] > 0 ? max(0L, own - p[2] + 1) : 0;
    const long qs = lq->steps[3], ks = lk->steps[3], vs = lv->steps[3];
    T sums[VALUE], most = -INFINITY, total = 0;
    for (int e = 0; e < VALUE; ++e) sums[e] = 0;
    for (long j = begin; j < end; ++j) {
        T score = dot_of(q, qs, k + j * lk->steps[2], ks, width);
        score = score * real(problem, 3) + (p[5] ? mask[j * lm->steps[3]] : LIT(0.0));
        if (score == -INFINITY) continue;
        if (score > most) {
            const T shrink = exp(most - score);
            total *= shrink;
            for (int f = 0; f < VALUE; ++f) sums[f] *= shrink;
            most = score;
        }
        const T weight = exp(score - most);
        total += weight;
        global const T* values = v + j * lv->steps[2];
        for (int f = 0; f < VALUE; ++f) sums[f] += weight * values[f * vs];
    }
    for (int e = 0; e < VALUE; ++e) o[e * lo->steps[3]] = total == 0 ? LIT(0.0) : sums[e] / total;
}

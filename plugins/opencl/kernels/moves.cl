// SPDX-License-Identifier: Apache-2.0
// What moves elements of any type E (an unsigned integer of their width), or sums rows of a table.
// TI: the type of indices.

#ifdef COPY
// layouts: X in Y's dimensions, from element numbers[0] on; Y, from numbers[1] on.
kernel void copy(long work, global const Problem* problem, TENSOR(const E, x), TENSOR(E, y),
                 global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    y[y_at + problem->numbers[1] + offset_of(&problem->layouts[1], i)] =
        x[x_at + problem->numbers[0] + offset_of(&problem->layouts[0], i)];
}

// layouts: X, Y. numbers: mode, the constant's bits, then elements before each dimension.
kernel void pad(long work, global const Problem* problem, TENSOR(const E, x), TENSOR(E, y),
                global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    global const Layout *from = &problem->layouts[0], *to = &problem->layouts[1];
    const long mode = problem->numbers[0];
    long rest = i, at = 0;
    bool beyond = false;
    for (int d = (int)to->rank - 1; d >= 0; --d) {
        const long size = from->dims[d];
        long index = rest % to->dims[d] - problem->numbers[2 + d];
        rest /= to->dims[d];
        if (index < 0 || index >= size) {
            beyond = beyond || mode == 0;
            if (mode == 1) index = index < 0 ? 0 : size - 1;
            if (mode == 2) index = index < 0 ? -index : 2 * (size - 1) - index;
        }
        at += index * from->steps[d];
    }
    y[y_at + offset_of(to, i)] = beyond ? (E)problem->numbers[1] : x[x_at + at];
}
#endif

#ifdef GATHER
// layouts: the table without the axis, then rows of it; indices; Y. numbers: dimensions before the
// axis, rows, step of a row.
kernel void gather(long work, global const Problem* problem, TENSOR(const E, table),
                   TENSOR(const TI, indices), TENSOR(E, y), global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    global const Layout *parts = &problem->layouts[0], *index = &problem->layouts[1],
                        *to = &problem->layouts[2];
    const int before = (int)problem->numbers[0], many = (int)index->rank;
    long rest = i, at = 0, index_at = 0, to_at = 0;
    for (int d = (int)to->rank - 1; d >= 0; --d) {
        const long digit = rest % to->dims[d];
        rest /= to->dims[d];
        to_at += digit * to->steps[d];
        if (d >= before && d < before + many) {
            index_at += digit * index->steps[d - before];
        } else {
            at += digit * parts->steps[d < before ? d : d - many];
        }
    }
    const long row = indices[indices_at + index_at];
    if (row < 0 || row >= problem->numbers[1]) {
        *faults = 1;
        return;
    }
    y[y_at + to_at] = table[table_at + at + row * problem->numbers[2]];
}

// numbers: width, per bag, rows, mean; steps of the table, indices and Y: two each.
kernel void gather_bags(long work, global const Problem* problem, TENSOR(const T, table),
                        TENSOR(const TI, indices), TENSOR(T, y), global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    global const long* p = problem->numbers;
    const long bag = i / p[0], column = i % p[0];
    T sum = 0;
    for (long j = 0; j < p[1]; ++j) {
        const long row = indices[indices_at + bag * p[6] + j * p[7]];
        if (row < 0 || row >= p[2]) {
            *faults = 1;
            return;
        }
        sum += table[table_at + row * p[4] + column * p[5]];
    }
    y[y_at + bag * p[8] + column * p[9]] = p[3] ? sum / (T)p[1] : sum;
}

// layouts: X, the cache. numbers: step of positions, room. Nothing of a batch is written when its
// position is wrong.
kernel void scatter(long work, global const Problem* problem, TENSOR(const E, before),
                    TENSOR(const E, x), TENSOR(const TI, positions), TENSOR(E, cache),
                    global int* faults) {
    const long i = get_global_id(0);
    if (i >= work) return;
    global const Layout *from = &problem->layouts[0], *to = &problem->layouts[1];
    const long last = i % from->dims[3], token = i / from->dims[3] % from->dims[2];
    const long head = i / (from->dims[3] * from->dims[2]) % from->dims[1];
    const long batch = i / (from->dims[3] * from->dims[2] * from->dims[1]);
    const long position = positions[positions_at + batch * problem->numbers[0]];
    if (position < 0 || position > problem->numbers[1]) {
        *faults = 1;
        return;
    }
    cache[cache_at + batch * to->steps[0] + head * to->steps[1] +
          (position + token) * to->steps[2] + last * to->steps[3]] =
        x[x_at + offset_of(from, i)];
}
#endif

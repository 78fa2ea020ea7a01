// SPDX-License-Identifier: Apache-2.0
// Softmax, norms and reductions: one work-item for each line. Sums are kept in eight parts, which
// is faster and rounds less than one.
#define PARTS 8

inline T joined(const T* parts) {
    return ((parts[0] + parts[4]) + (parts[2] + parts[6])) +
           ((parts[1] + parts[5]) + (parts[3] + parts[7]));
}

// numbers: length, step of X, step of Y, logarithm.
kernel void softmax(long work, global const Problem* problem, TENSOR(const T, x), TENSOR(T, y),
                    global int* faults) {
    const long row = get_global_id(0);
    if (row >= work) return;
    const long n = problem->numbers[0], xs = problem->numbers[1], ys = problem->numbers[2];
    x += x_at + offset_of(&problem->layouts[0], row);
    y += y_at + offset_of(&problem->layouts[1], row);
    T most = x[0];
    for (long i = 1; i < n; ++i) most = fmax(most, x[i * xs]);
    const bool logarithm = problem->numbers[3] != 0;
    T parts[PARTS] = {0};
    for (long i = 0; i < n; ++i) {
        const T power = exp(x[i * xs] - most);
        parts[i % PARTS] += power;
        if (!logarithm) y[i * ys] = power;
    }
    const T sum = joined(parts), shift = most + log(sum);
    for (long i = 0; i < n; ++i) y[i * ys] = logarithm ? x[i * xs] - shift : y[i * ys] / sum;
}

// numbers: kind, channels of a group, elements of a channel, groups, activation, epsilon; from 8 on
// steps of channel and element: X, residual, Y, sum; from 16 on of gamma, beta, mean, variance (0:
// absent is said at 20 on: gamma, beta, residual, mean, sum).
kernel void norm(long work, global const Problem* problem, TENSOR(const T, x),
                 TENSOR(const T, gamma), TENSOR(const T, beta), TENSOR(const T, residual),
                 TENSOR(const T, mean_of), TENSOR(const T, variance_of), TENSOR(T, y),
                 TENSOR(T, sum_out), global int* faults) {
    const long row = get_global_id(0);
    if (row >= work) return;
    global const long* p = problem->numbers;
    const bool rms = p[0] == 2, has_residual = p[22] != 0, given = p[23] != 0;
    const long channels = p[1], spatial = p[2], first = row % p[3] * channels;
    x += x_at + offset_of(&problem->layouts[0], row);
    if (has_residual) residual += residual_at + offset_of(&problem->layouts[1], row);
    y += y_at + offset_of(&problem->layouts[2], row);
    if (p[24]) sum_out += sum_out_at + offset_of(&problem->layouts[3], row);
#define AT(k) (c * p[8 + 2 * k] + s * p[9 + 2 * k])
#define X_HERE (has_residual ? x[AT(0)] + residual[AT(1)] : x[AT(0)])
    const T count = (T)(channels * spatial);
    T mean = 0, variance = 0;
    if (given) {
        mean = mean_of[mean_of_at + first * p[18]];
        variance = variance_of[variance_of_at + first * p[19]];
    } else {
        if (!rms) {
            T parts[PARTS] = {0};
            for (long c = 0; c < channels; ++c)
                for (long s = 0; s < spatial; ++s) parts[(c + s) % PARTS] += X_HERE;
            mean = joined(parts) / count;
        }
        T parts[PARTS] = {0};
        for (long c = 0; c < channels; ++c)
            for (long s = 0; s < spatial; ++s) {
                const T far = X_HERE - mean;
                parts[(c + s) % PARTS] += far * far;
            }
        variance = joined(parts) / count;
    }
    const T factor = LIT(1.0) / sqrt(variance + real(problem, 5));
    for (long c = 0; c < channels; ++c) {
        const T scale = p[20] ? gamma[gamma_at + (first + c) * p[16]] : LIT(1.0);
        const T shift = p[21] ? beta[beta_at + (first + c) * p[17]] : LIT(0.0);
        for (long s = 0; s < spatial; ++s) {
            const T here = X_HERE;
            if (p[24]) sum_out[AT(3)] = here;
            y[AT(2)] = activated(p[4], (here - mean) * factor * scale + shift);
        }
    }
}

#ifdef FUNCTION
// layouts: X's dimensions that stay, those that go, Y's.
kernel void reduce(long work, global const Problem* problem, TENSOR(const T, x), TENSOR(TY, y),
                   global int* faults) {
    const long row = get_global_id(0);
    if (row >= work) return;
    x += x_at + offset_of(&problem->layouts[0], row);
    global const Layout* inner = &problem->layouts[1];
    const long n = inner->count;
    global TY* to = y + y_at + offset_of(&problem->layouts[2], row);
    if (FUNCTION >= 3 && FUNCTION != 6 && FUNCTION != 7) {
        const bool least = FUNCTION == 5 || FUNCTION == 8;
        T best = x[0];
        long place = 0;
        for (long i = 1; i < n; ++i) {
            const T here = x[offset_of(inner, i)];
            const bool better =
                !isnan(best) && ((least ? here < best : here > best) || isnan(here));
            place = better ? i : place;
            best = better ? here : best;
        }
        *to = FUNCTION == 4 || FUNCTION == 8 ? (TY)place : (TY)best;
        return;
    }
    if (FUNCTION == 6) {
        T product = 1;
        for (long i = 0; i < n; ++i) product *= x[offset_of(inner, i)];
        *to = (TY)product;
        return;
    }
    T parts[PARTS] = {0};
    for (long i = 0; i < n; ++i) {
        const T here = x[offset_of(inner, i)];
        parts[i % PARTS] += FUNCTION == 7 ? here * here : here;
    }
    const T sum = joined(parts);
    *to = (TY)(FUNCTION == 2 ? sum / (T)n : sum);
}
#endif

// SPDX-License-Identifier: Apache-2.0
// Softmax, norms and reductions: a line for each item, its elements dealt to the lanes.
#pragma once

#include "kernels/lanes.hpp"

namespace assay::cuda {

/// layouts: X and Y without the axis. numbers: length, step of X, step of Y, logarithm.
template <class T>
struct Softmax {
    using C = Computed<T>;

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t line, Lanes lanes) {
        const Problem& problem = arguments.problem;
        const std::int64_t n = problem.numbers[0], xs = problem.numbers[1], ys = problem.numbers[2];
        const T* x = input<T>(arguments, 0) + offset_of(problem.layouts[0], line);
        T* y = output<T>(arguments, 1) + offset_of(problem.layouts[1], line);
        Placed<C> most{number(x[0]), 0};
        for (std::int64_t i = lanes.rank; i < n; i += lane_count) {
            const Placed<C> here{number(x[i * xs]), i};
            if (ahead(here, most, false)) most = here;
        }
        const C largest = lanes.first(most, false).value;
        C sum = 0;
        for (std::int64_t i = lanes.rank; i < n; i += lane_count) {
            sum += std::exp(number(x[i * xs]) - largest);
        }
        sum = lanes.sum(sum);
        const bool logarithm = problem.numbers[3] != 0;
        const C shift = std::log(sum);
        for (std::int64_t i = lanes.rank; i < n; i += lane_count) {
            const C far = number(x[i * xs]) - largest;
            save(y[i * ys], logarithm ? far - shift : std::exp(far) / sum);
        }
    }
};

/// X, gamma, beta, residual, mean, variance, Y, sum. layouts: where lines begin in X, the residual,
/// Y and the sum. numbers: 0 kind, 1 channels, 2 spatial, 3 groups, 4 activation, 5 which are there
/// (a bit for each tensor), 8 steps by channel and by place of the same four, 16 steps of gamma,
/// beta, mean and variance. reals: epsilon.
template <class T>
struct Norm {
    using C = Computed<T>;

    const Arguments& arguments;
    std::int64_t line;

    ASSAY_DEVICE bool has(int tensor) const {
        return (arguments.problem.numbers[5] >> tensor & 1) != 0;
    }
    /// Where element i of the line lies in the k-th of X, residual, Y, sum.
    ASSAY_DEVICE std::int64_t place(int k, std::int64_t i) const {
        const std::int64_t* p = arguments.problem.numbers;
        return offset_of(arguments.problem.layouts[k], line) + i / p[2] * p[8 + 2 * k] +
               i % p[2] * p[9 + 2 * k];
    }
    ASSAY_DEVICE C value(std::int64_t i) const {
        const C x = number(input<T>(arguments, 0)[place(0, i)]);
        return has(3) ? x + number(input<T>(arguments, 3)[place(1, i)]) : x;
    }
    /// Of gamma, beta, mean, variance: the element of a channel.
    ASSAY_DEVICE C parameter(int tensor, int step, std::int64_t channel) const {
        return number(input<T>(arguments, tensor)[channel * arguments.problem.numbers[step]]);
    }
    ASSAY_DEVICE C mean(std::int64_t n, Lanes lanes) const {
        C sum = 0;
        for (std::int64_t i = lanes.rank; i < n; i += lane_count) sum += value(i);
        return lanes.sum(sum) / C(n);
    }
    ASSAY_DEVICE C variance(std::int64_t n, C mean, Lanes lanes) const {
        C sum = 0;
        for (std::int64_t i = lanes.rank; i < n; i += lane_count) {
            const C far = value(i) - mean;
            sum += far * far;
        }
        return lanes.sum(sum) / C(n);
    }

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t line, Lanes lanes) {
        const Norm norm{arguments, line};
        const std::int64_t* p = arguments.problem.numbers;
        const std::int64_t n = p[1] * p[2], first = line % p[3] * p[1];
        const bool given = norm.has(4), rms = p[0] == 2;
        const C mean = given ? norm.parameter(4, 18, first) : rms ? C(0) : norm.mean(n, lanes);
        const C variance = given ? norm.parameter(5, 19, first) : norm.variance(n, mean, lanes);
        const C factor = C(1) / std::sqrt(variance + C(arguments.problem.reals[0]));
        for (std::int64_t i = lanes.rank; i < n; i += lane_count) {
            const std::int64_t channel = first + i / p[2];
            const C here = norm.value(i);
            C result = (here - mean) * factor;
            if (norm.has(1)) result *= norm.parameter(1, 16, channel);
            if (norm.has(2)) result += norm.parameter(2, 17, channel);
            if (norm.has(7)) save(output<T>(arguments, 7)[norm.place(3, i)], here);
            save(output<T>(arguments, 6)[norm.place(2, i)], activated(p[4], result));
        }
    }
};

/// layouts: X's dimensions that stay, those that go, Y's. numbers: the function, as assay/attrs.h
/// numbers it.
template <class T>
struct Reduce {
    using C = Computed<T>;
    enum Function {
        sum = 1,
        mean,
        largest,
        place_of_largest,
        least,
        product,
        squares,
        place_of_least
    };

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t line, Lanes lanes) {
        const Problem& problem = arguments.problem;
        const auto function = static_cast<int>(problem.numbers[0]);
        const T* x = input<T>(arguments, 0) + offset_of(problem.layouts[0], line);
        const std::int64_t to = offset_of(problem.layouts[2], line);
        const Layout& inner = problem.layouts[1];
        Placed<C> best{number(x[0]), 0};
        C total = 0, all = 1;
        const bool downwards = function == least || function == place_of_least;
        for (std::int64_t i = lanes.rank; i < inner.count; i += lane_count) {
            const C here = number(x[offset_of(inner, i)]);
            total += function == squares ? here * here : here;
            all *= here;
            if (ahead({here, i}, best, downwards)) best = {here, i};
        }
        total = lanes.sum(total);
        all = lanes.product(all);
        best = lanes.first(best, downwards);
        if (lanes.rank != 0) return;
        if (function == place_of_largest || function == place_of_least) {
            output<std::int32_t>(arguments, 1)[to] = static_cast<std::int32_t>(best.place);
        } else {
            const C results[] = {total, total / C(inner.count), best.value, C(0), best.value, all,
                                 total};
            save(output<T>(arguments, 1)[to], results[function - 1]);
        }
    }
};

}  // namespace assay::cuda

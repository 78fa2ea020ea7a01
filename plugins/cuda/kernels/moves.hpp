// SPDX-License-Identifier: Apache-2.0
// What moves elements of any type, as unsigned integers E of their width; and sums of rows of a
// table.
#pragma once

#include "kernels/lanes.hpp"

namespace assay::cuda {

/// X, Y. layouts: X in Y's dimensions, Y. numbers: the first element of X and of Y.
template <class E>
struct Copy {
    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Problem& problem = arguments.problem;
        output<E>(arguments, 1)[problem.numbers[1] + offset_of(problem.layouts[1], i)] =
            input<E>(arguments, 0)[problem.numbers[0] + offset_of(problem.layouts[0], i)];
    }
};

/// X, Y. layouts: the same. numbers: mode, the constant's bits, then elements before each
/// dimension.
template <class E>
struct Pad {
    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Problem& problem = arguments.problem;
        const Layout &from = problem.layouts[0], &to = problem.layouts[1];
        const std::int64_t mode = problem.numbers[0];
        std::int64_t rest = i, at = 0;
        bool beyond = false;
        for (int d = static_cast<int>(to.rank) - 1; d >= 0; --d) {
            const std::int64_t size = from.dims[d];
            std::int64_t index = rest % to.dims[d] - problem.numbers[2 + d];
            rest /= to.dims[d];
            if (index < 0 || index >= size) {
                beyond = beyond || mode == 0;
                if (mode == 1) index = index < 0 ? 0 : size - 1;
                if (mode == 2) index = index < 0 ? -index : 2 * (size - 1) - index;
            }
            at += index * from.steps[d];
        }
        output<E>(arguments, 1)[offset_of(to, i)] =
            beyond ? static_cast<E>(problem.numbers[1]) : input<E>(arguments, 0)[at];
    }
};

/// Table, indices, Y. layouts: the table without the axis; indices; Y. numbers: dimensions before
/// the axis, rows, step of a row, whether indices are i64.
template <class E>
struct Gather {
    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Problem& problem = arguments.problem;
        const Layout &parts = problem.layouts[0], &indices = problem.layouts[1],
                     &to = problem.layouts[2];
        const auto before = static_cast<int>(problem.numbers[0]),
                   many = static_cast<int>(indices.rank);
        std::int64_t rest = i, at = 0, place = 0, to_at = 0;
        for (int d = static_cast<int>(to.rank) - 1; d >= 0; --d) {
            const std::int64_t digit = rest % to.dims[d];
            rest /= to.dims[d];
            to_at += digit * to.steps[d];
            if (d >= before && d < before + many) {
                place += digit * indices.steps[d - before];
            } else {
                at += digit * parts.steps[d < before ? d : d - many];
            }
        }
        const std::int64_t row = index_at(arguments.at[1], problem.numbers[3] != 0, place);
        if (row < 0 || row >= problem.numbers[1]) {
            *arguments.fault = 1;
            return;
        }
        output<E>(arguments, 2)[to_at] = input<E>(arguments, 0)[at + row * problem.numbers[2]];
    }
};

/// Table, indices, Y. numbers: width, per bag, rows, whether the mean, steps of the table, indices
/// and Y (two each), whether indices are i64.
template <class T>
struct GatherBags {
    using C = Computed<T>;

    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const std::int64_t* p = arguments.problem.numbers;
        const std::int64_t bag = i / p[0], column = i % p[0];
        C sum = 0;
        for (std::int64_t j = 0; j < p[1]; ++j) {
            const std::int64_t row = index_at(arguments.at[1], p[10] != 0, bag * p[6] + j * p[7]);
            if (row < 0 || row >= p[2]) {
                *arguments.fault = 1;
                return;
            }
            sum += number(input<T>(arguments, 0)[row * p[4] + column * p[5]]);
        }
        save(output<T>(arguments, 2)[bag * p[8] + column * p[9]], p[3] != 0 ? sum / C(p[1]) : sum);
    }
};

/// The cache as input, X, positions, the cache as output. layouts: X, the cache. numbers: step of
/// positions, room, whether they are i64. Nothing of a batch is written when its position is wrong.
template <class E>
struct Scatter {
    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const Problem& problem = arguments.problem;
        const Layout &from = problem.layouts[0], &to = problem.layouts[1];
        const std::int64_t last = i % from.dims[3], token = i / from.dims[3] % from.dims[2];
        const std::int64_t head = i / (from.dims[3] * from.dims[2]) % from.dims[1];
        const std::int64_t batch = i / (from.dims[3] * from.dims[2] * from.dims[1]);
        const std::int64_t position =
            index_at(arguments.at[2], problem.numbers[2] != 0, batch * problem.numbers[0]);
        if (position < 0 || position > problem.numbers[1]) {
            *arguments.fault = 1;
            return;
        }
        const std::int64_t at = batch * to.steps[0] + head * to.steps[1] +
                                (position + token) * to.steps[2] + last * to.steps[3];
        output<E>(arguments, 3)[at] = input<E>(arguments, 1)[offset_of(from, i)];
    }
};

/// numbers: bytes in all, the pattern. Four bytes for each item, one by one where they must be.
struct Fill {
    ASSAY_DEVICE static void run(const Arguments& arguments, std::int64_t i, Lanes) {
        const std::int64_t bytes = arguments.problem.numbers[0];
        const auto pattern = static_cast<std::uint32_t>(arguments.problem.numbers[1]);
        auto* to = output<unsigned char>(arguments, 0) + 4 * i;
        const bool whole = reinterpret_cast<std::uintptr_t>(to) % 4 == 0 && 4 * i + 4 <= bytes;
        if (whole) {
            *reinterpret_cast<std::uint32_t*>(to) = pattern;
            return;
        }
        for (int j = 0; j < 4 && 4 * i + j < bytes; ++j) {
            to[j] = static_cast<unsigned char>(pattern >> (8 * j));
        }
    }
};

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
// What checks cost, in CPU time of one thread. The answer is right without a GEMM having been
// computed: A is a permutation, so that D is B in another order.
#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/workload/exact.hpp"
#include "core/workload/fill.hpp"
#include "core/workload/single_products.hpp"
#include "tests/proof/proof.hpp"

namespace proof {
namespace {

using namespace assay;
using Bytes = std::vector<std::byte>;

double cpu_s() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

/// Seconds that `work` takes.
template <class Work>
double seconds(Work work) {
    const double begun = cpu_s();
    work();
    return cpu_s() - begun;
}

struct Permuted {
    Gemm gemm;
    Bytes a, b, d;

    explicit Permuted(std::int64_t n) : gemm{.m = n, .n = n, .k = n} {
        const auto rows = static_cast<std::uint64_t>(n), bytes_of_row = 4 * rows;
        a.resize(rows * bytes_of_row);
        b.resize(rows * bytes_of_row);
        d.resize(rows * bytes_of_row);
        fill(b, Dtype::f32, {});
        for (std::uint64_t i = 0; i < rows; ++i) {
            const std::uint64_t from = (i * 7 + 1) % rows;  // n is a power of two
            store(a, Dtype::f32, i * rows + from, 1);
            std::copy_n(b.begin() + static_cast<std::ptrdiff_t>(from * bytes_of_row), bytes_of_row,
                        d.begin() + static_cast<std::ptrdiff_t>(i * bytes_of_row));
        }
    }
};

void print_row(std::int64_t n) {
    double answer = 0;
    std::string method;
    {
        const Permuted problem(n);
        answer = seconds([&] {
            method = check_gemm(problem.gemm, {problem.a, problem.b, {}, problem.d}, {}, 1).reason;
        });
    }
    if (!method.empty()) fmt::print("the check of {} failed: {}\n", n, method);
    const Gemm gemm{.m = n, .n = n, .k = n};
    Bytes d(bytes(Dtype::f32, static_cast<std::uint64_t>(n * n)));
    double draw = 0, compare = 0;
    {
        std::unique_ptr<ExactGemm> exact;
        draw = seconds([&] { exact = std::make_unique<ExactGemm>(gemm, 1); });
        exact->store_answer(d);
        compare = seconds([&] {
            if (!exact->check(d).passed) fmt::print("the exact check of {} failed\n", n);
        });
    }
    std::unique_ptr<SingleProducts> single;
    const double single_draw = seconds([&] { single = std::make_unique<SingleProducts>(gemm, 1); });
    const double single_compare = seconds([&] { static_cast<void>(single->error(d)); });
    fmt::print("| {} | {:.3f} | {:.3f} + {:.3f} | {:.3f} + {:.3f} |\n", n, answer, draw, compare,
               single_draw, single_compare);
}

}  // namespace

int print_cost(int largest) {
    fmt::print(
        "CPU seconds of one thread, f32:\n\n| n | the answer on random numbers: elements and "
        "Freivalds | integers: draw + compare | single products: draw + compare "
        "|\n|---:|---:|---:|---:|\n");
    for (std::int64_t n = 512; n <= largest; n *= 2) print_row(n);
    fmt::print("\n");
    return 0;
}

}  // namespace proof

// SPDX-License-Identifier: Apache-2.0
// The kernels of contest.toml as a user of Google Benchmark would time them: registered the
// ordinary way, nothing of its defaults changed. tests/contest/run adds ten repetitions.
#include <cstddef>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/workload/fill.hpp"
#include "core/workload/gemm.hpp"
#include "tests/overhead/onednn_directly.hpp"

namespace {

/// The same numbers that Assay gives its plugin.
std::vector<std::byte> numbers(std::int64_t size, std::uint64_t stream) {
    std::vector<std::byte> made(static_cast<std::size_t>(size * size) * sizeof(float));
    assay::fill(made, assay::Dtype::f32, {.stream = stream});
    return made;
}

void matmul_f32(benchmark::State& state) {
    const std::int64_t size = state.range(0);
    const auto a = numbers(size, 0), b = numbers(size, 1);
    constexpr auto f32 = dnnl::memory::data_type::f32;
    assay::overhead::OnednnDirectly matmul(size, f32, f32, a, b);
    for ([[maybe_unused]] auto _ : state)
        matmul.run();  // NOLINT(clang-analyzer-deadcode.DeadStores)
    state.SetLabel(matmul.implementation());
}
BENCHMARK(matmul_f32)->Arg(64)->Arg(384)->Arg(832);

}  // namespace

BENCHMARK_MAIN();

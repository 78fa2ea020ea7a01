// SPDX-License-Identifier: Apache-2.0
#include "core/measure/probe_work.hpp"

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay {
namespace {

// chosen: 0.2 ms at 3 GHz with two units of latency 4; longer than a wake-up, shorter than a turn
constexpr int steps = 120'000;
constexpr int sums = 10;  // more than latency x units, so that every unit is busy
constexpr int chain_steps = 50'000;
constexpr float factor = 0.999F, summand = 0.001F;  // x -> 1: no overflow, no denormal

/// Lets nobody know that a value is not used.
template <class T>
void keep(T& value) {
#if defined(__x86_64__)
    asm volatile("" : "+x"(value));
#else
    asm volatile("" : "+w"(value));
#endif
}

// Four lanes: every processor of the last twenty years, in whatever units its baseline has.
using Lanes = float __attribute__((vector_size(16)));

void portable() {
    Lanes sum[sums]{};
    for (int i = 0; i < steps; ++i) {
        for (Lanes& each : sum) {
            each = each * factor + summand;
            keep(each);
        }
    }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void avx2() {
    const __m256 times = _mm256_set1_ps(factor), plus = _mm256_set1_ps(summand);
    __m256 sum[sums]{};
    for (int i = 0; i < steps; ++i) {
        for (__m256& each : sum) {
            each = _mm256_fmadd_ps(each, times, plus);
            asm volatile("" : "+x"(each));
        }
    }
}

__attribute__((target("avx512f"))) void avx512() {
    const __m512 times = _mm512_set1_ps(factor), plus = _mm512_set1_ps(summand);
    __m512 sum[sums]{};
    for (int i = 0; i < steps; ++i) {
        for (__m512& each : sum) {
            each = _mm512_fmadd_ps(each, times, plus);
            asm volatile("" : "+v"(each));
        }
    }
}
#endif

struct Kind {
    const char* name;
    void (*work)();
};

Kind choose() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return {"avx512", avx512};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {"avx2", avx2};
#endif
    return {"portable", portable};
}

const Kind& chosen() {
    static const Kind kind = choose();
    return kind;
}

}  // namespace

void probe_multiply_adds() {
    chosen().work();
}

void probe_chain() {
    std::uint64_t x = 1;
    for (int i = 0; i < chain_steps; ++i) {
        x = x * 6364136223846793005U + 1;  // Knuth's MMIX multiplier
        asm volatile("" : "+r"(x));
    }
}

const char* probe_kind() {
    return chosen().name;
}

}  // namespace assay

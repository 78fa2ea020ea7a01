// SPDX-License-Identifier: Apache-2.0
// Loops over the threads of libgomp, the run-time that Debian's oneDNN uses too. Its entry is
// called by hand and not through -fopenmp: with clang that would bring a second run-time, and two
// pools of spinning threads disturb each other. GOMP_parallel is libgomp's stable ABI (GOMP_4.0).
#pragma once

#include <cstdint>

extern "C" void GOMP_parallel(void (*body)(void*), void* data, unsigned threads, unsigned flags);
extern "C" int omp_get_max_threads(void);
extern "C" int omp_get_thread_num(void);
extern "C" int omp_get_num_threads(void);

namespace assay::onednn {

inline int thread_count() {
    return omp_get_max_threads();
}

/// Calls body(begin, end, thread) for parts of 0..count-1 that are equal but for one, on at most
/// `threads` threads. The parts depend on their number only, so results do not vary. `body` must
/// not throw.
template <class F>
void parallel(std::int64_t count, int threads, const F& body) {
    if (count <= 1 || threads <= 1) {
        if (count > 0) body(std::int64_t{0}, count, 0);
        return;
    }
    struct Job {
        std::int64_t count;
        const F* body;
    } job{count, &body};
    const auto part = [](void* data) {
        const Job& mine = *static_cast<const Job*>(data);
        const std::int64_t thread = omp_get_thread_num(), all = omp_get_num_threads();
        const std::int64_t begin = mine.count * thread / all;
        const std::int64_t end = mine.count * (thread + 1) / all;
        if (begin < end) (*mine.body)(begin, end, static_cast<int>(thread));
    };
    GOMP_parallel(part, &job, static_cast<unsigned>(threads), 0);
}

/// Threads for that many elements of simple work: waking a team costs as much as some 10^4 of them.
inline int team(std::int64_t elements) {
    constexpr std::int64_t least = 16384;  // chosen: about 2 us of one core in L2
    return elements < least ? 1 : thread_count();
}

}  // namespace assay::onednn

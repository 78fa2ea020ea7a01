// SPDX-License-Identifier: Apache-2.0
// The interference probe: a fixed piece of work on as many threads as the plugin uses, between two
// turns. A neighbour on the same core, a shared cache's owner or a throttled clock slow it down,
// where no counter of the kernel shows anything. Judges nothing. research/performance 5.
#pragma once

#include <memory>
#include <string>

namespace assay {

/// One listening.
struct ProbeReading {
    double work_ns = 0;   ///< Independent multiply-adds on all threads at once: the slowest thread.
    double chain_ns = 0;  ///< A chain of dependent integer operations: the core's clock alone.
    double spent_s = 0;   ///< The whole of read(): waiting and both pieces of work.
};

class InterferenceProbe {
public:
    /// Starts `threads` - 1 threads that sleep until read(). threads >= 1.
    explicit InterferenceProbe(int threads);
    ~InterferenceProbe();
    InterferenceProbe(const InterferenceProbe&) = delete;
    InterferenceProbe& operator=(const InterferenceProbe&) = delete;

    /// About 0.3 ms of work, after waiting until the plugin's own threads sleep (15 ms at most).
    ProbeReading read();

    [[nodiscard]] int threads() const;
    /// What the work is made of: "avx512", "avx2", "portable". Readings of different kinds do not
    /// compare.
    [[nodiscard]] static std::string kind();

private:
    class Crew;
    std::unique_ptr<Crew> crew_;
};

}  // namespace assay

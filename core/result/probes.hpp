// SPDX-License-Identifier: Apache-2.0
// What the interference probe says of a run: how fast it is undisturbed, and readings with its
// slow-down taken out. Derived on reading, never stored. research/performance 5.
#pragma once

#include <optional>
#include <vector>

#include "core/result/run.hpp"

namespace assay {

/// The undisturbed probe of a subject: the 5 % quantile of all its readings in the run.
struct ProbeReference {
    std::string kind;
    int threads = 0;
    double work_ns = 0, chain_ns = 0;
};

/// One for each subject; nothing for a subject without probes.
std::vector<std::optional<ProbeReference>> probe_references(const Run& run);

/// The slow-down of each turn: its probe over the reference, 1 when undisturbed. Empty when the
/// sample has no probe of that kind.
std::vector<double> slow_downs(const SampleRecord& sample, const ProbeReference& reference);

/// The readings from `from` on, each divided by the slow-down of its turn. Empty likewise.
std::vector<double> normalised_readings(const SampleRecord& sample, const ProbeReference& reference,
                                        std::size_t from);

/// How much slower the core's clock was in each turn than at its best in the run, at least 1.
std::vector<double> clock_slow_downs(const SampleRecord& sample, const ProbeReference& reference);

}  // namespace assay

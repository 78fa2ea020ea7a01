// SPDX-License-Identifier: Apache-2.0
#include "core/result/probes.hpp"

#include <algorithm>

#include "core/stat/sample.hpp"

namespace assay {
namespace {

// As in research/performance 5: the fastest twentieth may be luck, the median may be disturbed.
constexpr double undisturbed = 0.05;

/// All that was heard for one subject.
struct Heard {
    std::string kind;
    int threads = 0;
    std::vector<double> work_ns, chain_ns;
};

void take(Heard& heard, const ProbeRecord& probe) {
    if (heard.work_ns.empty()) {
        heard.kind = probe.kind;
        heard.threads = probe.threads;
    }
    if (heard.kind != probe.kind || heard.threads != probe.threads) return;
    heard.work_ns.insert(heard.work_ns.end(), probe.before_ns.begin(), probe.before_ns.end());
    heard.work_ns.insert(heard.work_ns.end(), probe.after_ns.begin(), probe.after_ns.end());
    heard.chain_ns.insert(heard.chain_ns.end(), probe.chain_ns.begin(), probe.chain_ns.end());
}

std::optional<ProbeReference> reference_of(const Heard& heard) {
    if (heard.work_ns.empty() || heard.chain_ns.empty()) return std::nullopt;
    const ProbeReference reference{heard.kind, heard.threads, quantile(heard.work_ns, undisturbed),
                                   quantile(heard.chain_ns, undisturbed)};
    if (!(reference.work_ns > 0) || !(reference.chain_ns > 0)) return std::nullopt;
    return reference;
}

bool fits(const SampleRecord& sample, const ProbeReference& reference) {
    return sample.probe && sample.probe->kind == reference.kind &&
           sample.probe->threads == reference.threads;
}

}  // namespace

std::vector<std::optional<ProbeReference>> probe_references(const Run& run) {
    std::vector<Heard> heard(run.header.subjects.size());
    for (const CaseRecord& record : run.records) {
        if (!record.sample || !record.sample->probe) continue;
        take(heard.at(static_cast<std::size_t>(record.subject)), *record.sample->probe);
    }
    std::vector<std::optional<ProbeReference>> references;
    for (const Heard& each : heard) references.push_back(reference_of(each));
    return references;
}

std::vector<double> slow_downs(const SampleRecord& sample, const ProbeReference& reference) {
    std::vector<double> factors;
    if (!fits(sample, reference)) return factors;
    const ProbeRecord& probe = *sample.probe;
    for (std::size_t i = 0; i < probe.before_ns.size(); ++i) {
        factors.push_back((probe.before_ns[i] + probe.after_ns[i]) / 2 / reference.work_ns);
    }
    return factors;
}

std::vector<double> normalised_readings(const SampleRecord& sample, const ProbeReference& reference,
                                        std::size_t from) {
    const std::vector<double> factors = slow_downs(sample, reference);
    std::vector<double> readings;
    std::size_t at = 0;
    for (std::size_t turn = 0; turn < factors.size(); ++turn) {
        const std::size_t end = at + static_cast<std::size_t>(sample.turns[turn]);
        for (; at < end; ++at) {
            if (at >= from) readings.push_back(sample.readings_ns[at] / factors[turn]);
        }
    }
    return readings;
}

std::vector<double> clock_slow_downs(const SampleRecord& sample, const ProbeReference& reference) {
    std::vector<double> factors;
    if (!fits(sample, reference)) return factors;
    for (const double chain_ns : sample.probe->chain_ns) {
        factors.push_back(std::max(1.0, chain_ns / reference.chain_ns));
    }
    return factors;
}

}  // namespace assay

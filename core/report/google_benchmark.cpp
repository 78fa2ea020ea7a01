// SPDX-License-Identifier: Apache-2.0
// A run in the JSON of Google Benchmark 1.7: each pass is a repetition. Its tools/compare.py reads
// it (it wants cpu_time in every row, and tests medians of repetitions).
#include <algorithm>

#include "core/base/json.hpp"
#include "core/report/report.hpp"
#include "core/result/whole.hpp"
#include "core/stat/sample.hpp"

namespace assay {
namespace {

Json context(const Run& run) {
    const Machine& machine = run.header.machine;
    Json caches = Json::array();
    for (const Cache& each : machine.caches) {
        caches.push_back({{"type", each.kind},
                          {"level", each.level},
                          {"size", each.bytes},
                          {"num_sharing", each.shared_by_cpus}});
    }
    return {{"date", run.header.started_utc},
            {"host_name", machine.host_name},
            {"executable", "assay"},
            {"num_cpus", machine.cpus_online},
            {"mhz_per_cpu", machine.max_clock_hz / 1000000},
            {"cpu_scaling_enabled", machine.governor != "" && machine.governor != "performance"},
            {"caches", std::move(caches)},
            {"load_avg", Json::array({machine.load_1min})},
            {"library_build_type", "release"}};
}

Json repetition(const Run& run, const CaseSummary& row, std::size_t index) {
    const auto& subject = run.header.subjects.at(static_cast<std::size_t>(row.subject));
    const std::string label = run.header.subjects.size() > 1 ? subject.label + "/" : "";
    const double ns = row.pass_medians[index] * 1e9;
    std::int64_t iterations = 0;
    double cpu_ns = ns;
    for (const CaseRecord* record : row.records) {
        if (record->pass != row.passes[index] || !record->sample) continue;
        iterations = record->sample->invocations *
                     static_cast<std::int64_t>(record->sample->readings_ns.size());
        // The kernel's count over all threads; a simulated device uses none.
        if (record->counters.cpu_ns > 0) {
            cpu_ns = static_cast<double>(record->counters.cpu_ns) / static_cast<double>(iterations);
        }
    }
    return {{"name", label + row.id},
            {"run_name", label + row.id},
            {"run_type", "iteration"},
            {"repetitions", row.pass_medians.size()},
            {"repetition_index", index},
            {"threads", std::max(subject.threads, 1)},
            {"iterations", iterations},
            {"real_time", ns},
            {"cpu_time", cpu_ns},
            {"time_unit", "ns"},
            {"items_per_second", flop(row.workload) / (ns * 1e-9)},
            {"label", row.paths.empty() ? "" : row.paths.front()}};
}

}  // namespace

std::string run_google_benchmark(const Run& run) {
    Json json = Json::object();
    json["context"] = context(run);
    json["benchmarks"] = Json::array();
    for (const CaseSummary& row : summarise(run)) {
        const WholeSummary whole(run, row);
        for (std::size_t i = 0; i < row.pass_medians.size(); ++i) {
            json["benchmarks"].push_back(repetition(run, *whole, i));
        }
    }
    return pretty_json(json) + "\n";
}

}  // namespace assay

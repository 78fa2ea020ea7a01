// SPDX-License-Identifier: Apache-2.0
// Groups the records of a run by case and subject. The estimate is the geometric mean over passes
// of the median time of one invocation within a pass (docs/comparing.md).
#include "core/result/summary.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/result/clocks.hpp"
#include "core/result/probes.hpp"
#include "core/result/two_stage.hpp"
#include "core/stat/passes.hpp"
#include "core/stat/plan.hpp"

namespace assay {

namespace {

constexpr double seconds_per_ns = 1e-9;

/// Seconds for one invocation, from readings of this sample.
double pass_median(const SampleRecord& sample, std::span<const double> readings_ns) {
    return median(readings_ns) / static_cast<double>(sample.invocations) * seconds_per_ns;
}

/// What stands against a number that a record claims; "" when nothing does.
std::string objection(const CaseRecord& record) {
    if (!record.check || !record.check->passed) return "no passed check";
    if (record.check_after && !record.check_after->passed) {
        return "check after timing: " + record.check_after->reason;
    }
    if (!record.sample || record.sample->readings_ns.empty()) return "no readings";
    if (!(pass_median(*record.sample, record.sample->readings_ns) > 0)) {
        return "the median is 0: the clock is too coarse";
    }
    return "";
}

std::string not_counted(const CaseRecord& record) {
    if (record.outcome.state != State::measured) return "";
    const std::string against = objection(record);
    return against.empty() ? "" : "not counted: " + against;
}

/// The pass has a number, and nothing stands against it.
bool counts(const CaseRecord& record) {
    return record.outcome.state == State::measured && objection(record).empty();
}

bool worse(const Check& one, const Check& other) {
    if (one.passed != other.passed) return !one.passed;
    return one.worst > other.worst;
}

void take_check(CaseSummary& summary, const std::optional<Check>& check) {
    if (check && (!summary.check || worse(*check, *summary.check))) summary.check = check;
}

/// The pass counts as measured, or says why not.
Outcome judge(const CaseRecord& record) {
    if (record.outcome.state != State::measured) return record.outcome;
    if (std::string against = objection(record); !against.empty()) {
        return {State::failed, std::move(against), "check"};
    }
    return record.outcome;
}

/// Which of two passes speaks for the case, whatever their order.
int weight(State state) {
    return state == State::measured ? 2 : state == State::failed ? 1 : 0;
}

void take(CaseSummary& summary, const CaseRecord& record) {
    take_check(summary, record.check);
    take_check(summary, record.check_after);
    const Outcome outcome = judge(record);
    if (summary.records.empty() || weight(outcome.state) > weight(summary.outcome.state)) {
        summary.outcome = outcome;
    }
    if (record.prepared && !record.prepared->path.empty() &&
        std::ranges::find(summary.paths, record.prepared->path) == summary.paths.end()) {
        summary.paths.push_back(record.prepared->path);
    }
    summary.records.push_back(&record);
}

/// "no steady state (3 of 10 passes)"; the count is left out when it came in every pass.
std::vector<std::string> distinct_warnings(const std::vector<const CaseRecord*>& records) {
    std::vector<std::pair<std::string, std::size_t>> counted;
    for (const CaseRecord* record : records) {
        std::set<std::string> once(record->warnings.begin(), record->warnings.end());
        if (std::string lost = not_counted(*record); !lost.empty()) once.insert(std::move(lost));
        for (const std::string& text : once) {
            const auto found =
                std::ranges::find(counted, text, &decltype(counted)::value_type::first);
            if (found == counted.end())
                counted.emplace_back(text, 1);
            else
                ++found->second;
        }
    }
    std::vector<std::string> warnings;
    for (const auto& [text, passes] : counted) {
        const std::string count =
            " (" + std::to_string(passes) + " of " + std::to_string(records.size()) + " passes)";
        warnings.push_back(passes == records.size() ? text : text + count);
    }
    return warnings;
}

/// The medians of one pass: of the readings after what is left of the warm-up.
void take_pass(CaseSummary& summary, const CaseRecord& record, const ProbeReference* reference) {
    const SampleRecord& sample = *record.sample;
    // A queue's latencies are what they are: nothing of a load is warm-up.
    const Steady steady = record.load ? Steady{} : steady_part(sample.readings_ns);
    const auto kept = std::span<const double>(sample.readings_ns).subspan(steady.cut);
    summary.passes.push_back(record.pass);
    summary.pass_medians.push_back(pass_median(sample, kept));
    summary.steady.push_back(steady);
    if (reference == nullptr) return;
    const std::vector<double> normalised = normalised_readings(sample, *reference, steady.cut);
    if (!normalised.empty()) {
        summary.normalised_medians.push_back(pass_median(sample, normalised));
    }
}

std::vector<const CaseRecord*> counted_records(const CaseSummary& summary) {
    std::vector<const CaseRecord*> counted;
    for (const CaseRecord* record : summary.records) {
        if (counts(*record)) counted.push_back(record);
    }
    return counted;
}

/// What the sensors beside the readings say; a counter with a fault is warned of.
void take_sensors(CaseSummary& summary) {
    const std::vector<const CaseRecord*> counted = counted_records(summary);
    std::string why;
    summary.energy = energy_of(counted, why);
    summary.celsius = highest_celsius(counted);
    if (!why.empty()) summary.warnings.push_back("no energy: " + why);
    summary.clock_hz = clock_of(counted, why);
    if (!why.empty()) summary.warnings.push_back("no clock: " + why);
}

/// Under load the rates are of the time that all queries took together.
void take_load(CaseSummary& summary) {
    summary.load = load_summary(summary.protocol, counted_records(summary));
    if (!summary.load) return;
    const auto samples = static_cast<double>(samples_in(summary.workload));
    const double invocations_per_s = summary.load->samples_per_second / samples;
    const double operations = flop(summary.workload);
    if (operations > 0) summary.rate = operations * invocations_per_s;
    summary.bandwidth = least_bytes(summary.workload) * invocations_per_s;
    const auto* run = std::get_if<Inference>(&summary.workload);
    if (run != nullptr) summary.units_per_s = static_cast<double>(run->units) * invocations_per_s;
}

void estimate(CaseSummary& summary, const ProbeReference* reference) {
    for (const CaseRecord* record : counted_records(summary)) {
        take_pass(summary, *record, reference);
    }
    // A mixture of raw and normalised passes would be neither.
    if (summary.normalised_medians.size() != summary.pass_medians.size()) {
        summary.normalised_medians.clear();
    }
    if (!summary.normalised_medians.empty()) {
        summary.normalised = pass_interval(summary.normalised_medians);
    }
}

/// With passes chosen by a pilot the spread is the pilot's: statistics 1.1, adaptive R.
void take_interval(CaseSummary& summary, const RunRecord& header) {
    if (!header.two_stage) {
        summary.time = pass_interval(summary.pass_medians);
        return;
    }
    const TwoStage& plan = *header.two_stage;
    summary.time = two_stage_interval(summary.pass_medians, pilot_count(summary, plan));
    const int needed = passes_needed(summary, plan);
    if (needed <= plan.most_passes) return;
    summary.warnings.push_back("wider than asked: " + std::to_string(needed) +
                               " passes are needed, " + std::to_string(plan.most_passes) +
                               " are the most");
}

void derive(CaseSummary& summary, const RunRecord& run, const ProbeReference* reference) {
    const Subject& subject = run.subjects.at(static_cast<std::size_t>(summary.subject));
    summary.warnings = distinct_warnings(summary.records);
    estimate(summary, reference);
    if (summary.pass_medians.empty()) return;
    take_interval(summary, run);
    summary.doubts = doubts(summary, run, reference);
    const double operations = flop(summary.workload);
    if (operations > 0) summary.rate = operations / summary.time.center;
    summary.bandwidth = least_bytes(summary.workload) / summary.time.center;
    if (const auto* model = std::get_if<Inference>(&summary.workload)) {
        summary.units_per_s = static_cast<double>(model->units) / summary.time.center;
    }
    take_load(summary);
    take_sensors(summary);
    const double peak = highest_peak(subject.peaks, operand_of(summary.workload));
    if (peak > 0 && summary.rate) summary.peak_fraction = *summary.rate / peak;
    if (!summary.clock_hz || !summary.rate) return;
    const double at_clock =
        highest_peak_at(subject.peaks, operand_of(summary.workload), *summary.clock_hz);
    if (at_clock > 0) summary.peak_at_clock_fraction = *summary.rate / at_clock;
}

CaseSummary begin(const CaseRecord& record) {
    CaseSummary summary;
    summary.key = record.key;
    summary.id = record.id;
    summary.group = record.group;
    summary.roof = record.roof.value_or(false);
    summary.workload = record.workload;
    summary.protocol = record.protocol;
    summary.subject = record.subject;
    return summary;
}

}  // namespace

Condition CaseSummary::condition() const {
    return doubts.empty() ? Condition::valid : doubts.front().condition;
}

std::vector<CaseSummary> summarise(const Run& run) {
    std::vector<const CaseRecord*> records;
    for (const CaseRecord& record : run.records) records.push_back(&record);
    // Passes run in random order and may be interleaved between subjects.
    std::ranges::stable_sort(records, {}, [](const CaseRecord* each) {
        return std::tuple(each->subject, each->index, each->pass);
    });
    std::vector<CaseSummary> summaries;
    std::map<std::pair<int, std::string>, std::size_t> place;
    for (const CaseRecord* record : records) {
        const auto [found, added] =
            place.try_emplace({record->subject, record->id}, summaries.size());
        if (added) summaries.push_back(begin(*record));
        take(summaries[found->second], *record);
    }
    const auto references = probe_references(run);
    for (CaseSummary& summary : summaries) {
        const auto& reference = references.at(static_cast<std::size_t>(summary.subject));
        derive(summary, run.header, reference ? &*reference : nullptr);
    }
    take_roofs(run, summaries);
    return summaries;
}

}  // namespace assay

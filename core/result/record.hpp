// SPDX-License-Identifier: Apache-2.0
// The records of a result file, as plain values. Written once while the run goes (writer.hpp), read
// back (reader.hpp). Derived numbers (medians, rates) are not here: they are computed on reading.
// Format: results/result.schema.json, results/README.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/boxed.hpp"
#include "core/machine/machine.hpp"
#include "core/machine/quiet.hpp"
#include "core/suite/case.hpp"
#include "core/suite/profile.hpp"
#include "core/workload/check.hpp"

namespace assay {

inline constexpr std::string_view schema_name = "assay/run/0.2";

using KeyValues = std::vector<std::pair<std::string, std::string>>;

/// What a plugin says of itself, and which file said it.
struct PluginRecord {
    std::string name;  ///< As asked for: "onednn".
    std::string path, sha256;
    std::string id, title, version, vendor, license, build, libraries;
    int abi_minor = 0;
    KeyValues options;  ///< Every option that affects results, defaults included.
};

/// What it says of a device. Unknown is "" or 0.
struct DeviceRecord {
    int index = 0;
    std::string kind;  ///< "cpu", "gpu", "npu", "fpga", "simulated", "other".
    std::string id, name, vendor, arch, driver, firmware, partition, pci_address;
    int numa_node = -1;
    std::uint32_t compute_units = 0;
    std::uint64_t memory_bytes = 0, memory_bytes_per_s = 0, last_level_cache_bytes = 0;
    std::uint64_t max_clock_hz = 0, power_limit_mw = 0;
    std::string timer;  ///< "none", "host", "device", "virtual".
    double timer_resolution_ns = 0;
};

/// A stated peak of the device, with where it comes from.
struct PeakRecord {
    std::string unit;  ///< "vector" or "matrix".
    Dtype operand = Dtype::none, accumulator = Dtype::none;
    std::string source;  ///< "datasheet" or "computed".
    double ops_per_s = 0;
    std::uint64_t at_clock_hz = 0;
};

/// One plugin on one device with one set of settings: what a run measures.
struct Subject {
    int index = 0;
    std::string label;  ///< Unique in the run: "onednn", "onednn:threads=1".
    PluginRecord plugin;
    DeviceRecord device;
    std::vector<PeakRecord> peaks;
    int threads = 0;       ///< Threads the plugin was given; 0: its own choice.
    std::string affinity;  ///< CPU list the worker was bound to; "" none.
    /// Of a run with --together: the number of the subject that is the same, measured alone; this
    /// one's turns are at one instant with those of the others that have it. Absent: alone.
    std::optional<int> together_of{};
};

struct ToolRecord {
    std::string name = "assay", version, commit, compiler, build_type, sha256;
};

/// The suite as it was run: its whole text, and what was selected of it.
struct SuiteRecord {
    std::string name, title, sha256, filter;
    std::vector<std::pair<std::string, std::string>> files;  ///< path, text.
    int cases = 0;
};

/// Passes by Stein's two-stage rule: a pilot, then as many as its spread asks for.
struct TwoStage {
    int pilot_passes = 0;  ///< Spread and degrees of freedom of intervals are theirs.
    double target = 0;     ///< The wanted half width of the 95 % interval, 0.01 for ±1 %.
    int most_passes = 0;   ///< Pilot included.
};

/// First record: everything that was the same for all cases.
struct RunRecord {
    std::string schema{schema_name};
    std::string run_id;  ///< Random, 32 hexadecimal digits.
    std::string started_utc;
    ToolRecord tool;
    std::vector<std::string> command_line;
    SuiteRecord suite;
    Profile profile;
    std::uint64_t order_seed = 0;  ///< Seeds the order of cases in each pass.
    bool in_process = false, anonymous = false;
    /// "lockstep": two subjects took turns. "together": each was measured alone, and with the
    /// others at one instant (Subject::together_of). Absent: apart.
    std::optional<std::string> pairing;
    std::optional<TwoStage> two_stage;
    std::optional<double> max_seconds;  ///< No pass was begun that would end later than that.
    Machine machine;
    std::optional<Quiet> quiet;  ///< Listened to for a moment before the first pass.
    std::vector<Subject> subjects;
};

enum class State { measured, skipped, failed };
std::string_view name(State state);

/// What a case came to in one pass.
struct Outcome {
    State state = State::failed;
    std::string reason;  ///< "" only when measured: "unsupported: …", "too slow: …", "killed by …".
    std::string phase;  ///< Where it stopped: "prepare", "check", "measure" …; "" when measured.
};

/// What the plugin prepared.
struct PreparedRecord {
    std::string support;  ///< "native", "emulated", "host".
    std::string note;     ///< How, when emulated or host.
    std::string path;     ///< The kernel or algorithm, in the plugin's words.
    Dtype accumulator = Dtype::none;
    Math math = Math::strict;
    bool deterministic = false;
    std::uint64_t workspace_bytes = 0, constant_bytes = 0;
    double prepare_ns = 0;             ///< Host clock around op_prepare and exec_bind_const.
    double build_ns = 0, tune_ns = 0;  ///< As the plugin says; 0 unknown.
    double first_invocation_ns = 0;    ///< Host clock, enqueue to done.
    std::uint64_t rotated_bytes = 0;   ///< Bytes that the cache state rotates over; 0 when hot.
    int rotated_sets = 1;
    /// Of a model's constants, bytes that were on the device already, from an earlier case of the
    /// pass: neither filled nor uploaded again. Absent in other work, and in files before it came.
    std::optional<std::uint64_t> shared_bytes{};
    /// Its operators that were ready with these constants, repacked ones included. Likewise.
    std::optional<std::int64_t> shared_operators{};
};

/// What else was done in a pass so that a wrong answer, or work that was not done, would have been
/// seen; docs/proof.md.
struct ProofRecord {
    /// Elements that were equal to the exact answer on integers that cancel; 0: not tried, or
    /// refused (the outcome says so).
    std::uint64_t exact_elements = 0;
    std::string not_exact;        ///< Why it was not tried; "" when it was.
    std::string precision;        ///< Of operands, as found with single products: "f32"; "" not.
    std::optional<bool> repeats;  ///< Called again, it gave the same bits. Absent: not tried.
    std::int64_t calls_seen = 0;  ///< Calls between timed ones whose answers were looked at.
    double seconds = 0;           ///< All checks of the pass, their untimed calls included.
};

/// The interference probe beside a sample: one number for each turn (core/measure/probe.hpp).
struct ProbeRecord {
    std::string kind;  ///< What the work is made of; readings of one kind compare.
    int threads = 1;   ///< That worked together.
    std::vector<double> before_ns, after_ns;  ///< The fixed work, on the slowest thread.
    std::vector<double> chain_ns;  ///< Dependent operations: inverse to the core's clock.
    double spent_s = 0;            ///< What all of that took beside the readings, waits included.
};

/// Raw readings, in the order taken. A reading is the time of `invocations` invocations.
struct SampleRecord {
    std::string metric = "time";
    std::string clock;  ///< Of readings_ns: "host", "device" or "virtual".
    std::int64_t invocations = 1;
    /// Before them, while the size of a batch was found: each batch, per invocation. Absent in
    /// files before 0.2.
    std::optional<std::vector<double>> settling_ns;
    std::vector<double> warmup_ns;  ///< Before the readings that count.
    std::vector<double> readings_ns;
    std::vector<double> host_ns;  ///< Host bracket of each reading; empty when clock is "host".
    std::vector<int> turns;       ///< Readings of each turn, in order; their sum is all.
    std::string stop;             ///< "precise", "time cap", "reading cap".
    Boxed<ProbeRecord> probe;     ///< Absent: no CPU of the host, or a file before 0.2.
};

/// One trial of the search for the largest rate (core/stat/max_rate.hpp).
struct TrialRecord {
    std::string purpose;  ///< "bracket", "bisect", "confirm", "refute".
    double queries_per_second = 0;
    std::int64_t min_queries = 0;
    double min_seconds = 0;
    std::uint64_t seed = 0;  ///< Of its schedule.
    std::string kept;        ///< "met", "missed", "undecided".
    bool exceeded = false;   ///< More beyond the bound than 1 - percentile.
};

struct SearchRecord {
    std::string end;                       ///< "sustained", …: core/stat/max_rate.hpp.
    double queries_per_second = 0;         ///< The claim.
    double failed_queries_per_second = 0;  ///< The lowest that was tried and not met; 0: none.
    double upper_queries_per_second = 0;   ///< Where every refutation exceeded; 0: none.
    double confidence = 0;
    double scheduled_s = 0;  ///< Of queries, all trials.
    std::vector<TrialRecord> trials;
};

/// When the tokens of each query of text generation came; its latency is its reading.
struct GenerationRecord {
    std::vector<double> first_token_ns;  ///< Of each finished query, from its issue.
    /// Of each finished query in the same order: from one token to the next, output_tokens - 1
    /// times.
    std::vector<double> next_token_ns;
};

/// How a case stood the load that its protocol names. Latencies are the sample's readings, in the
/// order in which the queries were due, without those unfinished; of a search the sample is the
/// time of one query at the claimed rate.
struct LoadRecord {
    std::int64_t queries = 0;
    std::vector<std::int64_t> unfinished;  ///< Numbers of queries not done in time, ascending.
    double seconds = 0;                    ///< From the first query due to the last one done.
    std::uint64_t schedule_seed = 0;       ///< server, no search: of core/workload/arrivals.hpp.
    std::string schedule_sha256;           ///< Likewise.
    double p99_issue_delay_s = 0, worst_issue_delay_s = 0;  ///< server: issued after it was due.
    std::optional<SearchRecord> search;
    std::optional<GenerationRecord> generation{};  ///< Of generate.
};

/// A sensor beside a case's readings: what it showed from before to after each turn.
struct SensorRecord {
    std::string owner{};                    ///< "device": its plugin's; "host".
    std::string kind{};                     ///< "energy", "temperature", "clock", "throttle".
    std::string name{}, scope{}, source{};  ///< "package-0", "package", "powercap".
    std::optional<double> period_s{};       ///< How often its value changes, where that is known.
    double seconds = 0;                     ///< Of all turns, readings and what lies between them.
    std::optional<double> joules{};         ///< Of an energy counter without a fault.
    /// Of an energy counter, in the first pass: before its first case, with the device open and
    /// nothing asked of it.
    std::optional<double> idle_watts{};
    std::optional<double> lowest_celsius{}, highest_celsius{};
    std::optional<std::string> fault{};  ///< Why there is no value.
    std::optional<double> mean_hz{};     ///< Of a clock: of all readings, each turn by its length.
    std::optional<double> lowest_hz{}, highest_hz{};
    /// Of a throttle sensor: what held the clock back at any reading, "power", "thermal", ….
    std::optional<std::vector<std::string>> throttled_by{};
};

/// How much of a case's turns fell together with those of the other devices, of --together.
struct SharingRecord {
    int devices = 0;        ///< That were to be at work at once, this one included.
    int turns = 0;          ///< Taken.
    double measured_s = 0;  ///< Of the host's clock, from before the first reading of each turn to
                            ///< after its last, all turns.
    double overlapped_s = 0;  ///< Of those, while every other device was at work too.
};

/// One case in one pass on one subject.
struct CaseRecord {
    int subject = 0, pass = 0;
    int order = 0;  ///< Position in the pass.
    int index = 0;  ///< Position in the suite: the order of tables.
    std::string key, id, group;
    std::optional<bool> roof;  ///< It measures a roof (roofs.hpp). Absent: it does not.
    Workload workload;
    Protocol protocol;
    Outcome outcome;
    std::optional<Check> check;        ///< Before timing.
    std::optional<Check> check_after;  ///< Of the last timed invocation's output.
    std::optional<ProofRecord> proof;  ///< Absent in models, and in files before it came.
    std::optional<PreparedRecord> prepared;
    std::optional<SampleRecord> sample;                ///< Only with passed checks.
    Boxed<LoadRecord> load;                            ///< Only with a sample of a case under load.
    std::optional<std::vector<SensorRecord>> sensors;  ///< Absent: there are none.
    std::optional<SharingRecord> sharing;              ///< Only of a subject that is together_of.
    Counters counters;                                 ///< While its readings were taken.
    double elapsed_s = 0;           ///< All of it: preparation, check, warm-up, readings.
    std::optional<int> resumption;  ///< Of the run, from 1; absent before the first.
    std::vector<std::string> warnings;
};

/// Last record: the run ended by itself.
struct EndRecord {
    std::string ended_utc;
    std::string status;  ///< "complete" or "interrupted".
    int records = 0;     ///< Case records written.
    int measured = 0, skipped = 0, failed = 0;
    std::optional<std::string> stopped_by;  ///< "max-time: 3 of 10 passes". Absent: nothing.
};

}  // namespace assay

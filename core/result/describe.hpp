// SPDX-License-Identifier: Apache-2.0
// Names every field of every record once, in the order of the result file. Reader, writer, schema
// test and confounder list are visitors of these; a field added here is in all of them.
#pragma once

#include <type_traits>

#include "core/result/record.hpp"

namespace assay {

/// True for `Record` and `const Record`: a describe() serves readers and writers.
template <class Self, class Record>
concept Is = std::is_same_v<std::remove_const_t<Self>, Record>;

template <Is<PluginRecord> Self, class Visitor>
void describe(Self& plugin, Visitor&& field) {
    field("name", plugin.name);
    field("path", plugin.path);
    field("sha256", plugin.sha256);
    field("id", plugin.id);
    field("title", plugin.title);
    field("version", plugin.version);
    field("vendor", plugin.vendor);
    field("license", plugin.license);
    field("build", plugin.build);
    field("libraries", plugin.libraries);
    field("abi_minor", plugin.abi_minor);
    field("options", plugin.options);
}

template <Is<DeviceRecord> Self, class Visitor>
void describe(Self& device, Visitor&& field) {
    field("index", device.index);
    field("kind", device.kind);
    field("id", device.id);
    field("name", device.name);
    field("vendor", device.vendor);
    field("arch", device.arch);
    field("driver", device.driver);
    field("firmware", device.firmware);
    field("partition", device.partition);
    field("pci_address", device.pci_address);
    field("numa_node", device.numa_node);
    field("compute_units", device.compute_units);
    field("memory_bytes", device.memory_bytes);
    field("memory_bytes_per_s", device.memory_bytes_per_s);
    field("last_level_cache_bytes", device.last_level_cache_bytes);
    field("max_clock_hz", device.max_clock_hz);
    field("power_limit_mw", device.power_limit_mw);
    field("timer", device.timer);
    field("timer_resolution_ns", device.timer_resolution_ns);
}

template <Is<PeakRecord> Self, class Visitor>
void describe(Self& peak, Visitor&& field) {
    field("unit", peak.unit);
    field("operand", peak.operand);
    field("accumulator", peak.accumulator);
    field("source", peak.source);
    field("ops_per_s", peak.ops_per_s);
    field("at_clock_hz", peak.at_clock_hz);
}

template <Is<Subject> Self, class Visitor>
void describe(Self& subject, Visitor&& field) {
    field("index", subject.index);
    field("label", subject.label);
    field("plugin", subject.plugin);
    field("device", subject.device);
    field("peaks", subject.peaks);
    field("threads", subject.threads);
    field("affinity", subject.affinity);
    field("together_of", subject.together_of);
}

template <Is<ToolRecord> Self, class Visitor>
void describe(Self& tool, Visitor&& field) {
    field("name", tool.name);
    field("version", tool.version);
    field("commit", tool.commit);
    field("compiler", tool.compiler);
    field("build_type", tool.build_type);
    field("sha256", tool.sha256);
}

template <Is<SuiteRecord> Self, class Visitor>
void describe(Self& suite, Visitor&& field) {
    field("name", suite.name);
    field("title", suite.title);
    field("sha256", suite.sha256);
    field("filter", suite.filter);
    field("files", suite.files);
    field("cases", suite.cases);
}

template <Is<TwoStage> Self, class Visitor>
void describe(Self& plan, Visitor&& field) {
    field("pilot_passes", plan.pilot_passes);
    field("target", plan.target);
    field("most_passes", plan.most_passes);
}

template <Is<RunRecord> Self, class Visitor>
void describe(Self& run, Visitor&& field) {
    field("schema", run.schema);
    field("run_id", run.run_id);
    field("started_utc", run.started_utc);
    field("tool", run.tool);
    field("command_line", run.command_line);
    field("suite", run.suite);
    field("profile", run.profile);
    field("order_seed", run.order_seed);
    field("in_process", run.in_process);
    field("anonymous", run.anonymous);
    field("pairing", run.pairing);
    field("two_stage", run.two_stage);
    field("max_seconds", run.max_seconds);
    field("machine", run.machine);
    field("quiet", run.quiet);
    field("subjects", run.subjects);
}

template <Is<Outcome> Self, class Visitor>
void describe(Self& outcome, Visitor&& field) {
    field("state", outcome.state);
    field("reason", outcome.reason);
    field("phase", outcome.phase);
}

template <Is<PreparedRecord> Self, class Visitor>
void describe(Self& prepared, Visitor&& field) {
    field("support", prepared.support);
    field("note", prepared.note);
    field("path", prepared.path);
    field("accumulator", prepared.accumulator);
    field("math", prepared.math);
    field("deterministic", prepared.deterministic);
    field("workspace_bytes", prepared.workspace_bytes);
    field("constant_bytes", prepared.constant_bytes);
    field("prepare_ns", prepared.prepare_ns);
    field("build_ns", prepared.build_ns);
    field("tune_ns", prepared.tune_ns);
    field("first_invocation_ns", prepared.first_invocation_ns);
    field("rotated_bytes", prepared.rotated_bytes);
    field("rotated_sets", prepared.rotated_sets);
    field("shared_bytes", prepared.shared_bytes);
    field("shared_operators", prepared.shared_operators);
}

template <Is<ProofRecord> Self, class Visitor>
void describe(Self& proof, Visitor&& field) {
    field("exact_elements", proof.exact_elements);
    field("not_exact", proof.not_exact);
    field("precision", proof.precision);
    field("repeats", proof.repeats);
    field("calls_seen", proof.calls_seen);
    field("seconds", proof.seconds);
}

template <Is<ProbeRecord> Self, class Visitor>
void describe(Self& probe, Visitor&& field) {
    field("kind", probe.kind);
    field("threads", probe.threads);
    field("before_ns", probe.before_ns);
    field("after_ns", probe.after_ns);
    field("chain_ns", probe.chain_ns);
    field("spent_s", probe.spent_s);
}

template <Is<SampleRecord> Self, class Visitor>
void describe(Self& sample, Visitor&& field) {
    field("metric", sample.metric);
    field("clock", sample.clock);
    field("invocations", sample.invocations);
    field("settling_ns", sample.settling_ns);
    field("warmup_ns", sample.warmup_ns);
    field("readings_ns", sample.readings_ns);
    field("host_ns", sample.host_ns);
    field("turns", sample.turns);
    field("stop", sample.stop);
    field("probe", sample.probe);
}

template <Is<TrialRecord> Self, class Visitor>
void describe(Self& trial, Visitor&& field) {
    field("purpose", trial.purpose);
    field("queries_per_second", trial.queries_per_second);
    field("min_queries", trial.min_queries);
    field("min_seconds", trial.min_seconds);
    field("seed", trial.seed);
    field("kept", trial.kept);
    field("exceeded", trial.exceeded);
}

template <Is<SearchRecord> Self, class Visitor>
void describe(Self& search, Visitor&& field) {
    field("end", search.end);
    field("queries_per_second", search.queries_per_second);
    field("failed_queries_per_second", search.failed_queries_per_second);
    field("upper_queries_per_second", search.upper_queries_per_second);
    field("confidence", search.confidence);
    field("scheduled_s", search.scheduled_s);
    field("trials", search.trials);
}

template <Is<GenerationRecord> Self, class Visitor>
void describe(Self& generation, Visitor&& field) {
    field("first_token_ns", generation.first_token_ns);
    field("next_token_ns", generation.next_token_ns);
}

template <Is<LoadRecord> Self, class Visitor>
void describe(Self& load, Visitor&& field) {
    field("queries", load.queries);
    field("unfinished", load.unfinished);
    field("seconds", load.seconds);
    field("schedule_seed", load.schedule_seed);
    field("schedule_sha256", load.schedule_sha256);
    field("p99_issue_delay_s", load.p99_issue_delay_s);
    field("worst_issue_delay_s", load.worst_issue_delay_s);
    field("search", load.search);
    field("generation", load.generation);
}

template <Is<SensorRecord> Self, class Visitor>
void describe(Self& sensor, Visitor&& field) {
    field("owner", sensor.owner);
    field("kind", sensor.kind);
    field("name", sensor.name);
    field("scope", sensor.scope);
    field("source", sensor.source);
    field("period_s", sensor.period_s);
    field("seconds", sensor.seconds);
    field("joules", sensor.joules);
    field("idle_watts", sensor.idle_watts);
    field("lowest_celsius", sensor.lowest_celsius);
    field("highest_celsius", sensor.highest_celsius);
    field("mean_hz", sensor.mean_hz);
    field("lowest_hz", sensor.lowest_hz);
    field("highest_hz", sensor.highest_hz);
    field("throttled_by", sensor.throttled_by);
    field("fault", sensor.fault);
}

template <Is<SharingRecord> Self, class Visitor>
void describe(Self& sharing, Visitor&& field) {
    field("devices", sharing.devices);
    field("turns", sharing.turns);
    field("measured_s", sharing.measured_s);
    field("overlapped_s", sharing.overlapped_s);
}

template <Is<CaseRecord> Self, class Visitor>
void describe(Self& record, Visitor&& field) {
    field("subject", record.subject);
    field("pass", record.pass);
    field("order", record.order);
    field("index", record.index);
    field("key", record.key);
    field("id", record.id);
    field("group", record.group);
    field("roof", record.roof);
    field("workload", record.workload);
    field("protocol", record.protocol);
    field("outcome", record.outcome);
    field("check", record.check);
    field("check_after", record.check_after);
    field("proof", record.proof);
    field("prepared", record.prepared);
    field("sample", record.sample);
    field("load", record.load);
    field("sensors", record.sensors);
    field("sharing", record.sharing);
    field("counters", record.counters);
    field("elapsed_s", record.elapsed_s);
    field("resumption", record.resumption);
    field("warnings", record.warnings);
}

template <Is<EndRecord> Self, class Visitor>
void describe(Self& end, Visitor&& field) {
    field("ended_utc", end.ended_utc);
    field("status", end.status);
    field("records", end.records);
    field("measured", end.measured);
    field("skipped", end.skipped);
    field("failed", end.failed);
    field("stopped_by", end.stopped_by);
}

/// The whole case, as a worker receives it.
template <Is<Case> Self, class Visitor>
void describe(Self& each, Visitor&& field) {
    field("id", each.id);
    field("group", each.group);
    field("source", each.source);
    field("workload", each.workload);
    field("protocol", each.protocol);
    field("roof", each.roof);
    field("max_seconds", each.max_seconds);
    field("model_file", each.model_file);
    field("model_text", each.model_text);
    field("model_path", each.model_path);
    field("model_error", each.model_error);
    field("data_file", each.data_file);
    field("data_path", each.data_path);
}

}  // namespace assay

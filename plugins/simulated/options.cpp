// SPDX-License-Identifier: Apache-2.0
#include "plugins/simulated/options.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace simulated {
namespace {

namespace sdk = assay::sdk;

constexpr sdk::OptionRow rows[] = {
    {"gflops", "float", "100", "rate; a duration is flop / rate + launch_ns"},
    {"launch_ns", "float", "1000", "what every enqueue costs beside its flop"},
    {"median_ns", "float", "0", "a fixed duration whatever the shape; 0: from gflops"},
    {"noise", "enum:none|normal|lognormal|bimodal|ar1|outliers", "none", "spread of durations"},
    {"sigma", "float", "0.02", "relative spread of the noise"},
    {"phi", "float", "0.8", "ar1: correlation of neighbours, in (-1, 1)"},
    {"outlier_fraction", "float", "0.01", "outliers: how many of the durations are one"},
    {"outlier_scale", "float", "5", "outliers: how many times longer one is"},
    {"bimodal_gap", "float", "0.2", "bimodal: how much longer the slow mode is, relative"},
    {"bimodal_fraction", "float", "0.5", "bimodal: how many of the durations are longer"},
    {"process_sigma", "float", "0", "relative spread between passes"},
    {"process_noise", "enum:lognormal|t3", "lognormal", "its shape; t3: heavy tails"},
    {"process_bimodal", "float", "0", "fraction of the passes that are slower by process_gap"},
    {"process_gap", "float", "0.1", "how much slower those passes are, relative"},
    {"warmup_extra", "float", "0",
     "how much longer the first invocation is, relative; < 0: shorter"},
    {"warmup_tau", "float", "100", "invocations after which 1/e of warmup_extra is left"},
    {"drift", "float", "0", "relative slow-down per 1000 invocations"},
    {"throttle_at", "int", "0", "the invocation from which throttle_factor applies; 0: never"},
    {"throttle_factor", "float", "1.5", "how many times longer a throttled duration is"},
    {"seed", "int", "1", "of all noise"},
    {"peak_gflops", "float", "0", "stated peak; 0: unknown"},
    {"memory_bytes", "int", "0", "of the device; 0: as much as there is"},
    {"timer", "enum:virtual|host|paced", "virtual",
     "host: events are stamps of the host's clock; paced: durations really pass"},
    {"neighbours", "string", "", "a file by which paced devices know of each other who is busy"},
    {"sharing_cost", "float", "0",
     "how much longer a duration is for each neighbour that is busy, relative"},
    {"link_gbytes_per_s", "float", "0",
     "of copies from and to the host, 10^9 bytes a second; 0: they take no time"},
    {"fault",
     "enum:none|drop_last_k|drop_k_tail|tf32|bf16x3|bf16|zeros|stale|once|flip_bit|transpose_b|"
     "skip|out_of_bounds|short_time|cache",
     "none", "what is wrong with an answer"},
    {"fault_every", "int", "1", "the fault hits every n-th enqueue of an operator"},
    {"fault_after", "int", "0", "the first n enqueues of an operator are right"},
    {"fault_fraction", "float", "1", "how many of those the fault hits, chosen by seed"},
    {"fault_bit", "int", "1", "flip_bit: which bit of the element, 0 is the highest"},
    {"crash_at", "int", "0", "the enqueue of the device that ends in SIGSEGV; 0: none"},
    {"exit_at", "int", "0", "the enqueue that calls exit(7); 0: none"},
    {"abort_at", "int", "0", "the enqueue that calls abort(); 0: none"},
    {"hang_at", "int", "0", "the enqueue that never returns; 0: none"},
    {"crash_in", "enum:none|open|prepare|wait", "none", "the call that ends in SIGSEGV"},
    {"fail_prepare", "string", "", "the reason with which every prepare fails"},
    {"unsupported", "string", "", "types it refuses: a comma list such as bf16,i8"},
    {"stdout_noise", "bool", "false", "writes to stdout and stderr as careless libraries do"},
};

/// The value's place in the declared type "enum:a|b|c", which Options has checked already.
int place(const sdk::Options& options, const std::string& key) {
    const std::string& value = options.text(key);
    for (const auto& row : rows) {
        if (key != row.key) continue;
        const std::string list = std::string(row.type).substr(5) + "|";
        const auto at = ("|" + list).find("|" + value + "|");
        int before = 0;
        for (std::size_t i = 0; i < at; ++i) before += list[i] == '|' ? 1 : 0;
        return before;
    }
    sdk::fail(ASSAY_ERR_INTERNAL, "option %s is not in the table", key.c_str());
}

constexpr struct {
    const char* name;
    assay_dtype dtype;
} type_names[] = {
    {"f64", ASSAY_F64},         {"f32", ASSAY_F32},       {"f16", ASSAY_F16}, {"bf16", ASSAY_BF16},
    {"f8e4m3", ASSAY_F8E4M3FN}, {"f8e5m2", ASSAY_F8E5M2}, {"i32", ASSAY_I32}, {"i8", ASSAY_I8},
    {"u8", ASSAY_U8},           {"i4", ASSAY_I4},         {"u4", ASSAY_U4}};

std::vector<assay_dtype> dtypes(const std::string& list) {
    std::vector<assay_dtype> found;
    std::istringstream names(list);
    for (std::string name; std::getline(names, name, ',');) {
        const auto* row = std::find_if(std::begin(type_names), std::end(type_names),
                                       [&name](const auto& each) { return name == each.name; });
        if (row == std::end(type_names)) {
            sdk::fail(ASSAY_ERR_INVALID, "option unsupported: '%s' is no type", name.c_str());
        }
        found.push_back(row->dtype);
    }
    return found;
}

Timing timing_of(const sdk::Options& options) {
    const auto positive = [&](const char* key) { return options.number(key, 0); };
    Timing timing{};
    timing.gflops = options.number("gflops", 1e-9);
    timing.launch_ns = positive("launch_ns");
    timing.median_ns = positive("median_ns");
    timing.noise = static_cast<Noise>(place(options, "noise"));
    timing.sigma = positive("sigma");
    timing.phi = options.number("phi", -0.999999, 0.999999);
    timing.outlier_fraction = options.number("outlier_fraction", 0, 1);
    timing.outlier_scale = positive("outlier_scale");
    timing.bimodal_gap = positive("bimodal_gap");
    timing.bimodal_fraction = options.number("bimodal_fraction", 0, 1);
    timing.process_sigma = positive("process_sigma");
    timing.process_noise = static_cast<ProcessNoise>(place(options, "process_noise"));
    timing.process_bimodal = options.number("process_bimodal", 0, 1);
    timing.process_gap = positive("process_gap");
    timing.warmup_extra = options.number("warmup_extra", -0.95);
    timing.warmup_tau = options.number("warmup_tau", 1e-9);
    timing.drift = options.number("drift", -1, 1e6);
    timing.throttle_at = options.integer("throttle_at", 0);
    timing.throttle_factor = positive("throttle_factor");
    timing.seed = static_cast<std::uint64_t>(options.integer("seed", 0));
    return timing;
}

Faults faults_of(const sdk::Options& options) {
    Faults faults{};
    faults.fault = static_cast<Fault>(place(options, "fault"));
    faults.every = options.integer("fault_every", 1);
    faults.after = options.integer("fault_after", 0);
    faults.fraction = options.number("fault_fraction", 0, 1);
    faults.seed = static_cast<std::uint64_t>(options.integer("seed", 0));
    faults.bit = options.integer("fault_bit", 0);
    faults.crash_at = options.integer("crash_at", 0);
    faults.exit_at = options.integer("exit_at", 0);
    faults.abort_at = options.integer("abort_at", 0);
    faults.hang_at = options.integer("hang_at", 0);
    faults.crash_in = options.text("crash_in");
    faults.fail_prepare = options.text("fail_prepare");
    faults.unsupported = dtypes(options.text("unsupported"));
    faults.stdout_noise = options.flag("stdout_noise");
    return faults;
}

}  // namespace

std::vector<assay_option_info> declared_options() {
    std::vector<assay_option_info> declared;
    for (const auto& row : rows) declared.push_back(sdk::declare(row));
    return declared;
}

Script::Script(const sdk::Options& options)
    : timing(timing_of(options)),
      faults(faults_of(options)),
      peak_gflops(options.number("peak_gflops", 0)),
      memory_bytes(static_cast<std::uint64_t>(options.integer("memory_bytes", 0))),
      link_bytes_per_ns(options.number("link_gbytes_per_s", 0)),
      host_timer(options.text("timer") == "host"),
      paced(options.text("timer") == "paced"),
      neighbours(options.text("neighbours")),
      sharing_cost(options.number("sharing_cost", 0)) {
    if (!neighbours.empty() && !paced) {
        sdk::fail(ASSAY_ERR_INVALID, "option neighbours: only with timer=paced is anybody busy");
    }
}

}  // namespace simulated

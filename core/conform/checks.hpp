// SPDX-License-Identifier: Apache-2.0
// The functions of the table in plugin_checks.cpp, by group. Private to this folder. Each says ""
// or a warning, and throws Stop or Error (plugin_check.hpp).
#pragma once

#include <string>

#include "core/conform/plugin_check.hpp"

namespace assay {

// A: the file
std::string check_file(const Candidate& candidate);
std::string check_exports(const Candidate& candidate);
std::string check_symbols(const Candidate& candidate);
std::string check_versions(const Candidate& candidate);
std::string check_hardening(const Candidate& candidate);

// B: entry and tables
std::string check_loading(const Candidate& candidate);
std::string check_refusals_of_entry(const Candidate& candidate);
std::string check_table(const Candidate& candidate);
std::string check_short_host(const Candidate& candidate);
std::string check_extension_ids(const Candidate& candidate);
std::string check_strings(const Candidate& candidate);

// C: struct rules
std::string check_out_structs(const Candidate& candidate);
std::string check_newer_structs(const Candidate& candidate);
std::string check_unset_sizes(const Candidate& candidate);
std::string check_unknown_constants(const Candidate& candidate);
std::string check_input_lifetime(const Candidate& candidate);

// D: devices
std::string check_device_list(const Candidate& candidate);
std::string check_device_ids(const Candidate& candidate);
std::string check_reopening(const Candidate& candidate);
std::string check_opening(const Candidate& candidate);
std::string check_numbers(const Candidate& candidate);

// E: memory and copies
std::string check_allocation(const Candidate& candidate);
std::string check_copies(const Candidate& candidate);
std::string check_memory_returns(const Candidate& candidate);
std::string check_ranges(const Candidate& candidate);

// F: queues, events, timing
std::string check_in_order(const Candidate& candidate);
std::string check_wait_times(const Candidate& candidate);
std::string check_asynchrony(const Candidate& candidate);
std::string check_event_times(const Candidate& candidate);
std::string check_two_queues(const Candidate& candidate);
std::string check_hidden_work(const Candidate& candidate);
std::string check_clock(const Candidate& candidate);

// G: operators
std::string check_query_and_prepare(const Candidate& candidate);
std::string check_answers(const Candidate& candidate);
std::string check_shapes(const Candidate& candidate);
std::string check_layouts(const Candidate& candidate);
std::string check_arithmetic(const Candidate& candidate);
std::string check_determinism(const Candidate& candidate);
std::string check_executables(const Candidate& candidate);
std::string check_constants(const Candidate& candidate);
std::string check_cancelling(const Candidate& candidate);

// H: honesty
std::string check_skipped_work(const Candidate& candidate);
std::string check_cached_results(const Candidate& candidate);
std::string check_value_dependence(const Candidate& candidate);
std::string check_peaks(const Candidate& candidate);
std::string check_left_behind(const Candidate& candidate);
std::string check_host_use(const Candidate& candidate);

// I: threads, failure, shutdown
std::string check_other_threads(const Candidate& candidate);
std::string check_short_memory(const Candidate& candidate);
std::string check_random_calls(const Candidate& candidate);
std::string check_killed_user(const Candidate& candidate);
std::string check_shutdown(const Candidate& candidate);
std::string check_process_state(const Candidate& candidate);

// J: extensions
std::string check_sensors(const Candidate& candidate);
std::string check_graph(const Candidate& candidate);
std::string check_program(const Candidate& candidate);
std::string check_cache(const Candidate& candidate);
std::string check_replay(const Candidate& candidate);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// The table of checks: numbers and groups of research/plugin-abi section 4.
#include <array>

#include "core/conform/checks.hpp"

namespace assay {
namespace {

/// Far above what a check takes: fifty times and more where this was written.
constexpr double quick = 60, slow = 180;

using enum Needs;

constexpr std::array table{
    PluginCheck{1, 'A', file, false, quick, "a whole 64-bit library for this machine", check_file},
    PluginCheck{2, 'A', file, false, quick, "exports its entry and nothing else", check_exports},
    PluginCheck{3, 'A', file, false, quick, "every library and symbol it needs is found",
                check_symbols},
    PluginCheck{4, 'A', file, false, quick, "needs no newer C library than glibc 2.28 (a warning)",
                check_versions},
    PluginCheck{5, 'A', file, false, quick,
                "no executable stack, text relocation, sanitizer or foreign run path",
                check_hardening},
    PluginCheck{7, 'B', plugin, true, quick,
                "loads in 100 ms, starts no thread, opens no device, prints nothing",
                check_loading},
    PluginCheck{8, 'B', plugin, false, quick,
                "the entry refuses NULL and another ABI, with a message", check_refusals_of_entry},
    PluginCheck{9, 'B', plugin, false, quick, "a whole table, the same at every call", check_table},
    PluginCheck{10, 'B', device, false, slow, "works with an older, shorter host table",
                check_short_host},
    PluginCheck{11, 'B', plugin, false, quick, "knows no extension by a name that is none",
                check_extension_ids},
    PluginCheck{12, 'B', plugin, false, quick,
                "texts are terminated, UTF-8 and there; the id is a reverse domain", check_strings},
    PluginCheck{13, 'C', device, false, quick, "fills an OUT struct up to its size, no further",
                check_out_structs},
    PluginCheck{14, 'C', device, false, quick, "refuses what it is too old to know, and only that",
                check_newer_structs},
    PluginCheck{15, 'C', device, false, quick, "a struct without its size is INVALID",
                check_unset_sizes},
    PluginCheck{16, 'C', device, false, quick, "an unknown constant is unsupported, never ignored",
                check_unknown_constants},
    PluginCheck{17, 'C', device, false, quick, "keeps no pointer into what it was given",
                check_input_lifetime},
    PluginCheck{18, 'D', plugin, true, quick, "a stable list of devices that ends",
                check_device_list},
    PluginCheck{19, 'D', plugin, false, quick, "device ids are unique and the same everywhere",
                check_device_ids},
    PluginCheck{20, 'D', device, false, slow, "opening and closing 60 times leaves nothing behind",
                check_reopening},
    PluginCheck{21, 'D', device, false, quick,
                "opens twice and all at once; takes its own defaults and refuses wrong values",
                check_opening},
    PluginCheck{22, 'D', device, false, quick, "stated numbers are plausible", check_numbers},
    PluginCheck{23, 'E', device, false, slow, "allocates, aligns, and survives exhaustion",
                check_allocation},
    PluginCheck{24, 'E', device, false, quick, "copies and fills at odd offsets and sizes",
                check_copies},
    PluginCheck{25, 'E', device, false, quick, "freed memory comes back", check_memory_returns},
    PluginCheck{26, 'E', device, false, quick, "refuses ranges outside a buffer", check_ranges},
    PluginCheck{27, 'F', device, false, quick, "a queue is in order without waits", check_in_order},
    PluginCheck{28, 'F', device, true, quick, "queue_wait returns in its time", check_wait_times},
    PluginCheck{29, 'F', device, true, quick, "enqueue returns before the work is done",
                check_asynchrony},
    PluginCheck{30, 'F', device, true, quick, "event times agree with the host's clock",
                check_event_times},
    PluginCheck{31, 'F', device, false, quick, "queues wait for each other's events",
                check_two_queues},
    PluginCheck{32, 'F', device, true, quick, "nothing is left to do after queue_wait",
                check_hidden_work},
    PluginCheck{33, 'F', device, false, quick, "its clock agrees with the host's", check_clock},
    PluginCheck{34, 'G', device, false, slow, "op_query and op_prepare agree",
                check_query_and_prepare},
    PluginCheck{35, 'G', device, false, slow, "every claimed operator and type is right",
                check_answers},
    PluginCheck{36, 'G', device, false, slow, "uneven, thin and empty shapes are right",
                check_shapes},
    PluginCheck{37, 'G', device, false, quick, "strides and broadcast are right, or refused",
                check_layouts},
    PluginCheck{38, 'G', device, false, quick, "accumulator and math are what is said",
                check_arithmetic},
    PluginCheck{39, 'G', device, false, slow, "deterministic answers are the same bits",
                check_determinism},
    PluginCheck{40, 'G', device, false, quick, "executables are used again, elsewhere, and many",
                check_executables},
    PluginCheck{41, 'G', device, false, quick, "a bound constant gives the same answer",
                check_constants},
    PluginCheck{42, 'G', device, true, quick, "op_prepare hears that the user cancels",
                check_cancelling},
    PluginCheck{43, 'H', device, false, quick, "no work is skipped", check_skipped_work},
    PluginCheck{44, 'H', device, false, quick, "no result is cached", check_cached_results},
    PluginCheck{45, 'H', device, true, quick, "time does not depend on values",
                check_value_dependence},
    PluginCheck{46, 'H', device, false, quick, "no faster than its stated peak", check_peaks},
    PluginCheck{47, 'H', device, false, quick, "priority and CPUs are left as they were",
                check_left_behind},
    PluginCheck{48, 'H', device, true, quick, "the host is idle while the device works",
                check_host_use},
    PluginCheck{49, 'I', device, false, quick, "another thread may cancel", check_other_threads},
    PluginCheck{50, 'I', device, false, slow, "a failed allocation is an error, whichever fails",
                check_short_memory},
    PluginCheck{51, 'I', device, false, slow, "random calls are right, illegal ones do no harm",
                check_random_calls},
    PluginCheck{52, 'I', device, false, slow, "a killed process leaves a device that works",
                check_killed_user},
    PluginCheck{53, 'I', device, false, slow, "shutdown ends it, and the process ends well",
                check_shutdown},
    PluginCheck{54, 'I', device, false, quick, "stdout and the state of the process are untouched",
                check_process_state},
    PluginCheck{55, 'J', device, true, quick, "sensors are plausible and cheap", check_sensors},
    PluginCheck{56, 'J', device, false, quick, "a graph equals its operators", check_graph},
    PluginCheck{57, 'J', device, false, quick, "refuses unknown formats and damaged programs",
                check_program},
    PluginCheck{58, 'J', device, true, quick, "a flush empties the cache and keeps the data",
                check_cache},
    PluginCheck{59, 'J', device, false, quick, "a replay equals its calls", check_replay},
};

constexpr std::array missing{
    NotChecked{6, 'A', "the manifest agrees with the table", "no manifest is defined yet"},
};

}  // namespace

std::span<const PluginCheck> plugin_checks() {
    return table;
}

std::span<const NotChecked> not_checked() {
    return missing;
}

}  // namespace assay

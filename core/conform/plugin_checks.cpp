// SPDX-License-Identifier: Apache-2.0
// The table of checks: numbers and groups of research/plugin-abi section 4.
#include <array>

#include "core/conform/checks.hpp"

namespace assay {
namespace {

/// Ten times what a check takes here, at least.
constexpr double quick = 30, slow = 120;

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

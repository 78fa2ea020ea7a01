// SPDX-License-Identifier: Apache-2.0
// The parts of read_machine(), each filling its fields of a Machine. Not for other folders.
#pragma once

#include <string_view>

#include "core/machine/machine.hpp"
#include "core/machine/tree.hpp"

namespace assay {

/// CPU model, flags, topology, clocks, caches, mitigations.
void read_processor(const Tree& tree, Machine& machine);

/// Hypervisor, container, cgroup limits.
void read_confinement(const Tree& tree, Machine& machine);

/// Busy and stolen time of the whole machine from the text of /proc/stat (proc(5)).
void read_machine_time(std::string_view stat, Counters& counters);

}  // namespace assay

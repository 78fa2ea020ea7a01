// SPDX-License-Identifier: Apache-2.0
// Energy and heat of a case, from the sensors beside its readings. Derived on reading.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result/record.hpp"

namespace assay {

/// Of all turns of all passes that count. The window holds what lies between readings too, so the
/// power is that of the turns, and the energy of an invocation has its share of it.
struct Energy {
    double watts = 0;
    double joules_per_invocation = 0;
    std::optional<double> idle_watts;  ///< Of the same counters, before the first case.
    std::string sensors;               ///< "powercap package-0, powercap dram 0".
};

/// A device's own counter of the widest scope (board, package, chip), else the host's packages and
/// memories together. Nothing without counters, when one of them had a fault, or of a search for a
/// rate; then `why` says it, and is "" when there are no counters at all.
std::optional<Energy> energy_of(const std::vector<const CaseRecord*>& records, std::string& why);

/// The highest of all passes; nothing without such a sensor.
std::optional<double> highest_celsius(const std::vector<const CaseRecord*>& records);

}  // namespace assay

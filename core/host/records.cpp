// SPDX-License-Identifier: Apache-2.0
// Field by field, each checked.
#include "core/host/records.hpp"

#include <algorithm>
#include <cmath>

#include "core/host/codes.hpp"

namespace assay {

OptionInfo option_from(const assay_option_info& info) {
    if (info.scope != ASSAY_OPTION_DEVICE && info.scope != ASSAY_OPTION_PREPARE) {
        plugin_misbehaves("option_get: scope is " + std::to_string(info.scope) +
                          ", which the ABI does not define");
    }
    return {.key = text_of(info.key, "option_get: key"),
            .type = text_of(info.type, "option_get: type"),
            .default_value = text_of(info.default_value, "option_get: default_value"),
            .help = text_of(info.help, "option_get: help"),
            .of_device = info.scope == ASSAY_OPTION_DEVICE,
            .affects_results = info.affects_results != 0};
}

DeviceRecord device_from(std::uint32_t index, const assay_device_info& info) {
    if (!std::isfinite(info.timer_resolution_ns) || info.timer_resolution_ns < 0) {
        plugin_misbehaves("device_get_info: timer_resolution_ns is not a length of time");
    }
    return {.index = static_cast<int>(index),
            .kind = kind_from(info.kind),
            .id = text_of(info.id, "device_get_info: id"),
            .name = text_of(info.name, "device_get_info: name"),
            .vendor = text_of(info.vendor, "device_get_info: vendor"),
            .arch = text_of(info.arch, "device_get_info: arch"),
            .driver = text_of(info.driver, "device_get_info: driver"),
            .firmware = text_of(info.firmware, "device_get_info: firmware"),
            .partition = text_of(info.partition, "device_get_info: partition"),
            .pci_address = text_of(info.pci_address, "device_get_info: pci_address"),
            .numa_node = std::max(info.numa_node, -1),
            .compute_units = info.compute_units,
            .memory_bytes = info.memory_bytes,
            .memory_bytes_per_s = info.memory_bytes_per_s,
            .last_level_cache_bytes = info.last_level_cache_bytes,
            .max_clock_hz = info.max_clock_hz,
            .power_limit_mw = info.power_limit_mw,
            .timer = timer_from(info.timer, "device_get_info"),
            .timer_resolution_ns = info.timer_resolution_ns};
}

bool can_be_recorded(const assay_peak_rate& peak) {
    const bool unit = peak.unit == ASSAY_RATE_VECTOR || peak.unit == ASSAY_RATE_MATRIX;
    const bool source =
        peak.source == ASSAY_SOURCE_DATASHEET || peak.source == ASSAY_SOURCE_COMPUTED;
    const bool types =
        is_known_dtype(peak.operand) && (peak.accumulator == 0 || is_known_dtype(peak.accumulator));
    return unit && source && types && peak.structured_sparsity == 0 &&
           std::isfinite(peak.ops_per_s) && peak.ops_per_s > 0;
}

PeakRecord peak_from(const assay_peak_rate& peak) {
    return {.unit = peak.unit == ASSAY_RATE_VECTOR ? "vector" : "matrix",
            .operand = static_cast<Dtype>(peak.operand),
            .accumulator = static_cast<Dtype>(peak.accumulator),
            .source = peak.source == ASSAY_SOURCE_DATASHEET ? "datasheet" : "computed",
            .ops_per_s = peak.ops_per_s,
            .at_clock_hz = peak.at_clock_hz};
}

}  // namespace assay

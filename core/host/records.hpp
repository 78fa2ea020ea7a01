// SPDX-License-Identifier: Apache-2.0
// The OUT structs of assay/device.h as records of the core. Private to this folder. Throws
// PluginError for text without NUL and for undefined numbers.
#pragma once

#include <cstdint>

#include "assay/plugin.h"
#include "core/host/plugin.hpp"

namespace assay {

OptionInfo option_from(const assay_option_info& info);
DeviceRecord device_from(std::uint32_t index, const assay_device_info& info);

/// Peaks that a record can state: of dense arithmetic (a sparse rate is never compared with it),
/// in types that the core has, with a known unit and source.
bool can_be_recorded(const assay_peak_rate& peak);
PeakRecord peak_from(const assay_peak_rate& peak);

}  // namespace assay

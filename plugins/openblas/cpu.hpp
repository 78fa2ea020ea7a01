// SPDX-License-Identifier: Apache-2.0
// What the kernel says of the CPU this plugin runs on: /proc/cpuinfo, /sys/devices/system/cpu.
#pragma once

#include "assay/device.h"

namespace assay::openblas {

/// Fills name, vendor, memory and last-level cache. What cannot be read stays zero: unknown.
void describe_cpu(assay_device_info& info);

}  // namespace assay::openblas

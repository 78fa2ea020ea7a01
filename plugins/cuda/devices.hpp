// SPDX-License-Identifier: Apache-2.0
// The NVIDIA devices of this computer and what CUDA says of each; makes no context.
#pragma once

#include <string>
#include <vector>

#include "assay/sdk.hpp"

namespace assay::cuda {

struct Found {
    int count = 0;
    std::string why_none;  ///< one line, when there is no device
};
Found find_devices();

assay_device_info describe(int device);

/// Rates that a whole device could reach: what an SM does in a clock, from NVIDIA's documents,
/// times SMs and the highest clock. None for compute capabilities that the table lacks.
std::vector<assay_peak_rate> peaks_of(int device);

/// "cuBLASLt 13.1.0; CUDA runtime 13.0".
std::string libraries();

/// "580.65.06" of the text of /proc/driver/nvidia/version; "" when there is none in it.
std::string driver_release(const std::string& text);

/// One attribute of a device, 0 where the driver does not know it.
int attribute(int device, int which);

}  // namespace assay::cuda

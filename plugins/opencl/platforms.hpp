// SPDX-License-Identifier: Apache-2.0
// Which OpenCL devices this computer has, and what each says of itself.
#pragma once

#include <string>
#include <vector>

#include "api.hpp"

namespace assay::opencl {

struct Found {
    std::vector<cl_device_id> devices;  ///< of all platforms, in the loader's order
    std::string why_none;               ///< one line, when there is none; else ""
};

/// Asks the loader, which loads every driver: some tens of ms. Throws nothing for "none".
Found find_devices();

/// `index`: among all devices; a last resort for telling two equal ones apart.
assay_device_info describe(cl_device_id device, std::size_t index);

}  // namespace assay::opencl

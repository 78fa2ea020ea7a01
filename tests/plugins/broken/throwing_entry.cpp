// SPDX-License-Identifier: Apache-2.0
// Its entry throws, which the ABI forbids (R4).
#include <stdexcept>

#include "assay/plugin.h"

assay_status assay_plugin_entry_v0(const assay_host* /*host*/, const assay_plugin** /*out*/,
                                   assay_error* /*err*/) {
    throw std::runtime_error("vendor runtime not initialised");
}

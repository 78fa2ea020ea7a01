/* SPDX-License-Identifier: Apache-2.0 */
/* It speaks plugin ABI 1 only. */
#include "assay/abi.h"

ASSAY_EXPORT assay_status assay_plugin_entry_v1(const void* host, const void** out, void* err);
assay_status assay_plugin_entry_v1(const void* host, const void** out, void* err) {
    (void)host, (void)out, (void)err;
    return ASSAY_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* It calls a vendor function, but was not linked to the vendor's library. */
#include "assay/plugin.h"

assay_status vendor_gemm_v7(void);

assay_status assay_plugin_entry_v0(const assay_host* host, const assay_plugin** out,
                                   assay_error* err) {
    (void)host, (void)out, (void)err;
    return vendor_gemm_v7();
}

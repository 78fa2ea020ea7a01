/* SPDX-License-Identifier: Apache-2.0 */
/* It is linked to a library that is not on the library path of this machine. */
#include "assay/plugin.h"

int gone(void);

assay_status assay_plugin_entry_v0(const assay_host* host, const assay_plugin** out,
                                   assay_error* err) {
    (void)host, (void)out, (void)err;
    return gone();
}

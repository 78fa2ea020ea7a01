/* SPDX-License-Identifier: Apache-2.0 */
/* Its entry says no, with a terminal escape in its message. */
#include <string.h>

#include "assay/plugin.h"

assay_status assay_plugin_entry_v0(const assay_host* host, const assay_plugin** out,
                                   assay_error* err) {
    (void)host, (void)out;
    err->code = ASSAY_ERR_DENIED;
    err->native_code = 802;
    strcpy(err->message, "no licence\033[2J found");
    return ASSAY_ERR_DENIED;
}

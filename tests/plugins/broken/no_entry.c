/* SPDX-License-Identifier: Apache-2.0 */
/* A shared library, but not a plugin. */
#include "assay/abi.h"

ASSAY_EXPORT int vendor_version(void);
int vendor_version(void) {
    return 7;
}

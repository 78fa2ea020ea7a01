/* SPDX-License-Identifier: Apache-2.0 */
/* The library that missing_library was linked to; it lies where no loader looks. */
#include "assay/abi.h"

ASSAY_EXPORT int gone(void);
int gone(void) {
    return ASSAY_ERR_INTERNAL;
}

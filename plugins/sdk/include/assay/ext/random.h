/* SPDX-License-Identifier: Apache-2.0 */
/* Fill a buffer on the device with Philox4x32-10, bit-exact to the host's: no huge uploads.
 * An id is name/revision. A revision only grows at its end; a break is a new id. */
#ifndef ASSAY_EXT_RANDOM_H
#define ASSAY_EXT_RANDOM_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_RANDOM "assay.random/1"

typedef struct assay_ext_random {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [Q] `count` elements of `dtype`; `a` and `b` are the distribution's parameters. UNSUPPORTED
     * for a distribution or dtype it cannot give bit for bit. */
    assay_status(ASSAY_CALL* fill)(assay_queue* queue, assay_buffer* buffer, uint64_t offset,
                                   uint64_t count, assay_dtype dtype, uint64_t seed,
                                   int32_t distribution, double a, double b, assay_error* err);
} assay_ext_random;

ASSAY_C_END
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Empty the caches. Without it the host writes over a buffer larger than the last-level cache.
 * An id is name/revision. A revision only grows at its end; a break is a new id. */
#ifndef ASSAY_EXT_CACHE_H
#define ASSAY_EXT_CACHE_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_CACHE "assay.cache/1"

typedef struct assay_ext_cache {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [Q] Later work on the queue finds none of its data in a cache. */
    assay_status(ASSAY_CALL* flush)(assay_queue* queue, assay_error* err);
} assay_ext_cache;

ASSAY_C_END
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Prepared work kept between runs.
 * An id is name/revision. A revision only grows at its end; a break is a new id. */
#ifndef ASSAY_EXT_SERIALIZE_H
#define ASSAY_EXT_SERIALIZE_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_SERIALIZE "assay.serialize/1"

/* Takes one chunk; called until all is written. `bytes` is valid during the call. */
typedef void(ASSAY_CALL* assay_write_fn)(void* ctx, const void* bytes, uint64_t size);

typedef struct assay_ext_serialize {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [T] Writes an exec out in chunks. */
    assay_status(ASSAY_CALL* save)(assay_exec* exec, assay_write_fn write, void* ctx,
                                   assay_error* err);

    /* [T] As op_prepare. INVALID for bytes of another device, driver or plugin version. */
    assay_status(ASSAY_CALL* load)(assay_device* device, const void* bytes, uint64_t size,
                                   assay_exec** out, assay_error* err);
} assay_ext_serialize;

ASSAY_C_END
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Work of several devices, one process each; the host carries the id between them.
 * An id is name/revision. A revision only grows at its end; a break is a new id. */
#ifndef ASSAY_EXT_COLLECTIVES_H
#define ASSAY_EXT_COLLECTIVES_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_COLLECTIVES "assay.collectives/1"

typedef struct assay_group assay_group;

#define ASSAY_COLL_ALL_REDUCE 1
#define ASSAY_COLL_ALL_GATHER 2
#define ASSAY_COLL_REDUCE_SCATTER 3
#define ASSAY_COLL_BROADCAST 4
#define ASSAY_COLL_ALL_TO_ALL 5
#define ASSAY_COLL_SEND_RECV 6

#define ASSAY_GROUP_ID_BYTES 256

typedef struct assay_ext_collectives {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [T] A new group's id, ASSAY_GROUP_ID_BYTES of it; called by one rank. */
    assay_status(ASSAY_CALL* make_id)(assay_device* device, uint8_t* id, assay_error* err);

    /* [T] Returns when all `size` ranks have joined. */
    assay_status(ASSAY_CALL* join)(assay_device* device, const uint8_t* id, uint32_t rank,
                                   uint32_t size, assay_group** out, assay_error* err);

    /* [T] Leaves it; its execs are gone by then. */
    void(ASSAY_CALL* leave)(assay_group* group);

    /* [T] `what` is ASSAY_COLL_*, `reduction` ASSAY_REDUCE_*. Bindings of enqueue: send, receive.
     */
    assay_status(ASSAY_CALL* prepare)(assay_group* group, int32_t what, assay_dtype dtype,
                                      uint64_t count, int32_t reduction, uint32_t peer,
                                      assay_exec** out, assay_error* err);
} assay_ext_collectives;

ASSAY_C_END
#endif

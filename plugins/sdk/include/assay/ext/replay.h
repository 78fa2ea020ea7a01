/* SPDX-License-Identifier: Apache-2.0 */
/* Record a sequence once, replay it with one call: CUDA graph, command list.
 * An id is name/revision. A revision only grows at its end; a break is a new id. */
#ifndef ASSAY_EXT_REPLAY_H
#define ASSAY_EXT_REPLAY_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_REPLAY "assay.replay/1"

typedef struct assay_ext_replay {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [Q] From here on work put on the queue is recorded, not run. */
    assay_status(ASSAY_CALL* begin)(assay_queue* queue, assay_error* err);

    /* [Q] Ends recording. Enqueue what it gives with no bindings; exec_destroy ends it. */
    assay_status(ASSAY_CALL* end)(assay_queue* queue, assay_exec** out, assay_error* err);
} assay_ext_replay;

ASSAY_C_END
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Device time and host time at one instant, for traces.
 * An id is name/revision. A revision only grows at its end; a break is a new id. */
#ifndef ASSAY_EXT_CLOCK_H
#define ASSAY_EXT_CLOCK_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_CLOCK "assay.clock/1"

typedef struct assay_ext_clock {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [T] Both clocks at one instant, and how far apart at most the two readings were. */
    assay_status(ASSAY_CALL* correlate)(assay_device* device, uint64_t* host_ns,
                                        uint64_t* device_ns, double* error_ns, assay_error* err);

    /* [T] When a recorded event happened, of the device's clock; only after queue_wait. */
    assay_status(ASSAY_CALL* event_time_ns)(assay_event* event, uint64_t* device_ns,
                                            assay_error* err);
} assay_ext_clock;

ASSAY_C_END
#endif

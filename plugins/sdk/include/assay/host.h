/* SPDX-License-Identifier: Apache-2.0 */
/* What the host gives a plugin. The table stays valid until shutdown() returns (R8). */
#ifndef ASSAY_HOST_H
#define ASSAY_HOST_H
#include "assay/abi.h"

ASSAY_C_BEGIN

#define ASSAY_LOG_DEBUG 0
#define ASSAY_LOG_INFO 1
#define ASSAY_LOG_WARN 2
#define ASSAY_LOG_ERROR 3

/* A table (R2). None of its functions fails. Text is copied before a call returns. */
typedef struct assay_host {
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;
    void* ctx;           /* the first argument of every function below */
    const char* name;    /* of the program, e.g. "assay" */
    const char* version; /* of the program */

    /* [A] One line for the log. Never from inside enqueue. */
    void(ASSAY_CALL* log)(void* ctx, int32_t level, const char* text);

    /* [A] The clock that results use: monotonic, nanoseconds. ASSAY_TIMER_HOST events carry it. */
    uint64_t(ASSAY_CALL* now_ns)(void* ctx);

    /* [A] 1 when the user wants to stop: poll it in a long op_prepare, then fail with CANCELLED. */
    int32_t(ASSAY_CALL* cancel_requested)(void* ctx);

    /* [A] How far a long call is, 0..1, and at what. It also tells the watchdog "alive". */
    void(ASSAY_CALL* progress)(void* ctx, double fraction, const char* what);

    /* [A] A host extension's table by id, or NULL if unknown. */
    const void*(ASSAY_CALL* get_extension)(void* ctx, const char* id);
} assay_host;

ASSAY_C_END
#endif

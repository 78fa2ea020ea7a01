/* SPDX-License-Identifier: Apache-2.0 */
/* Assay's plugin ABI, its ground: the rules, the version, status codes, errors. C99, <stdint.h>
 * only. This is major version 0, A DRAFT: it may break between releases until it is frozen as
 * major 1. Why each rule is as it is: docs/decisions and the studies it names (PJRT, CLAP, IREE,
 * ORT, ...).
 *
 * RULES (each is checked by `assay check plugin`)
 *  R1  The major version is in the entry symbol's name. Within a major version structs and tables
 *      only grow at the end; nothing is removed, reordered, retyped or given another meaning.
 *  R2  Every struct and table that may grow starts with `struct_size`, set by whoever allocates it.
 *      - IN struct (const): bytes beyond what the reader was written for must be zero, else
 *        ASSAY_ERR_NEWER. Never ignored: an ignored attribute is a wrong result with a good score.
 *        Missing bytes read as zero.
 *      - OUT struct: the writer fills at most struct_size bytes and leaves struct_size as it was.
 *      - table: a slot beyond struct_size, or NULL, means "not provided".
 *      Zero always means "default / unknown / none".
 *  R3  A growing struct is never an array element: arrays hold pointers to it, or an index-getter
 *      is used. Structs marked FROZEN never grow and may be array elements.
 *  R4  Only fixed-width integers, double, and pointers. No enum, bool, size_t, long, bit-field,
 *      struct by value, varargs, FILE*, errno, thread-local state, C++ type, exception or longjmp
 *      across the line. No implicit padding.
 *  R5  Who allocates frees. Input pointers are valid during the call only, unless said otherwise.
 *      Strings are UTF-8, NUL-terminated.
 *  R6  No reference counts. plugin > device > {queue, buffer, event, exec}. Children die before
 *      parents; the host guarantees it and that nothing destroyed is still in flight. Destroying
 *      NULL is a no-op; destroying cannot fail.
 *  R7  Threads, as tagged on every function:
 *      [T] the device's thread: calls for one device never overlap, calls for two devices may.
 *      [Q] may overlap for different queues if the device says ASSAY_THREADS_QUEUE.
 *      [A] any thread, any time between device_open and device_close.
 *  R8  The host's table and its functions stay valid until shutdown() returns; the plugin calls
 *      none later. All its own threads have stopped by then. The library is never unloaded.
 *  R9  An unknown constant (op, dtype, activation, flag...) is "unsupported", never "invalid" and
 *      never ignored.
 */
#ifndef ASSAY_ABI_H
#define ASSAY_ABI_H
#include <stdint.h>

#if UINTPTR_MAX != 0xffffffffffffffffu
#error "this ABI is defined for 64-bit little-endian targets"
#endif

#define ASSAY_ABI_MAJOR 0 /* draft */
#define ASSAY_ABI_MINOR 1 /* the newest minor version these headers describe */

/* The minor version the including code was WRITTEN for. Later fields stay invisible to it, so that
 * a mere recompilation with newer headers cannot make code "know" (R2) a field it does not handle.
 */
#ifndef ASSAY_TARGET_MINOR
#error "define ASSAY_TARGET_MINOR, e.g. -DASSAY_TARGET_MINOR=0"
#elif ASSAY_TARGET_MINOR > ASSAY_ABI_MINOR
#error "these headers are older than ASSAY_TARGET_MINOR"
#endif

#define ASSAY_ENTRY_SYMBOL "assay_plugin_entry_v0"

#if defined(_WIN32)
#define ASSAY_EXPORT __declspec(dllexport)
#define ASSAY_CALL __cdecl
#else
#define ASSAY_EXPORT __attribute__((visibility("default")))
#define ASSAY_CALL
#endif

#ifdef __cplusplus
#define ASSAY_C_BEGIN extern "C" {
#define ASSAY_C_END }
#else
#define ASSAY_C_BEGIN
#define ASSAY_C_END
#endif

ASSAY_C_BEGIN

typedef int32_t assay_status;
#define ASSAY_OK 0
#define ASSAY_NOT_READY 1          /* a query's or wait's time ran out: not an error */
#define ASSAY_ERR_INVALID (-1)     /* the host broke a rule */
#define ASSAY_ERR_UNSUPPORTED (-2) /* valid, but this plugin or device cannot */
#define ASSAY_ERR_NEWER (-3)       /* carries fields this plugin is too old to know (R2) */
#define ASSAY_ERR_NO_HOST_MEMORY (-4)
#define ASSAY_ERR_NO_DEVICE_MEMORY (-5)
#define ASSAY_ERR_BUSY (-6)   /* held by another process or mode */
#define ASSAY_ERR_DENIED (-7) /* permission */
#define ASSAY_ERR_CANCELLED (-8)
#define ASSAY_ERR_BUILD (-9)        /* compile or autotune failed */
#define ASSAY_ERR_DEVICE_LOST (-10) /* unusable IN THIS PROCESS: the host restarts the worker */
#define ASSAY_ERR_INTERNAL (-11)

/* FROZEN. What went wrong. Caller-owned: nothing to destroy, no thread-local state, and it crosses
 * a process boundary by memcpy. Filled only when a call fails. Every `err` argument may be NULL. */
typedef struct assay_error {
    assay_status code;
    int32_t native_code; /* e.g. a cudaError_t; 0 if none */
    char message[1016];  /* one line: where, what, what to do */
} assay_error;

/* FROZEN. One option, as text. */
typedef struct assay_kv {
    const char* key;
    const char* value;
} assay_kv;

ASSAY_C_END
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The core table: everything a plugin must, and may, offer; and the one symbol it exports.
 * Includes the whole core ABI. Extensions are in assay/ext/. Rules and thread tags: assay/abi.h.
 *
 * Of every function here: out-pointers are written on success only; `err` may be NULL; the result
 * is ASSAY_OK, an error, or ASSAY_NOT_READY where said. Any call may fail with DEVICE_LOST or
 * INTERNAL. What a call returns through `**out` belongs to the host until it calls the matching
 * destroy. */
#ifndef ASSAY_PLUGIN_H
#define ASSAY_PLUGIN_H
#include "assay/abi.h"
#include "assay/device.h"
#include "assay/dtype.h"
#include "assay/host.h"
#include "assay/ops.h"

ASSAY_C_BEGIN

/* Opaque: only the plugin that made one looks inside. */
typedef struct assay_device assay_device;
typedef struct assay_queue assay_queue; /* in order */
typedef struct assay_buffer assay_buffer;
typedef struct assay_event assay_event;
typedef struct assay_exec assay_exec; /* a prepared operator, graph or program */

/* FROZEN. Where one tensor lies. */
typedef struct assay_binding {
    assay_buffer* buffer;
    uint64_t offset; /* bytes */
    uint64_t size;   /* bytes */
} assay_binding;

#define ASSAY_MEM_DEVICE 0
#define ASSAY_MEM_HOST 1   /* pinned host memory */
#define ASSAY_MEM_SHARED 2 /* one pointer for both */

#define ASSAY_WAIT_BLOCK 0
#define ASSAY_WAIT_SPIN 1

typedef struct assay_plugin {
    uint32_t struct_size;
    uint16_t abi_minor;      /* ASSAY_TARGET_MINOR of the plugin */
    uint16_t min_host_minor; /* the oldest host it works with: 0 unless it must */

    /* ------------------------------------------------------------ whole plugin and devices */

    /* [T] Who the plugin is. Touches no device. */
    assay_status(ASSAY_CALL* get_info)(assay_plugin_info* out, assay_error* err);

    /* [T] How many devices there are. None is OK and 0, not an error. */
    assay_status(ASSAY_CALL* device_count)(uint32_t* count, assay_error* err);

    /* [T] What device `index` is; INVALID beyond the last. Cheap: makes no context. After
     * device_open it may say more exactly what the options made of the device. */
    assay_status(ASSAY_CALL* device_get_info)(uint32_t index, assay_device_info* out,
                                              assay_error* err);

    /* [T] Opens a device. Options are copied. BUSY, DENIED; INVALID for a bad option value. */
    assay_status(ASSAY_CALL* device_open)(uint32_t index, const assay_kv* options,
                                          uint32_t num_options, assay_device** out,
                                          assay_error* err);

    /* [T] Ends what device_open began. All children are gone by then (R6). */
    void(ASSAY_CALL* device_close)(assay_device* device);

    /* [T] The last call ever. All threads of the plugin have stopped when it returns (R8). */
    void(ASSAY_CALL* shutdown)(void);

    /* [A] The table of extension `id` ("assay.graph/1"), owned by the plugin; NULL if unknown. */
    const void*(ASSAY_CALL* get_extension)(const char* id);

    /* [A] Asks work in progress to stop early. May be a no-op. */
    void(ASSAY_CALL* request_cancel)(assay_device* device);

    /* [T] Waits for ALL work of the device, on hidden streams too. NOT_READY after timeout_ns. */
    assay_status(ASSAY_CALL* device_wait)(assay_device* device, uint64_t timeout_ns,
                                          assay_error* err);

    /* ------------------------------------------------------------ memory */

    /* [T] Bytes free and in all; 0 unknown. */
    assay_status(ASSAY_CALL* memory_info)(assay_device* device, uint64_t* free_bytes,
                                          uint64_t* total_bytes, assay_error* err);

    /* [T] `kind` is ASSAY_MEM_*; contents are undefined. NO_HOST_MEMORY, NO_DEVICE_MEMORY. */
    assay_status(ASSAY_CALL* buffer_alloc)(assay_device* device, uint64_t bytes, int32_t kind,
                                           assay_buffer** out, assay_error* err);

    /* [T] Frees it. */
    void(ASSAY_CALL* buffer_free)(assay_buffer* buffer);

    /* [T] Where the host sees it, valid until buffer_free; NULL for device memory. */
    void*(ASSAY_CALL* buffer_host_pointer)(assay_buffer* buffer);

    /* ------------------------------------------------------------ queues
     * Calls that put work on a queue return before it is done, unless the device is synchronous. */

    /* [T] A new in-order queue. No flag is defined yet: UNSUPPORTED unless 0. */
    assay_status(ASSAY_CALL* queue_create)(assay_device* device, uint32_t flags, assay_queue** out,
                                           assay_error* err);

    /* [T] Destroys it; nothing is in flight (R6). */
    void(ASSAY_CALL* queue_destroy)(assay_queue* queue);

    /* [Q] Waits until all work so far is done; `how` is ASSAY_WAIT_*. NOT_READY after timeout_ns;
     * also where an asynchronous failure of earlier work is reported. */
    assay_status(ASSAY_CALL* queue_wait)(assay_queue* queue, uint64_t timeout_ns, int32_t how,
                                         assay_error* err);

    /* [Q] Host to device. `src` stays valid until the copy is done. */
    assay_status(ASSAY_CALL* copy_to_device)(assay_queue* queue, assay_buffer* dst, uint64_t offset,
                                             const void* src, uint64_t bytes, assay_error* err);

    /* [Q] Device to host. `dst` stays valid until the copy is done. */
    assay_status(ASSAY_CALL* copy_to_host)(assay_queue* queue, void* dst, assay_buffer* src,
                                           uint64_t offset, uint64_t bytes, assay_error* err);

    /* [Q] Within the device. The two ranges do not overlap. */
    assay_status(ASSAY_CALL* copy_on_device)(assay_queue* queue, assay_buffer* dst,
                                             uint64_t dst_offset, assay_buffer* src,
                                             uint64_t src_offset, uint64_t bytes, assay_error* err);

    /* [Q] Repeats a 4-byte pattern, little end first; the last repetition may be cut short. */
    assay_status(ASSAY_CALL* fill)(assay_queue* queue, assay_buffer* buffer, uint64_t offset,
                                   uint64_t bytes, uint32_t pattern, assay_error* err);

    /* ------------------------------------------------------------ events
     * May be NULL as a group when the device's timer is ASSAY_TIMER_NONE. */

    /* [T] A new event, not yet recorded. */
    assay_status(ASSAY_CALL* event_create)(assay_device* device, assay_event** out,
                                           assay_error* err);

    /* [T] Destroys it. */
    void(ASSAY_CALL* event_destroy)(assay_event* event);

    /* [Q] Stamps the event when all work before it on the queue is done. */
    assay_status(ASSAY_CALL* event_record)(assay_queue* queue, assay_event* event,
                                           assay_error* err);

    /* [Q] Later work on `queue` waits for `event`, on the device, not on the host. */
    assay_status(ASSAY_CALL* queue_wait_event)(assay_queue* queue, assay_event* event,
                                               assay_error* err);

    /* [T] Nanoseconds between two recorded events; only after queue_wait. */
    assay_status(ASSAY_CALL* event_elapsed_ns)(assay_device* device, assay_event* from,
                                               assay_event* to, double* ns, assay_error* err);

    /* ------------------------------------------------------------ operators */

    /* [T] Whether and how. OK even when the answer is NONE: the reason says why. INVALID only for
     * an operator that no device could run (shapes that do not agree). */
    assay_status(ASSAY_CALL* op_query)(assay_device* device, const assay_op_desc* op,
                                       assay_op_support* out, assay_error* err);

    /* [T] Makes it ready to run; may take long; copies all it keeps. UNSUPPORTED, BUILD,
     * NO_DEVICE_MEMORY, CANCELLED. */
    assay_status(ASSAY_CALL* op_prepare)(assay_device* device, const assay_op_desc* op,
                                         const assay_kv* options, uint32_t num_options,
                                         assay_exec** out, assay_error* err);

    /* [T] What was chosen. */
    assay_status(ASSAY_CALL* exec_get_info)(assay_exec* exec, assay_exec_info* out,
                                            assay_error* err);

    /* [T] Optional: repack a CONST input once. The binding is only read during the call. */
    assay_status(ASSAY_CALL* exec_bind_const)(assay_exec* exec, uint32_t input,
                                              const assay_binding* binding, assay_error* err);

    /* [T] Destroys it. */
    void(ASSAY_CALL* exec_destroy)(assay_exec* exec);

    /* [Q] THE TIMED CALL. Bindings are the inputs, then the outputs, in the order of the
     * descriptor; absent inputs and bound constants are skipped. Allocates nothing, logs nothing.
     */
    assay_status(ASSAY_CALL* enqueue)(assay_queue* queue, assay_exec* exec,
                                      const assay_binding* bindings, uint32_t count,
                                      assay_error* err);

    /* ------------------------------------------------------------ descriptions, by index */

    /* [T] Optional: stated peaks of a device, by index until INVALID. */
    assay_status(ASSAY_CALL* device_get_peak)(uint32_t device, uint32_t index, assay_peak_rate* out,
                                              assay_error* err);

    /* [T] Optional: declared options, by index until INVALID. */
    assay_status(ASSAY_CALL* option_get)(uint32_t index, assay_option_info* out, assay_error* err);
} assay_plugin;

/* The one exported symbol. Gives the plugin's table, owned by the plugin. Does no device work: it
 * is called to list plugins too, and may be called again. UNSUPPORTED for another major version. */
typedef assay_status(ASSAY_CALL* assay_plugin_entry_fn)(const assay_host* host,
                                                        const assay_plugin** out, assay_error* err);
ASSAY_EXPORT assay_status ASSAY_CALL assay_plugin_entry_v0(const assay_host* host,
                                                           const assay_plugin** out,
                                                           assay_error* err);

ASSAY_C_END
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Memory, queues and events of a synchronous device. */
#include <unistd.h>

#include "deaths.h"
#include "faulty.h"

#define NEED(holds) \
    if (!(holds)) return refuse(err, ASSAY_ERR_INVALID, "a handle or a place is NULL")

static assay_status device_wait(assay_device* d, uint64_t ns, assay_error* err) {
    (void)ns;
    NEED(d);
    return ASSAY_OK;
}

static assay_status memory_info(assay_device* d, uint64_t* free_bytes, uint64_t* total,
                                assay_error* err) {
    NEED(d && free_bytes && total);
    *total = MEMORY;
    *free_bytes = MEMORY - d->used;
    return ASSAY_OK;
}

static assay_status buffer_alloc(assay_device* d, uint64_t n, int32_t kind, assay_buffer** out,
                                 assay_error* err) {
    NEED(d && out);
    if (kind < ASSAY_MEM_DEVICE || kind > ASSAY_MEM_SHARED)
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "memory of an unknown kind");
    assay_buffer* made = n > MEMORY - d->used ? 0 : calloc(1, sizeof(*made));
    if (made) made->data = aligned_alloc(ALIGNMENT, (n + 2 * ALIGNMENT) / ALIGNMENT * ALIGNMENT);
    if (!made || !made->data) {
        free(made);
        return refuse(err,
                      defect("vague_exhaustion") ? ASSAY_ERR_INTERNAL : ASSAY_ERR_NO_DEVICE_MEMORY,
                      "no memory");
    }
    if (defect("misaligned_memory")) made->data += 4;
    made->device = d;
    made->bytes = n;
    d->used += n;
    *out = made;
    return ASSAY_OK;
}

static void buffer_free(assay_buffer* b) {
    if (!b && !defect("crashes_on_null")) return;
    if (!defect("keeps_freed_memory")) b->device->used -= b->bytes;
    free(b->data - (defect("misaligned_memory") ? 4 : 0));
    free(b);
}

static void* buffer_host_pointer(assay_buffer* b) {
    return b ? b->data : 0;
}

static assay_status queue_create(assay_device* d, uint32_t flags, assay_queue** out,
                                 assay_error* err) {
    NEED(d && out);
    if (flags) return refuse(err, ASSAY_ERR_UNSUPPORTED, "unknown queue flags");
    *out = calloc(1, sizeof(**out));
    if (!*out && defect("promises_without_memory")) return ASSAY_OK;
    if (!*out) return refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "no memory");
    (*out)->device = d;
    return ASSAY_OK;
}

static void queue_destroy(assay_queue* q) {
    free(q);
}

void do_late_copy(assay_queue* q) {
    if (q->late.bytes) memcpy(q->late.to, q->late.from, q->late.bytes);
    q->late.bytes = 0;
}

static assay_status queue_wait(assay_queue* q, uint64_t ns, int32_t how, assay_error* err) {
    (void)how;
    NEED(q);
    if (fault_in_matmul("wait", q->device->rows))
        return refuse(err, ASSAY_ERR_DEVICE_LOST, "the device is gone");
    if (ns <= 1000000 && defect("waits_long")) usleep(300000);
    if (ns == 0 && defect("never_ready")) return ASSAY_NOT_READY;
    if (!defect("hidden_stream")) do_late_copy(q);
    return ASSAY_OK;
}

static int outside(const assay_buffer* b, uint64_t at, uint64_t n) {
    return at > b->bytes || n > b->bytes - at;
}

/* A defect that says OK instead of INVALID. */
static assay_status out_of_range(assay_error* err) {
    if (defect("ranges_unchecked")) return ASSAY_OK;
    return refuse(err, ASSAY_ERR_INVALID, "outside the buffer");
}

static assay_status copy_to_device(assay_queue* q, assay_buffer* b, uint64_t at, const void* src,
                                   uint64_t n, assay_error* err) {
    NEED(q && b && (src || n == 0));
    if (outside(b, at, n)) return out_of_range(err);
    if (n) memcpy(b->data + at, src, n);
    return ASSAY_OK;
}

static assay_status copy_to_host(assay_queue* q, void* dst, assay_buffer* b, uint64_t at,
                                 uint64_t n, assay_error* err) {
    NEED(q && b && (dst || n == 0));
    if (outside(b, at, n)) return out_of_range(err);
    if (n) memcpy(dst, b->data + at, n);
    return ASSAY_OK;
}

static assay_status copy_on_device(assay_queue* q, assay_buffer* to, uint64_t to_at,
                                   assay_buffer* from, uint64_t from_at, uint64_t n,
                                   assay_error* err) {
    NEED(q && to && from);
    if (outside(to, to_at, n) || outside(from, from_at, n)) return out_of_range(err);
    if (defect("ignores_source_offset")) from_at = 0;
    const struct late_copy copy = {to->data + to_at, from->data + from_at, n};
    q->last = from;
    if (recorded(q, 0, 0, &copy)) return ASSAY_OK;
    q->late = copy;
    const int late = defect("copies_late") || defect("ignores_events") || defect("hidden_stream");
    if (!late) do_late_copy(q);
    return ASSAY_OK;
}

static assay_status fill(assay_queue* q, assay_buffer* b, uint64_t at, uint64_t n, uint32_t pattern,
                         assay_error* err) {
    NEED(q && b);
    if (outside(b, at, n)) return out_of_range(err);
    for (uint64_t i = 0; i < n; ++i) b->data[at + i] = (char)(pattern >> 8 * (i % 4));
    if (defect("fills_whole_words") && n % 4) b->data[at + n] = (char)(pattern >> 8 * (n % 4));
    return ASSAY_OK;
}

static assay_status event_create(assay_device* d, assay_event** out, assay_error* err) {
    NEED(d && out);
    *out = calloc(1, sizeof(**out));
    return *out ? ASSAY_OK : refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "no memory");
}

static void event_destroy(assay_event* e) {
    free(e);
}

static assay_status event_record(assay_queue* q, assay_event* e, assay_error* err) {
    NEED(q && e);
    /* A host older than now_ns has none. */
    if (faulty_host->struct_size > offsetof(assay_host, now_ns)) e->ns = host_ns();
    if (any_fault()) e->ns = q->device->virtual_ns;
    return ASSAY_OK;
}

static assay_status queue_wait_event(assay_queue* q, assay_event* e, assay_error* err) {
    NEED(q && e);
    return ASSAY_OK;
}

static assay_status elapsed(assay_device* d, assay_event* from, assay_event* to, double* ns,
                            assay_error* err) {
    NEED(d && from && to && ns);
    *ns = (double)(to->ns - from->ns);
    if (defect("double_time")) *ns = 2 * *ns + 100000;
    if (defect("negative_time")) *ns = -1;
    return ASSAY_OK;
}

void faulty_memory_slots(assay_plugin* table) {
    table->device_wait = device_wait;
    table->memory_info = memory_info;
    table->buffer_alloc = buffer_alloc;
    table->buffer_free = buffer_free;
    table->buffer_host_pointer = buffer_host_pointer;
    table->queue_create = queue_create;
    table->queue_destroy = queue_destroy;
    table->queue_wait = queue_wait;
    table->copy_to_device = copy_to_device;
    table->copy_to_host = copy_to_host;
    table->copy_on_device = copy_on_device;
    table->fill = fill;
    table->event_create = event_create;
    table->event_destroy = event_destroy;
    table->event_record = event_record;
    table->queue_wait_event = queue_wait_event;
    table->event_elapsed_ns = elapsed;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A table with every mandatory slot filled, which each plugin of this folder then breaks in one
 * place. It has no device and does nothing: it is not a template to copy (plugins/template is). */
#ifndef ASSAY_TESTS_WHOLE_TABLE_H
#define ASSAY_TESTS_WHOLE_TABLE_H
#include <string.h>

#include "assay/plugin.h"

static assay_status no(assay_error* err) {
    if (err) {
        memset(err, 0, sizeof(*err));
        err->code = ASSAY_ERR_UNSUPPORTED;
        strcpy(err->message, "this plugin is for tests");
    }
    return ASSAY_ERR_UNSUPPORTED;
}

static assay_status get_info(assay_plugin_info* out, assay_error* err) {
    (void)err;
    strcpy(out->id, "org.assay.broken");
    return ASSAY_OK;
}
static assay_status device_count(uint32_t* count, assay_error* err) {
    (void)err;
    *count = 0;
    return ASSAY_OK;
}
static assay_status device_get_info(uint32_t i, assay_device_info* out, assay_error* err) {
    (void)i, (void)out;
    return no(err);
}
static assay_status device_open(uint32_t i, const assay_kv* kv, uint32_t n, assay_device** out,
                                assay_error* err) {
    (void)i, (void)kv, (void)n, (void)out;
    return no(err);
}
static void device_close(assay_device* d) {
    (void)d;
}
static void shut_down(void) {}
static const void* get_extension(const char* id) {
    (void)id;
    return 0;
}
static void request_cancel(assay_device* d) {
    (void)d;
}
static assay_status device_wait(assay_device* d, uint64_t ns, assay_error* err) {
    (void)d, (void)ns;
    return no(err);
}
static assay_status memory_info(assay_device* d, uint64_t* f, uint64_t* t, assay_error* err) {
    (void)d, (void)f, (void)t;
    return no(err);
}
static assay_status buffer_alloc(assay_device* d, uint64_t n, int32_t kind, assay_buffer** out,
                                 assay_error* err) {
    (void)d, (void)n, (void)kind, (void)out;
    return no(err);
}
static void buffer_free(assay_buffer* b) {
    (void)b;
}
static void* buffer_host_pointer(assay_buffer* b) {
    (void)b;
    return 0;
}
static assay_status queue_create(assay_device* d, uint32_t flags, assay_queue** out,
                                 assay_error* err) {
    (void)d, (void)flags, (void)out;
    return no(err);
}
static void queue_destroy(assay_queue* q) {
    (void)q;
}
static assay_status queue_wait(assay_queue* q, uint64_t ns, int32_t how, assay_error* err) {
    (void)q, (void)ns, (void)how;
    return no(err);
}
static assay_status copy_to_device(assay_queue* q, assay_buffer* b, uint64_t at, const void* src,
                                   uint64_t n, assay_error* err) {
    (void)q, (void)b, (void)at, (void)src, (void)n;
    return no(err);
}
static assay_status copy_to_host(assay_queue* q, void* dst, assay_buffer* b, uint64_t at,
                                 uint64_t n, assay_error* err) {
    (void)q, (void)dst, (void)b, (void)at, (void)n;
    return no(err);
}
static assay_status copy_on_device(assay_queue* q, assay_buffer* to, uint64_t to_at,
                                   assay_buffer* from, uint64_t from_at, uint64_t n,
                                   assay_error* err) {
    (void)q, (void)to, (void)to_at, (void)from, (void)from_at, (void)n;
    return no(err);
}
static assay_status fill(assay_queue* q, assay_buffer* b, uint64_t at, uint64_t n, uint32_t pattern,
                         assay_error* err) {
    (void)q, (void)b, (void)at, (void)n, (void)pattern;
    return no(err);
}
static assay_status op_query(assay_device* d, const assay_op_desc* op, assay_op_support* out,
                             assay_error* err) {
    (void)d, (void)op, (void)out;
    return no(err);
}
static assay_status op_prepare(assay_device* d, const assay_op_desc* op, const assay_kv* kv,
                               uint32_t n, assay_exec** out, assay_error* err) {
    (void)d, (void)op, (void)kv, (void)n, (void)out;
    return no(err);
}
static assay_status exec_get_info(assay_exec* e, assay_exec_info* out, assay_error* err) {
    (void)e, (void)out;
    return no(err);
}
static void exec_destroy(assay_exec* e) {
    (void)e;
}
static assay_status enqueue(assay_queue* q, assay_exec* e, const assay_binding* b, uint32_t n,
                            assay_error* err) {
    (void)q, (void)e, (void)b, (void)n;
    return no(err);
}

static assay_plugin whole_table(void) {
    assay_plugin table;
    memset(&table, 0, sizeof(table));
    table.struct_size = sizeof(table);
    table.get_info = get_info;
    table.device_count = device_count;
    table.device_get_info = device_get_info;
    table.device_open = device_open;
    table.device_close = device_close;
    table.shutdown = shut_down;
    table.get_extension = get_extension;
    table.request_cancel = request_cancel;
    table.device_wait = device_wait;
    table.memory_info = memory_info;
    table.buffer_alloc = buffer_alloc;
    table.buffer_free = buffer_free;
    table.buffer_host_pointer = buffer_host_pointer;
    table.queue_create = queue_create;
    table.queue_destroy = queue_destroy;
    table.queue_wait = queue_wait;
    table.copy_to_device = copy_to_device;
    table.copy_to_host = copy_to_host;
    table.copy_on_device = copy_on_device;
    table.fill = fill;
    table.op_query = op_query;
    table.op_prepare = op_prepare;
    table.exec_get_info = exec_get_info;
    table.exec_destroy = exec_destroy;
    table.enqueue = enqueue;
    return table;
}

#endif

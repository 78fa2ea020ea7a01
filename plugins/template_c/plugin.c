/* SPDX-License-Identifier: Apache-2.0 */
/* A complete plugin in C99, without the C++ layer: f32 GEMM on the CPU. Copy this folder, then
 * change what is marked YOURS. The rules R1 to R9 are in assay/abi.h. */
#define _POSIX_C_SOURCE 200112L
#include "assay/plugin.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---------------------------------------------------------------- what the handles are */

struct assay_device {
    int unused;
};
struct assay_queue { /* every call is done when it returns */
    int unused;
};
struct assay_buffer {
    unsigned char* memory;
    uint64_t bytes;
};
struct assay_event {
    uint64_t ns;
};
struct assay_exec { /* a prepared GEMM */
    int64_t m, n, k;
    int64_t a_row, a_column, b_row, b_column; /* steps, in elements */
    float alpha;
    int has_bias, relu;
};

static const assay_host* host;

/* ---------------------------------------------------------------- errors and structs */

static assay_status refuse(assay_error* err, assay_status code, const char* text) {
    if (err != NULL) {
        err->code = code;
        err->native_code = 0;
        snprintf(err->message, sizeof err->message, "%s", text);
    }
    return code;
}

/* Copies an IN struct of `size` bytes; missing bytes are zero, what is too new is refused (R2). */
static assay_status read_struct(void* to, uint32_t size, const void* from, assay_error* err) {
    uint32_t given, i;
    memset(to, 0, size);
    if (from == NULL) return refuse(err, ASSAY_ERR_INVALID, "a struct is NULL");
    memcpy(&given, from, sizeof given);
    if (given < 8) return refuse(err, ASSAY_ERR_INVALID, "a struct's struct_size is not set");
    for (i = size; i < given; ++i) {
        if (((const unsigned char*)from)[i] != 0) {
            return refuse(err, ASSAY_ERR_NEWER, "a field is newer than this plugin (ABI 0.0)");
        }
    }
    memcpy(to, from, given < size ? given : size);
    return ASSAY_OK;
}

/* Fills an OUT struct as far as the host's goes, past its struct_size (R2). */
static assay_status write_struct(void* to, const void* from, uint32_t size, assay_error* err) {
    uint32_t room;
    if (to == NULL) return refuse(err, ASSAY_ERR_INVALID, "an output is NULL");
    memcpy(&room, to, sizeof room);
    if (room < 8) return refuse(err, ASSAY_ERR_INVALID, "an output's struct_size is not set");
    if (room > size) room = size;
    memcpy((unsigned char*)to + 4, (const unsigned char*)from + 4, room - 4);
    return ASSAY_OK;
}

static void put(char* field, size_t size, const char* text) {
    snprintf(field, size, "%s", text);
}

/* The host's clock; where its table is too old to have one (R2), the clock that hosts use. */
static uint64_t now_ns(void) {
    struct timespec now;
    if (host->struct_size >= offsetof(assay_host, now_ns) + sizeof host->now_ns &&
        host->now_ns != NULL) {
        return host->now_ns(host->ctx);
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static assay_status no_handle(assay_error* err) {
    return refuse(err, ASSAY_ERR_INVALID, "a handle or an output pointer is NULL");
}

/* ---------------------------------------------------------------- plugin and device */

static assay_status ASSAY_CALL get_info(assay_plugin_info* out, assay_error* err) {
    assay_plugin_info info;
    memset(&info, 0, sizeof info);
    put(info.id, sizeof info.id, "org.example.template_c"); /* YOURS: all five, and `libraries` */
    put(info.name, sizeof info.name, "Template in C");
    put(info.version, sizeof info.version, "1.0.0");
    put(info.vendor, sizeof info.vendor, "Example");
    put(info.build, sizeof info.build, __VERSION__);
    return write_struct(out, &info, sizeof info, err);
}

static assay_status ASSAY_CALL device_count(uint32_t* count, assay_error* err) {
    if (count == NULL) return no_handle(err);
    *count = 1;
    return ASSAY_OK;
}

static assay_status ASSAY_CALL device_get_info(uint32_t index, assay_device_info* out,
                                               assay_error* err) {
    assay_device_info info;
    if (index > 0) return refuse(err, ASSAY_ERR_INVALID, "there is one device only, number 0");
    memset(&info, 0, sizeof info);
    info.kind = ASSAY_KIND_CPU;
    put(info.id, sizeof info.id, "cpu0");
    put(info.name, sizeof info.name, "this computer's CPU");
    info.numa_node = -1;
    info.compute_units = 1;
    info.timer = ASSAY_TIMER_HOST;
    info.timer_resolution_ns = 1;
    info.max_queues = 1;
    info.buffer_alignment = 4096;
    return write_struct(out, &info, sizeof info, err);
}

static assay_status ASSAY_CALL device_open(uint32_t index, const assay_kv* options,
                                           uint32_t num_options, assay_device** out,
                                           assay_error* err) {
    (void)options;
    if (out == NULL) return no_handle(err);
    if (index > 0) return refuse(err, ASSAY_ERR_INVALID, "there is one device only, number 0");
    if (num_options > 0) return refuse(err, ASSAY_ERR_INVALID, "this plugin has no options");
    *out = calloc(1, sizeof **out);
    return *out != NULL ? ASSAY_OK : refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "out of memory");
}

static void ASSAY_CALL device_close(assay_device* device) {
    free(device);
}

static void ASSAY_CALL shut_down(void) {
    host = NULL;
}

static const void* ASSAY_CALL get_extension(const char* id) {
    (void)id;
    return NULL;
}

static void ASSAY_CALL request_cancel(assay_device* device) {
    (void)device; /* nothing here takes long */
}

static assay_status ASSAY_CALL device_wait(assay_device* device, uint64_t timeout_ns,
                                           assay_error* err) {
    (void)timeout_ns;
    return device != NULL ? ASSAY_OK : no_handle(err);
}

/* ---------------------------------------------------------------- memory */

static assay_status ASSAY_CALL memory_info(assay_device* device, uint64_t* free_bytes,
                                           uint64_t* total_bytes, assay_error* err) {
    if (device == NULL || free_bytes == NULL || total_bytes == NULL) return no_handle(err);
    *free_bytes = *total_bytes = 0; /* unknown */
    return ASSAY_OK;
}

static assay_status ASSAY_CALL buffer_alloc(assay_device* device, uint64_t bytes, int32_t kind,
                                            assay_buffer** out, assay_error* err) {
    assay_buffer* made;
    void* memory = NULL;
    if (device == NULL || out == NULL) return no_handle(err);
    if (kind < ASSAY_MEM_DEVICE || kind > ASSAY_MEM_SHARED) {
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "memory of an unknown kind");
    }
    made = calloc(1, sizeof *made);
    if (made == NULL || posix_memalign(&memory, 4096, bytes > 0 ? bytes : 1) != 0) {
        free(made);
        return refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "out of memory");
    }
    made->memory = memory;
    made->bytes = bytes;
    *out = made;
    return ASSAY_OK;
}

static void ASSAY_CALL buffer_free(assay_buffer* buffer) {
    if (buffer != NULL) free(buffer->memory);
    free(buffer);
}

static void* ASSAY_CALL buffer_host_pointer(assay_buffer* buffer) {
    return buffer != NULL ? buffer->memory : NULL;
}

static int inside(const assay_buffer* buffer, uint64_t offset, uint64_t bytes) {
    return buffer != NULL && offset <= buffer->bytes && bytes <= buffer->bytes - offset;
}

static assay_status outside(assay_error* err) {
    return refuse(err, ASSAY_ERR_INVALID, "a range leaves its buffer, or a pointer is NULL");
}

/* ---------------------------------------------------------------- queues */

static assay_status ASSAY_CALL queue_create(assay_device* device, uint32_t flags, assay_queue** out,
                                            assay_error* err) {
    if (device == NULL || out == NULL) return no_handle(err);
    if (flags != 0) return refuse(err, ASSAY_ERR_UNSUPPORTED, "unknown queue flags");
    *out = calloc(1, sizeof **out);
    return *out != NULL ? ASSAY_OK : refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "out of memory");
}

static void ASSAY_CALL queue_destroy(assay_queue* queue) {
    free(queue);
}

static assay_status ASSAY_CALL queue_wait(assay_queue* queue, uint64_t timeout_ns, int32_t how,
                                          assay_error* err) {
    (void)timeout_ns, (void)how;
    return queue != NULL ? ASSAY_OK : no_handle(err);
}

static assay_status ASSAY_CALL copy_to_device(assay_queue* queue, assay_buffer* dst,
                                              uint64_t offset, const void* src, uint64_t bytes,
                                              assay_error* err) {
    if (queue == NULL) return no_handle(err);
    if (!inside(dst, offset, bytes) || (src == NULL && bytes > 0)) return outside(err);
    if (bytes > 0) memcpy(dst->memory + offset, src, bytes);
    return ASSAY_OK;
}

static assay_status ASSAY_CALL copy_to_host(assay_queue* queue, void* dst, assay_buffer* src,
                                            uint64_t offset, uint64_t bytes, assay_error* err) {
    if (queue == NULL) return no_handle(err);
    if (!inside(src, offset, bytes) || (dst == NULL && bytes > 0)) return outside(err);
    if (bytes > 0) memcpy(dst, src->memory + offset, bytes);
    return ASSAY_OK;
}

static assay_status ASSAY_CALL copy_on_device(assay_queue* queue, assay_buffer* dst,
                                              uint64_t dst_offset, assay_buffer* src,
                                              uint64_t src_offset, uint64_t bytes,
                                              assay_error* err) {
    if (queue == NULL) return no_handle(err);
    if (!inside(dst, dst_offset, bytes) || !inside(src, src_offset, bytes)) return outside(err);
    memmove(dst->memory + dst_offset, src->memory + src_offset, bytes);
    return ASSAY_OK;
}

static assay_status ASSAY_CALL fill(assay_queue* queue, assay_buffer* buffer, uint64_t offset,
                                    uint64_t bytes, uint32_t pattern, assay_error* err) {
    uint64_t i;
    if (queue == NULL) return no_handle(err);
    if (!inside(buffer, offset, bytes)) return outside(err);
    for (i = 0; i < bytes; ++i) {
        buffer->memory[offset + i] = (unsigned char)(pattern >> (8 * (i % 4)));
    }
    return ASSAY_OK;
}

/* ---------------------------------------------------------------- events */

static assay_status ASSAY_CALL event_create(assay_device* device, assay_event** out,
                                            assay_error* err) {
    if (device == NULL || out == NULL) return no_handle(err);
    *out = calloc(1, sizeof **out);
    return *out != NULL ? ASSAY_OK : refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "out of memory");
}

static void ASSAY_CALL event_destroy(assay_event* event) {
    free(event);
}

static assay_status ASSAY_CALL event_record(assay_queue* queue, assay_event* event,
                                            assay_error* err) {
    if (queue == NULL || event == NULL) return no_handle(err);
    event->ns = now_ns();
    return ASSAY_OK;
}

static assay_status ASSAY_CALL queue_wait_event(assay_queue* queue, assay_event* event,
                                                assay_error* err) {
    return queue != NULL && event != NULL ? ASSAY_OK : no_handle(err);
}

static assay_status ASSAY_CALL event_elapsed_ns(assay_device* device, assay_event* from,
                                                assay_event* to, double* ns, assay_error* err) {
    if (device == NULL || from == NULL || to == NULL || ns == NULL) return no_handle(err);
    *ns = (double)(int64_t)(to->ns - from->ns);
    return ASSAY_OK;
}

/* ---------------------------------------------------------------- GEMM */

/* YOURS: call your library here. */
static void multiply(const struct assay_exec* gemm, const float* a, const float* b,
                     const float* bias, float* d) {
    int64_t i, j, p;
    for (i = 0; i < gemm->m; ++i) {
        float* row = d + i * gemm->n;
        for (j = 0; j < gemm->n; ++j) row[j] = bias != NULL ? bias[j] : 0;
        for (p = 0; p < gemm->k; ++p) {
            const float x = gemm->alpha * a[i * gemm->a_row + p * gemm->a_column];
            for (j = 0; j < gemm->n; ++j) row[j] += x * b[p * gemm->b_row + j * gemm->b_column];
        }
        for (j = 0; gemm->relu && j < gemm->n; ++j) row[j] = row[j] > 0 ? row[j] : 0;
    }
}

/* Tensor number i of a list: dense f32 of that rank, or the reason why not. */
static assay_status read_tensor(assay_tensor_desc* out, const assay_tensor_desc* const* list,
                                uint32_t i, int32_t rank, assay_error* err) {
    int32_t d;
    const assay_status status = read_struct(out, sizeof *out, list[i], err);
    if (status != ASSAY_OK) return status;
    if (out->rank < 0 || out->rank > ASSAY_MAX_RANK) {
        return refuse(err, ASSAY_ERR_INVALID, "a tensor of an impossible rank");
    }
    if (out->rank != rank) return refuse(err, ASSAY_ERR_UNSUPPORTED, "no batches, no broadcast");
    if (out->dtype != ASSAY_F32) return refuse(err, ASSAY_ERR_UNSUPPORTED, "f32 only");
    if ((out->flags & ~ASSAY_TENSOR_CONST) != 0 || out->scale != ASSAY_SCALE_NONE) {
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "unknown tensor flags, or scales");
    }
    for (d = 0; d < ASSAY_MAX_RANK; ++d) {
        if (out->strides[d] != 0) return refuse(err, ASSAY_ERR_UNSUPPORTED, "dense tensors only");
        if (out->dims[d] < 0) return refuse(err, ASSAY_ERR_INVALID, "a negative dimension");
    }
    return ASSAY_OK;
}

/* Everything but the tensors: what is not known is refused, never ignored (R9). */
static assay_status read_request(const assay_op_desc* op, assay_matmul_attrs* attrs,
                                 assay_error* err) {
    if (op->op != ASSAY_OP_MATMUL) return refuse(err, ASSAY_ERR_UNSUPPORTED, "matmul only");
    if (op->accumulator != 0 && op->accumulator != ASSAY_F32) {
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "sums in f32 only");
    }
    if (op->math != ASSAY_MATH_STRICT && op->math != ASSAY_MATH_ANY) {
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "strict f32 only");
    }
    memset(attrs, 0, sizeof *attrs);
    if (op->attrs != NULL) {
        const assay_status status = read_struct(attrs, sizeof *attrs, op->attrs, err);
        if (status != ASSAY_OK) return status;
    }
    if (attrs->activation != ASSAY_ACT_NONE && attrs->activation != ASSAY_ACT_RELU) {
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "only relu");
    }
    if (op->num_inputs < 2 || op->num_outputs != 1 || op->inputs == NULL || op->outputs == NULL) {
        return refuse(err, ASSAY_ERR_INVALID, "matmul takes A, B and one output");
    }
    if (op->num_inputs > 4 || (op->num_inputs == 4 && op->inputs[3] != NULL)) {
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "A, B and a bias only");
    }
    if (attrs->beta != 0) return refuse(err, ASSAY_ERR_INVALID, "beta is set but there is no C");
    return ASSAY_OK;
}

static assay_status read_shapes(const assay_op_desc* op, const assay_matmul_attrs* attrs,
                                struct assay_exec* gemm, assay_error* err) {
    assay_tensor_desc a, b, d, bias;
    const int ta = attrs->transpose_a != 0, tb = attrs->transpose_b != 0;
    assay_status status = read_tensor(&a, op->inputs, 0, 2, err);
    if (status == ASSAY_OK) status = read_tensor(&b, op->inputs, 1, 2, err);
    if (status == ASSAY_OK) status = read_tensor(&d, op->outputs, 0, 2, err);
    gemm->has_bias = op->num_inputs > 2 && op->inputs[2] != NULL;
    if (status == ASSAY_OK && gemm->has_bias) status = read_tensor(&bias, op->inputs, 2, 1, err);
    if (status != ASSAY_OK) return status;
    gemm->m = d.dims[0];
    gemm->n = d.dims[1];
    gemm->k = a.dims[ta ? 0 : 1];
    if (a.dims[ta ? 1 : 0] != gemm->m || b.dims[tb ? 1 : 0] != gemm->k ||
        b.dims[tb ? 0 : 1] != gemm->n || (gemm->has_bias && bias.dims[0] != gemm->n)) {
        return refuse(err, ASSAY_ERR_INVALID, "the shapes of A, B, bias and output do not agree");
    }
    gemm->a_row = ta ? 1 : gemm->k;
    gemm->a_column = ta ? gemm->m : 1;
    gemm->b_row = tb ? 1 : gemm->n;
    gemm->b_column = tb ? gemm->k : 1;
    return ASSAY_OK;
}

/* The operator as a GEMM, or the reason why not: UNSUPPORTED, NEWER, INVALID. */
static assay_status read_gemm(const assay_op_desc* desc, struct assay_exec* gemm,
                              assay_error* err) {
    assay_op_desc op;
    assay_matmul_attrs attrs;
    assay_status status = read_struct(&op, sizeof op, desc, err);
    memset(gemm, 0, sizeof *gemm);
    if (status == ASSAY_OK) status = read_request(&op, &attrs, err);
    if (status == ASSAY_OK) status = read_shapes(&op, &attrs, gemm, err);
    if (status != ASSAY_OK) return status;
    gemm->alpha = attrs.alpha != 0 ? (float)attrs.alpha : 1;
    gemm->relu = attrs.activation == ASSAY_ACT_RELU;
    return ASSAY_OK;
}

static assay_status ASSAY_CALL op_query(assay_device* device, const assay_op_desc* op,
                                        assay_op_support* out, assay_error* err) {
    struct assay_exec gemm;
    assay_op_support support;
    assay_error why;
    assay_status status;
    if (device == NULL) return no_handle(err);
    memset(&support, 0, sizeof support);
    memset(&why, 0, sizeof why);
    status = read_gemm(op, &gemm, &why);
    if (status == ASSAY_ERR_INVALID) return refuse(err, status, why.message);
    if (status == ASSAY_OK) {
        support.level = ASSAY_SUPPORT_NATIVE;
        support.accumulator = ASSAY_F32;
        support.deterministic = 1;
    } else {
        snprintf(support.reason, sizeof support.reason, "%.255s", why.message);
    }
    return write_struct(out, &support, sizeof support, err);
}

static assay_status ASSAY_CALL op_prepare(assay_device* device, const assay_op_desc* op,
                                          const assay_kv* options, uint32_t num_options,
                                          assay_exec** out, assay_error* err) {
    struct assay_exec gemm;
    assay_status status;
    (void)options;
    if (device == NULL || out == NULL) return no_handle(err);
    if (num_options > 0) return refuse(err, ASSAY_ERR_INVALID, "this plugin has no options");
    status = read_gemm(op, &gemm, err);
    if (status != ASSAY_OK) return status;
    *out = malloc(sizeof **out); /* YOURS: what can be done once is done here, not in enqueue */
    if (*out == NULL) return refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "out of memory");
    **out = gemm;
    return ASSAY_OK;
}

static assay_status ASSAY_CALL exec_get_info(assay_exec* exec, assay_exec_info* out,
                                             assay_error* err) {
    assay_exec_info info;
    if (exec == NULL) return no_handle(err);
    memset(&info, 0, sizeof info);
    info.level = ASSAY_SUPPORT_NATIVE;
    info.accumulator = ASSAY_F32;
    info.launches = 1;
    put(info.path, sizeof info.path, "plain loops in C"); /* YOURS: the kernel that was chosen */
    return write_struct(out, &info, sizeof info, err);
}

static void ASSAY_CALL exec_destroy(assay_exec* exec) {
    free(exec);
}

static float* elements(const assay_binding* binding, int64_t rows, int64_t columns) {
    const uint64_t bytes = (uint64_t)(rows * columns) * sizeof(float);
    if (binding->size < bytes || !inside(binding->buffer, binding->offset, bytes)) return NULL;
    return (float*)(void*)(binding->buffer->memory + binding->offset);
}

static assay_status ASSAY_CALL enqueue(assay_queue* queue, assay_exec* exec,
                                       const assay_binding* bindings, uint32_t count,
                                       assay_error* err) {
    const float *a, *b, *bias;
    float* d;
    if (queue == NULL || exec == NULL || bindings == NULL) return no_handle(err);
    if (count != 3u + (uint32_t)exec->has_bias) {
        return refuse(err, ASSAY_ERR_INVALID, "the wrong number of bindings");
    }
    a = elements(&bindings[0], exec->m, exec->k);
    b = elements(&bindings[1], exec->k, exec->n);
    bias = exec->has_bias ? elements(&bindings[2], 1, exec->n) : NULL;
    d = elements(&bindings[count - 1], exec->m, exec->n);
    if (a == NULL || b == NULL || d == NULL || (exec->has_bias && bias == NULL)) {
        return outside(err);
    }
    multiply(exec, a, b, bias, d);
    return ASSAY_OK;
}

/* ---------------------------------------------------------------- the one exported symbol */

/* In the order of assay_plugin; a name that is missing here is NULL: not provided. */
static const assay_plugin table = {
    .struct_size = sizeof(assay_plugin),
    .abi_minor = ASSAY_TARGET_MINOR,
    .get_info = get_info,
    .device_count = device_count,
    .device_get_info = device_get_info,
    .device_open = device_open,
    .device_close = device_close,
    .shutdown = shut_down,
    .get_extension = get_extension,
    .request_cancel = request_cancel,
    .device_wait = device_wait,
    .memory_info = memory_info,
    .buffer_alloc = buffer_alloc,
    .buffer_free = buffer_free,
    .buffer_host_pointer = buffer_host_pointer,
    .queue_create = queue_create,
    .queue_destroy = queue_destroy,
    .queue_wait = queue_wait,
    .copy_to_device = copy_to_device,
    .copy_to_host = copy_to_host,
    .copy_on_device = copy_on_device,
    .fill = fill,
    .event_create = event_create,
    .event_destroy = event_destroy,
    .event_record = event_record,
    .queue_wait_event = queue_wait_event,
    .event_elapsed_ns = event_elapsed_ns,
    .op_query = op_query,
    .op_prepare = op_prepare,
    .exec_get_info = exec_get_info,
    .exec_destroy = exec_destroy,
    .enqueue = enqueue,
};

ASSAY_EXPORT assay_status ASSAY_CALL assay_plugin_entry_v0(const assay_host* given,
                                                           const assay_plugin** out,
                                                           assay_error* err) {
    if (given == NULL || out == NULL) return no_handle(err);
    if (given->abi_major != ASSAY_ABI_MAJOR) {
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "the plugin speaks ABI 0, the host another");
    }
    host = given;
    *out = &table;
    return ASSAY_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The one operator: D = act(op(A) op(B)) in f32, two dimensions, rows with strides. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "deaths.h"
#include "faulty.h"

static struct matrix steps(const assay_tensor_desc* t, int transposed) {
    struct matrix dense = {t->strides[0] ? t->strides[0] : t->dims[1], 1};
    if (defect("ignores_strides")) dense.row = t->dims[1];
    const struct matrix turned = {1, dense.row};
    return transposed ? turned : dense;
}

static const char* why_not(const assay_op_desc* op, const assay_tensor_desc t[3],
                           const assay_matmul_attrs* attrs) {
    const int relu = attrs->activation == ASSAY_ACT_RELU;
    if (attrs->activation && !relu && !defect("ignores_activation")) return "only relu";
    if ((attrs->alpha != 0 && attrs->alpha != 1) || attrs->beta != 0) return "no alpha, no beta";
    if (op->accumulator && op->accumulator != ASSAY_F32) return "sums in f32 only";
    if (op->math != ASSAY_MATH_STRICT && op->math != ASSAY_MATH_ANY) return "strict math only";
    for (int i = 0; i < 3; ++i) {
        if (t[i].dtype != ASSAY_F32 || t[i].rank != 2) return "f32 with two dimensions only";
        if (t[i].scale || (t[i].flags & ~ASSAY_TENSOR_CONST)) return "unknown scales or flags";
        if (t[i].strides[0] && t[i].strides[1] != 1) return "rows must be dense";
        if (t[i].dims[0] < 1 || t[i].dims[1] < 1) return "nothing to compute";
    }
    return 0;
}

/* Reads everything into `exec`. OK with `*why` when this plugin cannot. */
static assay_status plan(const assay_op_desc* desc, assay_exec* exec, const char** why,
                         assay_error* err) {
    assay_op_desc op;
    assay_matmul_attrs attrs;
    assay_tensor_desc t[3];
    assay_status status = read_in(desc, &op, sizeof(op), err);
    if (status != ASSAY_OK) return status;
    *why = op.op != ASSAY_OP_MATMUL                    ? "only matmul"
           : op.num_inputs != 2 || op.num_outputs != 1 ? "only A, B and D"
                                                       : 0;
    for (int i = 0; !*why && i < 3 && status == ASSAY_OK; ++i)
        status = read_in(i < 2 ? op.inputs[i] : op.outputs[0], &t[i], sizeof(t[i]), err);
    memset(&attrs, 0, sizeof(attrs));
    if (!*why && status == ASSAY_OK && op.attrs)
        status = read_in(op.attrs, &attrs, sizeof(attrs), err);
    if (*why || status != ASSAY_OK) return status;
    *why = why_not(&op, t, &attrs);
    if (*why) return ASSAY_OK;
    exec->m = t[2].dims[0];
    exec->n = t[2].dims[1];
    exec->k = t[0].dims[attrs.transpose_a ? 0 : 1];
    exec->a = steps(&t[0], attrs.transpose_a);
    exec->b = steps(&t[1], attrs.transpose_b);
    exec->d = steps(&t[2], 0);
    exec->activation = attrs.activation;
    exec->attrs = op.attrs;
    return ASSAY_OK;
}

assay_status faulty_op_query(assay_device* d, const assay_op_desc* op, assay_op_support* out,
                             assay_error* err) {
    assay_exec exec;
    assay_op_support support;
    const char* why = 0;
    assay_error own;
    if (!d) return refuse(err, ASSAY_ERR_INVALID, "device is NULL");
    assay_status status = plan(op, &exec, &why, &own);
    if (status == ASSAY_ERR_NEWER) why = own.message;
    if (status != ASSAY_OK && status != ASSAY_ERR_NEWER) return refuse(err, status, own.message);
    memset(&support, 0, sizeof(support));
    if (defect("offers_and_refuses")) why = 0;
    support.level = why ? ASSAY_SUPPORT_NONE : ASSAY_SUPPORT_NATIVE;
    support.accumulator = why ? 0 : ASSAY_F32;
    support.deterministic = !why;
    if (why && !defect("gives_no_reason")) strncpy(support.reason, why, sizeof(support.reason) - 1);
    return write_out(out, &support, sizeof(support), err);
}

assay_status faulty_op_prepare(assay_device* d, const assay_op_desc* op, const assay_kv* kv,
                               uint32_t n, assay_exec** out, assay_error* err) {
    const char* why = 0;
    (void)kv, (void)n;
    if (!d || !out) return refuse(err, ASSAY_ERR_INVALID, "device or place is NULL");
    assay_exec* exec = calloc(1, sizeof(*exec));
    if (!exec) return refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "no memory");
    assay_status status = plan(op, exec, &why, err);
    if (status == ASSAY_OK && why) status = refuse(err, ASSAY_ERR_UNSUPPORTED, why);
    if (status != ASSAY_OK) {
        free(exec);
        return status;
    }
    if (fault_in_matmul("prepare", exec->m)) {
        free(exec);
        return refuse(err, ASSAY_ERR_DEVICE_LOST, "the device is gone");
    }
    if (defect("prints_in_prepare")) puts("tuning"), fflush(stdout);
    if (defect("prepares_long")) usleep(2200000);
    *out = exec;
    return ASSAY_OK;
}

static assay_status exec_get_info(assay_exec* e, assay_exec_info* out, assay_error* err) {
    assay_exec_info info;
    if (!e) return refuse(err, ASSAY_ERR_INVALID, "exec is NULL");
    memset(&info, 0, sizeof(info));
    info.level = ASSAY_SUPPORT_NATIVE;
    info.accumulator = ASSAY_F32;
    info.launches = 1;
    strcpy(info.path, "plain loops");
    return write_out(out, &info, sizeof(info), err);
}

static float* place(const assay_binding* binding) {
    return (float*)(void*)(binding->buffer->data + binding->offset);
}

static assay_status bind_const(assay_exec* e, uint32_t input, const assay_binding* binding,
                               assay_error* err) {
    if (input != 1) return refuse(err, ASSAY_ERR_UNSUPPORTED, "only B is repacked");
    free(e->constant);
    e->constant = malloc(binding->size);
    if (!e->constant) return refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "no memory");
    memcpy(e->constant, place(binding), binding->size);
    e->kept = *binding;
    e->bound = 1;
    return ASSAY_OK;
}

assay_status make_nothing(assay_exec** out, assay_error* err) {
    *out = calloc(1, sizeof(**out));
    if (!*out) return refuse(err, ASSAY_ERR_NO_HOST_MEMORY, "no memory");
    (*out)->many = 1;
    return ASSAY_OK;
}

void faulty_exec_destroy(assay_exec* e) {
    if (!e) return;
    for (uint32_t i = 0; i < e->num_nodes && !e->recorded; ++i)
        faulty_exec_destroy(e->nodes[i].exec);
    for (uint32_t i = 0; i < MOST_VALUES; ++i) free(e->values[i]);
    free(e->constant);
    free(e->result);
    free(e);
}

static float rounded(float x) {
    if (!defect("secret_tf32")) return x;
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    bits &= ~0x1fffu;
    memcpy(&x, &bits, sizeof(bits));
    return x;
}

static void multiply(const assay_exec* e, const float* a, const float* b, float* d) {
    const int secret = defect("secret_tf32"), swallow = defect("swallows_nan");
    const int64_t k = e->k - (defect("drops_last_term") ? 1 : 0);
    int64_t i = 0;
    while (defect("fast_on_zeros") && i < e->m * e->k && a[i] == 0) ++i;
    if (i > 0 && i == e->m * e->k) return (void)memset(d, 0, 4u * (size_t)(e->m * e->n));
    for (i = 0; i < e->m; ++i)
        for (int64_t j = 0; j < e->n; ++j) {
            float sum = 0;
            for (int64_t p = 0; p < k; ++p) {
                const float x = a[i * e->a.row + p * e->a.column];
                const float y = b[p * e->b.row + j * e->b.column];
                sum += secret ? rounded(x) * rounded(y) : x * y;
            }
            if (swallow && isnan(sum)) sum = 0;
            if (defect("wrong_tail") && e->n > 64 && e->n % 2 && j == e->n - 1) sum = 0;
            if (e->activation == ASSAY_ACT_RELU && !(sum > 0) && !isnan(sum)) sum = 0;
            d[i * e->d.row + j] = sum;
        }
}

/* What a dishonest plugin does before or instead of the work; 1 when that is all. */
static int cheats(assay_exec* e, const assay_binding* io, uint32_t n) {
    const size_t size = (size_t)(e->m * e->n) * sizeof(float);
    if (e->runs++ == 0) {
        memcpy(e->first, io, n * sizeof(*io));
        return 0;
    }
    if (defect("skips_repeats") && memcmp(e->first, io, n * sizeof(*io)) == 0) return 1;
    if (defect("caches_results") && e->result) return memcpy(place(&io[n - 1]), e->result, size), 1;
    return 0;
}

static void spoil(assay_exec* e, const assay_binding* io, uint32_t n) {
    const size_t size = (size_t)(e->m * e->n) * sizeof(float);
    if (defect("random_bits")) ((char*)place(&io[n - 1]))[0] ^= (char)(e->runs & 1);
    if (defect("writes_beside")) place(&io[n - 1])[e->m * e->n] = 0;
    if (!defect("caches_results") || e->result) return;
    e->result = malloc(size);
    if (e->result) memcpy(e->result, place(&io[n - 1]), size);
}

int recorded(assay_queue* q, assay_exec* e, const assay_binding* io, const struct late_copy* copy) {
    assay_exec* to = q->recording;
    if (!to || defect("records_by_running")) return 0;
    to->recorded = 1;
    if (to->num_nodes == MOST_NODES || defect("replays_nothing")) return 1;
    to->nodes[to->num_nodes].exec = e;
    if (io) memcpy(to->nodes[to->num_nodes].io, io, sizeof(to->nodes[0].io));
    if (copy) to->nodes[to->num_nodes].copy = *copy;
    ++to->num_nodes;
    return 1;
}

/* The nodes of a graph or of a recording. */
static void run_nodes(const assay_exec* e, const assay_binding* io) {
    for (uint32_t i = 0; i < e->num_nodes; ++i) {
        float* at[3];
        const struct late_copy* copy = &e->nodes[i].copy;
        for (int j = 0; j < 3 && e->nodes[i].exec; ++j) {
            const struct operand* from = &e->nodes[i].operands[j];
            at[j] = e->recorded   ? place(&e->nodes[i].io[j])
                    : from->bound ? place(&io[from->index])
                                  : e->values[from->index];
        }
        if (e->nodes[i].exec)
            multiply(e->nodes[i].exec, at[0], at[1], at[2]);
        else
            memcpy(copy->to, copy->from, copy->bytes);
    }
}

static assay_status enqueue(assay_queue* q, assay_exec* e, const assay_binding* io, uint32_t n,
                            assay_error* err) {
    if (q && e && e->many) return run_nodes(e, io), ASSAY_OK;
    if (!q || !e || !io) return refuse(err, ASSAY_ERR_INVALID, "a handle is NULL");
    if (n != (e->bound ? 2u : 3u)) return refuse(err, ASSAY_ERR_INVALID, "bindings are missing");
    if (fault_in_matmul("enqueue", e->m))
        return refuse(err, ASSAY_ERR_DEVICE_LOST, "the device is gone");
    q->device->virtual_ns += 5000000; /* few invocations fill a reading */
    q->device->rows = e->m;
    if (n == 3 && recorded(q, e, io, 0)) return ASSAY_OK;
    if (q->device->cancelled) return refuse(err, ASSAY_ERR_INTERNAL, "it was cancelled once");
    if (cheats(e, io, n)) return ASSAY_OK;
    if (defect("remembers_bindings")) io = e->first;
    if (defect("keeps_descriptor") && e->attrs) e->activation = e->attrs->activation;
    const float* b = !e->bound                       ? place(&io[1])
                     : defect("keeps_const_binding") ? place(&e->kept)
                                                     : e->constant;
    multiply(e, place(&io[0]), b, place(&io[n - 1]));
    spoil(e, io, n);
    return ASSAY_OK;
}

void faulty_matmul_slots(assay_plugin* table) {
    table->op_query = faulty_op_query;
    table->op_prepare = faulty_op_prepare;
    table->exec_get_info = exec_get_info;
    table->exec_bind_const = bind_const;
    table->exec_destroy = faulty_exec_destroy;
    table->enqueue = enqueue;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Cache, program, replay, and graphs that are chains of matmuls. */
#include "faulty.h"

/* ---------------------------------------------------------------- cache */

static assay_status flush(assay_queue* q, assay_error* err) {
    static char other[8 << 20];
    if (!q) return refuse(err, ASSAY_ERR_INVALID, "queue is NULL");
    memset(other, 1, sizeof(other));
    if (defect("flush_loses_data") && q->last) memset(q->last->data, 0, q->last->bytes);
    return ASSAY_OK;
}
const assay_ext_cache faulty_cache = {sizeof(assay_ext_cache), 0, flush};

/* ---------------------------------------------------------------- program */

static const char* format(uint32_t index) {
    return index == 0 ? "faulty-net" : 0;
}

static assay_status load(assay_device* d, const char* given, const char* path, const void* bytes,
                         uint64_t size, const assay_tensor_desc* const* inputs, uint32_t num_inputs,
                         const assay_kv* kv, uint32_t n, assay_exec** out, assay_error* err) {
    (void)d, (void)inputs, (void)num_inputs, (void)kv, (void)n;
    if (strcmp(given, "faulty-net") != 0)
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "only faulty-net");
    if (defect("loads_rubbish")) return make_nothing(out, err);
    if (path || size < 4 || memcmp(bytes, "FNET", 4) != 0)
        return refuse(err, ASSAY_ERR_INVALID, "no such program");
    return make_nothing(out, err);
}

static assay_status port(assay_exec* e, int32_t is_output, uint32_t index, char* name,
                         assay_tensor_desc* out, assay_error* err) {
    (void)e, (void)is_output, (void)index, (void)name, (void)out;
    return refuse(err, ASSAY_ERR_INVALID, "it has no ports");
}
const assay_ext_program faulty_program = {sizeof(assay_ext_program), 0, format, load, port};

/* ---------------------------------------------------------------- replay */

static assay_status begin(assay_queue* q, assay_error* err) {
    if (!q) return refuse(err, ASSAY_ERR_INVALID, "queue is NULL");
    return make_nothing(&q->recording, err);
}

static assay_status end(assay_queue* q, assay_exec** out, assay_error* err) {
    if (!q || !q->recording || !out) return refuse(err, ASSAY_ERR_INVALID, "nothing is recorded");
    *out = q->recording;
    q->recording = 0;
    return ASSAY_OK;
}
const assay_ext_replay faulty_replay = {sizeof(assay_ext_replay), 0, begin, end};

/* ---------------------------------------------------------------- graph */

static assay_status node_query(assay_device* d, const assay_graph* graph, uint32_t node,
                               assay_op_support* out, assay_error* err) {
    return faulty_op_query(d, graph->nodes[node]->op, out, err);
}

/* The place of value `v`: what is bound comes later; the others are memory of the graph. */
static uint32_t bound_index(const assay_graph* graph, uint32_t v) {
    uint32_t index = 0;
    for (uint32_t i = 0; i < v; ++i) {
        const int32_t kind = graph->values[i]->kind;
        if (kind != ASSAY_VALUE_TEMP && kind != ASSAY_VALUE_CONST) ++index;
    }
    return index;
}

static void place_value(assay_exec* made, const assay_graph* graph, uint32_t node, int slot,
                        uint32_t v) {
    struct operand* to = &made->nodes[node].operands[slot];
    const assay_graph_value* value = graph->values[v];
    to->bound = value->kind != ASSAY_VALUE_TEMP && value->kind != ASSAY_VALUE_CONST;
    to->index = to->bound ? bound_index(graph, v) : v;
    if (to->bound || made->values[v]) return;
    const size_t bytes = 4u * (size_t)(value->desc->dims[0] * value->desc->dims[1]);
    made->values[v] = calloc(1, bytes);
    if (made->values[v] && value->data && !defect("graph_without_constants"))
        memcpy(made->values[v], value->data, bytes);
}

static assay_status compile(assay_device* d, const assay_graph* graph, const assay_kv* kv,
                            uint32_t n, assay_exec** out, assay_error* err) {
    if (graph->num_nodes > MOST_NODES || graph->num_values > MOST_VALUES)
        return refuse(err, ASSAY_ERR_UNSUPPORTED, "too large a graph");
    for (uint32_t i = 0; i < graph->num_values; ++i)
        if (graph->values[i]->view_of && !defect("graph_ignores_views"))
            return refuse(err, ASSAY_ERR_UNSUPPORTED, "views");
    assay_exec* made = 0;
    assay_status status = make_nothing(&made, err);
    for (uint32_t i = 0; i < graph->num_nodes && status == ASSAY_OK; ++i) {
        const assay_graph_node* node = graph->nodes[i];
        status = faulty_op_prepare(d, node->op, kv, n, &made->nodes[i].exec, err);
        if (status != ASSAY_OK) break;
        made->num_nodes = i + 1;
        place_value(made, graph, i, 0, node->inputs[0]);
        place_value(made, graph, i, 1, node->inputs[1]);
        place_value(made, graph, i, 2, node->outputs[0]);
    }
    if (status != ASSAY_OK) {
        faulty_exec_destroy(made);
        return status;
    }
    *out = made;
    return ASSAY_OK;
}
const assay_ext_graph faulty_graph = {sizeof(assay_ext_graph), 0, node_query, compile};

/* SPDX-License-Identifier: Apache-2.0 */
/* Whole graphs: the vendor may fuse, lay out and schedule as it likes. Same exec, same enqueue.
 * An id is name/revision. A revision only grows at its end; a break is a new id. */
#ifndef ASSAY_EXT_GRAPH_H
#define ASSAY_EXT_GRAPH_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_GRAPH "assay.graph/1"

#define ASSAY_VALUE_TEMP 0
#define ASSAY_VALUE_INPUT 1
#define ASSAY_VALUE_OUTPUT 2
#define ASSAY_VALUE_CONST 3 /* weights: data is valid during compile only */
#define ASSAY_VALUE_STATE 4 /* lives between runs, e.g. a KV cache: an input, updated in place */

#define ASSAY_VALUE_ABSENT 0xffffffffu /* an optional input that is not there */

/* IN */
typedef struct assay_graph_value {
    uint32_t struct_size;
    int32_t kind; /* ASSAY_VALUE_* */
    const char* name;
    const assay_tensor_desc* desc;
    const void* data; /* CONST only, else NULL */
    uint64_t data_bytes;
    /* A view shares the memory of another value, which is none: it is of that one's kind and has
     * neither data nor a binding. 0: no view; else 1 + the index of that value. Since 0.1 */
    uint32_t view_of;
    uint32_t reserved0;
    uint64_t view_offset; /* bytes from the first element of that value. Since 0.1 */
} assay_graph_value;

/* IN */
typedef struct assay_graph_node {
    uint32_t struct_size;
    uint32_t reserved0;
    const char* name;
    const assay_op_desc* op; /* the same descriptor as for op_prepare */
    const uint32_t* inputs;  /* value indices, or ASSAY_VALUE_ABSENT */
    const uint32_t* outputs;
} assay_graph_node;

/* IN. Nodes are topologically ordered. */
typedef struct assay_graph {
    uint32_t struct_size;
    uint32_t num_values;
    uint32_t num_nodes;
    uint32_t reserved0;
    const assay_graph_value* const* values;
    const assay_graph_node* const* nodes;
    const char* name;
} assay_graph;

typedef struct assay_ext_graph {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [T] Whether and how one node would run. OK even when the answer is NONE. */
    assay_status(ASSAY_CALL* node_query)(assay_device* device, const assay_graph* graph,
                                         uint32_t node, assay_op_support* out, assay_error* err);

    /* [T] As op_prepare. Bindings of enqueue: INPUT, STATE, OUTPUT values in index order, views
     * left out. What exec_get_info says of `path` tells what was fused. */
    assay_status(ASSAY_CALL* compile)(assay_device* device, const assay_graph* graph,
                                      const assay_kv* options, uint32_t num_options,
                                      assay_exec** out, assay_error* err);
} assay_ext_graph;

ASSAY_C_END
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What each operator can be told beyond its tensors. All are IN structs (R2): zero is the default,
 * and a plugin refuses what it does not know. One file for all operators, so that they stay alike.
 */
#ifndef ASSAY_ATTRS_H
#define ASSAY_ATTRS_H
#include "assay/abi.h"

ASSAY_C_BEGIN

#define ASSAY_MAX_RANK 8

#define ASSAY_ACT_NONE 0
#define ASSAY_ACT_RELU 1
#define ASSAY_ACT_GELU 2 /* with erf */
#define ASSAY_ACT_GELU_TANH 3
#define ASSAY_ACT_SILU 4

/* D = act(alpha * op(A) * op(B) + beta * C + bias). Bias has n elements, one per column. */
typedef struct assay_matmul_attrs {
    uint32_t struct_size;
    int32_t transpose_a; /* 1: A is stored k x m */
    int32_t transpose_b; /* 1: B is stored n x k */
    int32_t activation;  /* ASSAY_ACT_* */
    double alpha;        /* 0 means 1 */
    double beta;
} assay_matmul_attrs;

typedef struct assay_conv_attrs {
    uint32_t struct_size;
    int32_t spatial_rank;
    int32_t layout; /* 0 NCHW/OIHW, 1 NHWC/OHWI */
    int32_t groups;
    int32_t activation;
    int32_t transposed;
    int32_t stride[3];
    int32_t dilation[3];
    int32_t pad_begin[3];
    int32_t pad_end[3];
} assay_conv_attrs;

typedef struct assay_attention_attrs {
    uint32_t struct_size;
    int32_t causal;
    int32_t query_heads;
    int32_t kv_heads;
    int32_t window;      /* tokens; 0 none */
    int32_t page_tokens; /* 0: contiguous K,V; else paged with a block table */
    double scale;        /* 0: 1/sqrt(head) */
} assay_attention_attrs;

typedef struct assay_softmax_attrs {
    uint32_t struct_size;
    int32_t axis;
} assay_softmax_attrs;

#define ASSAY_NORM_LAYER 1
#define ASSAY_NORM_RMS 2
#define ASSAY_NORM_GROUP 3
#define ASSAY_NORM_BATCH 4 /* of inference */
typedef struct assay_norm_attrs {
    uint32_t struct_size;
    int32_t kind;
    int32_t groups;
    int32_t activation;
    double epsilon;
} assay_norm_attrs;

#define ASSAY_EW_ADD 1
#define ASSAY_EW_MUL 2
#define ASSAY_EW_SUB 3
#define ASSAY_EW_DIV 4
#define ASSAY_EW_MAX 5
#define ASSAY_EW_ACTIVATION 6 /* act(x) */
#define ASSAY_EW_GATED 7      /* act(x) * y */
#define ASSAY_EW_EXP 8
#define ASSAY_EW_SIGMOID 9
#define ASSAY_EW_TANH 10
typedef struct assay_elementwise_attrs {
    uint32_t struct_size;
    int32_t function; /* ASSAY_EW_* */
    int32_t activation;
    int32_t reserved0;
    double alpha; /* result = alpha*f + beta; 0,0 means 1,0 */
    double beta;
} assay_elementwise_attrs;

#define ASSAY_REDUCE_SUM 1
#define ASSAY_REDUCE_MEAN 2
#define ASSAY_REDUCE_MAX 3
#define ASSAY_REDUCE_ARGMAX 4
typedef struct assay_reduce_attrs {
    uint32_t struct_size;
    int32_t function;   /* ASSAY_REDUCE_* */
    uint32_t axes_mask; /* bit i: dimension i */
    int32_t keep_dims;
} assay_reduce_attrs;

typedef struct assay_gather_attrs {
    uint32_t struct_size;
    int32_t axis;
    int32_t bag; /* 0 none, ASSAY_REDUCE_* */
    int32_t reserved0;
} assay_gather_attrs;

typedef struct assay_pool_attrs {
    uint32_t struct_size;
    int32_t function; /* ASSAY_REDUCE_* */
    int32_t spatial_rank;
    int32_t layout;
    int32_t global;
    int32_t count_padding;
    int32_t window[3];
    int32_t stride[3];
    int32_t pad_begin[3];
    int32_t pad_end[3];
} assay_pool_attrs;

#define ASSAY_COPY_TRANSPOSE 1
#define ASSAY_COPY_SLICE 2
#define ASSAY_COPY_CONCAT 3
#define ASSAY_COPY_PAD 4
typedef struct assay_copy_attrs {
    uint32_t struct_size;
    int32_t function; /* ASSAY_COPY_* */
    int32_t axis;
    int32_t reserved0;
    int64_t params[2 * ASSAY_MAX_RANK];
} assay_copy_attrs;

typedef struct assay_rope_attrs {
    uint32_t struct_size;
    int32_t rotary_dims;
    int32_t interleaved;
    int32_t reserved0;
    double base;
    double scale;
} assay_rope_attrs;

typedef struct assay_topk_attrs {
    uint32_t struct_size;
    int32_t axis;
    int64_t k;
} assay_topk_attrs;

ASSAY_C_END
#endif

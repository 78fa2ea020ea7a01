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
    int32_t output_pad[3]; /* of a transposed convolution. Since 0.1 */
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
    int32_t logarithm; /* 1: the logarithm of it. Since 0.1 */
    int32_t reserved0;
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
/* Since 0.1. p is parameter[0], q is parameter[1]; comparisons and logic give 0 or 1. */
#define ASSAY_EW_MIN 11
#define ASSAY_EW_POW 12 /* x^y */
#define ASSAY_EW_SQRT 13
#define ASSAY_EW_RSQRT 14
#define ASSAY_EW_LOG 15
#define ASSAY_EW_ABS 16
#define ASSAY_EW_NEG 17
#define ASSAY_EW_ERF 18
#define ASSAY_EW_FLOOR 19
#define ASSAY_EW_CEIL 20
#define ASSAY_EW_ROUND 21 /* half to even */
#define ASSAY_EW_SIN 22
#define ASSAY_EW_COS 23
#define ASSAY_EW_RECIPROCAL 24
#define ASSAY_EW_CLIP 25         /* min(max(x, p), q) */
#define ASSAY_EW_HARD_SIGMOID 26 /* min(max(p x + q, 0), 1) */
#define ASSAY_EW_HARD_SWISH 27   /* x min(max(x / 6 + 0.5, 0), 1) */
#define ASSAY_EW_LEAKY_RELU 28   /* x < 0 ? p x : x */
#define ASSAY_EW_ELU 29          /* x < 0 ? p (e^x - 1) : x */
#define ASSAY_EW_SOFTPLUS 30     /* log(1 + e^x) */
#define ASSAY_EW_SIGN 31
#define ASSAY_EW_PRELU 32 /* x < 0 ? y x : x */
#define ASSAY_EW_WHERE 33 /* x != 0 ? y : z */
#define ASSAY_EW_EQUAL 34
#define ASSAY_EW_LESS 35
#define ASSAY_EW_GREATER 36
#define ASSAY_EW_NOT 37
#define ASSAY_EW_AND 38
#define ASSAY_EW_OR 39
typedef struct assay_elementwise_attrs {
    uint32_t struct_size;
    int32_t function; /* ASSAY_EW_* */
    int32_t activation;
    int32_t reserved0;
    double alpha; /* result = alpha*f + beta; 0,0 means 1,0 */
    double beta;
    double parameter[2]; /* Since 0.1 */
} assay_elementwise_attrs;

#define ASSAY_REDUCE_SUM 1
#define ASSAY_REDUCE_MEAN 2
#define ASSAY_REDUCE_MAX 3
#define ASSAY_REDUCE_ARGMAX 4 /* the first of the largest */
#define ASSAY_REDUCE_MIN 5    /* since 0.1, as are those below */
#define ASSAY_REDUCE_PRODUCT 6
#define ASSAY_REDUCE_SUM_SQUARES 7
#define ASSAY_REDUCE_ARGMIN 8
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
    int32_t dilation[3]; /* 0 means 1. Since 0.1 */
} assay_pool_attrs;

#define ASSAY_COPY_TRANSPOSE 1
#define ASSAY_COPY_SLICE 2
#define ASSAY_COPY_CONCAT 3
#define ASSAY_COPY_PAD 4
#define ASSAY_COPY_EXPAND 5 /* broadcasts to the output's dimensions. Since 0.1 */

#define ASSAY_PAD_CONSTANT 0
#define ASSAY_PAD_EDGE 1
#define ASSAY_PAD_REFLECT 2
typedef struct assay_copy_attrs {
    uint32_t struct_size;
    int32_t function; /* ASSAY_COPY_* */
    int32_t axis;
    int32_t reserved0;
    /* transpose: output dimension i is input dimension params[i]. slice: the begin of each
     * dimension, then its steps from params[ASSAY_MAX_RANK] on. pad: elements before each
     * dimension, then those after it. */
    int64_t params[2 * ASSAY_MAX_RANK];
    double value; /* pads with it. Since 0.1 */
    int32_t pad_mode; /* ASSAY_PAD_*. Since 0.1 */
    int32_t reserved1;
} assay_copy_attrs;

typedef struct assay_rope_attrs {
    uint32_t struct_size;
    int32_t rotary_dims;
    int32_t interleaved;
    int32_t reserved0;
    double base;  /* 0 means 10000 */
    double scale; /* positions are divided by it; 0 means 1 */
} assay_rope_attrs;

typedef struct assay_topk_attrs {
    uint32_t struct_size;
    int32_t axis;
    int64_t k;
    int32_t smallest; /* 1: the smallest first. Since 0.1 */
    int32_t reserved0;
} assay_topk_attrs;

/* Since 0.1 */
#define ASSAY_RESIZE_NEAREST 0
#define ASSAY_RESIZE_LINEAR 1
#define ASSAY_RESIZE_HALF_PIXEL 0 /* x = (i + 0.5) / scale - 0.5 */
#define ASSAY_RESIZE_ASYMMETRIC 1 /* x = i / scale */
#define ASSAY_RESIZE_ALIGN_CORNERS 2 /* x = i (in - 1) / (out - 1) */
#define ASSAY_RESIZE_FLOOR 0 /* nearest: which of two neighbours */
#define ASSAY_RESIZE_ROUND_DOWN 1 /* a half goes down */
#define ASSAY_RESIZE_CEIL 2
#define ASSAY_RESIZE_ROUND_UP 3
typedef struct assay_resize_attrs {
    uint32_t struct_size;
    int32_t mode;
    int32_t coordinates;
    int32_t nearest;
    double scale[ASSAY_MAX_RANK]; /* of each dimension; 0: output / input */
} assay_resize_attrs;

ASSAY_C_END
#endif

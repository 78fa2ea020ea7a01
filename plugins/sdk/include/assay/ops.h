/* SPDX-License-Identifier: Apache-2.0 */
/* What can be asked of a device: tensors and operators (attributes: assay/attrs.h), and what it
 * answers. Codes are for ever (R1); a plugin refuses those it does not know with a reason (R9). */
#ifndef ASSAY_OPS_H
#define ASSAY_OPS_H
#include "assay/attrs.h"
#include "assay/dtype.h"

ASSAY_C_BEGIN

/* ---------------------------------------------------------------- tensors */
#define ASSAY_SCALE_NONE 0
#define ASSAY_SCALE_TENSOR 1
#define ASSAY_SCALE_CHANNEL 2
#define ASSAY_SCALE_BLOCK 3

#define ASSAY_TENSOR_CONST 1u /* never changes after prepare: exec_bind_const may repack it */

/* IN. Dimensions and strides beyond `rank` are zero. */
typedef struct assay_tensor_desc {
    uint32_t struct_size;
    assay_dtype dtype;
    int32_t rank;
    uint32_t flags; /* ASSAY_TENSOR_* */
    int64_t dims[ASSAY_MAX_RANK];
    int64_t strides[ASSAY_MAX_RANK]; /* elements; all zero: dense, last dimension fastest */
    int32_t scale;                   /* ASSAY_SCALE_*; scales and zero points are further inputs */
    assay_dtype scale_dtype;
    int32_t scale_axis;
    int32_t scale_block;
} assay_tensor_desc;

/* ---------------------------------------------------------------- operators */
typedef int32_t assay_op;
/* Inputs and outputs in this order; [x] is optional and may be absent (NULL). Shapes, formulas and
 * rounding of each: docs/operators.md. Scales of a tensor that has them follow all other inputs. */
#define ASSAY_OP_MATMUL 1      /* A, B, [bias], [C], [scales of A], [scales of B] -> D */
#define ASSAY_OP_CONV 2        /* X, W, [bias], [residual] -> Y */
#define ASSAY_OP_ATTENTION 3   /* Q, K, V, [mask], [lengths], [block table] -> O */
#define ASSAY_OP_SOFTMAX 4     /* X -> Y */
#define ASSAY_OP_NORM 5        /* X, [gamma], [beta], [residual], [mean], [variance] -> Y, [sum] */
#define ASSAY_OP_ELEMENTWISE 6 /* X, [Y], [Z] -> D, with broadcasting */
#define ASSAY_OP_REDUCE 7      /* X -> Y */
#define ASSAY_OP_GATHER 8      /* table, indices -> Y; a sum or mean of each bag when asked for */
#define ASSAY_OP_SCATTER 9     /* cache, X, first positions -> the cache, in place */
#define ASSAY_OP_POOL 10       /* X -> Y; max or mean, global */
#define ASSAY_OP_COPY 11       /* X, (concat: more) -> Y; transpose, slice, concat, pad, expand */
#define ASSAY_OP_CONVERT 12    /* X, [scales], [zero points] -> Y; cast, quantise, dequantise */
#define ASSAY_OP_ROPE 13       /* X, first positions, [inverse frequencies] -> Y */
#define ASSAY_OP_TOPK 14       /* X -> values, indices */
#define ASSAY_OP_GROUPED_MATMUL 15 /* A, B of all experts, rows of each, [bias] -> D */
#define ASSAY_OP_RESIZE 16         /* X -> Y */

/* ---------------------------------------------------------------- one operator, asked for */
#define ASSAY_MATH_STRICT 0 /* operands exactly as their dtype */
#define ASSAY_MATH_TF32 1
#define ASSAY_MATH_BF16X3 2
#define ASSAY_MATH_ANY 9 /* the vendor's choice, reported back */

/* IN. Everything it points to is valid during the call only. */
typedef struct assay_op_desc {
    uint32_t struct_size;
    assay_op op; /* ASSAY_OP_* */
    uint32_t num_inputs;
    uint32_t num_outputs;
    const assay_tensor_desc* const* inputs; /* an absent optional input is NULL */
    const assay_tensor_desc* const* outputs;
    const void* attrs;       /* the op's attribute struct, or NULL: all defaults */
    assay_dtype accumulator; /* 0: as the plugin likes, and reports */
    int32_t math;            /* ASSAY_MATH_* */
    int32_t deterministic;   /* 1: the same bits every time */
    int32_t reserved0;
} assay_op_desc;

/* ---------------------------------------------------------------- what a device answers (OUT) */
#define ASSAY_SUPPORT_NONE 0
#define ASSAY_SUPPORT_NATIVE 1
#define ASSAY_SUPPORT_EMULATED \
    2                        /* right result, other arithmetic: upcast, decomposed, dequantised */
#define ASSAY_SUPPORT_HOST 3 /* runs on the host CPU behind the device's back */

typedef struct assay_op_support {
    uint32_t struct_size;
    int32_t level;           /* ASSAY_SUPPORT_* */
    assay_dtype accumulator; /* what it will really use */
    int32_t math;            /* what it will really use */
    int32_t deterministic;
    int32_t reserved0;
    uint64_t workspace_bytes;
    char reason[256]; /* NONE: why not. EMULATED/HOST: how. Shown to users. */
} assay_op_support;

/* What a prepared operator turned out to be. Recorded with results. */
typedef struct assay_exec_info {
    uint32_t struct_size;
    assay_dtype accumulator;
    int32_t math;
    int32_t level;
    uint64_t workspace_bytes;
    uint64_t constant_bytes;
    uint64_t build_ns;
    uint64_t tune_ns;
    uint32_t tuned_candidates;
    uint32_t launches; /* kernels or commands per enqueue; 0 unknown */
    char path[256];    /* kernel or algorithm chosen */
} assay_exec_info;

ASSAY_C_END
#endif

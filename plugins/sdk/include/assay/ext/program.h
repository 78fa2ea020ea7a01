/* SPDX-License-Identifier: Apache-2.0 */
/* A whole model in a public or vendor format: onnx, stablehlo, openvino-ir, tensorrt-engine.
 * An id is name/revision. A revision only grows at its end; a break is a new id. */
#ifndef ASSAY_EXT_PROGRAM_H
#define ASSAY_EXT_PROGRAM_H
#include "assay/plugin.h"

ASSAY_C_BEGIN

#define ASSAY_EXT_PROGRAM "assay.program/1"

typedef struct assay_ext_program {
    uint32_t struct_size;
    uint32_t reserved0;

    /* [T] Name of format `index`, preferred first, owned by the plugin; NULL ends. */
    const char*(ASSAY_CALL* format)(uint32_t index);

    /* [T] As op_prepare. From `path`, or from `bytes` when path is NULL; `inputs` fix dynamic dims.
     */
    assay_status(ASSAY_CALL* load)(assay_device* device, const char* format, const char* path,
                                   const void* bytes, uint64_t size,
                                   const assay_tensor_desc* const* inputs, uint32_t num_inputs,
                                   const assay_kv* options, uint32_t num_options, assay_exec** out,
                                   assay_error* err);

    /* [T] Name (at most 128 bytes with its NUL) and shape of input or output `index`, until
     * INVALID. */
    assay_status(ASSAY_CALL* port)(assay_exec* exec, int32_t is_output, uint32_t index, char* name,
                                   assay_tensor_desc* out, assay_error* err);
} assay_ext_program;

ASSAY_C_END
#endif

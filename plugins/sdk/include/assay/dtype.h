/* SPDX-License-Identifier: Apache-2.0 */
/* Element types. Numbers are for ever; the name in a suite is the lower-case suffix. */
#ifndef ASSAY_DTYPE_H
#define ASSAY_DTYPE_H
#include "assay/abi.h"

ASSAY_C_BEGIN

typedef int32_t assay_dtype;

/* floating point */
#define ASSAY_F64 1
#define ASSAY_F32 2
#define ASSAY_F16 3
#define ASSAY_BF16 4
#define ASSAY_F8E4M3FN 5 /* OCP OFP8 E4M3: no infinity, largest 448 */
#define ASSAY_F8E5M2 6   /* OCP OFP8 E5M2: infinities, largest finite 57344 */
#define ASSAY_F8E4M3FNUZ 7
#define ASSAY_F8E5M2FNUZ 8
#define ASSAY_F6E3M2 9
#define ASSAY_F6E2M3 10
#define ASSAY_F4E2M1 11
#define ASSAY_E8M0 12 /* a power of two: block scales */

/* integers */
#define ASSAY_I64 16
#define ASSAY_I32 17
#define ASSAY_I16 18
#define ASSAY_I8 19
#define ASSAY_I4 20
#define ASSAY_I2 21
#define ASSAY_U8 22
#define ASSAY_U4 23
#define ASSAY_BOOL8 24

/* Elements smaller than a byte are packed little-end first along the last dimension, which is
 * padded to a whole byte: in a dense 4-bit tensor every row starts on a byte. */

ASSAY_C_END
#endif

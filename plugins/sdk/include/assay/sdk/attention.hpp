// SPDX-License-Identifier: Apache-2.0
// Whether an attention's tensors agree, for own kernels. Not part of sdk.hpp.
#pragma once

#include "assay/attrs.h"
#include "assay/sdk/strided.hpp"

namespace assay {
namespace sdk {

/// [batch, heads, tokens, head] each. Throws INVALID when they do not agree; UNSUPPORTED for paged
/// K and V, which no strides describe.
inline void check_attention(const View& q, const View& k, const View& v, const View& o,
                            const assay_attention_attrs& attrs) {
    require(q.rank() == 4 && k.rank() == 4 && v.rank() == 4 && o.rank() == 4,
            "attention: Q, K, V and O have four dimensions");
    require(k.dim(0) == q.dim(0) && v.dim(0) == q.dim(0) && v.dim(1) == k.dim(1) &&
                v.dim(2) == k.dim(2) && k.dim(3) == q.dim(3),
            "attention: Q, K and V do not agree");
    require(o.dim(0) == q.dim(0) && o.dim(1) == q.dim(1) && o.dim(2) == q.dim(2) &&
                o.dim(3) == v.dim(3),
            "attention: O is not [batch, query heads, queries, head of V]");
    require(q.dim(1) % k.dim(1) == 0, "attention: query heads are no multiple of K's heads");
    require((attrs.query_heads == 0 || attrs.query_heads == q.dim(1)) &&
                (attrs.kv_heads == 0 || attrs.kv_heads == k.dim(1)),
            "attention: heads of the attributes and of the tensors do not agree");
    if (attrs.page_tokens != 0) unsupported("attention: paged K and V");
    if (attrs.window < 0) unsupported("attention: a negative window");
}

}  // namespace sdk
}  // namespace assay

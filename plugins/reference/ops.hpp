// SPDX-License-Identifier: Apache-2.0
// All operators of the vocabulary, one function each: checks what is asked for and says how it is
// computed. Meaning, shapes and formulas: docs/operators.md. All throw sdk::Error: UNSUPPORTED for
// what they do not do, INVALID for shapes that do not agree.
#pragma once

#include "plugins/reference/plan.hpp"

namespace reference {

Plan plan_matmul(const sdk::Op& op);
Plan plan_conv(const sdk::Op& op);
Plan plan_attention(const sdk::Op& op);
Plan plan_softmax(const sdk::Op& op);
Plan plan_norm(const sdk::Op& op);
Plan plan_elementwise(const sdk::Op& op);
Plan plan_reduce(const sdk::Op& op);
Plan plan_gather(const sdk::Op& op);
Plan plan_scatter(const sdk::Op& op);
Plan plan_pool(const sdk::Op& op);
Plan plan_copy(const sdk::Op& op);
Plan plan_convert(const sdk::Op& op);
Plan plan_rope(const sdk::Op& op);
Plan plan_topk(const sdk::Op& op);
Plan plan_grouped_matmul(const sdk::Op& op);
Plan plan_resize(const sdk::Op& op);

/// The plan of any of them.
Plan plan_of(const sdk::Op& op);

/// Whether plan_of() has one, and in which arithmetic. Throws as it does.
sdk::Support support_of(const sdk::Op& op);

}  // namespace reference

// SPDX-License-Identifier: Apache-2.0
// What an operator other than matmul comes to: launches of our own kernels.
#pragma once

#include <string>
#include <vector>

#include "view.hpp"

namespace assay::cuda {

struct Launch {
    Call call;
    std::vector<std::size_t> tensors;  ///< which of the operator's the arguments are, inputs first
};

struct Plan {
    const char* name = "";
    std::vector<View> inputs, outputs;
    Element element = Element::f32;  ///< what is computed with
    assay_dtype accumulator = ASSAY_F32;
    std::vector<Launch> launches;
    bool in_place = false;        ///< output 0 must be bound where input 0 is
    bool checks_indices = false;  ///< kernels may find an index outside of its tensor

    const View& in(std::size_t i) const { return inputs[i]; }
    const View& out(std::size_t i) const { return outputs[i]; }
    bool has(std::size_t i) const { return inputs[i].present(); }
    /// Takes the type of `view` as what is computed with. Throws as computed_element() does.
    void compute_as(const View& view);
    /// Throws UNSUPPORTED when it is there and not of the type that is computed with.
    void take_real(const View& view, const char* what) const;
    /// A launch over all tensors of the operator.
    Launch& add(Kernel kernel, Element element, std::int64_t items);
};

/// Of f32, f64, f16, bf16. Throws UNSUPPORTED for others.
Element computed_element(assay_dtype dtype);
/// An unsigned integer of the view's elements' width.
Element moved(const View& view);

void plan_elementwise(Plan& plan, const sdk::Op& op);
void plan_softmax(Plan& plan, const sdk::Op& op);
void plan_norm(Plan& plan, const sdk::Op& op);
void plan_reduce(Plan& plan, const sdk::Op& op);
void plan_gather(Plan& plan, const sdk::Op& op);
void plan_scatter(Plan& plan, const sdk::Op& op);
void plan_copy(Plan& plan, const sdk::Op& op);
void plan_rope(Plan& plan, const sdk::Op& op);
void plan_attention(Plan& plan, const sdk::Op& op);
void plan_conv(Plan& plan, const sdk::Op& op);
void plan_pool(Plan& plan, const sdk::Op& op);

/// Throws sdk::Error: UNSUPPORTED with the reason, INVALID when no device could run it.
Plan plan_of(const sdk::Op& op);

}  // namespace assay::cuda

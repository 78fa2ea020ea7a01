// SPDX-License-Identifier: Apache-2.0
// See pointwise.hpp.
#include "pointwise.hpp"

#include "compat.hpp"
#include "names.hpp"

namespace assay::onednn {
namespace {

using dnnl::memory;

bool has_rows_without_gaps(const memory::desc& desc) {
    const memory::dims dims = desc.dims();
    return dims.size() == 2 && desc.data_type() == memory::data_type::f32 &&
           desc == memory::desc(dims, memory::data_type::f32, memory::format_tag::ab);
}

}  // namespace

std::optional<Pointwise> as_pointwise(const dnnl::engine& engine, const Problem& problem) {
    if (isa_name() != "avx2" || !has_rows_without_gaps(problem.a) ||
        !has_rows_without_gaps(problem.d) || problem.b.dims().size() != 2 ||
        problem.b.data_type() != memory::data_type::f32)
        return std::nullopt;
    if (problem.bias && problem.bias->data_type() != memory::data_type::f32) return std::nullopt;
    const memory::dim m = problem.a.dims()[0], k = problem.a.dims()[1], n = problem.d.dims()[1];
    const auto f32 = memory::data_type::f32;
    Pointwise made;
    made.a = memory::desc({1, k, 1, m}, f32, memory::format_tag::nhwc);
    made.d = memory::desc({1, n, 1, m}, f32, memory::format_tag::nhwc);
    made.given_b = memory::desc({n, k, 1, 1}, f32,
                                memory::dims{problem.b_column_step, problem.b_row_step, 1, 1});
    if (problem.bias) made.bias = memory::desc({n}, f32, memory::format_tag::a);
    try {
        const auto chosen = compat::conv_primitive_desc<dnnl::convolution_forward>(
            engine, dnnl::algorithm::convolution_direct, made.a,
            memory::desc({n, k, 1, 1}, f32, memory::format_tag::any),
            made.bias ? &*made.bias : nullptr, made.d, {{1, 1}, {0, 0}, {0, 0}, {0, 0}},
            problem.attributes);
        made.implementation = chosen.impl_info_str();
        if (made.implementation.rfind("jit_1x1", 0) != 0) return std::nullopt;
        made.packed_b = chosen.weights_desc();
        made.scratchpad = chosen.scratchpad_desc();
        made.primitive = dnnl::convolution_forward(chosen);
        return made;
    } catch (const dnnl::error&) {
        return std::nullopt;
    }
}

}  // namespace assay::onednn

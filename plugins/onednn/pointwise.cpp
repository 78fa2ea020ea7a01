// SPDX-License-Identifier: Apache-2.0
// See pointwise.hpp.
#include "pointwise.hpp"

#include "compat.hpp"
#include "names.hpp"

namespace assay::onednn {
namespace {

using dnnl::memory;

/// The one matrix that it is, dimensions of one before it left out, without gaps between its rows;
/// empty if it is none.
memory::dims matrix_of(const memory::desc& desc) {
    const memory::dims dims = desc.dims();
    if (desc.data_type() != memory::data_type::f32 || dims.size() < 2) return {};
    memory::dims steps(dims.size(), 1);
    for (std::size_t i = dims.size() - 1; i-- > 0;) steps[i] = steps[i + 1] * dims[i + 1];
    const memory::dims matrix(dims.end() - 2, dims.end());
    const bool one =
        desc.get_size() == sizeof(float) * static_cast<std::size_t>(matrix[0] * matrix[1]);
    return one && desc == memory::desc(dims, memory::data_type::f32, steps) ? matrix
                                                                            : memory::dims{};
}

}  // namespace

std::optional<Pointwise> as_pointwise(const dnnl::engine& engine, const Problem& problem) {
    const memory::dims a = matrix_of(problem.a), d = matrix_of(problem.d);
    if (isa_name() != "avx2" || a.empty() || d.empty() ||
        problem.b.data_type() != memory::data_type::f32)
        return std::nullopt;
    if (problem.bias && problem.bias->data_type() != memory::data_type::f32) return std::nullopt;
    const memory::dim m = a[0], k = a[1], n = d[1];
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

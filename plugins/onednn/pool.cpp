// SPDX-License-Identifier: Apache-2.0
// Max and mean pooling by oneDNN, in the layout given.
#include "pool_problem.hpp"
#include "problem.hpp"

namespace assay::onednn {
namespace {

dnnl::algorithm algorithm_of(const assay_pool_attrs& attrs) {
    if (attrs.function == ASSAY_REDUCE_MAX) return dnnl::algorithm::pooling_max;
    if (attrs.function != ASSAY_REDUCE_MEAN) {
        unsupported("pool: function " + std::to_string(attrs.function));
    }
    return attrs.count_padding != 0 ? dnnl::algorithm::pooling_avg_include_padding
                                    : dnnl::algorithm::pooling_avg_exclude_padding;
}

class PoolExec final : public PrimitiveExec {
public:
    explicit PoolExec(const sdk::Op& op) : PrimitiveExec(op) {
        build(PoolProblem(op.attrs<assay_pool_attrs>(), input(0), output(0)));
    }

private:
    void build(const PoolProblem& problem) {
        const std::uint64_t begin = sdk::host.now_ns();
        try {
            const auto chosen =
                compat::pooling_primitive_desc(engine_, problem.algorithm, problem.x, problem.y,
                                               problem.kernel, problem.window, strict_attributes());
            path_ = chosen.impl_info_str();
            add_step(compat::Pooling(chosen),
                     {{DNNL_ARG_SRC, bound_input(0, problem.x)},
                      {DNNL_ARG_DST, bound_output(0, problem.y)},
                      {DNNL_ARG_SCRATCHPAD, between(chosen.scratchpad_desc())}});
        } catch (const dnnl::error& error) {
            throw as_sdk_error(error, "has no such pooling on this CPU");
        }
        build_ns_ = sdk::host.now_ns() - begin;
    }
};

}  // namespace

PoolProblem::PoolProblem(const assay_pool_attrs& attrs, const View& of_x, const View& of_y)
    : last(attrs.layout != 0) {
    const int rank = attrs.spatial_rank;
    require(rank >= 1 && rank <= 3, "pool: spatial_rank is 1, 2 or 3");
    require(of_x.rank == rank + 2 && of_y.rank == rank + 2,
            "pool: X and Y have two dimensions more than there are spatial ones");
    take_only(of_x, "X", {ASSAY_F32, ASSAY_BF16, ASSAY_I8, ASSAY_U8});
    if (of_x.dtype != of_y.dtype) unsupported("pool: Y of another type than X");
    if (of_x.count == 0 || of_y.count == 0) unsupported("an empty pooling");
    if (attrs.layout < 0 || attrs.layout > 1) unsupported("pool: this layout");
    algorithm = algorithm_of(attrs);
    const auto order = logical_order(rank, last);
    x = described(of_x, order);
    y = described(of_y, order);
    require(x.dims()[0] == y.dims()[0] && x.dims()[1] == y.dims()[1],
            "pool: Y has not the batch and channels of X");
    for (int i = 0; i < rank; ++i) {
        add_dimension(attrs, i, x.dims()[static_cast<std::size_t>(i) + 2],
                      y.dims()[static_cast<std::size_t>(i) + 2]);
    }
}

/// The padding at the end is what the output's size needs: less than is given where the last stride
/// does not fit, more where the last window is clipped.
void PoolProblem::add_dimension(const assay_pool_attrs& attrs, int i, std::int64_t in_size,
                                std::int64_t out_size) {
    const bool global = attrs.global != 0;
    const std::int64_t size = global ? in_size : std::max(attrs.window[i], 1),
                       stride = global ? 1 : std::max(attrs.stride[i], 1),
                       dilation = global ? 1 : std::max(attrs.dilation[i], 1),
                       before = global ? 0 : attrs.pad_begin[i],
                       after = global ? 0 : attrs.pad_end[i];
    const std::int64_t reach = (size - 1) * dilation + 1;
    const std::int64_t needed = (out_size - 1) * stride + reach - in_size - before;
    if (needed > after && attrs.count_padding != 0 && attrs.function == ASSAY_REDUCE_MEAN) {
        unsupported("pool: a clipped window in a mean that counts padding");
    }
    kernel.push_back(size);
    window.strides.push_back(stride);
    window.dilation.push_back(dilation - 1);
    window.pad_begin.push_back(before);
    window.pad_end.push_back(std::clamp(after, needed, needed + stride - 1));
}

std::unique_ptr<OpExec> make_pool(const sdk::Op& op) {
    return std::make_unique<PoolExec>(op);
}

}  // namespace assay::onednn

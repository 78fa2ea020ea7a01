// SPDX-License-Identifier: Apache-2.0
// Max and mean pooling by oneDNN, in the layout given.
#include "compat.hpp"
#include "primitive_exec.hpp"
#include "problem.hpp"

namespace assay::onednn {
namespace {

class PoolExec final : public PrimitiveExec {
public:
    explicit PoolExec(const sdk::Op& op) : PrimitiveExec(op), attrs_(op.attrs<assay_pool_attrs>()) {
        const int rank = attrs_.spatial_rank;
        require(rank >= 1 && rank <= 3, "pool: spatial_rank is 1, 2 or 3");
        require(input(0).rank == rank + 2 && output(0).rank == rank + 2,
                "pool: X and Y have two dimensions more than there are spatial ones");
        take_only(input(0), "X", {ASSAY_F32, ASSAY_BF16, ASSAY_I8, ASSAY_U8});
        if (input(0).dtype != output(0).dtype) unsupported("pool: Y of another type than X");
        if (input(0).count == 0 || output(0).count == 0) unsupported("an empty pooling");
        if (attrs_.layout < 0 || attrs_.layout > 1) unsupported("pool: this layout");
        const auto order = logical_order(rank, attrs_.layout != 0);
        const auto x = described(input(0), order), y = described(output(0), order);
        require(x.dims()[0] == y.dims()[0] && x.dims()[1] == y.dims()[1],
                "pool: Y has not the batch and channels of X");
        for (int i = 0; i < rank; ++i) {
            add_dimension(i, x.dims()[static_cast<std::size_t>(i) + 2],
                          y.dims()[static_cast<std::size_t>(i) + 2]);
        }
        build(x, y);
    }

private:
    /// The padding at the end is what the output's size needs: less than is given where the last
    /// stride does not fit, more where the last window is clipped.
    void add_dimension(int i, std::int64_t in_size, std::int64_t out_size) {
        const bool global = attrs_.global != 0;
        const std::int64_t window = global ? in_size : std::max(attrs_.window[i], 1),
                           stride = global ? 1 : std::max(attrs_.stride[i], 1),
                           dilation = global ? 1 : std::max(attrs_.dilation[i], 1),
                           before = global ? 0 : attrs_.pad_begin[i],
                           after = global ? 0 : attrs_.pad_end[i];
        const std::int64_t reach = (window - 1) * dilation + 1;
        const std::int64_t needed = (out_size - 1) * stride + reach - in_size - before;
        if (needed > after && attrs_.count_padding != 0 && attrs_.function == ASSAY_REDUCE_MEAN) {
            unsupported("pool: a clipped window in a mean that counts padding");
        }
        kernel_.push_back(window);
        window_.strides.push_back(stride);
        window_.dilation.push_back(dilation - 1);
        window_.pad_begin.push_back(before);
        window_.pad_end.push_back(std::clamp(after, needed, needed + stride - 1));
    }

    dnnl::algorithm algorithm() const {
        if (attrs_.function == ASSAY_REDUCE_MAX) return dnnl::algorithm::pooling_max;
        if (attrs_.function != ASSAY_REDUCE_MEAN) {
            unsupported("pool: function " + std::to_string(attrs_.function));
        }
        return attrs_.count_padding != 0 ? dnnl::algorithm::pooling_avg_include_padding
                                         : dnnl::algorithm::pooling_avg_exclude_padding;
    }

    void build(const Memory::desc& x, const Memory::desc& y) {
        const std::uint64_t begin = sdk::host.now_ns();
        try {
            const auto chosen = compat::pooling_primitive_desc(engine_, algorithm(), x, y, kernel_,
                                                               window_, strict_attributes());
            path_ = chosen.impl_info_str();
            add_step(compat::Pooling(chosen),
                     {{DNNL_ARG_SRC, bound_input(0, x)},
                      {DNNL_ARG_DST, bound_output(0, y)},
                      {DNNL_ARG_SCRATCHPAD, between(chosen.scratchpad_desc())}});
        } catch (const dnnl::error& error) {
            throw as_sdk_error(error, "has no such pooling on this CPU");
        }
        build_ns_ = sdk::host.now_ns() - begin;
    }

    assay_pool_attrs attrs_;
    Memory::dims kernel_;
    compat::Window window_;
};

}  // namespace

std::unique_ptr<OpExec> make_pool(const sdk::Op& op) {
    return std::make_unique<PoolExec>(op);
}

}  // namespace assay::onednn

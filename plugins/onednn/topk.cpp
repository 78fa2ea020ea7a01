// SPDX-License-Identifier: Apache-2.0
// The k largest or smallest along an axis, sorted, of equal ones the lower index first.
#include "op_exec.hpp"

namespace assay::onednn {
namespace {

class TopkExec final : public OpExec {
public:
    explicit TopkExec(const sdk::Op& op) : OpExec(op), attrs_(op.attrs<assay_topk_attrs>()) {
        const View &x = input(0), &values = output(0), &indices = output(1);
        require(outputs() == 2, "topk: needs values and indices");
        take_floats(x, "X");
        if (values.dtype != x.dtype) unsupported("topk: values of another type than X");
        take_only(indices, "indices", {ASSAY_I32});
        axis_ = attrs_.axis < 0 ? attrs_.axis + x.rank : attrs_.axis;
        require(axis_ >= 0 && axis_ < x.rank, "topk: axis is outside of X");
        length_ = x.dim(axis_);
        Sizes dims = x.dims;
        dims[static_cast<std::size_t>(axis_)] = attrs_.k;
        require(attrs_.k >= 0 && attrs_.k <= length_ && values.dims == dims && indices.dims == dims,
                "topk: values and indices have not the dimensions of X with k");
        rows_ = Nest(x.rank, x.dims, {x.steps, values.steps, indices.steps});
        const auto at = static_cast<std::size_t>(axis_),
                   last = static_cast<std::size_t>(x.rank - 1);
        rows_.dims[at] = rows_.dims[last];  // the order of rows does not matter
        rows_.dims[last] = 1;
        for (Sizes& steps : rows_.steps) std::swap(steps[at], steps[last]);
        scratch_ = Scratch(length_);
        order_.resize(static_cast<std::size_t>(length_ * thread_count()));
        workspace_bytes_ = scratch_.bytes() + order_.size() * sizeof(order_[0]);
    }

private:
    void run() override {
        if (attrs_.k == 0) return;
        parallel(rows_.rows(), team(8 * input(0).count), [&](auto begin, auto end, int thread) {
            for (auto row = begin; row < end; ++row) {
                one(row, scratch_.of(thread), order_.data() + thread * length_);
            }
        });
    }

    void one(std::int64_t row, float* buffer, std::int32_t* order) {
        std::int64_t at[3];
        rows_.locate(row, at);
        const float* x = floats(input(0), in(0), at[0], input(0).step(axis_), buffer, length_);
        for (std::int64_t i = 0; i < length_; ++i) order[i] = static_cast<std::int32_t>(i);
        const bool least = attrs_.smallest != 0;
        std::partial_sort(order, order + attrs_.k, order + length_,
                          [&](std::int32_t a, std::int32_t b) {
                              if (x[a] != x[b]) return least ? x[a] < x[b] : x[a] > x[b];
                              return a < b;
                          });
        const std::int64_t value_step = output(0).step(axis_), index_step = output(1).step(axis_);
        for (std::int64_t i = 0; i < attrs_.k; ++i) {
            store_floats(output(0), out(0), at[1] + i * value_step, 1, x + order[i], 1);
            out<std::int32_t>(1)[at[2] + i * index_step] = order[i];
        }
    }

    assay_topk_attrs attrs_;
    int axis_ = 0;
    std::int64_t length_ = 0;
    Nest rows_{0, {}, {}};
    Scratch scratch_;
    std::vector<std::int32_t> order_;
};

}  // namespace

std::unique_ptr<OpExec> make_topk(const sdk::Op& op) {
    return std::make_unique<TopkExec>(op);
}

}  // namespace assay::onednn

// SPDX-License-Identifier: Apache-2.0
// Softmax, and its logarithm, over one axis. Rows of any step are gathered into a buffer first.
#include <cmath>

#include "op_exec.hpp"

namespace assay::onednn {
namespace {

class SoftmaxExec final : public OpExec {
public:
    explicit SoftmaxExec(const sdk::Op& op) : OpExec(op) {
        const auto attrs = op.attrs<assay_softmax_attrs>();
        const View &x = input(0), &y = output(0);
        take_floats(x, "X");
        take_floats(y, "Y");
        require(x.same_dims(y), "softmax: Y has not the dimensions of X");
        axis_ = attrs.axis < 0 ? attrs.axis + x.rank : attrs.axis;
        require(axis_ >= 0 && axis_ < x.rank, "softmax: axis is outside of X");
        logarithm_ = attrs.logarithm != 0;
        length_ = x.dim(axis_);
        scratch_ = Scratch(2 * length_ + 16);
        workspace_bytes_ = scratch_.bytes();
        rows_ = Nest(x.rank, x.dims, {x.steps, y.steps});
        rows_.dims[static_cast<std::size_t>(axis_)] = 1;
        std::rotate(rows_.dims.begin() + axis_, rows_.dims.begin() + axis_ + 1,
                    rows_.dims.begin() + x.rank);  // last: a row is one element of the rest
        for (Sizes& steps : rows_.steps) {
            std::rotate(steps.begin() + axis_, steps.begin() + axis_ + 1, steps.begin() + x.rank);
        }
    }

private:
    void run() override {
        const std::int64_t rows = length_ == 0 ? 0 : rows_.rows();
        parallel(rows, team(4 * input(0).count),
                 [&](std::int64_t begin, std::int64_t end, int thread) {
                     for (std::int64_t row = begin; row < end; ++row) one(row, scratch_.of(thread));
                 });
    }

    void one(std::int64_t row, float* buffer) {
        std::int64_t at[2];
        rows_.locate(row, at);
        const Simd& loops = simd();
        const std::int64_t n = length_, step_y = output(0).step(axis_);
        const float* x = floats(input(0), in(0), at[0], input(0).step(axis_), buffer, n);
        float* y = output(0).dtype == ASSAY_F32 && step_y == 1 ? out<float>(0) + at[1] : buffer + n;
        const float most = loops.max(x, n);
        if (logarithm_) {
            float* powers = buffer + n;  // only their sum is wanted
            const float sum = loops.exp_minus(x, most, powers, n);
            const float shift = most + std::log(sum);
            loops.normalise(x, shift, 1.f, nullptr, nullptr, y, n);
        } else {
            const float sum = loops.exp_minus(x, most, y, n);
            loops.scale(y, 1.f / sum, n);
        }
        if (y == buffer + n) store_floats(output(0), out(0), at[1], step_y, y, n);
    }

    int axis_ = 0;
    bool logarithm_ = false;
    std::int64_t length_ = 0;
    Nest rows_{0, {}, {}};
    Scratch scratch_;
};

}  // namespace

std::unique_ptr<OpExec> make_softmax(const sdk::Op& op) {
    return std::make_unique<SoftmaxExec>(op);
}

}  // namespace assay::onednn

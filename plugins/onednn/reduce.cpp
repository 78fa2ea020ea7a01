// SPDX-License-Identifier: Apache-2.0
// Reductions over any axes, and the place of the first extreme along one. Where the last dimension
// is reduced, a row is one sum; where it is kept, rows are added to one another.
#include <cmath>

#include "op_exec.hpp"

namespace assay::onednn {
namespace {

class ReduceExec final : public OpExec {
public:
    explicit ReduceExec(const sdk::Op& op) : OpExec(op), attrs_(op.attrs<assay_reduce_attrs>()) {
        const View &x = input(0), &y = output(0);
        if (attrs_.function < ASSAY_REDUCE_SUM || attrs_.function > ASSAY_REDUCE_ARGMIN) {
            unsupported("reduce: function " + std::to_string(attrs_.function));
        }
        take_only(x, "X", {ASSAY_F32, ASSAY_BF16, ASSAY_F16, ASSAY_I8, ASSAY_U8});
        is_place_ =
            attrs_.function == ASSAY_REDUCE_ARGMAX || attrs_.function == ASSAY_REDUCE_ARGMIN;
        if (is_place_) {
            take_only(y, "Y", {ASSAY_I32});
        } else {
            take_floats(y, "Y");
        }
        take_dense(y, "Y");
        split(x);
        require(y.count == kept_.rows() * column_count_ || x.count == 0,
                "reduce: Y has not the kept dimensions of X");
        if (x.count == 0) unsupported("an empty reduction");
        if (is_place_ && (attrs_.axes_mask & (attrs_.axes_mask - 1)) != 0)
            unsupported("a place along more than one axis");
        scratch_ = Scratch(2 * part);
        workspace_bytes_ = scratch_.bytes();
    }

private:
    static constexpr std::int64_t part = 2048;  // chosen: a buffer of 8 KiB stays in L1

    /// kept_: one row for each output (a last dimension of one is added); reduced_: the rest.
    void split(const View& x) {
        Nest kept(0, {}, {Sizes{}}), reduced(0, {}, {Sizes{}});
        for (int i = 0; i < x.rank; ++i) {
            Nest& to = (attrs_.axes_mask >> i & 1u) != 0 ? reduced : kept;
            const auto at = static_cast<std::size_t>(to.rank++);
            to.dims[at] = x.dim(i);
            to.steps[0][at] = x.step(i);
        }
        kept.merge();
        reduced.merge();
        columns_ = kept.rank > 0 && kept.row_step(0) == 1 && kept.length() > 1 && !is_place_ &&
                   reduced.rank > 0;
        if (columns_) {
            column_count_ = kept.length();
            kept.dims[static_cast<std::size_t>(kept.rank - 1)] = 1;
        } else if (kept.rank < ASSAY_MAX_RANK) {
            kept.dims[static_cast<std::size_t>(kept.rank++)] = 1;
        }
        kept_ = kept;
        reduced_ = reduced;
    }

    void run() override {
        if (columns_) {
            const std::int64_t parts = (column_count_ + part - 1) / part;
            return parallel(kept_.rows() * parts, team(input(0).count),
                            [&](std::int64_t begin, std::int64_t end, int thread) {
                                for (std::int64_t i = begin; i < end; ++i)
                                    columns(i / parts, i % parts * part, scratch_.of(thread));
                            });
        }
        parallel(kept_.rows(), team(input(0).count),
                 [&](std::int64_t begin, std::int64_t end, int thread) {
                     for (std::int64_t i = begin; i < end; ++i) one(i, scratch_.of(thread));
                 });
    }

    double start() const {
        switch (attrs_.function) {
            case ASSAY_REDUCE_MAX:
                return -INFINITY;
            case ASSAY_REDUCE_MIN:
                return INFINITY;
            default:
                return attrs_.function == ASSAY_REDUCE_PRODUCT ? 1 : 0;
        }
    }

    double fold(double total, const float* x, std::int64_t n) const {
        switch (attrs_.function) {
            case ASSAY_REDUCE_SUM_SQUARES:
                return total + simd().sum_squares(x, 0.f, n);
            case ASSAY_REDUCE_MAX:
                return std::max<double>(total, simd().max(x, n));
            case ASSAY_REDUCE_MIN:
                for (std::int64_t i = 0; i < n; ++i) total = std::min<double>(total, x[i]);
                return total;
            case ASSAY_REDUCE_PRODUCT:
                for (std::int64_t i = 0; i < n; ++i) total *= x[i];
                return total;
            default:
                return total + simd().sum(x, n);
        }
    }

    std::int64_t reduced_count() const { return reduced_.rows() * reduced_.length(); }

    void one(std::int64_t index, float* buffer) {
        std::int64_t base = 0, offset = 0;
        kept_.locate(index, &base);
        if (is_place_) return place(index, base, buffer);
        double total = start();
        const std::int64_t step = reduced_.row_step(0);
        for (std::int64_t row = 0; row < reduced_.rows(); ++row) {
            reduced_.locate(row, &offset);
            for (std::int64_t i = 0; i < reduced_.length(); i += part) {
                const std::int64_t n = std::min(part, reduced_.length() - i);
                total = fold(total,
                             floats(input(0), in(0), base + offset + i * step, step, buffer, n), n);
            }
        }
        if (attrs_.function == ASSAY_REDUCE_MEAN) total /= static_cast<double>(reduced_count());
        const auto result = static_cast<float>(total);
        store_floats(output(0), out(0), index, 1, &result, 1);
    }

    void place(std::int64_t index, std::int64_t base, float* buffer) {
        const bool least = attrs_.function == ASSAY_REDUCE_ARGMIN;
        const std::int64_t step = reduced_.row_step(0);
        std::int64_t best = 0;
        float most = 0;
        for (std::int64_t i = 0; i < reduced_.length(); i += part) {
            const std::int64_t n = std::min(part, reduced_.length() - i);
            const float* x = floats(input(0), in(0), base + i * step, step, buffer, n);
            for (std::int64_t j = 0; j < n; ++j) {
                const bool better = least ? x[j] < most : x[j] > most;
                if (better || i + j == 0) best = i + j, most = x[j];
            }
        }
        out<std::int32_t>(0)[index] = static_cast<std::int32_t>(best);
    }

    /// Outputs first..first+n of row `index`, side by side.
    void columns(std::int64_t index, std::int64_t first, float* buffer) {
        const std::int64_t n = std::min(part, column_count_ - first);
        std::int64_t base = 0, offset = 0;
        kept_.locate(index, &base);
        float totals[part];
        std::fill(totals, totals + n, static_cast<float>(start()));
        const std::int64_t length = reduced_.length(), step = reduced_.row_step(0);
        for (std::int64_t row = 0; row < reduced_.rows(); ++row) {
            reduced_.locate(row, &offset);
            for (std::int64_t i = 0; i < length; ++i) {
                const float* x =
                    floats(input(0), in(0), base + offset + i * step + first, 1, buffer, n);
                add_row(x, totals, buffer + part, n);
            }
        }
        if (attrs_.function == ASSAY_REDUCE_MEAN) {
            simd().scale(totals, static_cast<float>(1.0 / static_cast<double>(reduced_count())), n);
        }
        store_floats(output(0), out(0), index * column_count_ + first, 1, totals, n);
    }

    void add_row(const float* x, float* totals, float* spare, std::int64_t n) const {
        const float* both[3] = {totals, x, nullptr};
        Formula formula;
        formula.function = ASSAY_EW_ADD;
        if (attrs_.function == ASSAY_REDUCE_MAX) formula.function = ASSAY_EW_MAX;
        if (attrs_.function == ASSAY_REDUCE_MIN) formula.function = ASSAY_EW_MIN;
        if (attrs_.function == ASSAY_REDUCE_PRODUCT) formula.function = ASSAY_EW_MUL;
        if (attrs_.function == ASSAY_REDUCE_SUM_SQUARES) {
            const float* square[3] = {x, x, nullptr};
            Formula times;
            times.function = ASSAY_EW_MUL;
            simd().apply(times, square, spare, n);
            both[1] = spare;
        }
        simd().apply(formula, both, totals, n);
    }

    assay_reduce_attrs attrs_;
    Nest kept_{0, {}, {}}, reduced_{0, {}, {}};
    bool is_place_ = false, columns_ = false;
    std::int64_t column_count_ = 1;
    Scratch scratch_;
};

}  // namespace

std::unique_ptr<OpExec> make_reduce(const sdk::Op& op) {
    return std::make_unique<ReduceExec>(op);
}

}  // namespace assay::onednn

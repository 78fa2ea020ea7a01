// SPDX-License-Identifier: Apache-2.0
// Nearest and linear resizing. Every output index of a dimension has two source indices and a
// weight, computed once; a row of Y is a sum of rows of X, then resized along itself.
#include <cmath>

#include "op_exec.hpp"

namespace assay::onednn {
namespace {

class ResizeExec final : public OpExec {
public:
    explicit ResizeExec(const sdk::Op& op) : OpExec(op), attrs_(op.attrs<assay_resize_attrs>()) {
        const View &x = input(0), &y = output(0);
        require(x.rank == y.rank && x.rank >= 1, "resize: X and Y have different ranks");
        const auto take = {ASSAY_F32, ASSAY_BF16, ASSAY_F16, ASSAY_U8, ASSAY_I8};
        for (const View* view : {&x, &y}) take_only(*view, "X or Y", take);
        if (attrs_.mode < 0 || attrs_.mode > ASSAY_RESIZE_LINEAR) unsupported("resize: this mode");
        if (attrs_.coordinates < 0 || attrs_.coordinates > ASSAY_RESIZE_ALIGN_CORNERS) {
            unsupported("resize: these coordinates");
        }
        if (attrs_.nearest < 0 || attrs_.nearest > ASSAY_RESIZE_ROUND_UP)
            unsupported("resize: this rounding");
        if (x.count == 0) unsupported("an empty resize");
        for (int i = 0; i < x.rank; ++i) add_dimension(i);
        rows_ = Nest(y.rank, y.dims, {y.steps});
        scratch_ = Scratch(2 * x.dim(-1) + y.dim(-1) + 48);
        workspace_bytes_ = scratch_.bytes();
    }

private:
    struct Source {
        std::int64_t low, high;  ///< indices
        float weight;            ///< of high
    };

    double coordinate(int dim, std::int64_t i) const {
        const auto in_size = double(input(0).dim(dim)), out_size = double(output(0).dim(dim));
        const double given = attrs_.scale[dim], scale = given != 0 ? given : out_size / in_size;
        switch (attrs_.coordinates) {
            case ASSAY_RESIZE_HALF_PIXEL:
                return (double(i) + 0.5) / scale - 0.5;
            case ASSAY_RESIZE_ASYMMETRIC:
                return double(i) / scale;
            default:
                return out_size > 1 ? double(i) * (in_size - 1) / (out_size - 1) : 0;
        }
    }

    double nearest(double x) const {
        switch (attrs_.nearest) {
            case ASSAY_RESIZE_FLOOR:
                return std::floor(x);
            case ASSAY_RESIZE_ROUND_DOWN:
                return std::ceil(x - 0.5);
            case ASSAY_RESIZE_CEIL:
                return std::ceil(x);
            default:
                return std::floor(x + 0.5);
        }
    }

    void add_dimension(int dim) {
        const auto last = double(input(0).dim(dim) - 1);
        const bool same = input(0).dim(dim) == output(0).dim(dim);
        std::vector<Source> sources;
        for (std::int64_t i = 0; i < output(0).dim(dim); ++i) {
            const double x = same ? double(i) : coordinate(dim, i);
            if (same || attrs_.mode == ASSAY_RESIZE_NEAREST) {
                const auto at =
                    static_cast<std::int64_t>(std::clamp(same ? x : nearest(x), 0.0, last));
                sources.push_back({at, at, 0.f});
                continue;
            }
            const double inside = std::clamp(x, 0.0, last), low = std::floor(inside);
            sources.push_back({static_cast<std::int64_t>(low),
                               static_cast<std::int64_t>(std::min(low + 1, last)),
                               static_cast<float>(inside - low)});
        }
        sources_.push_back(std::move(sources));
        same_last_ = same;
    }

    void run() override {
        parallel(rows_.rows(), team(2 * output(0).count), [&](auto begin, auto end, int thread) {
            for (auto row = begin; row < end; ++row) one(row, scratch_.of(thread));
        });
    }

    void one(std::int64_t row, float* buffer) {
        const View &x = input(0), &y = output(0);
        const std::int64_t n = x.dim(-1), m = y.dim(-1);
        float *mixed = buffer + (n + 15) / 16 * 16, *result = mixed + (n + 15) / 16 * 16;
        const Source* at[ASSAY_MAX_RANK];
        std::int64_t rest = row, to = 0;
        for (int i = y.rank - 2; i >= 0; --i) {
            at[i] =
                &sources_[static_cast<std::size_t>(i)][static_cast<std::size_t>(rest % y.dim(i))];
            rest /= y.dim(i);
        }
        rows_.locate(row, &to);
        std::fill(mixed, mixed + n, 0.f);
        mix(at, buffer, mixed);
        const float* from = mixed;
        if (!same_last_) {
            const Source* source = sources_.back().data();
            for (std::int64_t j = 0; j < m; ++j) {
                const float low = mixed[source[j].low], high = mixed[source[j].high];
                result[j] = low + (high - low) * source[j].weight;
            }
            from = result;
        }
        store_floats(y, out(0), to, y.step(-1), from, m);
    }

    /// The sum of all corners in the other dimensions, those of weight 0 left out.
    void mix(const Source* const* at, float* buffer, float* mixed) const {
        const View& x = input(0);
        const int others = x.rank - 1;
        for (unsigned corner = 0; corner < 1u << others; ++corner) {
            float weight = 1;
            std::int64_t offset = 0;
            for (int i = 0; i < others; ++i) {
                const bool high = (corner >> i & 1u) != 0;
                weight *= high ? at[i]->weight : 1 - at[i]->weight;
                offset += (high ? at[i]->high : at[i]->low) * x.step(i);
            }
            if (weight == 0) continue;
            const float* from = floats(x, in(0), offset, x.step(-1), buffer, x.dim(-1));
            simd().add(from, weight, mixed, x.dim(-1));
        }
    }

    assay_resize_attrs attrs_;
    std::vector<std::vector<Source>> sources_;
    bool same_last_ = false;  ///< the last dimension keeps its size
    Nest rows_{0, {}, {}};
    Scratch scratch_;
};

}  // namespace

std::unique_ptr<OpExec> make_resize(const sdk::Op& op) {
    return std::make_unique<ResizeExec>(op);
}

}  // namespace assay::onednn

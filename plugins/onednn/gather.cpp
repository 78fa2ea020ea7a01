// SPDX-License-Identifier: Apache-2.0
// Rows of a table by index, sums and means of bags of them, and rows written into a cache in place.
// Indices are looked at before anything is moved: one outside of the table fails the call.
#include <cstring>

#include "op_exec.hpp"

namespace assay::onednn {
namespace {

class GatherExec final : public OpExec {
public:
    explicit GatherExec(const sdk::Op& op) : OpExec(op), attrs_(op.attrs<assay_gather_attrs>()) {
        const View &table = input(0), &indices = input(1), &y = output(0);
        require(table.rank >= 1 && indices.present(), "gather: needs a table and indices");
        take_only(indices, "indices", {ASSAY_I32, ASSAY_I64});
        for (const View* view : {&table, &indices, &y}) take_dense(*view, "a tensor of gather");
        if (table.bits < 8) unsupported("gather: elements smaller than a byte");
        axis_ = attrs_.axis < 0 ? attrs_.axis + table.rank : attrs_.axis;
        require(axis_ >= 0 && axis_ < table.rank, "gather: axis is outside of the table");
        rows_ = table.dim(axis_);
        inner_ = table.product(axis_ + 1, table.rank);
        outer_ = table.product(0, axis_);
        if (attrs_.bag != 0) {
            check_bag();
            return;
        }
        if (table.dtype != y.dtype || table.scale != 0) unsupported("gather: Y of another type");
        require(y.count == outer_ * indices.count * inner_,
                "gather: Y has not the right dimensions");
    }

private:
    void check_bag() {
        if (attrs_.bag != ASSAY_REDUCE_SUM && attrs_.bag != ASSAY_REDUCE_MEAN) {
            unsupported("gather: bags of function " + std::to_string(attrs_.bag));
        }
        take_floats(input(0), "the table");
        take_floats(output(0), "Y");
        require(axis_ == 0 && input(0).rank == 2 && input(1).rank == 2,
                "gather: bags are of a table of rows, indices are [bags, per bag]");
        require(output(0).count == input(1).dim(0) * inner_, "gather: Y is [bags, width]");
        scratch_ = Scratch(2 * inner_ + 32);
        workspace_bytes_ = scratch_.bytes();
    }

    std::int64_t index(std::int64_t i) const {
        return input(1).dtype == ASSAY_I64 ? in<std::int64_t>(1)[i] : in<std::int32_t>(1)[i];
    }

    void run() override {
        const std::int64_t count = input(1).count;
        for (std::int64_t i = 0; i < count; ++i) {
            if (index(i) < 0 || index(i) >= rows_)
                invalid("gather: an index is outside of the table");
        }
        if (attrs_.bag != 0) {
            return parallel(input(1).dim(0), team(count * inner_),
                            [&](auto begin, auto end, int thread) {
                                for (auto i = begin; i < end; ++i) bag(i, scratch_.of(thread));
                            });
        }
        const auto bytes = static_cast<std::size_t>(inner_ * input(0).width());
        parallel(outer_ * count, team(output(0).count), [&](auto begin, auto end, int) {
            for (auto i = begin; i < end; ++i) {
                const std::int64_t row = i / count * rows_ + index(i % count);
                std::memcpy(out<char>(0) + static_cast<std::size_t>(i) * bytes,
                            in<char>(0) + static_cast<std::size_t>(row) * bytes, bytes);
            }
        });
    }

    void bag(std::int64_t i, float* total) {
        const std::int64_t each = input(1).dim(1);
        float* buffer = total + (inner_ + 15) / 16 * 16;
        std::fill(total, total + inner_, 0.f);
        for (std::int64_t j = 0; j < each; ++j) {
            const std::int64_t row = index(i * each + j) * inner_;
            simd().add(floats(input(0), in(0), row, 1, buffer, inner_), 1.f, total, inner_);
        }
        if (attrs_.bag == ASSAY_REDUCE_MEAN && each > 0) {
            simd().scale(total, 1.f / static_cast<float>(each), inner_);
        }
        store_floats(output(0), out(0), i * inner_, 1, total, inner_);
    }

    assay_gather_attrs attrs_;
    int axis_ = 0;
    std::int64_t rows_ = 0, inner_ = 1, outer_ = 1;
    Scratch scratch_;
};

class ScatterExec final : public OpExec {
public:
    explicit ScatterExec(const sdk::Op& op) : OpExec(op) {
        const View &cache = input(0), &x = input(1), &positions = input(2), &y = output(0);
        require(cache.rank == 4 && x.rank == 4 && cache.same_dims(y),
                "scatter: the cache is [batch, heads, capacity, head] on both sides");
        require(cache.dim(0) == x.dim(0) && cache.dim(1) == x.dim(1) && cache.dim(3) == x.dim(3) &&
                    x.dim(2) <= cache.dim(2),
                "scatter: X does not fit the cache");
        if (cache.dtype != x.dtype || cache.dtype != y.dtype) unsupported("scatter: types differ");
        if (cache.bits < 8) unsupported("scatter: elements smaller than a byte");
        if (cache.steps != y.steps) unsupported("scatter: the cache has other steps as an output");
        for (const View* view : {&cache, &x}) {
            if (view->step(3) != 1) unsupported("scatter: a head with steps inside");
        }
        require(positions.present() && positions.count == x.dim(0),
                "scatter: positions has not one number for each batch");
        take_only(positions, "positions", {ASSAY_I32});
        take_dense(positions, "positions");
    }

private:
    void run() override {
        const View &cache = input(0), &x = input(1);
        const auto* positions = in<std::int32_t>(2);
        if (in(0) != out(0)) invalid("scatter: the output is not the buffer of the cache");
        for (std::int64_t i = 0; i < x.dim(0); ++i) {
            if (positions[i] < 0 || positions[i] > cache.dim(2) - x.dim(2)) {
                invalid("scatter: a position is outside of the cache");
            }
        }
        const std::int64_t heads = x.dim(1), tokens = x.dim(2), width = x.width();
        const auto bytes = static_cast<std::size_t>(x.dim(3) * width);
        parallel(x.dim(0) * heads * tokens, team(x.count), [&](auto begin, auto end, int) {
            for (auto i = begin; i < end; ++i) {
                const std::int64_t batch = i / tokens / heads, head = i / tokens % heads,
                                   at = i % tokens;
                const std::int64_t from = batch * x.step(0) + head * x.step(1) + at * x.step(2);
                const std::int64_t to = batch * cache.step(0) + head * cache.step(1) +
                                        (positions[batch] + at) * cache.step(2);
                std::memcpy(out<char>(0) + to * width, in<char>(1) + from * width, bytes);
            }
        });
    }
};

}  // namespace

std::unique_ptr<OpExec> make_gather(const sdk::Op& op) {
    return std::make_unique<GatherExec>(op);
}
std::unique_ptr<OpExec> make_scatter(const sdk::Op& op) {
    return std::make_unique<ScatterExec>(op);
}

}  // namespace assay::onednn

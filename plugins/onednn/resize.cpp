// SPDX-License-Identifier: Apache-2.0
// Nearest and linear resizing. Every output index of a dimension has two source indices and a
// weight, computed once; a row of Y is a sum of rows of X, then resized along itself; nearest moves
// elements.
#include <cmath>
#include <cstring>

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
        copies_ = attrs_.mode == ASSAY_RESIZE_NEAREST && x.dtype == y.dtype && x.rank >= 2;
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
        if (copies_) return copy();
        parallel(rows_.rows(), team(2 * output(0).count), [&](auto begin, auto end, int thread) {
            for (auto row = begin; row < end; ++row) one(row, scratch_.of(thread));
        });
    }

    /// Nearest: elements are moved as they are, the last two dimensions of one index of the others
    /// at a time.
    void copy() {
        const View& y = output(0);
        const std::int64_t planes = y.product(0, y.rank - 1);
        const bool whole = same_last_ && y.step(-1) == 1 && input(0).step(-1) == 1;
        parallel(planes, team(y.count), [&](std::int64_t begin, std::int64_t end, int) {
            for (std::int64_t i = begin; i < end;) {
                const std::int64_t line = i % y.dim(-2),
                                   lines = std::min(end - i, y.dim(-2) - line);
                copy_lines(i / y.dim(-2), line, lines, whole);
                i += lines;
            }
        });
    }

    void copy_lines(std::int64_t plane, std::int64_t first, std::int64_t lines, bool whole) {
        const View &x = input(0), &y = output(0);
        std::int64_t from = 0, to = 0;
        for (int i = y.rank - 3; i >= 0; --i) {
            const std::int64_t index = plane % y.dim(i);
            plane /= y.dim(i);
            from += sources_[static_cast<std::size_t>(i)][static_cast<std::size_t>(index)].low *
                    x.step(i);
            to += index * y.step(i);
        }
        const Source* source = sources_[static_cast<std::size_t>(y.rank - 2)].data();
        for (std::int64_t line = first; line < first + lines; ++line) {
            const auto* a = static_cast<const char*>(in(0)) +
                            (from + source[line].low * x.step(-2)) * x.width();
            auto* b = static_cast<char*>(out(0)) + (to + line * y.step(-2)) * y.width();
            if (whole && y.dim(-1) * y.width() == 32) {
                std::memcpy(b, a, 32);  // a block of channels; a size that the compiler knows
            } else if (whole) {
                std::memcpy(b, a, static_cast<std::size_t>(y.dim(-1) * y.width()));
            } else if (y.width() == 4) {
                gather_line<std::uint32_t>(a, b);
            } else if (y.width() == 2) {
                gather_line<std::uint16_t>(a, b);
            } else {
                gather_line<std::uint8_t>(a, b);
            }
        }
    }

    template <class T>
    void gather_line(const char* from, char* to) const {
        const Source* source = sources_.back().data();
        const std::int64_t x_step = input(0).step(-1), y_step = output(0).step(-1);
        for (std::int64_t j = 0; j < output(0).dim(-1); ++j)
            std::memcpy(to + j * y_step * static_cast<std::int64_t>(sizeof(T)),
                        from + source[j].low * x_step * static_cast<std::int64_t>(sizeof(T)),
                        sizeof(T));
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
    bool copies_ = false;     ///< nearest, of one type
    bool same_last_ = false;  ///< the last dimension keeps its size
    Nest rows_{0, {}, {}};
    Scratch scratch_;
};

}  // namespace

std::unique_ptr<OpExec> make_resize(const sdk::Op& op) {
    return std::make_unique<ResizeExec>(op);
}

}  // namespace assay::onednn

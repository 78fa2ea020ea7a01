// SPDX-License-Identifier: Apache-2.0
// Transpose, slice, concat, pad and expand: each is a list of moves of elements by steps. A move
// whose source lies across its destination goes in strips, so that both sides use whole lines.
#include <cstring>

#include "op_exec.hpp"

namespace assay::onednn {
namespace {

template <class T>
void move_row(T* to, std::int64_t to_step, const T* from, std::int64_t step, std::int64_t n) {
    if (to_step == 1 && step == 1) {
        std::memcpy(to, from, static_cast<std::size_t>(n) * sizeof(T));
    } else {
        for (std::int64_t i = 0; i < n; ++i) to[i * to_step] = from[i * step];
    }
}

class CopyExec final : public OpExec {
public:
    explicit CopyExec(const sdk::Op& op) : OpExec(op), attrs_(op.attrs<assay_copy_attrs>()) {
        const View& y = output(0);
        for (std::size_t i = 0; i < op.inputs(); ++i) {
            require(input(i).present(), "copy: an input is missing");
            if (input(i).dtype != y.dtype || input(i).scale != 0) unsupported("copy: types differ");
        }
        if (y.bits < 8) unsupported("copy: elements smaller than a byte");
        inputs_ = op.inputs();
        plan();
    }

private:
    struct Move {
        std::size_t input;
        Nest nest;  ///< tensors: the output, the input
        std::int64_t to, from;
        bool strips;
    };
    static constexpr std::int64_t strip = 16;  // chosen: a line of f32

    void plan() {
        switch (attrs_.function) {
            case ASSAY_COPY_TRANSPOSE:
                return transpose();
            case ASSAY_COPY_SLICE:
                return slice();
            case ASSAY_COPY_CONCAT:
                return concat();
            case ASSAY_COPY_PAD:
                return pad();
            case ASSAY_COPY_EXPAND:
                return expand();
            default:
                unsupported("copy: function " + std::to_string(attrs_.function));
        }
    }

    void add_move(std::size_t i, const Sizes& dims, const Sizes& steps, std::int64_t to = 0,
                  std::int64_t from = 0) {
        Nest nest(output(0).rank, dims, {output(0).steps, steps});
        nest.merge();
        const bool strips = make_strips(nest);
        moves_.push_back({i, nest, to, from, strips});
    }

    /// Brings the source's own last dimension beside the destination's; false where there is none.
    static bool make_strips(Nest& nest) {
        if (nest.rank < 2 || nest.row_step(1) == 1 || nest.row_step(0) != 1) return false;
        for (int i = 0; i < nest.rank - 1; ++i) {
            const auto at = static_cast<std::size_t>(i),
                       beside = static_cast<std::size_t>(nest.rank - 2);
            if (nest.steps[1][at] != 1 || nest.dims[at] < 4) continue;
            std::swap(nest.dims[at], nest.dims[beside]);
            for (Sizes& steps : nest.steps) std::swap(steps[at], steps[beside]);
            return true;
        }
        return false;
    }

    void transpose() {
        const View &x = input(0), &y = output(0);
        require(x.rank == y.rank, "transpose: X and Y have different ranks");
        Sizes steps{};
        for (int i = 0; i < y.rank; ++i) {
            const std::int64_t from = attrs_.params[i];
            require(from >= 0 && from < x.rank && x.dim(static_cast<int>(from)) == y.dim(i),
                    "transpose: Y has not the dimensions that params say");
            steps[static_cast<std::size_t>(i)] = x.step(static_cast<int>(from));
        }
        add_move(0, y.dims, steps);
    }

    void slice() {
        const View &x = input(0), &y = output(0);
        require(x.rank == y.rank, "slice: X and Y have different ranks");
        Sizes steps{};
        std::int64_t from = 0;
        for (int i = 0; i < y.rank; ++i) {
            const std::int64_t begin = attrs_.params[i], given = attrs_.params[ASSAY_MAX_RANK + i];
            const std::int64_t by = given != 0 ? given : 1, end = begin + (y.dim(i) - 1) * by;
            require(y.dim(i) == 0 || (begin >= 0 && begin < x.dim(i) && end >= 0 && end < x.dim(i)),
                    "slice: it reaches outside of X");
            from += begin * x.step(i);
            steps[static_cast<std::size_t>(i)] = by * x.step(i);
        }
        add_move(0, y.dims, steps, 0, from);
    }

    void concat() {
        const View& y = output(0);
        const int axis = attrs_.axis < 0 ? attrs_.axis + y.rank : attrs_.axis;
        require(axis >= 0 && axis < y.rank, "concat: axis is outside of Y");
        std::int64_t at = 0;
        for (std::size_t i = 0; i < inputs_; ++i) {
            Sizes dims = y.dims;
            require(input(i).rank == y.rank, "concat: ranks differ");
            dims[static_cast<std::size_t>(axis)] = input(i).dim(axis);
            require(dims == input(i).dims, "concat: an input does not fit Y");
            add_move(i, dims, input(i).steps, at * y.step(axis));
            at += input(i).dim(axis);
        }
        require(at == y.dim(axis), "concat: the inputs do not fill Y");
    }

    void expand() {
        const View &x = input(0), &y = output(0);
        require(x.rank <= y.rank, "expand: X has more dimensions than Y");
        Sizes steps{};
        for (int i = 0; i < x.rank; ++i) {
            const int to = y.rank - x.rank + i;
            require(x.dim(i) == 1 || x.dim(i) == y.dim(to), "expand: X does not broadcast to Y");
            steps[static_cast<std::size_t>(to)] = x.dim(i) == 1 ? 0 : x.step(i);
        }
        add_move(0, y.dims, steps);
    }

    void pad() {
        const View &x = input(0), &y = output(0);
        require(x.rank == y.rank, "pad: X and Y have different ranks");
        if (attrs_.pad_mode < ASSAY_PAD_CONSTANT || attrs_.pad_mode > ASSAY_PAD_REFLECT) {
            unsupported("pad: mode " + std::to_string(attrs_.pad_mode));
        }
        std::int64_t to = 0;
        for (int i = 0; i < y.rank; ++i) {
            const std::int64_t before = attrs_.params[i], after = attrs_.params[ASSAY_MAX_RANK + i];
            if (before < 0 || after < 0) unsupported("pad: a negative number of elements");
            require(y.dim(i) == x.dim(i) + before + after, "pad: Y has not the padded dimensions");
            to += before * y.step(i);
            add_places(i, before);
        }
        if (attrs_.pad_mode == ASSAY_PAD_CONSTANT) {
            const auto value = static_cast<float>(attrs_.value);
            take_only(y, "Y", {ASSAY_F32, ASSAY_BF16, ASSAY_F16, ASSAY_I32, ASSAY_I8, ASSAY_U8});
            simd().store(y.dtype, &value, pattern_, 1, 1);
            add_move(fill_, y.dims, Sizes{});
            add_move(0, x.dims, x.steps, to);
        }
    }

    /// Where each index of Y's dimension i comes from, in elements of X.
    void add_places(int i, std::int64_t before) {
        const View& x = input(0);
        const std::int64_t last = x.dim(i) - 1;
        std::vector<std::int64_t> places;
        for (std::int64_t j = 0; j < output(0).dim(i); ++j) {
            std::int64_t at = j - before;
            if (attrs_.pad_mode == ASSAY_PAD_REFLECT && last > 0) {
                at = ((at % (2 * last)) + 2 * last) % (2 * last);
                at = at > last ? 2 * last - at : at;
            }
            places.push_back(std::clamp<std::int64_t>(at, 0, std::max<std::int64_t>(last, 0)) *
                             x.step(i));
        }
        places_.push_back(std::move(places));
    }

    void run() override {
        switch (output(0).bits) {
            case 8:
                return run_as<std::uint8_t>();
            case 16:
                return run_as<std::uint16_t>();
            case 32:
                return run_as<std::uint32_t>();
            default:
                return run_as<std::uint64_t>();
        }
    }

    template <class T>
    void run_as() {
        if (moves_.empty()) return run_places<T>();
        for (const Move& move : moves_) {
            const T* from = move.input == fill_ ? reinterpret_cast<const T*>(pattern_)
                                                : in<T>(move.input) + move.from;
            if (move.strips) {
                run_strips<T>(move, from);
                continue;
            }
            const std::int64_t n = move.nest.length();
            parallel(move.nest.rows(), team(move.nest.rows() * n), [&](auto begin, auto end, int) {
                std::int64_t at[2];
                for (auto row = begin; row < end; ++row) {
                    move.nest.locate(row, at);
                    move_row(out<T>(0) + move.to + at[0], move.nest.row_step(0), from + at[1],
                             move.nest.row_step(1), n);
                }
            });
        }
    }

    template <class T>
    void run_strips(const Move& move, const T* from) {
        const Nest& nest = move.nest;
        const auto beside = static_cast<std::size_t>(nest.rank - 2);
        const std::int64_t across = nest.dims[beside], n = nest.length(),
                           to_step = nest.steps[0][beside], step = nest.row_step(1);
        const std::int64_t strips = (across + strip - 1) / strip;
        parallel(nest.rows() / std::max<std::int64_t>(across, 1) * strips, team(nest.rows() * n),
                 [&](auto begin, auto end, int) {
                     for (auto i = begin; i < end; ++i) {
                         std::int64_t at[2];
                         const std::int64_t first = i % strips * strip;
                         nest.locate(i / strips * across + first, at);
                         const std::int64_t count = std::min(strip, across - first);
                         T* to = out<T>(0) + move.to + at[0];
                         for (std::int64_t j = 0; j < n; ++j)
                             for (std::int64_t p = 0; p < count; ++p)
                                 to[p * to_step + j] = from[at[1] + j * step + p];
                     }
                 });
    }

    /// Edge and reflect: every element has its place of origin.
    template <class T>
    void run_places() {
        const View& y = output(0);
        const Nest rows(y.rank, y.dims, {y.steps});
        parallel(rows.rows(), team(y.count), [&](auto begin, auto end, int) {
            for (auto row = begin; row < end; ++row) {
                std::int64_t to = 0, from = 0, rest = row;
                rows.locate(row, &to);
                for (int i = y.rank - 2; i >= 0; --i) {
                    from += places_[static_cast<std::size_t>(i)]
                                   [static_cast<std::size_t>(rest % y.dim(i))];
                    rest /= y.dim(i);
                }
                for (std::int64_t j = 0; j < rows.length(); ++j) {
                    const std::int64_t place =
                        y.rank > 0 ? places_.back()[static_cast<std::size_t>(j)] : 0;
                    out<T>(0)[to + j * rows.row_step(0)] = in<T>(0)[from + place];
                }
            }
        });
    }

    static constexpr std::size_t fill_ = ~std::size_t{0};
    assay_copy_attrs attrs_;
    std::size_t inputs_ = 0;
    std::vector<Move> moves_;
    std::vector<std::vector<std::int64_t>> places_;
    alignas(8) char pattern_[8] = {};
};

}  // namespace

std::unique_ptr<OpExec> make_copy(const sdk::Op& op) {
    return std::make_unique<CopyExec>(op);
}

}  // namespace assay::onednn

// SPDX-License-Identifier: Apache-2.0
// Casts, quantises (y = round(x / scale) + zero) and dequantises (y = (x - zero) scale). All
// through f32: nearest even, whole numbers saturate.
#include "op_exec.hpp"

namespace assay::onednn {
namespace {

class ConvertExec final : public OpExec {
public:
    explicit ConvertExec(const sdk::Op& op) : OpExec(op) {
        const View &x = input(0), &y = output(0);
        require(x.same_dims(y), "convert: Y has not the dimensions of X");
        for (View view : {x, y}) {
            view.scale = ASSAY_SCALE_NONE;
            take_only(view, "X or Y",
                      {ASSAY_F32, ASSAY_BF16, ASSAY_F16, ASSAY_I32, ASSAY_I8, ASSAY_U8});
        }
        if (x.dtype == ASSAY_I32 && y.dtype == ASSAY_I32) unsupported("convert: i32 to i32");
        quantises_ = y.scale != ASSAY_SCALE_NONE;
        if (quantises_ && x.scale != ASSAY_SCALE_NONE) unsupported("convert: scaled to scaled");
        if (quantises_ || x.scale != ASSAY_SCALE_NONE) check_scales(quantises_ ? y : x);
        rows_ = Nest(x.rank, x.dims, {x.steps, y.steps, scale_steps_});
        if (!scaled_) rows_.merge();
    }

private:
    static constexpr std::int64_t part = 1024;  // chosen: buffers of 4 KiB stay in L1

    /// Steps of the scales in elements of the scaled tensor; the cut dimension is divided later.
    void check_scales(const View& of) {
        const View &scales = input(1), &zeros = input(2);
        require(scales.present(), "convert: the scales are missing");
        take_floats(scales, "the scales");
        take_dense(scales, "the scales");
        scaled_ = true;
        axis_ = of.scale_axis < 0 ? of.scale_axis + of.rank : of.scale_axis;
        std::int64_t needed = 1;
        if (of.scale == ASSAY_SCALE_CHANNEL || of.scale == ASSAY_SCALE_BLOCK) {
            require(axis_ >= 0 && axis_ < of.rank, "convert: scale_axis is outside of the tensor");
        }
        if (of.scale == ASSAY_SCALE_CHANNEL) {
            needed = of.dim(axis_);
            scale_steps_[static_cast<std::size_t>(axis_)] = 1;
        } else if (of.scale == ASSAY_SCALE_BLOCK) {
            block_ = of.scale_block;
            require(block_ > 0, "convert: scale_block is not positive");
            for (int i = of.rank - 1; i >= 0; --i) {
                scale_steps_[static_cast<std::size_t>(i)] = needed;
                needed *= i == axis_ ? (of.dim(i) + block_ - 1) / block_ : of.dim(i);
            }
        }
        require(scales.count == needed, "convert: not the right number of scales");
        if (!zeros.present()) return;
        take_only(zeros, "the zero points", {ASSAY_F32, ASSAY_I32, ASSAY_I8, ASSAY_U8});
        take_dense(zeros, "the zero points");
        require(zeros.count == needed, "convert: not the right number of zero points");
    }

    void run() override {
        const std::int64_t parts = (rows_.length() + part - 1) / part;
        parallel(rows_.rows() * parts, team(input(0).count), [&](auto begin, auto end, int) {
            for (auto i = begin; i < end; ++i) one(i / parts, i % parts * part);
        });
    }

    void one(std::int64_t row, std::int64_t first) {
        alignas(64) float values[part];
        std::int64_t at[3];
        rows_.locate(row, at);
        const std::int64_t n = std::min(part, rows_.length() - first);
        const std::int64_t step = rows_.row_step(0), to_step = rows_.row_step(1);
        const float* x = floats(input(0), in(0), at[0] + first * step, step, values, n);
        if (scaled_) {
            scale(row, first, x, values, n);
            x = values;
        }
        store_floats(output(0), out(0), at[1] + first * to_step, to_step, x, n);
    }

    /// Which scale belongs to element `at` of a row.
    std::int64_t scale_index(std::int64_t row, std::int64_t at) const {
        std::int64_t index = 0;
        for (int i = rows_.rank - 1; i >= 0; --i) {
            const auto dim = static_cast<std::size_t>(i);
            std::int64_t place = at;
            if (i < rows_.rank - 1) {
                place = row % rows_.dims[dim];
                row /= rows_.dims[dim];
            }
            if (block_ > 0 && i == axis_) place /= block_;
            index += place * scale_steps_[dim];
        }
        return index;
    }

    void scale(std::int64_t row, std::int64_t first, const float* x, float* y, std::int64_t n) {
        alignas(64) float scales[part], zeros[part];
        const bool has_zeros = input(2).present();
        std::int64_t known = -1;
        for (std::int64_t i = 0; i < n; ++i) {
            const std::int64_t index = scale_index(row, first + i);
            if (index == known) {
                scales[i] = scales[i - 1], zeros[i] = zeros[i - 1];
                continue;
            }
            known = index;
            zeros[i] = 0;
            load_one(1, index, scales + i);
            if (has_zeros) load_one(2, index, zeros + i);
        }
        if (quantises_) {
            for (std::int64_t i = 0; i < n; ++i)
                y[i] = __builtin_rintf(x[i] / scales[i]) + zeros[i];
        } else {
            for (std::int64_t i = 0; i < n; ++i) y[i] = (x[i] - zeros[i]) * scales[i];
        }
    }

    void load_one(std::size_t i, std::int64_t index, float* to) const {
        simd().load(input(i).dtype, in<char>(i) + index * input(i).width(), 1, to, 1);
    }

    bool quantises_ = false, scaled_ = false;
    int axis_ = 0;
    std::int64_t block_ = 0;
    Sizes scale_steps_{};
    Nest rows_{0, {}, {}};
};

}  // namespace

std::unique_ptr<OpExec> make_convert(const sdk::Op& op) {
    return std::make_unique<ConvertExec>(op);
}

}  // namespace assay::onednn

// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding. Angles in double, their sines and cosines once for all heads.
#include <cmath>

#include "op_exec.hpp"

namespace assay::onednn {
namespace {

class RopeExec final : public OpExec {
public:
    explicit RopeExec(const sdk::Op& op) : OpExec(op), attrs_(op.attrs<assay_rope_attrs>()) {
        const View &x = input(0), &positions = input(1), &inverse = input(2), &y = output(0);
        require(x.rank == 4 && x.same_dims(y), "rope: X and Y are [batch, heads, tokens, head]");
        take_floats(x, "X");
        take_floats(y, "Y");
        require(positions.present() && positions.count == x.dim(0),
                "rope: positions has not one number for each batch");
        take_only(positions, "positions", {ASSAY_I32});
        take_dense(positions, "positions");
        width_ = x.dim(3);
        rotary_ = attrs_.rotary_dims != 0 ? attrs_.rotary_dims : width_;
        require(rotary_ > 0 && rotary_ <= width_ && rotary_ % 2 == 0,
                "rope: rotary_dims is not even or beyond the head");
        half_ = rotary_ / 2;
        if (inverse.present()) {
            take_only(inverse, "inverse frequencies", {ASSAY_F32});
            take_dense(inverse, "inverse frequencies");
            require(inverse.count == half_, "rope: not one inverse frequency for each pair");
        }
        const double base = attrs_.base != 0 ? attrs_.base : 10000;
        for (std::int64_t i = 0; i < half_; ++i) {
            frequencies_.push_back(std::pow(base, -2.0 * double(i) / double(rotary_)));
        }
        turns_ = Scratch(x.dim(0) * x.dim(2) * rotary_, 1);
        scratch_ = Scratch(2 * width_ + 32);
        workspace_bytes_ = turns_.bytes() + scratch_.bytes();
    }

private:
    void run() override {
        const View& x = input(0);
        const std::int64_t heads = x.dim(1), tokens = x.dim(2);
        parallel(x.dim(0) * tokens, team(8 * x.dim(0) * tokens * rotary_),
                 [&](auto begin, auto end, int) {
                     for (auto i = begin; i < end; ++i)
                         turn(i / tokens, i % tokens, turns_.of(0) + i * rotary_);
                 });
        parallel(x.dim(0) * heads * tokens, team(x.count), [&](auto begin, auto end, int thread) {
            for (auto i = begin; i < end; ++i) {
                const std::int64_t pair = i / tokens, token = i % tokens;
                const std::int64_t at[3] = {pair / heads, pair % heads, token};
                rotate(at, turns_.of(0) + (at[0] * tokens + token) * rotary_, scratch_.of(thread));
            }
        });
    }

    /// Cosines, then sines, of one token.
    void turn(std::int64_t batch, std::int64_t token, float* to) const {
        const double scale = attrs_.scale != 0 ? attrs_.scale : 1;
        const double position = double(in<std::int32_t>(1)[batch] + token) / scale;
        const float* given = input(2).present() ? in<float>(2) : nullptr;
        for (std::int64_t i = 0; i < half_; ++i) {
            const double f =
                given != nullptr ? given[i] : frequencies_[static_cast<std::size_t>(i)];
            to[i] = static_cast<float>(std::cos(position * f));
            to[half_ + i] = static_cast<float>(std::sin(position * f));
        }
    }

    void rotate(const std::int64_t (&at)[3], const float* turn, float* buffer) {
        const auto offset = [&](const View& view) {
            return at[0] * view.step(0) + at[1] * view.step(1) + at[2] * view.step(2);
        };
        const View &x_view = input(0), &y_view = output(0);
        float* y = buffer + (width_ + 15) / 16 * 16;
        const float* x = floats(x_view, in(0), offset(x_view), x_view.step(3), buffer, width_);
        const float *cosine = turn, *sine = turn + half_;
        const std::int64_t apart = attrs_.interleaved != 0 ? 1 : half_,
                           stride = attrs_.interleaved != 0 ? 2 : 1;
        for (std::int64_t i = 0; i < half_; ++i) {
            const float a = x[i * stride], b = x[i * stride + apart];
            y[i * stride] = a * cosine[i] - b * sine[i];
            y[i * stride + apart] = a * sine[i] + b * cosine[i];
        }
        std::copy(x + rotary_, x + width_, y + rotary_);
        store_floats(y_view, out(0), offset(y_view), y_view.step(3), y, width_);
    }

    assay_rope_attrs attrs_;
    std::int64_t width_ = 0, rotary_ = 0, half_ = 0;
    std::vector<double> frequencies_;
    Scratch turns_, scratch_;
};

}  // namespace

std::unique_ptr<OpExec> make_rope(const sdk::Op& op) {
    return std::make_unique<RopeExec>(op);
}

}  // namespace assay::onednn

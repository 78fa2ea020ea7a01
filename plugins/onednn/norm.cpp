// SPDX-License-Identifier: Apache-2.0
// Layer, rms, group and batch norm, of X or of X + residual, with an activation. One pass over
// memory: a row (layer, rms) or a channel's part of it stays in a buffer of floats.
#include <cmath>

#include "op_exec.hpp"

namespace assay::onednn {
namespace {

enum Input { x_in = 0, gamma_in = 1, beta_in = 2, residual_in = 3, mean_in = 4, variance_in = 5 };

class NormExec : public OpExec {
public:
    explicit NormExec(const sdk::Op& op) : OpExec(op), attrs_(op.attrs<assay_norm_attrs>()) {
        const View& x = input(x_in);
        require(x.rank >= 1, "norm: X needs a dimension");
        take_floats(x, "X");
        take_floats(output(0), "Y");
        require(x.same_dims(output(0)), "norm: Y has not the dimensions of X");
        if (attrs_.activation < ASSAY_ACT_NONE || attrs_.activation > ASSAY_ACT_SILU) {
            unsupported("activation " + std::to_string(attrs_.activation) + " is unknown");
        }
        check_like_x(input(residual_in), "the residual");
        if (outputs() > 1) check_like_x(output(1), "the sum");
    }

protected:
    void check_like_x(const View& view, const char* name) {
        if (!view.present()) return;
        take_floats(view, name);
        require(view.same_dims(input(x_in)), "norm: the residual and the sum have X's dimensions");
    }
    /// Loads a parameter of `n` elements once per call into `to`.
    const float* parameter(Input i, float* to, std::int64_t n) {
        if (!input(i).present()) return nullptr;
        return floats(input(i), in(i), 0, 1, to, n);
    }
    void check_parameters(std::int64_t n) {
        for (const Input i : {gamma_in, beta_in, mean_in, variance_in}) {
            if (!input(i).present()) continue;
            take_floats(input(i), "gamma, beta, mean or variance");
            take_dense(input(i), "gamma, beta, mean or variance");
            require(input(i).count == n,
                    "norm: gamma, beta, mean and variance have one number each");
        }
        parameters_ = Scratch(4 * n, 1);
    }

    assay_norm_attrs attrs_;
    Scratch parameters_;
};

/// Over the last dimension.
class RowNorm final : public NormExec {
public:
    explicit RowNorm(const sdk::Op& op)
        : NormExec(op), length_(input(x_in).dim(-1)), rows_(nest()), scratch_(2 * length_ + 16) {
        check_parameters(length_);
        workspace_bytes_ = scratch_.bytes() + parameters_.bytes();
    }

private:
    Nest nest() const {
        const View& x = input(x_in);
        const View& sum = outputs() > 1 ? output(1) : x;
        const View& residual = input(residual_in).present() ? input(residual_in) : x;
        return {x.rank, x.dims, {x.steps, residual.steps, output(0).steps, sum.steps}};
    }

    void run() override {
        gamma_ = parameter(gamma_in, parameters_.of(0), length_);
        beta_ = parameter(beta_in, parameters_.of(0) + length_, length_);
        parallel(rows_.rows(), team(2 * input(x_in).count),
                 [&](std::int64_t begin, std::int64_t end, int thread) {
                     for (std::int64_t row = begin; row < end; ++row) one(row, scratch_.of(thread));
                 });
    }

    void one(std::int64_t row, float* buffer) {
        std::int64_t at[4];
        rows_.locate(row, at);
        const Simd& loops = simd();
        const std::int64_t n = length_;
        const float* x = floats(input(x_in), in(x_in), at[0], rows_.row_step(0), buffer, n);
        float* y = buffer + n;
        if (input(residual_in).present()) {
            const float* r =
                floats(input(residual_in), in(residual_in), at[1], rows_.row_step(1), y, n);
            const float* both[3] = {x, r, nullptr};
            loops.apply({ASSAY_EW_ADD, 0, 0, 0, 1, 0}, both, buffer, n);
            x = buffer;
        }
        if (outputs() > 1) store_floats(output(1), out(1), at[3], rows_.row_step(3), x, n);
        const auto count = static_cast<float>(n);
        const bool rms = attrs_.kind == ASSAY_NORM_RMS;
        const float mean = rms ? 0.f : loops.sum(x, n) / count;
        const float variance = loops.sum_squares(x, mean, n) / count;
        const float factor = 1.f / std::sqrt(variance + static_cast<float>(attrs_.epsilon));
        loops.normalise(x, mean, factor, gamma_, beta_, y, n);
        loops.activate(attrs_.activation, y, n);
        store_floats(output(0), out(0), at[2], rows_.row_step(2), y, n);
    }

    std::int64_t length_;
    Nest rows_;
    Scratch scratch_;
    const float *gamma_ = nullptr, *beta_ = nullptr;
};

/// Group and batch: X[n, c, ...], one factor and shift for each channel.
class ChannelNorm final : public NormExec {
public:
    explicit ChannelNorm(const sdk::Op& op) : NormExec(op) {
        const View& x = input(x_in);
        require(x.rank >= 2, "norm: X needs a batch and channels");
        for (const View* view : {&x, &output(0), &input(residual_in), &output(1)}) {
            if (view->present()) take_dense(*view, "a tensor of a group or batch norm");
        }
        channels_ = x.dim(1);
        batch_ = attrs_.kind == ASSAY_NORM_BATCH;
        groups_ = batch_ ? channels_ : std::max(attrs_.groups, 1);
        require(groups_ > 0 && channels_ % groups_ == 0,
                "norm: channels are no multiple of groups");
        if (batch_ && !(input(mean_in).present() && input(variance_in).present())) {
            invalid("norm: a batch norm needs mean and variance");
        }
        check_parameters(channels_);
        spatial_ = x.product(2, x.rank);
        scratch_ = Scratch(2 * part + 16);
        workspace_bytes_ = scratch_.bytes() + parameters_.bytes();
    }

private:
    static constexpr std::int64_t part = 2048;  // chosen: two buffers of 8 KiB stay in L1

    void run() override {
        float* to = parameters_.of(0);
        gamma_ = parameter(gamma_in, to, channels_);
        beta_ = parameter(beta_in, to + channels_, channels_);
        mean_ = parameter(mean_in, to + 2 * channels_, channels_);
        variance_ = parameter(variance_in, to + 3 * channels_, channels_);
        parallel(input(x_in).dim(0) * groups_, team(2 * input(x_in).count),
                 [&](std::int64_t begin, std::int64_t end, int thread) {
                     for (std::int64_t i = begin; i < end; ++i) one(i, scratch_.of(thread));
                 });
    }

    /// X + residual from element `at`; in place where nothing is to be done.
    const float* values(std::int64_t at, std::int64_t n, float* buffer) {
        const float* x = floats(input(x_in), in(x_in), at, 1, buffer, n);
        if (!input(residual_in).present()) return x;
        const float* r = floats(input(residual_in), in(residual_in), at, 1, buffer + part, n);
        const float* both[3] = {x, r, nullptr};
        simd().apply({ASSAY_EW_ADD, 0, 0, 0, 1, 0}, both, buffer, n);
        return buffer;
    }

    template <class F>
    void parts(std::int64_t begin, std::int64_t count, float* buffer, const F& use) {
        for (std::int64_t at = begin; at < begin + count; at += part) {
            const std::int64_t n = std::min(part, begin + count - at);
            use(values(at, n, buffer), at, n);
        }
    }

    void one(std::int64_t index, float* buffer) {
        const std::int64_t group = index % groups_, each = channels_ / groups_;
        const std::int64_t begin = index * each * spatial_, count = each * spatial_;
        double mean = 0, variance = 0;
        if (!batch_ && count > 0) {
            parts(begin, count, buffer,
                  [&](const float* x, std::int64_t, std::int64_t n) { mean += simd().sum(x, n); });
            mean /= static_cast<double>(count);
            parts(begin, count, buffer, [&](const float* x, std::int64_t, std::int64_t n) {
                variance += simd().sum_squares(x, static_cast<float>(mean), n);
            });
            variance /= static_cast<double>(count);
        }
        for (std::int64_t i = 0; i < each; ++i) {
            const auto channel = group * each + i;
            if (batch_) mean = mean_[channel], variance = variance_[channel];
            write(begin + i * spatial_, channel, mean, variance, buffer);
        }
    }

    void write(std::int64_t begin, std::int64_t channel, double mean, double variance,
               float* buffer) {
        const double gamma = gamma_ != nullptr ? gamma_[channel] : 1;
        const auto factor = static_cast<float>(gamma / std::sqrt(variance + attrs_.epsilon));
        const float shift = beta_ != nullptr ? beta_[channel] : 0.f;
        parts(begin, spatial_, buffer, [&](const float* x, std::int64_t at, std::int64_t n) {
            if (outputs() > 1) store_floats(output(1), out(1), at, 1, x, n);
            float* y = buffer + part;
            simd().normalise(x, static_cast<float>(mean), factor, nullptr, nullptr, y, n);
            simd().shift(y, shift, n);
            simd().activate(attrs_.activation, y, n);
            store_floats(output(0), out(0), at, 1, y, n);
        });
    }

    std::int64_t channels_ = 0, groups_ = 1, spatial_ = 1;
    bool batch_ = false;
    const float *gamma_ = nullptr, *beta_ = nullptr, *mean_ = nullptr, *variance_ = nullptr;
    Scratch scratch_;
};

}  // namespace

std::unique_ptr<OpExec> make_norm(const sdk::Op& op) {
    switch (op.attrs<assay_norm_attrs>().kind) {
        case ASSAY_NORM_LAYER:
        case ASSAY_NORM_RMS:
            return std::make_unique<RowNorm>(op);
        case ASSAY_NORM_GROUP:
        case ASSAY_NORM_BATCH:
            return std::make_unique<ChannelNorm>(op);
        default:
            unsupported("norm: kind " + std::to_string(op.attrs<assay_norm_attrs>().kind));
    }
}

}  // namespace assay::onednn

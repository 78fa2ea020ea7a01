// SPDX-License-Identifier: Apache-2.0
// Attention, one query of one head at a time; and rotary positions.
#include <algorithm>
#include <cmath>

#include "core/workload/op_truth.hpp"

namespace assay {

namespace {

/// A key that a query sees.
struct Seen {
    std::int64_t key = 0;
    double score = 0;
    double error = 0;  // of the score
    double share = 0;  // after the softmax
};

class AttentionTruth : public Truth {
public:
    explicit AttentionTruth(const Question& q)
        : Truth({q.dims()[0], q.dims()[1], q.dims()[2]},
                static_cast<double>(q.inputs[1].dim(2)) *
                    static_cast<double>(q.inputs[0].dim(3) + q.dims()[3])),
          question_(q),
          attrs_(std::get<AttentionAttrs>(q.op.attrs)),
          queries_(q.dims()[2]),
          keys_(q.inputs[1].dim(2)),
          depth_(static_cast<std::uint64_t>(q.inputs[0].dim(3))),
          width_(static_cast<std::uint64_t>(q.dims()[3])),
          scale_(attrs_.scale == 0 ? 1 / std::sqrt(static_cast<double>(depth_)) : attrs_.scale) {
        if (!q.inputs[3].present()) return;
        const Shape scores = {q.dims()[0], q.dims()[1], queries_, keys_};
        mask_steps_ = broadcast_steps(q.inputs[3].dims(), scores);
    }

    void part(std::uint64_t i, const Hear& hear) const override {
        const Position at = position_of(i, parts());
        std::vector<Seen> seen = scores(i, at);
        softmax(seen);
        std::vector<double> value(width_), magnitude(width_), error(width_), squares(width_);
        const std::uint64_t values = kv_head(at) * static_cast<std::uint64_t>(keys_);
        double shared = 0;  // error of the normaliser
        for (const Seen& s : seen) shared += s.share * s.error;
        for (const Seen& s : seen) {
            const std::uint64_t row = (values + static_cast<std::uint64_t>(s.key)) * width_;
            for (std::uint64_t j = 0; j < width_; ++j) {
                const double term = s.share * question_.inputs[2][row + j];
                value[j] += term;
                magnitude[j] += std::fabs(term);
                error[j] += std::fabs(term) * (s.error + shared);
                squares[j] += term * term;
            }
        }
        const Units& u = question_.units;
        const double sums = u.input + 2 * u.summing(static_cast<double>(seen.size()));
        for (std::uint64_t j = 0; j < width_; ++j) {
            ExactElement exact{.value = value[j], .magnitude = magnitude[j]};
            // Probabilities may be rounded to the operand type: alike ones all the same way.
            const double narrow = std::fabs(value[j]) + 4 * std::sqrt(squares[j]);
            exact.allowed = error[j] + sums * magnitude[j] + u.operand * narrow +
                            u.step * 2 * std::fabs(value[j]);
            hear(0, i * width_ + j, exact);
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> part_of(std::size_t /*output*/,
                                                       std::uint64_t index) const override {
        return index / width_;
    }

private:
    [[nodiscard]] std::uint64_t kv_head(const Position& at) const {
        const std::int64_t heads = question_.inputs[1].dim(1);
        return static_cast<std::uint64_t>(at[0] * heads + at[1] / (question_.dims()[1] / heads));
    }

    /// First key seen and the one after the last.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> range(const Position& at) const {
        const TensorData& lengths = question_.inputs[4];
        const std::int64_t length =
            lengths.present() ? lengths.number(static_cast<std::uint64_t>(at[0]), keys_ + 1)
                              : keys_;
        const std::int64_t here = length - queries_ + at[2];
        const std::int64_t end = attrs_.causal ? std::min(length, here + 1) : length;
        const std::int64_t first =
            attrs_.window > 0 ? std::max<std::int64_t>(0, here - attrs_.window + 1) : 0;
        return {first, end};
    }

    [[nodiscard]] std::vector<Seen> scores(std::uint64_t query, const Position& at) const {
        const Units& u = question_.units;
        const TensorData &q = question_.inputs[0], &k = question_.inputs[1];
        const double sums = u.input + u.summing(static_cast<double>(depth_));
        const std::uint64_t keys = kv_head(at) * static_cast<std::uint64_t>(keys_);
        std::vector<Seen> seen;
        const auto [first, end] = range(at);
        for (std::int64_t j = first; j < end; ++j) {
            const std::uint64_t row = (keys + static_cast<std::uint64_t>(j)) * depth_;
            double product = 0, magnitude = 0;
            for (std::uint64_t p = 0; p < depth_; ++p) {
                const double term = q[query * depth_ + p] * k[row + p];
                product += term;
                magnitude += std::fabs(term);
            }
            const double mask = mask_at(at, j);
            if (std::isinf(mask) && mask < 0) continue;  // not seen
            Seen s{.key = j, .score = scale_ * product + mask};
            s.error = sums * std::fabs(scale_) * magnitude +
                      2 * u.step * (std::fabs(scale_ * product) + std::fabs(mask));
            seen.push_back(s);
        }
        return seen;
    }

    [[nodiscard]] double mask_at(Position at, std::int64_t key) const {
        const TensorData& mask = question_.inputs[3];
        if (!mask.present()) return 0;
        at[3] = key;
        return mask[offset(at, mask_steps_)];
    }

    void softmax(std::vector<Seen>& seen) const {
        double top = -HUGE_VAL, sum = 0;
        for (const Seen& s : seen) top = std::max(top, s.score);
        for (Seen& s : seen) sum += s.share = std::exp(s.score - top);
        for (Seen& s : seen) {
            s.share /= sum;
            // The exponential's argument and its value (docs/operators.md).
            s.error += question_.units.step * (2 * std::fabs(s.score - top) + 8);
        }
    }

    Question question_;
    AttentionAttrs attrs_;
    std::int64_t queries_, keys_;
    std::uint64_t depth_, width_;
    double scale_;
    Position mask_steps_{};
};

class RopeTruth : public Truth {
public:
    explicit RopeTruth(const Question& q)
        : Truth({q.dims()[0], q.dims()[1], q.dims()[2]}, 32 * static_cast<double>(q.dims()[3])),
          question_(q),
          attrs_(std::get<RopeAttrs>(q.op.attrs)),
          head_(static_cast<std::uint64_t>(q.dims()[3])),
          half_(attrs_.rotary_dims == 0 ? head_ / 2
                                        : static_cast<std::uint64_t>(attrs_.rotary_dims) / 2) {}

    void part(std::uint64_t i, const Hear& hear) const override {
        const Position at = position_of(i, parts());
        const double first = question_.inputs[1][static_cast<std::uint64_t>(at[0])];
        const double position = (first + static_cast<double>(at[2])) / attrs_.scale;
        const TensorData& x = question_.inputs[0];
        for (std::uint64_t pair = 0; pair < half_; ++pair) {
            const std::uint64_t a = i * head_ + (attrs_.interleaved ? 2 * pair : pair);
            const std::uint64_t b = a + (attrs_.interleaved ? 1 : half_);
            const double angle = position * frequency(pair);
            const double c = std::cos(angle), s = std::sin(angle);
            hear(0, a, turned(x[a] * c, -x[b] * s, std::fabs(x[a]) + std::fabs(x[b]), angle));
            hear(0, b, turned(x[a] * s, x[b] * c, std::fabs(x[a]) + std::fabs(x[b]), angle));
        }
        for (std::uint64_t j = 2 * half_; j < head_; ++j) {
            hear(0, i * head_ + j, {.value = x[i * head_ + j], .exact = true});
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> part_of(std::size_t /*output*/,
                                                       std::uint64_t index) const override {
        return index / head_;
    }

private:
    [[nodiscard]] double frequency(std::uint64_t pair) const {
        if (question_.inputs[2].present()) return question_.inputs[2][pair];
        return std::pow(attrs_.base, -static_cast<double>(pair) / static_cast<double>(half_));
    }

    [[nodiscard]] ExactElement turned(double a, double b, double magnitude, double angle) const {
        const Units& u = question_.units;
        // The frequency and its product are rounded; sines may be kept in the operand type.
        const double error = u.step * (8 * std::fabs(angle) + 8) + u.operand;
        return {.value = a + b, .allowed = error * magnitude, .magnitude = magnitude};
    }

    Question question_;
    RopeAttrs attrs_;
    std::uint64_t head_, half_;
};

}  // namespace

Answer attention_truth(const Question& question) {
    return std::make_unique<AttentionTruth>(question);
}

Answer rope_truth(const Question& question) {
    return std::make_unique<RopeTruth>(question);
}

}  // namespace assay

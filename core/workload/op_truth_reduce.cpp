// SPDX-License-Identifier: Apache-2.0
// Reductions over axes and over the windows of a pool: the same sums, other ways to walk.
#include <algorithm>
#include <cmath>

#include "core/workload/op_spatial.hpp"
#include "core/workload/op_truth.hpp"

namespace assay {

namespace {

/// Hears the values of one window in their order.
class Reducer {
public:
    explicit Reducer(Reduction function) : function_(function) {}

    void add(double x) {
        const double term = function_ == Reduction::sum_squares ? x * x : x;
        if (count_ == 0 || x > largest_) argmax_ = count_;
        if (count_ == 0 || x < least_) argmin_ = count_;
        largest_ = count_ == 0 ? x : std::max(largest_, x);
        least_ = count_ == 0 ? x : std::min(least_, x);
        sum_ += term;
        magnitude_ += std::fabs(term);
        squares_ += term * term;
        product_ *= x;
        ++count_;
    }

    /// divisor: of a mean, how many values it counts.
    [[nodiscard]] ExactElement exact(const Units& u, double divisor) const {
        const double sums = u.summing(static_cast<double>(count_));
        switch (function_) {
            case Reduction::max:
                return {.value = largest_, .exact = true};
            case Reduction::min:
                return {.value = least_, .exact = true};
            case Reduction::argmax:
                return {.value = static_cast<double>(argmax_), .exact = true};
            case Reduction::argmin:
                return {.value = static_cast<double>(argmin_), .exact = true};
            case Reduction::product:
                return {.value = product_, .allowed = sums * std::fabs(product_)};
            case Reduction::mean: {
                const double mean = sum_ / divisor, magnitude = magnitude_ / divisor;
                // Divided, or multiplied with the rounded reciprocal.
                const double allowed = sums * magnitude + 2 * u.step * std::fabs(mean);
                return {.value = mean, .allowed = allowed, .magnitude = magnitude};
            }
            default:
                return {.value = sum_,
                        .allowed = (sums + square_error(u)) * magnitude_,
                        .magnitude = magnitude_};
        }
    }
    [[nodiscard]] double count() const { return static_cast<double>(count_); }

private:
    [[nodiscard]] double square_error(const Units& u) const {
        return function_ == Reduction::sum_squares ? u.step : 0;
    }

    Reduction function_;
    std::uint64_t count_ = 0, argmax_ = 0, argmin_ = 0;
    double largest_ = 0, least_ = 0, sum_ = 0, magnitude_ = 0, squares_ = 0, product_ = 1;
};

/// Dims of X with the reduced ones 1.
Shape kept(const Question& q) {
    Shape dims = q.inputs[0].dims();
    for (const int axis : std::get<ReduceAttrs>(q.op.attrs).axes) {
        dims.at(static_cast<std::size_t>(axis)) = 1;
    }
    return dims;
}

/// The reduced dims, in order.
Shape reduced(const Question& q) {
    Shape dims;
    for (const int axis : std::get<ReduceAttrs>(q.op.attrs).axes) {
        dims.push_back(q.inputs[0].dim(static_cast<std::size_t>(axis)));
    }
    return dims;
}

class ReduceTruth : public ElementTruth {
public:
    explicit ReduceTruth(const Question& q)
        : ElementTruth(q.dims(), 8 * static_cast<double>(element_count(reduced(q)))),
          question_(q),
          attrs_(std::get<ReduceAttrs>(q.op.attrs)),
          kept_(kept(q)),
          reduced_(reduced(q)),
          terms_(static_cast<std::uint64_t>(element_count(reduced_))) {}

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        Reducer reducer(attrs_.function);
        for (std::uint64_t j = 0; j < terms_; ++j) reducer.add(term(index, j));
        return reducer.exact(question_.units, reducer.count());
    }

    /// Another index of an equal value.
    [[nodiscard]] bool also_right(std::size_t /*output*/, std::uint64_t index,
                                  double found) const override {
        const bool arg =
            attrs_.function == Reduction::argmax || attrs_.function == Reduction::argmin;
        if (!arg || !(found >= 0) || found >= static_cast<double>(terms_)) return false;
        const auto best = static_cast<std::uint64_t>(element(index).value);
        return term(index, static_cast<std::uint64_t>(found)) == term(index, best);
    }

private:
    /// Term j of an output element.
    [[nodiscard]] double term(std::uint64_t index, std::uint64_t j) const {
        Position at = position_of(index, kept_);
        const Position inner = position_of(j, reduced_);
        for (std::size_t i = 0; i < attrs_.axes.size(); ++i) {
            at.at(static_cast<std::size_t>(attrs_.axes[i])) = inner.at(i);
        }
        return question_.inputs[0][index_of(at, question_.inputs[0].dims())];
    }

    Question question_;
    ReduceAttrs attrs_;
    Shape kept_, reduced_;
    std::uint64_t terms_;
};

class PoolTruth : public ElementTruth {
public:
    explicit PoolTruth(const Question& q)
        : ElementTruth(q.dims(), 8 * static_cast<double>(element_count(window(q)))),
          question_(q),
          attrs_(std::get<PoolAttrs>(q.op.attrs)),
          window_(window(q)) {
        if (!attrs_.global) return;
        attrs_.stride = attrs_.dilation = {1, 1, 1};
        attrs_.pad_begin = attrs_.pad_end = {};
    }

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const Position y = position_of(index, question_.dims());
        Reducer reducer(attrs_.function);
        double padded = 0;
        const auto taps = static_cast<std::uint64_t>(element_count(window_));
        for (std::uint64_t tap = 0; tap < taps; ++tap) {
            Position x = y;
            const Where where = input_at(position_of(tap, window_), x);
            if (where != Where::outside) padded += 1;
            if (where == Where::input) {
                reducer.add(question_.inputs[0][index_of(x, question_.inputs[0].dims())]);
            }
        }
        const double divisor = attrs_.count_padding ? padded : reducer.count();
        return reducer.exact(question_.units, std::max(divisor, 1.0));
    }

private:
    enum class Where { input, padding, outside };

    static Shape window(const Question& q) {
        const auto& attrs = std::get<PoolAttrs>(q.op.attrs);
        Shape dims;
        for (std::size_t i = 0; i < static_cast<std::size_t>(attrs.spatial_rank); ++i) {
            dims.push_back(attrs.global ? q.inputs[0].dim(first_spatial(attrs.layout) + i)
                                        : attrs.window.at(i));
        }
        return dims;
    }

    /// Turns the output's position into that of the input under a tap.
    Where input_at(const Position& tap, Position& x) const {
        Where where = Where::input;
        for (std::size_t i = 0; i < window_.size(); ++i) {
            const std::size_t at = first_spatial(attrs_.layout) + i;
            const std::int64_t size = question_.inputs[0].dim(at);
            x.at(at) = x.at(at) * attrs_.stride.at(i) - attrs_.pad_begin.at(i) +
                       tap.at(i) * attrs_.dilation.at(i);
            if (x.at(at) >= size + attrs_.pad_end.at(i)) return Where::outside;
            if (x.at(at) < 0 || x.at(at) >= size) where = Where::padding;
        }
        return where;
    }

    Question question_;
    PoolAttrs attrs_;
    Shape window_;
};

}  // namespace

Answer reduce_truth(const Question& question) {
    return std::make_unique<ReduceTruth>(question);
}

Answer pool_truth(const Question& question) {
    return std::make_unique<PoolTruth>(question);
}

}  // namespace assay

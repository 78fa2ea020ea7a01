// SPDX-License-Identifier: Apache-2.0
// Resizing, as ONNX Resize names its coordinates and roundings.
#include <algorithm>
#include <cmath>

#include "core/workload/op_truth.hpp"

namespace assay {

namespace {

/// One dimension: its two neighbours and how much the second weighs.
struct Between {
    std::int64_t first = 0, second = 0;
    double weight = 0;
    double error = 0;  // of the coordinate, where it is worked out in f32
};

class ResizeTruth : public ElementTruth {
public:
    explicit ResizeTruth(const Question& q)
        : ElementTruth(q.dims(), 32), question_(q), attrs_(std::get<ResizeAttrs>(q.op.attrs)) {}

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const Position y = position_of(index, question_.dims());
        std::array<Between, max_rank> between{};
        for (std::size_t i = 0; i < question_.dims().size(); ++i) between.at(i) = at(i, y.at(i));
        return attrs_.mode == Interpolation::nearest ? nearest(between) : linear(between);
    }

private:
    /// Input elements for each output element.
    [[nodiscard]] double ratio(std::size_t i) const {
        const auto in = static_cast<double>(question_.inputs[0].dim(i)),
                   out = static_cast<double>(question_.dims()[i]);
        if (attrs_.coordinates == Coordinates::align_corners)
            return out == 1 ? 0 : (in - 1) / (out - 1);
        return attrs_.scale.at(i) == 0 ? in / out : 1 / attrs_.scale.at(i);
    }

    /// Coordinate of output o in input dimension i.
    [[nodiscard]] double coordinate(std::size_t i, std::int64_t o) const {
        const bool half = attrs_.coordinates == Coordinates::half_pixel;
        return (static_cast<double>(o) + (half ? 0.5 : 0)) * ratio(i) - (half ? 0.5 : 0);
    }

    /// How far off a coordinate worked out in f32 may be; 0 where the ratio is a power of two.
    [[nodiscard]] double coordinate_error(std::size_t i, double x) const {
        int exponent = 0;
        const double mantissa = std::frexp(ratio(i), &exponent);
        const bool exact = mantissa == 0.5 || mantissa == 0;
        return exact ? 0 : 4 * question_.units.step * (std::fabs(x) + 1);
    }

    [[nodiscard]] double chosen(double x) const {
        switch (attrs_.nearest) {
            case Nearest::floor:
                return std::floor(x);
            case Nearest::ceil:
                return std::ceil(x);
            case Nearest::round_down:
                return std::ceil(x - 0.5);
            case Nearest::round_up:
                return std::floor(x + 0.5);
        }
        return x;
    }

    [[nodiscard]] Between at(std::size_t i, std::int64_t o) const {
        const std::int64_t in = question_.inputs[0].dim(i);
        if (in == question_.dims()[i]) return {.first = o, .second = o};
        const double x = coordinate(i, o);
        const auto within = [&](double value) {
            return std::clamp<std::int64_t>(static_cast<std::int64_t>(value), 0, in - 1);
        };
        Between b;
        b.error = coordinate_error(i, x);
        if (attrs_.mode == Interpolation::linear) {
            const double inside = std::clamp(x, 0.0, static_cast<double>(in - 1));
            b.first = within(std::floor(inside));
            b.second = within(std::floor(inside) + 1);
            b.weight = inside - std::floor(inside);
            return b;
        }
        b.first = within(chosen(x));
        // So close to a border that rounding the coordinate may choose the other neighbour.
        const auto below = within(chosen(x - b.error)), above = within(chosen(x + b.error));
        b.second = below != b.first ? below : above;
        return b;
    }

    using Corners = std::array<Between, max_rank>;

    /// Calls with the value of each combination of neighbours and its weight.
    template <class Each>
    void corners(const Corners& between, Each&& each) const {
        const TensorData& x = question_.inputs[0];
        std::vector<std::size_t> open;
        Position at{};
        for (std::size_t i = 0; i < x.dims().size(); ++i) {
            at.at(i) = between.at(i).first;
            if (between.at(i).first != between.at(i).second) open.push_back(i);
        }
        for (std::uint64_t corner = 0; corner < std::uint64_t{1} << open.size(); ++corner) {
            double weight = 1;
            for (std::size_t j = 0; j < open.size(); ++j) {
                const Between& b = between.at(open[j]);
                const bool second = (corner >> j & 1U) != 0;
                at.at(open[j]) = second ? b.second : b.first;
                weight *= second ? b.weight : 1 - b.weight;
            }
            each(x[index_of(at, x.dims())], weight);
        }
    }

    [[nodiscard]] ExactElement nearest(const Corners& between) const {
        ExactElement exact{.exact = true};
        bool first = true;
        corners(between, [&](double value, double /*weight*/) {
            if (first) exact.value = value;
            first = false;
            exact.allowed = std::max(exact.allowed, std::fabs(value - exact.value));
        });
        return exact;
    }

    [[nodiscard]] ExactElement linear(const Corners& between) const {
        ExactElement exact;
        double top = -HUGE_VAL, bottom = HUGE_VAL, error = 0;
        corners(between, [&](double value, double weight) {
            exact.value += weight * value;
            exact.magnitude += std::fabs(weight * value);
            top = std::max(top, value);
            bottom = std::min(bottom, value);
        });
        for (const Between& b : between) error += b.error;
        exact.allowed = 8 * question_.units.step * exact.magnitude + error * (top - bottom);
        return exact;
    }

    Question question_;
    ResizeAttrs attrs_;
};

}  // namespace

Answer resize_truth(const Question& question) {
    return std::make_unique<ResizeTruth>(question);
}

}  // namespace assay

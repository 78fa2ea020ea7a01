// SPDX-License-Identifier: Apache-2.0
// Elements that change their place (copy) or their type (convert).
#include <algorithm>
#include <cmath>

#include "core/workload/op_truth.hpp"

namespace assay {

namespace {

/// Where an element of Y comes from: an input and its position there; no input: padding.
struct Source {
    std::optional<std::size_t> input = 0;
    Position at{};
};

class CopyTruth : public ElementTruth {
public:
    explicit CopyTruth(const Question& q)
        : ElementTruth(q.dims(), cost_of_element),
          question_(q),
          attrs_(std::get<CopyAttrs>(q.op.attrs)) {}

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const Source from = source(position_of(index, question_.dims()));
        if (!from.input) return {.value = attrs_.value, .exact = true};
        const TensorData& x = question_.inputs[*from.input];
        return {.value = x[index_of(from.at, x.dims())], .exact = true};
    }

private:
    [[nodiscard]] Source source(const Position& y) const {
        switch (attrs_.function) {
            case Copying::concat:
                return part(y);
            case Copying::pad:
                return padded(y);
            default:
                return {.at = mapped(y)};
        }
    }

    [[nodiscard]] Position mapped(const Position& y) const {
        const Shape& x = question_.inputs[0].dims();
        const std::size_t rank = question_.dims().size();
        Position at{};
        for (std::size_t i = 0; i < rank; ++i) {
            const std::int64_t step = attrs_.params.at(max_rank + i);
            if (attrs_.function == Copying::transpose) {
                at.at(static_cast<std::size_t>(attrs_.params.at(i))) = y.at(i);
            } else if (attrs_.function == Copying::slice) {
                at.at(i) = attrs_.params.at(i) + y.at(i) * (step == 0 ? 1 : step);
            } else if (i + x.size() >= rank) {  // expand: X's dims are Y's last ones
                const std::size_t own = i + x.size() - rank;
                at.at(own) = x[own] == 1 ? 0 : y.at(i);
            }
        }
        return at;
    }

    [[nodiscard]] Source part(Position y) const {
        std::int64_t& at = y.at(static_cast<std::size_t>(attrs_.axis));
        std::size_t input = 0;
        const auto size = [&] {
            return question_.inputs[input].dim(static_cast<std::size_t>(attrs_.axis));
        };
        for (; at >= size(); ++input) at -= size();
        return {.input = input, .at = y};
    }

    [[nodiscard]] Source padded(Position y) const {
        const Shape& x = question_.inputs[0].dims();
        for (std::size_t i = 0; i < x.size(); ++i) {
            std::int64_t& at = y.at(i);
            at -= attrs_.params.at(i);
            if (at >= 0 && at < x[i]) continue;
            if (attrs_.padding == Padding::constant) return {.input = std::nullopt};
            if (attrs_.padding == Padding::edge) {
                at = std::clamp<std::int64_t>(at, 0, x[i] - 1);
            } else {
                at = at < 0 ? -at : 2 * (x[i] - 1) - at;
            }
        }
        return {.at = y};
    }

    Question question_;
    CopyAttrs attrs_;
};

class ConvertTruth : public ElementTruth {
public:
    explicit ConvertTruth(const Question& q)
        : ElementTruth(q.dims(), cost_of_element),
          question_(q),
          dequantises_(q.op.inputs[0].scaling != Scaling::none),
          // Of quantising, the scales are of Y's elements: which one is told by Y's type.
          places_(dequantises_ ? q.op.inputs[0] : q.op.outputs[0]),
          whole_(is_integer(q.op.outputs[0].dtype)) {}

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const double x = question_.inputs[0][index];
        const TensorSet& in = question_.inputs;
        if (!in[1].present()) return {.value = x, .exact = true};
        const std::uint64_t which = places_.of(index);
        const double scale = in[1][which], zero = in[2].present() ? in[2][which] : 0;
        const double step = question_.units.step;
        if (dequantises_) {
            const double value = (x - zero) * scale;
            return {.value = value, .allowed = 2 * step * std::fabs(value)};
        }
        const double quotient = x / scale;
        if (!whole_) return {.value = quotient + zero, .allowed = 4 * step * std::fabs(quotient)};
        const double rounded = std::nearbyint(quotient);
        // Divided, or multiplied with the rounded reciprocal: so close to a half both are right.
        const double from_half = 0.5 - std::fabs(quotient - rounded);
        const bool tie = from_half <= 4 * step * std::fabs(quotient);
        return {.value = rounded + zero, .allowed = tie && step > 0 ? 1.0 : 0.0, .exact = true};
    }

private:
    Question question_;
    bool dequantises_;
    ScalePlaces places_;
    bool whole_;
};

}  // namespace

Answer copy_truth(const Question& question) {
    return std::make_unique<CopyTruth>(question);
}

Answer convert_truth(const Question& question) {
    return std::make_unique<ConvertTruth>(question);
}

}  // namespace assay

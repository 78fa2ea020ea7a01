// SPDX-License-Identifier: Apache-2.0
// Operators on the lines along one axis: softmax and topk.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/workload/op_lines.hpp"
#include "core/workload/op_truth.hpp"

namespace assay {

namespace {

class SoftmaxTruth : public Truth {
public:
    explicit SoftmaxTruth(const Question& q)
        : Truth(without_axis(q.dims(), axis(q)), 16 * static_cast<double>(q.dims()[axis(q)])),
          question_(q),
          logarithm_(std::get<SoftmaxAttrs>(q.op.attrs).logarithm),
          lines_(q.dims(), axis(q)) {}

    void part(std::uint64_t i, const Hear& hear) const override {
        const TensorData& x = question_.inputs[0];
        const Units& u = question_.units;
        double top = -HUGE_VAL, sum = 0;
        for (std::uint64_t j = 0; j < lines_.size; ++j) top = std::max(top, x[lines_.at(i, j)]);
        for (std::uint64_t j = 0; j < lines_.size; ++j) sum += std::exp(x[lines_.at(i, j)] - top);
        const double sums = u.summing(static_cast<double>(lines_.size));
        for (std::uint64_t j = 0; j < lines_.size; ++j) {
            const std::uint64_t at = lines_.at(i, j);
            const double below = x[at] - top;
            // The difference is rounded, the exponential is off by 8 roundings (chosen).
            const double error = u.step * (2 * std::fabs(below) + 8) + sums;
            ExactElement exact;
            if (logarithm_) {
                exact.value = below - std::log(sum);
                exact.allowed = error + u.step * (std::fabs(exact.value) + 4 * std::log(sum));
            } else {
                exact.value = std::exp(below) / sum;
                exact.allowed = std::isfinite(error) ? error * exact.value : 0;
            }
            hear(0, at, exact);
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> part_of(std::size_t /*output*/,
                                                       std::uint64_t index) const override {
        return lines_.line_of(index);
    }

private:
    static std::size_t axis(const Question& q) {
        return static_cast<std::size_t>(std::get<SoftmaxAttrs>(q.op.attrs).axis);
    }

    Question question_;
    bool logarithm_;
    AxisLines lines_;
};

class TopkTruth : public Truth {
public:
    explicit TopkTruth(const Question& q)
        : Truth(without_axis(q.dims(), axis(q)),
                16 * static_cast<double>(q.inputs[0].dim(axis(q)))),
          question_(q),
          attrs_(std::get<TopkAttrs>(q.op.attrs)),
          in_(q.inputs[0].dims(), axis(q)),
          out_(q.dims(), axis(q)) {}

    void part(std::uint64_t i, const Hear& hear) const override {
        const TensorData& x = question_.inputs[0];
        std::vector<double> line(in_.size);
        for (std::uint64_t j = 0; j < in_.size; ++j) line[j] = x[in_.at(i, j)];
        std::vector<std::uint64_t> order(in_.size);
        std::iota(order.begin(), order.end(), std::uint64_t{0});
        const auto before = [&](std::uint64_t a, std::uint64_t b) {
            if (line[a] == line[b]) return a < b;
            return attrs_.smallest ? line[a] < line[b] : line[a] > line[b];
        };
        std::partial_sort(order.begin(), order.begin() + attrs_.k, order.end(), before);
        for (std::uint64_t j = 0; j < out_.size; ++j) {
            const std::uint64_t at = out_.at(i, j);
            hear(0, at, {.value = line[order[j]], .exact = true});
            hear(1, at, {.value = static_cast<double>(order[j]), .exact = true});
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> part_of(std::size_t /*output*/,
                                                       std::uint64_t index) const override {
        return out_.line_of(index);
    }

    /// Another index of an equal value.
    [[nodiscard]] bool also_right(std::size_t output, std::uint64_t index,
                                  double found) const override {
        if (output != 1 || !(found >= 0) || found >= static_cast<double>(in_.size)) return false;
        const std::uint64_t line = out_.line_of(index);
        bool equal = false;
        part(line, [&](std::size_t which, std::uint64_t at, const ExactElement& exact) {
            if (which != 0 || at != index) return;
            const auto j = static_cast<std::uint64_t>(found);
            equal = exact.value == question_.inputs[0][in_.at(line, j)];
        });
        return equal;
    }

    /// Equal values have different indices.
    [[nodiscard]] std::string whole(const TensorSet& outputs) const override {
        const auto lines = static_cast<std::uint64_t>(element_count(parts()));
        for (std::uint64_t line = 0; line < lines; ++line) {
            std::vector<double> indices(out_.size);
            for (std::uint64_t j = 0; j < out_.size; ++j) indices[j] = outputs[1][out_.at(line, j)];
            std::sort(indices.begin(), indices.end());
            const auto twice = std::adjacent_find(indices.begin(), indices.end());
            if (twice == indices.end()) continue;
            return fmt::format("index {} stands twice on line {}", *twice, line);
        }
        return "";
    }

private:
    static std::size_t axis(const Question& q) {
        return static_cast<std::size_t>(std::get<TopkAttrs>(q.op.attrs).axis);
    }

    Question question_;
    TopkAttrs attrs_;
    AxisLines in_, out_;
};

}  // namespace

Answer softmax_truth(const Question& question) {
    return std::make_unique<SoftmaxTruth>(question);
}

Answer topk_truth(const Question& question) {
    return std::make_unique<TopkTruth>(question);
}

}  // namespace assay

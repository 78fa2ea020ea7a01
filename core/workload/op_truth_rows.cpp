// SPDX-License-Identifier: Apache-2.0
// Rows found by number: gather, bags of rows, scatter.
#include <cmath>

#include "core/workload/op_truth.hpp"

namespace assay {

namespace {

class GatherTruth : public ElementTruth {
public:
    explicit GatherTruth(const Question& q)
        : ElementTruth(q.dims(), cost_of_element),
          question_(q),
          axis_(static_cast<std::size_t>(std::get<GatherAttrs>(q.op.attrs).axis)),
          rows_(q.inputs[0].dim(axis_)),
          inner_(extent(q.inputs[0].dims(), axis_ + 1, q.inputs[0].dims().size())) {}

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const TensorData& indices = question_.inputs[1];
        const std::uint64_t which = index / inner_ % indices.size();
        const std::uint64_t outer = index / inner_ / indices.size();
        const auto row = static_cast<std::uint64_t>(indices.number(which, rows_));
        const std::uint64_t at =
            (outer * static_cast<std::uint64_t>(rows_) + row) * inner_ + index % inner_;
        return {.value = question_.inputs[0][at], .exact = true};
    }

private:
    Question question_;
    std::size_t axis_;
    std::int64_t rows_;
    std::uint64_t inner_;
};

class BagTruth : public ElementTruth {
public:
    explicit BagTruth(const Question& q)
        : ElementTruth(q.dims(), cost_of_element * static_cast<double>(q.inputs[1].dim(1))),
          question_(q),
          mean_(std::get<GatherAttrs>(q.op.attrs).bag == Reduction::mean),
          rows_(q.inputs[0].dim(0)),
          width_(static_cast<std::uint64_t>(q.inputs[0].dim(1))),
          each_(static_cast<std::uint64_t>(q.inputs[1].dim(1))) {}

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const std::uint64_t bag = index / width_, column = index % width_;
        double sum = 0, magnitude = 0;
        for (std::uint64_t j = 0; j < each_; ++j) {
            const std::int64_t row = question_.inputs[1].number(bag * each_ + j, rows_);
            const double x = question_.inputs[0][static_cast<std::uint64_t>(row) * width_ + column];
            sum += x;
            magnitude += std::fabs(x);
        }
        const Units& u = question_.units;
        const double by = mean_ ? 1 / static_cast<double>(each_) : 1;
        ExactElement exact{.value = sum * by, .magnitude = magnitude * by};
        exact.allowed = u.summing(static_cast<double>(each_)) * exact.magnitude +
                        (mean_ ? 2 * u.step * std::fabs(exact.value) : 0);
        return exact;
    }

private:
    Question question_;
    bool mean_;
    std::int64_t rows_;
    std::uint64_t width_, each_;
};

class ScatterTruth : public ElementTruth {
public:
    explicit ScatterTruth(const Question& q)
        : ElementTruth(q.dims(), cost_of_element), question_(q) {
        const std::int64_t room = q.dims()[2] - q.inputs[1].dim(2) + 1;
        for (std::uint64_t i = 0; i < q.inputs[2].size(); ++i) {
            first_.push_back(q.inputs[2].number(i, room));
        }
    }

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const Shape& x = question_.inputs[1].dims();
        Position at = position_of(index, question_.dims());
        const std::int64_t token = at[2] - first_[static_cast<std::size_t>(at[0])];
        if (token < 0 || token >= x[2]) return {.value = question_.inputs[0][index], .exact = true};
        at[2] = token;
        return {.value = question_.inputs[1][index_of(at, x)], .exact = true};
    }

    /// The first and the last row of each batch that is written, and their neighbours.
    [[nodiscard]] std::vector<std::uint64_t> notable() const override {
        std::vector<std::uint64_t> parts;
        const Shape &cache = question_.dims(), &x = question_.inputs[1].dims();
        for (std::int64_t batch = 0; batch < cache[0]; ++batch) {
            const std::int64_t first = first_[static_cast<std::size_t>(batch)];
            for (std::int64_t row :
                 {first - 1, first, first + x[2] / 2, first + x[2] - 1, first + x[2]}) {
                if (row < 0 || row >= cache[2]) continue;
                add_row(parts, batch, row);
            }
        }
        return parts;
    }

private:
    /// Its first and last element in the first, the last and a middle head.
    void add_row(std::vector<std::uint64_t>& parts, std::int64_t batch, std::int64_t row) const {
        const Shape& cache = question_.dims();
        for (const std::int64_t head : {std::int64_t{0}, cache[1] / 2, cache[1] - 1}) {
            for (const std::int64_t at : {std::int64_t{0}, cache[3] - 1}) {
                parts.push_back(index_of({batch, head, row, at}, cache));
            }
        }
    }

    Question question_;
    std::vector<std::int64_t> first_;  // row of each batch
};

}  // namespace

Answer gather_truth(const Question& question) {
    const auto& attrs = std::get<GatherAttrs>(question.op.attrs);
    if (attrs.bag == Reduction::none) return std::make_unique<GatherTruth>(question);
    return std::make_unique<BagTruth>(question);
}

Answer scatter_truth(const Question& question) {
    return std::make_unique<ScatterTruth>(question);
}

}  // namespace assay

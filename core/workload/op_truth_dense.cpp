// SPDX-License-Identifier: Apache-2.0
// matmul and grouped_matmul.
#include "core/workload/op_truth_dense.hpp"

#include <numeric>

#include <fmt/format.h>

#include "core/base/error.hpp"

namespace assay {

namespace {

bool integers(const Question& question) {
    return is_integer(question.op.inputs[0].dtype) && is_integer(question.op.inputs[1].dtype) &&
           is_integer(question.op.outputs[0].dtype);
}

/// One matrix of a stack, transposed or not.
struct Stack {
    std::uint64_t rows, columns;  // as they are used
    bool transposed;

    Stack(const Shape& dims, bool transposed_)
        : rows(static_cast<std::uint64_t>(dims.at(dims.size() - (transposed_ ? 1 : 2)))),
          columns(static_cast<std::uint64_t>(dims.at(dims.size() - (transposed_ ? 2 : 1)))),
          transposed(transposed_) {}
    [[nodiscard]] std::uint64_t at(std::uint64_t matrix, std::uint64_t row,
                                   std::uint64_t column) const {
        return matrix * rows * columns +
               (transposed ? column * rows + row : row * columns + column);
    }
};

Shape leading(const Shape& dims) {
    return {dims.begin(), dims.end() - 2};
}

class MatmulTruth : public ElementTruth {
public:
    explicit MatmulTruth(const Question& q)
        : ElementTruth(q.dims(), static_cast<double>(
                                     Stack(q.inputs[0].dims(), attrs(q).transpose_a).columns)),
          question_(q),
          attrs_(attrs(q)),
          a_(q.inputs[0], q.inputs[4]),
          b_(q.inputs[1], q.inputs[5]),
          stack_a_(q.inputs[0].dims(), attrs_.transpose_a),
          stack_b_(q.inputs[1].dims(), attrs_.transpose_b),
          lead_(leading(q.dims())),
          steps_a_(broadcast_steps(leading(q.inputs[0].dims()), lead_)),
          steps_b_(broadcast_steps(leading(q.inputs[1].dims()), lead_)) {
        if (q.inputs[3].present()) steps_c_ = broadcast_steps(q.inputs[3].dims(), q.dims());
    }

    [[nodiscard]] ExactElement element(std::uint64_t index) const override {
        const std::uint64_t column = index % stack_b_.columns;
        const std::uint64_t row = index / stack_b_.columns % stack_a_.rows;
        const Position batch = position_of(index / stack_b_.columns / stack_a_.rows, lead_);
        const std::uint64_t a = offset(batch, steps_a_), b = offset(batch, steps_b_);
        ProductSum sum;
        for (std::uint64_t p = 0; p < stack_a_.columns; ++p) {
            sum.add(a_[stack_a_.at(a, row, p)], b_[stack_b_.at(b, p, column)]);
        }
        return finish(sum, epilogue(index, column), question_.units);
    }

private:
    static const MatmulAttrs& attrs(const Question& q) { return std::get<MatmulAttrs>(q.op.attrs); }

    [[nodiscard]] Epilogue epilogue(std::uint64_t index, std::uint64_t column) const {
        const TensorSet& in = question_.inputs;
        Epilogue e;
        e.terms = static_cast<double>(stack_a_.columns);
        e.alpha = attrs_.alpha;
        e.activation = attrs_.activation;
        e.exact = integers(question_) && attrs_.alpha == 1;
        e.dequantises = in[4].present() || in[5].present();
        if (in[2].present()) e.add(in[2][column]);
        if (in[3].present()) {
            e.add(attrs_.beta * in[3][offset(position_of(index, question_.dims()), steps_c_)]);
        }
        e.rounds = in[2].present() || in[3].present() || e.dequantises || e.alpha != 1 ||
                   e.activation != Activation::none;
        return e;
    }

    Question question_;
    MatmulAttrs attrs_;
    Scaled a_, b_;
    Stack stack_a_, stack_b_;
    Shape lead_;
    Position steps_a_, steps_b_, steps_c_{};
};

class GroupedMatmulTruth : public Truth {
public:
    explicit GroupedMatmulTruth(const Question& q)
        : Truth({rows_of(q), q.dims()[1]}, static_cast<double>(q.inputs[0].dim(1))),
          question_(q),
          attrs_(std::get<GroupedMatmulAttrs>(q.op.attrs)),
          stack_(q.inputs[1].dims(), attrs_.transpose_b) {
        for (std::uint64_t expert = 0; expert < q.inputs[2].size(); ++expert) {
            experts_.insert(experts_.end(), static_cast<std::size_t>(q.inputs[2][expert]), expert);
        }
    }

    void part(std::uint64_t i, const Hear& hear) const override {
        const TensorSet& in = question_.inputs;
        const std::uint64_t row = i / stack_.columns, column = i % stack_.columns;
        const std::uint64_t expert = experts_.at(row);
        ProductSum sum;
        for (std::uint64_t p = 0; p < stack_.rows; ++p) {
            sum.add(in[0][row * stack_.rows + p], in[1][stack_.at(expert, p, column)]);
        }
        Epilogue e;
        e.terms = static_cast<double>(stack_.rows);
        e.activation = attrs_.activation;
        e.exact = integers(question_);
        e.rounds = in[3].present() || e.activation != Activation::none;
        if (in[3].present()) e.add(in[3][expert * stack_.columns + column]);
        hear(0, i, finish(sum, e, question_.units));
    }

    [[nodiscard]] std::optional<std::uint64_t> part_of(std::size_t /*output*/,
                                                       std::uint64_t index) const override {
        if (index / stack_.columns >= experts_.size()) return std::nullopt;
        return index;
    }

    /// The first row and the last of each expert.
    [[nodiscard]] std::vector<std::uint64_t> notable() const override {
        std::vector<std::uint64_t> parts;
        for (std::uint64_t row = 0; row < experts_.size(); ++row) {
            const bool first = row == 0 || experts_[row] != experts_[row - 1];
            const bool last = row + 1 == experts_.size() || experts_[row] != experts_[row + 1];
            if (first || last) parts.push_back(row * stack_.columns + row % stack_.columns);
        }
        return parts;
    }

private:
    static std::int64_t rows_of(const Question& q) {
        const std::int64_t tokens = q.inputs[0].dim(0);
        std::int64_t rows = 0;
        for (std::uint64_t i = 0; i < q.inputs[2].size(); ++i) {
            rows += q.inputs[2].number(i, tokens - rows + 1);
        }
        return rows;
    }

    Question question_;
    GroupedMatmulAttrs attrs_;
    Stack stack_;
    std::vector<std::uint64_t> experts_;  // of each row
};

}  // namespace

ExactElement activated(Activation activation, double x, double allowed, const Units& units) {
    ExactElement exact;
    exact.value = activate(activation, x);
    exact.allowed = slope(activation) * allowed +
                    evaluation_error(activation, units.step, units.store) * std::fabs(x);
    return exact;
}

ExactElement finish(const ProductSum& sum, const Epilogue& e, const Units& units) {
    const double scaled = e.alpha * sum.product, before = scaled + e.added;
    const double magnitude = std::fabs(e.alpha) * sum.magnitude + e.added_magnitude;
    double allowed = 0;
    if (!e.exact) {
        allowed = (units.input + units.summing(e.terms)) * magnitude;
        if (e.rounds) allowed += units.step * (std::fabs(scaled) + std::fabs(before));
        // Independent roundings of the unpacked operand: their sum grows as a root, four of them.
        if (e.dequantises)
            allowed += 4 * units.operand * std::fabs(e.alpha) * std::sqrt(sum.squares);
    }
    ExactElement exact = activated(e.activation, before, allowed, units);
    exact.magnitude = magnitude;
    exact.squares = e.alpha * e.alpha * sum.squares;
    exact.exact = e.exact;
    return exact;
}

Answer matmul_truth(const Question& question) {
    return std::make_unique<MatmulTruth>(question);
}

Answer grouped_matmul_truth(const Question& question) {
    return std::make_unique<GroupedMatmulTruth>(question);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Normalisation: a part is what shares a mean (a row, a group), of a batch norm one channel of one
// batch.
#include <cmath>

#include "core/workload/op_truth_dense.hpp"

namespace assay {

namespace {

std::size_t first_of_part(const NormAttrs& attrs, const Shape& dims) {
    const bool rows = attrs.kind == NormKind::layer || attrs.kind == NormKind::rms;
    return rows ? dims.size() - 1 : 2;
}

/// Dims of the grid of parts.
Shape grid(const NormAttrs& attrs, const Shape& dims) {
    Shape parts(dims.begin(),
                dims.begin() + static_cast<std::ptrdiff_t>(first_of_part(attrs, dims)));
    if (attrs.kind == NormKind::group) parts.back() = attrs.groups;
    return parts;
}

/// Mean and variance, and how far rounding may move them.
struct Moments {
    double mean = 0, mean_error = 0;
    double scale = 1;        // 1 / sqrt(variance + epsilon)
    double scale_error = 0;  // relative
};

class NormTruth : public Truth {
public:
    explicit NormTruth(const Question& q)
        : Truth(grid(attrs(q), q.dims()),
                8 * static_cast<double>(q.inputs[0].size()) /
                    static_cast<double>(element_count(grid(attrs(q), q.dims())))),
          question_(q),
          attrs_(attrs(q)),
          size_(q.inputs[0].size() / static_cast<std::uint64_t>(element_count(parts()))),
          rows_(attrs_.kind == NormKind::layer || attrs_.kind == NormKind::rms),
          spatial_(rows_ ? 1 : extent(q.dims(), 2, q.dims().size())),
          channels_(static_cast<std::uint64_t>(rows_ ? q.dims().back() : q.dims()[1])) {}

    void part(std::uint64_t i, const Hear& hear) const override {
        const TensorSet& in = question_.inputs;
        std::vector<double> x(size_);
        in[0].read(i * size_, x);
        if (in[3].present()) {
            for (std::uint64_t j = 0; j < size_; ++j) x[j] += in[3][i * size_ + j];
        }
        const Moments moments = moments_of(x, i);
        for (std::uint64_t j = 0; j < size_; ++j) {
            const std::uint64_t index = i * size_ + j;
            hear(0, index, normal(x[j], moments, channel(index)));
            if (question_.op.outputs.size() < 2) continue;
            hear(1, index, {.value = x[j], .allowed = question_.units.step * std::fabs(x[j])});
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> part_of(std::size_t /*output*/,
                                                       std::uint64_t index) const override {
        return index / size_;
    }

private:
    static const NormAttrs& attrs(const Question& q) { return std::get<NormAttrs>(q.op.attrs); }

    [[nodiscard]] std::uint64_t channel(std::uint64_t index) const {
        return index / spatial_ % channels_;
    }

    [[nodiscard]] Moments moments_of(const std::vector<double>& x, std::uint64_t part) const {
        const Units& u = question_.units;
        Moments m;
        if (attrs_.kind == NormKind::batch) {
            const std::uint64_t c = channel(part * size_);
            m.mean = question_.inputs[4][c];
            m.scale = 1 / std::sqrt(question_.inputs[5][c] + attrs_.epsilon);
            m.scale_error = 4 * u.step;
            return m;
        }
        const double n = static_cast<double>(size_), sums = u.summing(n);
        double sum = 0, magnitude = 0, squares = 0, variance = 0;
        for (const double value : x) {
            sum += value;
            magnitude += std::fabs(value);
            squares += value * value;
        }
        if (attrs_.kind != NormKind::rms) {
            m.mean = sum / n;
            m.mean_error = (sums + 2 * u.step) * magnitude / n;
        }
        for (const double value : x) variance += (value - m.mean) * (value - m.mean);
        variance = variance / n + attrs_.epsilon;
        m.scale = 1 / std::sqrt(variance);
        // In one pass the variance is E[x^2] - mean^2, two numbers that are rounded; honest.
        m.scale_error =
            (sums + 2 * u.step) * (squares / n + m.mean * m.mean) / variance + 4 * u.step;
        return m;
    }

    [[nodiscard]] ExactElement normal(double x, const Moments& m, std::uint64_t c) const {
        const TensorSet& in = question_.inputs;
        const Units& u = question_.units;
        const double gamma = in[1].present() ? in[1][c] : 1, beta = in[2].present() ? in[2][c] : 0;
        const double unit = (x - m.mean) * m.scale, value = unit * gamma + beta;
        // A sum with the residual may be rounded to its type before it is normalised.
        const double carried = (in[3].present() ? u.operand : 0) * std::fabs(x);
        const double shift =
            m.mean_error + 2 * u.step * (std::fabs(x) + std::fabs(m.mean)) + carried;
        const double allowed =
            std::fabs(gamma) * (m.scale * shift + std::fabs(unit) * (m.scale_error + 4 * u.step)) +
            2 * u.step * (std::fabs(value) + std::fabs(beta));
        ExactElement exact = activated(attrs_.activation, value, allowed, u);
        exact.magnitude = std::fabs(unit * gamma) + std::fabs(beta);
        return exact;
    }

    Question question_;
    NormAttrs attrs_;
    std::uint64_t size_;
    bool rows_;
    std::uint64_t spatial_, channels_;
};

}  // namespace

Answer norm_truth(const Question& question) {
    return std::make_unique<NormTruth>(question);
}

}  // namespace assay

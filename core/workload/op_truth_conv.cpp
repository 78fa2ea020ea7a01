// SPDX-License-Identifier: Apache-2.0
// Convolution and its transpose: one element of Y at a time.
#include "core/workload/op_spatial.hpp"
#include "core/workload/op_truth_dense.hpp"

namespace assay {

namespace {

using Unsigned = std::uint64_t;

/// How far apart neighbours of a tensor are: along channels (of W: inner ones) and each spatial
/// dimension; past the spatial rank 0.
struct Steps {
    Unsigned batch = 0, channel = 0;
    std::array<Unsigned, 3> spatial{};
};

Steps steps_of(const Shape& dims, Layout layout, int spatial_rank) {
    Steps steps;
    const std::size_t axis = channel_axis(layout, spatial_rank);
    steps.batch = extent(dims, 1, dims.size());
    steps.channel = extent(dims, axis + 1, dims.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(spatial_rank); ++i) {
        steps.spatial.at(i) = extent(dims, first_spatial(layout) + i + 1, dims.size());
    }
    return steps;
}

class ConvTruth : public ElementTruth {
public:
    explicit ConvTruth(const Question& q)
        : ElementTruth(q.dims(), static_cast<double>(q.inputs[1].size()) /
                                     static_cast<double>(q.inputs[1].dim(0))),
          question_(q),
          attrs_(std::get<ConvAttrs>(q.op.attrs)),
          axis_(channel_axis(attrs_.layout, attrs_.spatial_rank)),
          x_(steps_of(q.inputs[0].dims(), attrs_.layout, attrs_.spatial_rank)),
          w_(steps_of(q.inputs[1].dims(), attrs_.layout, attrs_.spatial_rank)),
          groups_(static_cast<Unsigned>(attrs_.groups)),
          in_each_(static_cast<Unsigned>(q.inputs[0].dim(axis_)) / groups_),
          out_each_(static_cast<Unsigned>(q.dims()[axis_]) / groups_) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(attrs_.spatial_rank); ++i) {
            const std::size_t at = first_spatial(attrs_.layout) + i;
            in_.at(i) = q.inputs[0].dim(at);
            kernel_.at(i) = q.inputs[1].dim(at);
        }
    }

    [[nodiscard]] ExactElement element(Unsigned index) const override {
        const Position y = position_of(index, question_.dims());
        const auto out = static_cast<Unsigned>(y.at(axis_));
        ProductSum sum;
        Three k{};
        for (k[0] = 0; k[0] < kernel_[0]; ++k[0]) {
            for (k[1] = 0; k[1] < kernel_[1]; ++k[1]) {
                for (k[2] = 0; k[2] < kernel_[2]; ++k[2]) add_channels(y, out, k, sum);
            }
        }
        return finish(sum, epilogue(index, out), question_.units);
    }

private:
    /// Where the input under kernel element k lies; false: in the padding, or between the inputs
    /// of a transposed convolution.
    bool input_at(const Position& y, const Three& k, Three& x) const {
        for (std::size_t i = 0; i < static_cast<std::size_t>(attrs_.spatial_rank); ++i) {
            const std::int64_t o = y.at(first_spatial(attrs_.layout) + i);
            const std::int64_t tap = k.at(i) * attrs_.dilation.at(i);
            const std::int64_t stride = attrs_.stride.at(i), pad = attrs_.pad_begin.at(i);
            if (attrs_.transposed) {
                const std::int64_t from = o + pad - tap;
                if (from < 0 || from % stride != 0) return false;
                x.at(i) = from / stride;
            } else {
                x.at(i) = o * stride - pad + tap;
            }
            if (x.at(i) < 0 || x.at(i) >= in_.at(i)) return false;
        }
        return true;
    }

    void add_channels(const Position& y, Unsigned out, const Three& k, ProductSum& sum) const {
        Three at{};
        if (!input_at(y, k, at)) return;
        const Unsigned group = out / out_each_;
        Unsigned x = static_cast<Unsigned>(y[0]) * x_.batch + group * in_each_ * x_.channel;
        // W is [o][c / groups] or, transposed, [c][o / groups].
        Unsigned w = attrs_.transposed ? group * in_each_ * w_.batch + out % out_each_ * w_.channel
                                       : out * w_.batch;
        for (std::size_t i = 0; i < 3; ++i) {
            x += static_cast<Unsigned>(at[i]) * x_.spatial[i];
            w += static_cast<Unsigned>(k[i]) * w_.spatial[i];
        }
        const Unsigned w_step = attrs_.transposed ? w_.batch : w_.channel;
        const TensorData &xs = question_.inputs[0], &ws = question_.inputs[1];
        for (Unsigned c = 0; c < in_each_; ++c) sum.add(xs[x + c * x_.channel], ws[w + c * w_step]);
    }

    [[nodiscard]] Epilogue epilogue(Unsigned index, Unsigned out) const {
        const TensorSet& in = question_.inputs;
        const auto integer = [&](std::size_t i) {
            return is_integer(question_.op.inputs[i].dtype);
        };
        Epilogue e;
        e.terms = static_cast<double>(in_each_) *
                  static_cast<double>(kernel_[0] * kernel_[1] * kernel_[2]);
        e.activation = attrs_.activation;
        e.exact = integer(0) && integer(1) && is_integer(question_.op.outputs[0].dtype);
        e.rounds = in[2].present() || in[3].present() || e.activation != Activation::none;
        if (in[2].present()) e.add(in[2][out]);
        if (in[3].present()) e.add(in[3][index]);
        return e;
    }

    Question question_;
    ConvAttrs attrs_;
    std::size_t axis_;
    Steps x_, w_;
    Unsigned groups_, in_each_, out_each_;
    Three in_{1, 1, 1}, kernel_{1, 1, 1};
};

}  // namespace

Answer conv_truth(const Question& question) {
    return std::make_unique<ConvTruth>(question);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Functions of one to three tensors with broadcasting. Dimensions that follow one another in every
// tensor are joined first; a row is cut into parts that stay in the first cache.
#include "assay/sdk/elementwise.hpp"

#include "op_exec.hpp"

namespace assay::onednn {
namespace {

class ElementwiseExec final : public OpExec {
public:
    explicit ElementwiseExec(const sdk::Op& op) : OpExec(op) {
        const auto attrs = op.attrs<assay_elementwise_attrs>();
        operands_ = sdk::elementwise_operands(attrs.function);
        if (operands_ == 0)
            unsupported("function " + std::to_string(attrs.function) + " is unknown");
        if (attrs.activation < ASSAY_ACT_NONE || attrs.activation > ASSAY_ACT_SILU) {
            unsupported("activation " + std::to_string(attrs.activation) + " is unknown");
        }
        const bool plain = attrs.alpha == 0 && attrs.beta == 0;
        formula_ = {attrs.function,
                    attrs.activation,
                    static_cast<float>(attrs.parameter[0]),
                    static_cast<float>(attrs.parameter[1]),
                    plain ? 1.f : static_cast<float>(attrs.alpha),
                    static_cast<float>(attrs.beta)};
        take(output(0), "the output");
        std::vector<Sizes> steps;
        for (int i = 0; i < operands_; ++i) steps.push_back(broadcast(static_cast<std::size_t>(i)));
        steps.push_back(output(0).steps);
        rows_ = Nest(output(0).rank, output(0).dims, steps);
        rows_.merge();
    }

private:
    static constexpr std::int64_t part = 1024;  // chosen: four buffers of 4 KiB stay in L1

    static void take(const View& view, const char* name) {
        take_only(view, name, {ASSAY_F32, ASSAY_BF16, ASSAY_F16, ASSAY_U8, ASSAY_I8, ASSAY_BOOL8});
    }

    /// Steps of an input in the output's dimensions, 0 where it is repeated.
    Sizes broadcast(std::size_t i) const {
        const View &x = input(i), &d = output(0);
        require(x.present(), "elementwise: an operand is missing");
        take(x, "an operand");
        require(x.rank <= d.rank, "elementwise: an operand has more dimensions than the output");
        Sizes steps{};
        for (int j = 0; j < x.rank; ++j) {
            const int of_d = d.rank - x.rank + j;
            require(x.dim(j) == 1 || x.dim(j) == d.dim(of_d),
                    "elementwise: an operand does not broadcast to the output");
            steps[static_cast<std::size_t>(of_d)] = x.dim(j) == 1 ? 0 : x.step(j);
        }
        return steps;
    }

    void run() override {
        const std::int64_t parts = (rows_.length() + part - 1) / part;
        parallel(rows_.rows() * parts, team(output(0).count),
                 [&](std::int64_t begin, std::int64_t end, int) { some(begin, end, parts); });
    }

    void some(std::int64_t begin, std::int64_t end, std::int64_t parts) {
        std::int64_t at[4];
        for (std::int64_t i = begin; i < end; ++i) {
            if (i == begin || i % parts == 0) rows_.locate(i / parts, at);
            const std::int64_t first = i % parts * part;
            one(at, first, std::min(part, rows_.length() - first));
        }
    }

    void one(const std::int64_t* at, std::int64_t first, std::int64_t n) {
        alignas(64) float buffers[4][part];
        const float* xyz[3] = {};
        for (int i = 0; i < operands_; ++i) {
            const auto index = static_cast<std::size_t>(i);
            const std::int64_t step = rows_.row_step(i);
            xyz[i] = floats(input(index), in(index), at[i] + first * step, step, buffers[i], n);
        }
        const std::int64_t step = rows_.row_step(operands_), to = at[operands_] + first * step;
        const bool direct = output(0).dtype == ASSAY_F32 && step == 1;
        float* d = direct ? out<float>(0) + to : buffers[3];
        simd().apply(formula_, xyz, d, n);
        if (!direct) store_floats(output(0), out(0), to, step, d, n);
    }

    Formula formula_;
    int operands_ = 0;
    Nest rows_{0, {}, {}};
};

}  // namespace

std::unique_ptr<OpExec> make_elementwise(const sdk::Op& op) {
    return std::make_unique<ElementwiseExec>(op);
}

}  // namespace assay::onednn

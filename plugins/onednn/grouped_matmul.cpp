// SPDX-License-Identifier: Apache-2.0
// A matmul for each expert, by panels of columns: every thread takes some columns of all experts,
// so that an expert with many rows is shared by all threads.
#include "weights.hpp"

namespace assay::onednn {
namespace {

enum Input { a_in = 0, b_in = 1, rows_in = 2, bias_in = 3 };

class GroupedMatmul final : public OpExec {
public:
    explicit GroupedMatmul(const sdk::Op& op) : OpExec(op), attrs_(op.attrs<assay_matmul_attrs>()) {
        const View &a = input(a_in), &b = input(b_in), &rows = input(rows_in), &d = output(0);
        require(a.rank == 2 && b.rank == 3 && d.rank == 2,
                "grouped: A and D have two dimensions, B three");
        take_floats(a, "A");
        take_only(b, "B", {ASSAY_F32, ASSAY_BF16});
        take_floats(d, "D");
        for (const View* view : {&a, &d}) take_dense(*view, "A or D");
        const bool turned = attrs_.transpose_b != 0;
        experts_ = b.dim(0), k_ = b.dim(turned ? 2 : 1), n_ = b.dim(turned ? 1 : 2),
        tokens_ = a.dim(0);
        require(a.dim(1) == k_ && d.dim(0) == tokens_ && d.dim(1) == n_,
                "grouped: A, B and D do not agree");
        require(rows.present() && rows.count == experts_,
                "grouped: rows has not one number for each expert");
        take_only(rows, "rows", {ASSAY_I32});
        take_dense(rows, "rows");
        refuse_attributes();
        if (k_ == 0 || n_ == 0 || experts_ == 0) unsupported("an empty matmul");
        if (input(bias_in).present()) {
            take_floats(input(bias_in), "bias");
            take_dense(input(bias_in), "bias");
            require(input(bias_in).count == experts_ * n_, "grouped: bias is [experts, n]");
        }
        at_ = {b.step(0), b.step(turned ? 2 : 1), b.step(turned ? 1 : 2)};
        weights_ = PackedWeights(b.dtype, k_, n_, experts_);
        scratch_ = Scratch(PanelProduct::scratch_floats(weights_.columns()));
        floats_ = Scratch(tokens_ * k_ + experts_ * n_ + 16, 1);
        workspace_bytes_ = scratch_.bytes() + floats_.bytes() + weights_.bytes();
        if (b.dtype != ASSAY_F32) {
            level_ = ASSAY_SUPPORT_EMULATED;
            how_ = "bf16 weights are widened to f32 panel by panel";
        }
    }

    void describe(assay_exec_info& info) override {
        OpExec::describe(info);
        sdk::put(info.path, path_ + (packed_ ? ", B packed" : ", B packed in every call"));
    }

    void bind_const(std::uint32_t i, const assay_binding& binding) override {
        if (i != b_in) sdk::fail(ASSAY_ERR_UNSUPPORTED, "only B is repacked, not input %u", i);
        if (!input(i).constant) sdk::fail(ASSAY_ERR_INVALID, "B was not declared constant");
        weights_.pack(sdk::Bindings(&binding, 1).data<void>(0, input(i).bytes), at_);
        packed_ = true;
        constant_bytes_ = weights_.bytes();
        bound(i);
    }

private:
    void refuse_attributes() const {
        if (attrs_.transpose_a != 0 || attrs_.beta != 0 ||
            (attrs_.alpha != 0 && attrs_.alpha != 1)) {
            unsupported("grouped: a transposed A, alpha or beta");
        }
        if (attrs_.activation < ASSAY_ACT_NONE || attrs_.activation > ASSAY_ACT_SILU) {
            unsupported("activation " + std::to_string(attrs_.activation) + " is unknown");
        }
    }

    void run() override {
        const auto* rows = in<std::int32_t>(rows_in);
        std::int64_t sum = 0;
        for (std::int64_t e = 0; e < experts_; ++e) {
            if (rows[e] < 0 || (sum += rows[e]) > tokens_)
                invalid("grouped: rows exceed the tokens");
        }
        if (!packed_) weights_.pack(in(b_in), at_);
        float* buffer = floats_.of(0);
        a_ = floats(input(a_in), in(a_in), 0, 1, buffer, tokens_ * k_);
        bias_ = !input(bias_in).present() ? nullptr
                                          : floats(input(bias_in), in(bias_in), 0, 1,
                                                   buffer + tokens_ * k_, experts_ * n_);
        parallel(weights_.panels(), team(sum * n_ * k_), [&](auto begin, auto end, int thread) {
            std::int64_t token = 0;
            for (std::int64_t e = 0; e < experts_; token += rows[e], ++e) {
                for (auto panel = begin; panel < end && rows[e] > 0; ++panel)
                    one(e, panel, token, rows[e], scratch_.of(thread));
            }
        });
    }

    void one(std::int64_t expert, std::int64_t panel, std::int64_t token, std::int64_t rows,
             float* scratch) {
        const std::int64_t columns = weights_.columns(), column = panel * columns;
        const Finish finish{&output(0), out(0), bias_ != nullptr ? bias_ + expert * n_ : nullptr,
                            attrs_.activation};
        PanelProduct::multiply(weights_.of(expert), panel, columns, a_ + token * k_, rows, scratch,
                               [&](std::int64_t first, std::int64_t count, float* c) {
                                   for (std::int64_t i = 0; i < count; ++i)
                                       finish((token + first + i) * n_, column, c + i * columns,
                                              std::min(columns, n_ - column));
                               });
    }

    assay_matmul_attrs attrs_;
    std::int64_t experts_ = 0, tokens_ = 0, k_ = 0, n_ = 0;
    bool packed_ = false;
    Placed at_;
    const float *a_ = nullptr, *bias_ = nullptr;
    PackedWeights weights_;
    Scratch scratch_, floats_;
};

}  // namespace

std::unique_ptr<OpExec> make_grouped_matmul(const sdk::Op& op) {
    return std::make_unique<GroupedMatmul>(op);
}

}  // namespace assay::onednn

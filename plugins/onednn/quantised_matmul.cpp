// SPDX-License-Identifier: Apache-2.0
// Matmul with weights of 8 or 4 bits and scales, or of bf16 where this CPU has no instructions for
// it (A and D in floats). Few rows of A stream the packed weights once; more rows multiply panels
// of them that were unpacked to f32.
#include "weights.hpp"

namespace assay::onednn {
namespace {

enum Input { a_in = 0, b_in = 1, bias_in = 2, c_in = 3, a_scales = 4, b_scales = 5 };

class QuantisedMatmul final : public OpExec {
public:
    explicit QuantisedMatmul(const sdk::Op& op)
        : OpExec(op), attrs_(op.attrs<assay_matmul_attrs>()) {
        check();
        place_scales();
        weights_ = PackedWeights(input(b_in).dtype, k_, n_);
        if (input(b_in).scale != ASSAY_SCALE_NONE) weights_.reserve_scales(block_);
        scratch_ = Scratch(PanelProduct::scratch_floats(weights_.columns()));
        a_floats_ = Scratch(m_ * k_ + n_ + 16, 1);
        workspace_bytes_ = scratch_.bytes() + a_floats_.bytes() + weights_.bytes();
        level_ = ASSAY_SUPPORT_EMULATED;
        how_ = m_ <= PanelProduct::few ? "weights are widened to f32 in registers"
                                       : "weights are unpacked to f32 panel by panel";
        path_ = "own " + std::string(m_ <= PanelProduct::few ? "gemv" : "panels") + " (" +
                simd().name + ")";
    }

    void describe(assay_exec_info& info) override {
        OpExec::describe(info);
        sdk::put(info.path, path_ + (packed_ ? ", B packed" : ", B packed in every call"));
    }

    /// B and its scales may each be bound once; what stays unbound is read in every call.
    void bind_const(std::uint32_t i, const assay_binding& binding) override {
        if (i != b_in && i != b_scales) {
            sdk::fail(ASSAY_ERR_UNSUPPORTED, "only B and its scales are repacked, not input %u", i);
        }
        if (!input(i).constant)
            sdk::fail(ASSAY_ERR_INVALID, "input %u was not declared constant", i);
        const void* data = sdk::Bindings(&binding, 1).data<void>(0, input(i).bytes);
        if (i == b_in) {
            weights_.pack(data, b_at_);
            packed_ = true;
        } else {
            weights_.set_scales(input(b_scales), data, block_, scales_at_);
            scaled_ = true;
        }
        constant_bytes_ = weights_.bytes();
        bound(i);
    }

private:
    void check() {
        const View &a = input(a_in), &b = input(b_in), &d = output(0);
        take_floats(a, "A");
        take_floats(d, "D");
        const bool scaled = b.scale != ASSAY_SCALE_NONE;
        if (scaled ? b.dtype != ASSAY_I8 && b.dtype != ASSAY_I4 : b.dtype != ASSAY_BF16) {
            unsupported("scaled weights of type " + dtype_name(b.dtype) +
                        ": i8 and i4 are offered");
        }
        if (attrs_.transpose_a != 0) unsupported("a transposed A with scaled or bf16 weights");
        if ((attrs_.alpha != 0 && attrs_.alpha != 1) || attrs_.beta != 0 || input(c_in).present()) {
            unsupported("alpha, beta and C with scaled or bf16 weights");
        }
        if (attrs_.activation < ASSAY_ACT_NONE || attrs_.activation > ASSAY_ACT_SILU) {
            unsupported("activation " + std::to_string(attrs_.activation) + " is unknown");
        }
        if (b.rank != 2) unsupported("scaled weights with a batch");
        require(a.rank >= 2 && d.rank == a.rank, "matmul: A and D need two dimensions or more");
        take_dense(a, "A");
        take_dense(d, "D");
        const bool turned = attrs_.transpose_b != 0;
        k_dim_ = turned ? 1 : 0;
        k_ = b.dim(k_dim_), n_ = b.dim(1 - k_dim_);
        require(a.dim(-1) == k_ && d.dim(-1) == n_, "matmul: A, B and D do not agree");
        if (k_ == 0 || n_ == 0 || a.count == 0) unsupported("an empty matmul");
        m_ = a.count / k_;
        require(d.count == m_ * n_, "matmul: D has not the rows of A");
        b_at_ = {0, b.step(k_dim_), b.step(1 - k_dim_)};
        if (!input(bias_in).present()) return;
        take_floats(input(bias_in), "bias");
        take_dense(input(bias_in), "bias");
        require(input(bias_in).count == n_, "matmul: bias has not n elements");
    }

    void place_scales() {
        const View &b = input(b_in), &scales = input(b_scales);
        if (b.scale == ASSAY_SCALE_NONE) {
            scaled_ = true;
            return;
        }
        require(scales.present(), "matmul: the scales of B are missing");
        if (input(a_scales).present()) unsupported("a scaled A");
        take_floats(scales, "the scales of B");
        take_dense(scales, "the scales of B");
        const int axis = b.scale_axis < 0 ? b.scale_axis + 2 : b.scale_axis;
        std::int64_t needed = 1;
        if (b.scale == ASSAY_SCALE_CHANNEL) {
            if (axis != 1 - k_dim_) unsupported("scales of B along k: only along n");
            needed = n_;
            scales_at_ = {0, 0, 1};
        } else if (b.scale == ASSAY_SCALE_BLOCK) {
            if (axis != k_dim_ || b.scale_block <= 0)
                unsupported("blocks of scales along n: only along k");
            block_ = b.scale_block;
            const std::int64_t blocks = (k_ + block_ - 1) / block_;
            needed = blocks * n_;
            scales_at_ = k_dim_ == 0 ? Placed{0, n_, 1} : Placed{0, 1, blocks};
        } else if (b.scale != ASSAY_SCALE_TENSOR) {
            unsupported("this kind of scales");
        }
        require(scales.count == needed, "matmul: not the right number of scales of B");
    }

    void run() override {
        if (!packed_) weights_.pack(in(b_in), b_at_);
        if (!scaled_) weights_.set_scales(input(b_scales), in(b_scales), block_, scales_at_);
        float* bias = a_floats_.of(0) + m_ * k_;
        const bool has_bias = input(bias_in).present();
        const Finish finish{
            &output(0), out(0),
            has_bias ? floats(input(bias_in), in(bias_in), 0, 1, bias, n_) : nullptr,
            attrs_.activation};
        const float* a = floats(input(a_in), in(a_in), 0, 1, a_floats_.of(0), m_ * k_);
        const std::int64_t columns = weights_.columns();
        parallel(weights_.panels(), team(n_ * k_), [&](auto begin, auto end, int thread) {
            for (auto panel = begin; panel < end; ++panel) {
                const std::int64_t column = panel * columns, n = std::min(columns, n_ - column);
                PanelProduct::multiply(weights_.of(0), panel, columns, a, m_, scratch_.of(thread),
                                       [&](std::int64_t first, std::int64_t rows, float* c) {
                                           for (std::int64_t i = 0; i < rows; ++i)
                                               finish((first + i) * n_, column, c + i * columns, n);
                                       });
            }
        });
    }

    assay_matmul_attrs attrs_;
    std::int64_t m_ = 0, n_ = 0, k_ = 0, block_ = 0;
    int k_dim_ = 0;
    bool packed_ = false, scaled_ = false;
    Placed b_at_, scales_at_;
    PackedWeights weights_;
    Scratch scratch_, a_floats_;
};

}  // namespace

std::unique_ptr<OpExec> make_quantised_matmul(const sdk::Op& op) {
    return std::make_unique<QuantisedMatmul>(op);
}

}  // namespace assay::onednn

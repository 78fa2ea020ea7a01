// SPDX-License-Identifier: Apache-2.0
// See shuffle.hpp.
#include "graph/shuffle.hpp"

#include <algorithm>
#include <cstring>

#include "parallel.hpp"

namespace assay::onednn {
namespace {

std::int64_t round_up(std::int64_t n, std::int64_t to) {
    return (n + to - 1) / to * to;
}

class ShuffleStep final : public Step {
public:
    ShuffleStep(const ShuffleSizes& sizes, const Place& from, const Place& to)
        : Step("shuffle"),
          sizes_(sizes),
          blocks_((sizes.channels + sizes.block - 1) / sizes.block) {
        operands_ = {from, to};
    }
    void place(std::size_t operand, void* data) override {
        data_[operand] = static_cast<float*>(data);
    }
    /// A row of the result at a time.
    void run(sdk::Queue&) override {
        const ShuffleSizes& s = sizes_;
        const std::int64_t rows = s.batch * blocks_ * s.h * s.kernel_h;
        parallel(rows, team(rows * s.w * s.kernel_w * s.block),
                 [&](std::int64_t begin, std::int64_t end, int) {
                     for (std::int64_t row = begin; row < end; ++row)
                         s.block == 8 ? one<8>(row) : one<16>(row);
                 });
    }

private:
    template <std::int64_t block>
    void one(std::int64_t row) {
        const ShuffleSizes& s = sizes_;
        const std::int64_t i = row % s.kernel_h, y = row / s.kernel_h % s.h,
                           b = row / (s.kernel_h * s.h) % blocks_,
                           n = row / (s.kernel_h * s.h * blocks_);
        const std::int64_t real = std::min(block, s.channels - b * block);
        float* to = data_[1] + row * s.w * s.kernel_w * block;
        for (std::int64_t j = 0; j < s.kernel_w; ++j) {
            const std::int64_t part =
                (n * s.kernel_h * s.kernel_w + i * s.kernel_w + j) * blocks_ + b;
            const float* from = data_[0] + (part * s.h + y) * s.w * block;
            for (std::int64_t x = 0; x < s.w; ++x) {
                float* at = to + (x * s.kernel_w + j) * block;
                std::memcpy(at, from + x * block, sizeof(float) * block);
                if (real < block) std::fill(at + real, at + block, 0.f);
            }
        }
    }

    ShuffleSizes sizes_;
    std::int64_t blocks_;
    float* data_[2] = {};
};

/// W[in, out, h, w] as the weights of a 1x1 convolution: [(h w out), in], channels padded.
std::vector<float> pointwise(const float* w, const View& view, std::int64_t padded) {
    const std::int64_t in = view.dim(0), out = view.dim(1), taps = view.dim(2) * view.dim(3);
    std::vector<float> weights(static_cast<std::size_t>(taps * padded * in));
    for (std::int64_t i = 0; i < in; ++i)
        for (std::int64_t o = 0; o < out; ++o)
            for (std::int64_t t = 0; t < taps; ++t)
                weights[static_cast<std::size_t>((t * padded + o) * in + i)] =
                    w[(i * out + o) * taps + t];
    return weights;
}

std::vector<float> repeated(const float* bias, std::int64_t out, std::int64_t taps,
                            std::int64_t padded) {
    std::vector<float> all(static_cast<std::size_t>(taps * padded));
    for (std::int64_t t = 0; t < taps; ++t)
        for (std::int64_t o = 0; o < out; ++o)
            all[static_cast<std::size_t>(t * padded + o)] = bias[o];
    return all;
}

}  // namespace

bool is_shuffled(const Ir& ir, const GraphOp& node) {
    if (isa_name().rfind("avx", 0) != 0) return false;  // there 1x1 convolutions are jitted
    if (node.op != ASSAY_OP_CONV || node.has(3) || node.out.size() != 1) return false;
    const auto attrs = node.attrs_as<assay_conv_attrs>();
    const View x = ir.view(node.in[0]), w = ir.view(node.in[1]), y = ir.view(node.out[0]);
    if (attrs.transposed == 0 || attrs.layout != 0 || attrs.spatial_rank != 2 || attrs.groups > 1 ||
        ir.floats(node.in[1]) == nullptr || x.dtype != ASSAY_F32 || y.dtype != ASSAY_F32 ||
        (node.has(2) && ir.floats(node.in[2]) == nullptr))
        return false;
    for (int i = 0; i < 2; ++i) {
        if (attrs.stride[i] != w.dim(i + 2) || attrs.dilation[i] > 1 || attrs.pad_begin[i] != 0 ||
            attrs.pad_end[i] != 0 || attrs.output_pad[i] != 0 ||
            y.dim(i + 2) != x.dim(i + 2) * w.dim(i + 2))
            return false;
    }
    for (const Post& post : node.posts)
        if (post.value != sdk::absent) return false;
    return true;
}

void split_shuffled(Ir& ir) {
    const std::string isa = isa_name();
    const std::int64_t block = isa.rfind("avx512", 0) == 0 ? 16 : 8;
    for (std::size_t at = 0; at < ir.nodes.size(); ++at) {
        if (ir.nodes[at].gone || !is_shuffled(ir, ir.nodes[at])) continue;
        GraphOp conv = ir.nodes[at];
        const View x = ir.view(conv.in[0]), w = ir.view(conv.in[1]), y = ir.view(conv.out[0]);
        const std::int64_t out = y.dim(1), padded = round_up(out, block),
                           taps = w.dim(2) * w.dim(3);
        GraphOp move;
        move.name = conv.name + ", shuffle";
        move.op = op_shuffle;
        const Shuffle shuffle{w.dim(2), w.dim(3), block};
        const auto* bytes = reinterpret_cast<const char*>(&shuffle);
        move.attrs.assign(bytes, bytes + sizeof shuffle);
        move.out = conv.out;
        auto attrs = sdk::make<assay_conv_attrs>();
        attrs.spatial_rank = 2;
        attrs.activation = conv.attrs_as<assay_conv_attrs>().activation;
        for (int i = 0; i < 2; ++i) attrs.stride[i] = attrs.dilation[i] = 1;
        conv.set_attrs(attrs);
        conv.in[1] = ir.add_constant(conv.name + ", W", {taps * padded, x.dim(1), 1, 1},
                                     pointwise(ir.floats(conv.in[1]), w, padded));
        if (conv.has(2))
            conv.in[2] = ir.add_constant(conv.name + ", bias", {taps * padded},
                                         repeated(ir.floats(conv.in[2]), out, taps, padded));
        conv.out = {
            ir.add_temporary(conv.name + ", parts", {x.dim(0), taps * padded, x.dim(2), x.dim(3)})};
        move.in = conv.out;
        ir.nodes[at] = std::move(conv);
        ir.nodes.insert(ir.nodes.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(move));
        ++at;
    }
}

std::unique_ptr<Step> shuffle_step(const ShuffleSizes& sizes, const Place& from, const Place& to) {
    return std::make_unique<ShuffleStep>(sizes, from, to);
}

}  // namespace assay::onednn

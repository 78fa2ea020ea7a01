// SPDX-License-Identifier: Apache-2.0
// Merges what reads a convolution, a product or a sum into it, one reader after the other, as long
// as nobody else sees what lies between and oneDNN stays as fast. The merged node runs where its
// last reader stood, when all that it reads is there.
#include <cmath>
#include <optional>

#include "graph/conv_plan.hpp"
#include "graph/rewrite.hpp"
#include "graph/shuffle.hpp"

namespace assay::onednn {
namespace {

/// One factor and shift for each channel of a result, or the same for all.
struct PerChannel {
    std::vector<float> factor, shift;
};

bool is_plain(const assay_elementwise_attrs& attrs) {
    return (attrs.alpha == 0 || attrs.alpha == 1) && attrs.beta == 0;
}

class Absorber {
public:
    Absorber(Ir& ir, Rewritten& done) : ir_(ir), done_(done) {}

    void run() {
        for (std::size_t i = 0; i < ir_.nodes.size(); ++i) {
            GraphOp& node = ir_.nodes[i];
            if (node.gone || !may_move(node)) continue;
            if (node.op == ASSAY_OP_CONV) residual_as_post(node);
            if (node.op == ASSAY_OP_CONV) from(i, &Absorber::into_conv);
            if (node.op == ASSAY_OP_MATMUL) from(i, &Absorber::into_matmul);
            if (is_sum(node)) from(i, &Absorber::into_norm);
        }
    }

private:
    using Step = bool (Absorber::*)(GraphOp&, const GraphOp&);

    /// A state is updated in place: what reads it must not run later than it stands.
    bool may_move(const GraphOp& node) const {
        bool free = node.out.size() == 1;
        node.each_value([&](int v) { free = free && ir_.value(v).kind != ASSAY_VALUE_STATE; });
        return free;
    }

    /// Node i grows by its only reader, and stands where that stood, until it can grow no more.
    void from(std::size_t i, Step step) {
        for (;;) {
            const int next = ir_.only_reader(ir_.nodes[i].out[0]);
            if (next < 0) return;
            const auto at = static_cast<std::size_t>(next);
            GraphOp& reader = ir_.nodes[at];
            if (reader.out.size() != 1 || reader.op == ASSAY_OP_CONV) return;
            GraphOp merged = ir_.nodes[i];
            if (!(this->*step)(merged, reader)) return;
            merged.out = reader.out;
            ir_.nodes[i].gone = true;
            ir_.nodes[at] = std::move(merged);
            i = at;
        }
    }

    // ------------------------------------------------------------ what a reader says

    int channel_axis(const GraphOp& conv) const {
        const bool last = conv.attrs_as<assay_conv_attrs>().layout != 0;
        return last ? ir_.view(conv.out[0]).rank - 1 : 1;
    }

    /// A constant with one number, or one for each index of dimension `axis` of `like`.
    std::vector<float> along(int v, const View& like, int axis) const {
        const float* data = ir_.floats(v);
        if (data == nullptr) return {};
        const View view = ir_.view(v);
        if (view.count == 1)
            return std::vector<float>(static_cast<std::size_t>(like.dim(axis)), *data);
        const int at = axis - (like.rank - view.rank);
        if (at < 0 || view.dim(at) != like.dim(axis) || view.count != view.dim(at)) return {};
        return {data, data + view.count};
    }

    /// The operand of a function of two beside `v`; absent if it is v itself.
    static int other_operand(const GraphOp& reader, int v) {
        if (reader.in.size() != 2 || reader.in[0] == reader.in[1]) return sdk::absent;
        return reader.in[0] == v ? reader.in[1] : reader.in[0];
    }

    std::optional<PerChannel> scale_of(const GraphOp& conv, const GraphOp& reader) const {
        const View y = ir_.view(conv.out[0]);
        const int axis = channel_axis(conv);
        if (reader.op == ASSAY_OP_NORM) return norm_scale(conv, reader, y, axis);
        if (reader.op != ASSAY_OP_ELEMENTWISE) return std::nullopt;
        const auto attrs = reader.attrs_as<assay_elementwise_attrs>();
        const int other = other_operand(reader, conv.out[0]);
        if (other == sdk::absent || !is_plain(attrs)) return std::nullopt;
        const std::vector<float> numbers = along(other, y, axis);
        const auto n = static_cast<std::size_t>(y.dim(axis));
        if (numbers.size() != n || !ir_.view(reader.out[0]).same_dims(y)) return std::nullopt;
        if (attrs.function == ASSAY_EW_ADD) return PerChannel{std::vector<float>(n, 1.f), numbers};
        if (attrs.function == ASSAY_EW_MUL) return PerChannel{numbers, std::vector<float>(n, 0.f)};
        return std::nullopt;
    }

    /// Batch norm of inference: x gamma / sqrt(variance + epsilon) + beta - mean …
    std::optional<PerChannel> norm_scale(const GraphOp& conv, const GraphOp& norm, const View& y,
                                         int axis) const {
        const auto attrs = norm.attrs_as<assay_norm_attrs>();
        if (attrs.kind != ASSAY_NORM_BATCH || norm.has(3) || norm.in[0] != conv.out[0] || axis != 1)
            return std::nullopt;
        const auto n = static_cast<std::size_t>(y.dim(axis));
        std::vector<float> given[4];
        constexpr std::size_t inputs[] = {1, 2, 4, 5};
        for (std::size_t k = 0; k < 4; ++k) {
            given[k].assign(n, k == 0 ? 1.f : 0.f);
            if (!norm.has(inputs[k])) {
                if (k >= 2) return std::nullopt;
                continue;
            }
            const float* data = ir_.floats(norm.in[inputs[k]]);
            if (data == nullptr || ir_.view(norm.in[inputs[k]]).count != y.dim(axis))
                return std::nullopt;
            given[k].assign(data, data + n);
        }
        PerChannel scale{std::vector<float>(n), std::vector<float>(n)};
        for (std::size_t c = 0; c < n; ++c) {
            const double factor = given[0][c] / std::sqrt(double{given[3][c]} + attrs.epsilon);
            scale.factor[c] = static_cast<float>(factor);
            scale.shift[c] = static_cast<float>(given[1][c] - factor * given[2][c]);
        }
        return scale;
    }

    // ------------------------------------------------------------ convolutions

    /// The residual that the operator itself has, read where it lies instead of copied to Y first.
    void residual_as_post(GraphOp& conv) {
        if (!conv.has(3)) return;
        GraphOp tried = conv;
        auto attrs = tried.attrs_as<assay_conv_attrs>();
        tried.posts = posts_of_activation(attrs.activation);
        if (attrs.activation != ASSAY_ACT_NONE && tried.posts.empty()) return;
        Post post;
        post.algorithm = dnnl::algorithm::binary_add;
        post.value = tried.in[3];
        tried.posts.insert(tried.posts.begin(), post);
        attrs.activation = ASSAY_ACT_NONE;
        tried.set_attrs(attrs);
        tried.in.resize(3);
        if (!plan_conv(engine_, ir_, tried)) return;
        conv = std::move(tried);
        ++done_.residuals;
    }

    bool into_conv(GraphOp& conv, const GraphOp& reader) {
        const bool untouched = conv.posts.empty() &&
                               conv.attrs_as<assay_conv_attrs>().activation == ASSAY_ACT_NONE &&
                               !conv.has(3);
        if (untouched) {
            if (const auto scale = scale_of(conv, reader)) {
                if (fold(conv, *scale)) return after_fold(conv, reader);
            }
        }
        return reader.op == ASSAY_OP_ELEMENTWISE && add_posts(conv, reader);
    }

    bool after_fold(GraphOp& conv, const GraphOp& reader) {
        if (reader.op != ASSAY_OP_NORM) return ++done_.epilogues, true;
        const auto activation = reader.attrs_as<assay_norm_attrs>().activation;
        auto attrs = conv.attrs_as<assay_conv_attrs>();
        attrs.activation = activation;
        conv.set_attrs(attrs);
        return ++done_.norms, true;
    }

    /// W and bias with the factor and shift of each channel of Y.
    bool fold(GraphOp& conv, const PerChannel& scale) {
        const float* w = ir_.floats(conv.in[1]);
        const float* bias = conv.has(2) ? ir_.floats(conv.in[2]) : nullptr;
        if (w == nullptr || (conv.has(2) && bias == nullptr)) return false;
        const auto attrs = conv.attrs_as<assay_conv_attrs>();
        const View view = ir_.view(conv.in[1]);
        const auto groups = static_cast<std::int64_t>(attrs.groups != 0 ? attrs.groups : 1);
        const std::int64_t channels = static_cast<std::int64_t>(scale.factor.size());
        std::vector<float> weights(w, w + view.count), shift(scale.shift);
        for (std::int64_t i = 0; i < view.count; ++i)
            weights[static_cast<std::size_t>(i)] *=
                scale
                    .factor[static_cast<std::size_t>(channel_of(i, view, attrs, groups, channels))];
        for (std::size_t c = 0; bias != nullptr && c < shift.size(); ++c)
            shift[c] += bias[c] * scale.factor[c];
        const std::vector<std::int64_t> dims(view.dims.begin(), view.dims.begin() + view.rank);
        conv.in.resize(std::max<std::size_t>(conv.in.size(), 3), sdk::absent);
        conv.in[1] = ir_.add_constant(conv.name + ", W", dims, std::move(weights));
        conv.in[2] = ir_.add_constant(conv.name + ", bias", {channels}, std::move(shift));
        return true;
    }

    /// The channel of Y that element i of a dense W belongs to.
    static std::int64_t channel_of(std::int64_t i, const View& w, const assay_conv_attrs& attrs,
                                   std::int64_t groups, std::int64_t channels) {
        const std::int64_t first = i / w.product(1, w.rank);
        if (attrs.transposed == 0) return first;
        const int second = attrs.layout != 0 ? w.rank - 1 : 1;
        const std::int64_t within = i / w.product(second + 1, w.rank) % w.dim(second);
        return first / (w.dim(0) / groups) * (channels / groups) + within;
    }

    bool add_posts(GraphOp& conv, const GraphOp& reader) {
        const View y = ir_.view(conv.out[0]), to = ir_.view(reader.out[0]);
        if (!to.same_dims(y) || to.dtype != y.dtype) return false;
        const bool unary = reader.in.size() == 1;
        if (unary) {
            const std::vector<Post> posts = posts_of(reader);
            if (posts.empty()) return false;
            conv.posts.insert(conv.posts.end(), posts.begin(), posts.end());
        } else if (!add_binary(conv, reader)) {
            return false;
        }
        GraphOp tried = conv;
        if (!plan_conv(engine_, ir_, tried)) return false;
        const bool of_another = conv.posts.back().value != sdk::absent;
        ++(of_another ? done_.residuals : done_.epilogues);
        return true;
    }

    /// Two that follow each other are one.
    static void add_linear(std::vector<Post>& posts, const Post& post) {
        if (posts.empty() || posts.back().algorithm != post.algorithm) return posts.push_back(post);
        Post& before = posts.back();
        before.beta = post.alpha * before.beta + post.beta;
        before.alpha *= post.alpha;
    }

    bool add_binary(GraphOp& conv, const GraphOp& reader) {
        const auto attrs = reader.attrs_as<assay_elementwise_attrs>();
        const int other = other_operand(reader, conv.out[0]);
        if (other == sdk::absent || !is_plain(attrs)) return false;
        float number = 0;
        const bool first = reader.in[0] == conv.out[0];
        if (ir_.number(other, number)) {
            Post post{dnnl::algorithm::eltwise_linear, 1, 0, sdk::absent};
            if (attrs.function == ASSAY_EW_ADD)
                post.beta = number;
            else if (attrs.function == ASSAY_EW_MUL)
                post.alpha = number;
            else if (attrs.function == ASSAY_EW_SUB && first)
                post.beta = -number;
            else if (attrs.function == ASSAY_EW_DIV && first && number != 0)
                post.alpha = 1 / number;
            else
                return false;
            add_linear(conv.posts, post);
            return true;
        }
        Post post;
        post.value = other;
        if (attrs.function == ASSAY_EW_ADD)
            post.algorithm = dnnl::algorithm::binary_add;
        else if (attrs.function == ASSAY_EW_MUL)
            post.algorithm = dnnl::algorithm::binary_mul;
        else
            return false;
        conv.posts.push_back(post);
        return true;
    }

    // ------------------------------------------------------------ products

    bool into_matmul(GraphOp& matmul, const GraphOp& reader) {
        auto attrs = matmul.attrs_as<assay_matmul_attrs>();
        const View d = ir_.view(matmul.out[0]), to = ir_.view(reader.out[0]);
        const bool scaled = matmul.has(1) && ir_.view(matmul.in[1]).scale != ASSAY_SCALE_NONE;
        if (reader.op != ASSAY_OP_ELEMENTWISE || attrs.activation != ASSAY_ACT_NONE || scaled ||
            !to.same_dims(d) || to.dtype != d.dtype)
            return false;
        const auto function = reader.attrs_as<assay_elementwise_attrs>();
        if (!is_plain(function)) return false;
        if (function.function == ASSAY_EW_ACTIVATION) {
            attrs.activation = function.activation;
            matmul.set_attrs(attrs);
            return ++done_.epilogues, true;
        }
        const int other = other_operand(reader, matmul.out[0]);
        if (function.function != ASSAY_EW_ADD || other == sdk::absent || matmul.has(2) ||
            matmul.has(3))
            return false;
        const View bias = ir_.view(other);
        if (bias.rank < 1 || bias.dtype != d.dtype || !bias.dense || bias.count != d.dim(-1) ||
            bias.dim(-1) != bias.count || ir_.value(other).kind != ASSAY_VALUE_CONST)
            return false;
        matmul.in.resize(std::max<std::size_t>(matmul.in.size(), 3), sdk::absent);
        matmul.in[2] = other;
        return ++done_.epilogues, true;
    }

    // ------------------------------------------------------------ norms of sums

    bool is_sum(const GraphOp& node) const {
        if (node.op != ASSAY_OP_ELEMENTWISE || node.in.size() != 2) return false;
        const auto attrs = node.attrs_as<assay_elementwise_attrs>();
        const View d = ir_.view(node.out[0]);
        return attrs.function == ASSAY_EW_ADD && is_plain(attrs) &&
               ir_.view(node.in[0]).same_dims(d) && ir_.view(node.in[1]).same_dims(d);
    }

    /// The sum becomes the norm: X and its residual.
    bool into_norm(GraphOp& sum, const GraphOp& reader) {
        if (reader.op != ASSAY_OP_NORM || reader.has(3) || reader.in[0] != sum.out[0]) return false;
        const auto kind = reader.attrs_as<assay_norm_attrs>().kind;
        if (kind != ASSAY_NORM_LAYER && kind != ASSAY_NORM_RMS) return false;
        const std::vector<int> operands = sum.in;
        sum = reader;
        sum.in.resize(std::max<std::size_t>(sum.in.size(), 4), sdk::absent);
        sum.in[0] = operands[0];
        sum.in[3] = operands[1];
        return ++done_.residuals, true;
    }

    Ir& ir_;
    Rewritten& done_;
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
};

}  // namespace

void absorb(Ir& ir, Rewritten& done) {
    Absorber(ir, done).run();
}

Rewritten rewrite(Ir& ir) {
    Rewritten done;
    done.activations = name_activations(ir);
    absorb(ir, done);
    split_shuffled(ir);
    return done;
}

std::string Rewritten::text() const {
    return std::to_string(activations) + " activations named, " + std::to_string(norms) +
           " norms folded, " + std::to_string(epilogues) + " epilogues and " +
           std::to_string(residuals) + " residuals fused";
}

}  // namespace assay::onednn

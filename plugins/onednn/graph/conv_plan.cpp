// SPDX-License-Identifier: Apache-2.0
// See conv_plan.hpp.
#include "graph/conv_plan.hpp"

#include "graph/rewrite.hpp"
#include "graph/shuffle.hpp"

namespace assay::onednn {
namespace {

bool is_slow(const std::string& implementation) {
    return implementation.find("ref") != std::string::npos;
}

/// A function of the node's own attributes comes first.
std::vector<Post> all_posts(const GraphOp& node) {
    std::vector<Post> posts = posts_of_activation(node.attrs_as<assay_conv_attrs>().activation);
    posts.insert(posts.end(), node.posts.begin(), node.posts.end());
    return posts;
}

class Planner {
public:
    Planner(const dnnl::engine& engine, const Ir& ir, const GraphOp& node)
        : engine_(engine),
          ir_(ir),
          node_(node),
          problem_(node.attrs_as<assay_conv_attrs>(), tensors_of(ir, node)) {}

    std::optional<ConvPlan> plan() const {
        const auto bare = made(strict_attributes());
        if (!bare || is_slow(bare->implementation)) return std::nullopt;
        const std::vector<Post> posts = all_posts(node_);
        if (posts.empty()) return bare;
        // 2.6 runs them there by its reference, unless it becomes another convolution.
        if (problem_.transposed)
            return is_shuffled(ir_, node_) && !has_twice(posts) ? bare : std::nullopt;
        const auto attributes = with(posts, bare->y);
        if (!attributes) return std::nullopt;
        auto full = made(*attributes);
        const bool same =
            full && full->implementation == bare->implementation && full->y == bare->y;
        return same ? full : std::nullopt;
    }

private:
    template <class Conv>
    ConvPlan made_as(dnnl::algorithm algorithm, const dnnl::primitive_attr& attributes) const {
        const auto chosen = compat::conv_primitive_desc<Conv>(
            engine_, algorithm, any_layout(problem_.x), any_layout(problem_.w),
            problem_.bias ? &*problem_.bias : nullptr, any_layout(problem_.y), problem_.window,
            attributes);
        return {chosen.src_desc(),        chosen.weights_desc(), chosen.dst_desc(),
                chosen.scratchpad_desc(), Conv(chosen),          chosen.impl_info_str()};
    }

    std::optional<ConvPlan> made(const dnnl::primitive_attr& attributes) const {
        try {
            if (problem_.transposed)
                return made_as<dnnl::deconvolution_forward>(dnnl::algorithm::deconvolution_direct,
                                                            attributes);
            return made_as<dnnl::convolution_forward>(dnnl::algorithm::convolution_direct,
                                                      attributes);
        } catch (const dnnl::error&) {
            return std::nullopt;
        }
    }

    /// oneDNN 2.6 gives both of two functions of one kind the numbers of one of them.
    static bool has_twice(const std::vector<Post>& posts) {
        for (auto one = posts.begin(); one != posts.end(); ++one)
            for (auto other = posts.begin(); other != one; ++other)
                if (one->value == sdk::absent && one->algorithm == other->algorithm) return true;
        return false;
    }

    std::optional<dnnl::primitive_attr> with(const std::vector<Post>& posts,
                                             const dnnl::memory::desc& y) const {
        if (has_twice(posts)) return std::nullopt;
        dnnl::post_ops ops;
        for (const Post& post : posts) {
            if (post.value == sdk::absent) {
                compat::append_eltwise(ops, post.algorithm, post.alpha, post.beta);
                continue;
            }
            const auto operand =
                operand_desc(ir_.view(post.value), ir_.view(node_.out[0]), problem_.last, y);
            if (!operand) return std::nullopt;
            ops.append_binary(post.algorithm, *operand);
        }
        auto attributes = strict_attributes();
        attributes.set_post_ops(ops);
        return attributes;
    }

    const dnnl::engine& engine_;
    const Ir& ir_;
    const GraphOp& node_;
    ConvProblem problem_;
};

}  // namespace

ConvTensors tensors_of(const Ir& ir, const GraphOp& node) {
    const auto seen = [&](std::size_t i) { return node.has(i) ? ir.view(node.in[i]) : View{}; };
    return {seen(0), seen(1), seen(2), View{}, ir.view(node.out[0])};
}

std::optional<dnnl::memory::desc> operand_desc(const View& operand, const View& of_y, bool last,
                                               const dnnl::memory::desc& y) {
    if (operand.same_dims(of_y) && operand.dtype == of_y.dtype) return y;
    if (!operand.dense || !data_type(operand.dtype) || operand.rank > of_y.rank)
        return std::nullopt;
    dnnl::memory::dims dims;
    for (const int i : logical_order(of_y.rank - 2, last)) {
        const int at = i - (of_y.rank - operand.rank);
        const std::int64_t dim = at < 0 ? 1 : operand.dim(at);
        if (dim != 1 && dim != of_y.dim(i)) return std::nullopt;
        dims.push_back(dim);
    }
    dnnl::memory::dims strides(dims.size());
    std::int64_t step = 1;
    for (int i = of_y.rank - 1; i >= 0; --i) {
        const auto order = logical_order(of_y.rank - 2, last);
        const auto logical =
            static_cast<std::size_t>(std::find(order.begin(), order.end(), i) - order.begin());
        strides[logical] = step;
        step *= dims[logical];
    }
    return dnnl::memory::desc{dims, *data_type(operand.dtype), strides};
}

std::optional<ConvPlan> plan_conv(const dnnl::engine& engine, const Ir& ir, const GraphOp& node) {
    try {
        if (node.has(3) || !node.has(1) || ir.value(node.in[1]).kind != ASSAY_VALUE_CONST)
            return std::nullopt;
        if (ir.view(node.in[0]).bits != ir.view(node.out[0]).bits || ir.view(node.in[0]).bits < 16)
            return std::nullopt;
        return Planner(engine, ir, node).plan();
    } catch (const sdk::Error&) {
        return std::nullopt;  // the operator by itself says why
    } catch (const dnnl::error&) {
        return std::nullopt;
    }
}

}  // namespace assay::onednn

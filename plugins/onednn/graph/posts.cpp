// SPDX-License-Identifier: Apache-2.0
// Functions of one number in oneDNN's words. A function that it has with another meaning, or only
// for training, is left out: it stays an operator of its own.
#include "compat.hpp"
#include "graph/rewrite.hpp"

namespace assay::onednn {
namespace {

using dnnl::algorithm;

Post linear(double factor, double shift) {
    return {algorithm::eltwise_linear, static_cast<float>(factor), static_cast<float>(shift),
            sdk::absent};
}

std::vector<Post> function_posts(const assay_elementwise_attrs& attrs) {
    const auto p = static_cast<float>(attrs.parameter[0]),
               q = static_cast<float>(attrs.parameter[1]);
    switch (attrs.function) {
        case ASSAY_EW_ACTIVATION:
            return posts_of_activation(attrs.activation);
        case ASSAY_EW_EXP:
            return {{algorithm::eltwise_exp, 0, 0, sdk::absent}};
        case ASSAY_EW_SIGMOID:
            return {{algorithm::eltwise_logistic, 0, 0, sdk::absent}};
        case ASSAY_EW_TANH:
            return {{algorithm::eltwise_tanh, 0, 0, sdk::absent}};
        case ASSAY_EW_SQRT:
            return {{algorithm::eltwise_sqrt, 0, 0, sdk::absent}};
        case ASSAY_EW_ABS:
            return {{algorithm::eltwise_abs, 0, 0, sdk::absent}};
        case ASSAY_EW_NEG:
            return {linear(-1, 0)};
        case ASSAY_EW_CLIP:
            return {{algorithm::eltwise_clip, p, q, sdk::absent}};
        case ASSAY_EW_HARD_SIGMOID:
            return {linear(p, q), {algorithm::eltwise_clip, 0, 1, sdk::absent}};
        case ASSAY_EW_HARD_SWISH:
            return {{algorithm::eltwise_hardswish, 1.f / 6, 0.5f, sdk::absent}};
        case ASSAY_EW_LEAKY_RELU:
            return {{algorithm::eltwise_relu, p, 0, sdk::absent}};
        default:
            return {};
    }
}

}  // namespace

std::vector<Post> posts_of_activation(int code) {
    const auto found = activation(code);
    if (!found) return {};
    return {{found->algorithm, found->alpha, 0, sdk::absent}};
}

std::vector<Post> posts_of(const GraphOp& elementwise) {
    const auto attrs = elementwise.attrs_as<assay_elementwise_attrs>();
    std::vector<Post> posts = function_posts(attrs);
    const bool plain = (attrs.alpha == 0 || attrs.alpha == 1) && attrs.beta == 0;
    if (!posts.empty() && !plain) posts.push_back(linear(attrs.alpha, attrs.beta));
    return posts;
}

}  // namespace assay::onednn

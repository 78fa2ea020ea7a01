// SPDX-License-Identifier: Apache-2.0
#include "plugins/simulated/cost.hpp"

#include <vector>

#include "plugins/simulated/clock.hpp"

namespace simulated {
namespace {

namespace sdk = assay::sdk;
using reference::Plan;

double size(const reference::View& view) {
    return view.present() ? static_cast<double>(view.shape.count()) : 0;
}

double of_matmul(const sdk::Op& op, const Plan& plan) {
    const auto attrs = op.attrs<assay_matmul_attrs>();
    const reference::Shape& a = plan.in(0);
    const auto k = static_cast<double>(a[a.rank - (attrs.transpose_a != 0 ? 2 : 1)]);
    return 2 * size(plan.views.out[0]) * k;
}

/// Each element of Y, or of X when transposed, meets each element of W of one output channel.
double of_conv(const sdk::Op& op, const Plan& plan) {
    const auto attrs = op.attrs<assay_conv_attrs>();
    const auto filters = static_cast<double>(plan.in(1)[0]);
    const auto& side = attrs.transposed != 0 ? plan.views.in[0] : plan.views.out[0];
    return filters == 0 ? 0 : 2 * size(side) * size(plan.views.in[1]) / filters;
}

double of_attention(const sdk::Op&, const Plan& plan) {
    const reference::Shape &q = plan.in(0), &v = plan.in(2);
    const auto pairs = static_cast<double>(q[0] * q[1]) * static_cast<double>(q[2] * v[2]);
    return 2 * pairs * static_cast<double>(q[3] + v[3]);
}

struct Row {
    assay_op op;
    double (*flop)(const sdk::Op&, const Plan&);
};

constexpr Row table[] = {
    {ASSAY_OP_MATMUL, of_matmul},
    {ASSAY_OP_GROUPED_MATMUL, of_matmul},
    {ASSAY_OP_CONV, of_conv},
    {ASSAY_OP_ATTENTION, of_attention},
};

}  // namespace

bool is_plain_matmul(const sdk::Op& op) {
    if (op.kind() != ASSAY_OP_MATMUL || op.inputs() > 4) return false;
    for (std::size_t i = 0; i < op.inputs(); ++i) {
        if (op.has(i) && op.in(i).scale != ASSAY_SCALE_NONE) return false;
    }
    return true;
}

double flop_of(const sdk::Op& op, const Plan& plan) {
    for (const Row& row : table) {
        if (row.op == op.kind()) return row.flop(op, plan);
    }
    double elements = 0;
    for (const auto& view : plan.views.in) elements += size(view);
    for (const auto& view : plan.views.out) elements += size(view);
    return elements;
}

std::uint64_t hash_of(const sdk::Op& op, const Plan& plan) {
    if (is_plain_matmul(op)) return hash_of(sdk::Matmul(op));
    std::vector<std::uint64_t> words{static_cast<std::uint64_t>(op.kind())};
    for (const auto* list : {&plan.views.in, &plan.views.out}) {
        for (const auto& view : *list) {
            words.push_back(static_cast<std::uint64_t>(view.dtype));
            for (const std::int64_t dim : view.shape.dims) {
                words.push_back(static_cast<std::uint64_t>(dim));
            }
        }
    }
    return hash_of(words);
}

}  // namespace simulated

// SPDX-License-Identifier: Apache-2.0
// One count for each operator, in the order of OpKind.
#include "core/workload/op_cost.hpp"

#include <algorithm>
#include <array>

#include "core/workload/op_spatial.hpp"

namespace assay {

namespace {

double count(const TensorType& type) {
    return static_cast<double>(element_count(type));
}

double size(const Op& op, std::size_t input, std::size_t axis) {
    return static_cast<double>(op.inputs.at(input).dims.at(axis));
}

double size_of_k(const Op& op) {
    const Shape& a = op.inputs[0].dims;
    const bool transposed = std::get<MatmulAttrs>(op.attrs).transpose_a;
    return static_cast<double>(a.at(a.size() - (transposed ? 2 : 1)));
}

double none(const Op& /*op*/) {
    return 0;
}

double matmul(const Op& op) {
    return 2 * count(op.outputs[0]) * size_of_k(op);
}

double conv(const Op& op) {
    const auto& attrs = std::get<ConvAttrs>(op.attrs);
    const TensorType &x = op.inputs[0], &w = op.inputs[1];
    const double products = count(w) / static_cast<double>(w.dims[0]);  // of one element
    return 2 * (attrs.transposed ? count(x) : count(op.outputs[0])) * products;
}

double attention(const Op& op) {
    const auto& attrs = std::get<AttentionAttrs>(op.attrs);
    const Shape &q = op.inputs[0].dims, &v = op.inputs[2].dims;
    const double heads = static_cast<double>(q[0]) * static_cast<double>(q[1]);
    return 2 * heads * seen_pairs(attrs, q[2], v[2]) * static_cast<double>(q[3] + v[3]);
}

double softmax(const Op& op) {
    return 5 * count(op.inputs[0]);  // maximum, difference, exponential, sum, quotient
}

double norm(const Op& op) {
    // layer and group: two sums, difference, square, three factors and summands; rms: square, sum,
    // two factors; batch: a factor and a summand.
    constexpr std::array<double, 5> each = {0, 7, 4, 7, 2};
    const auto& attrs = std::get<NormAttrs>(op.attrs);
    return count(op.inputs[0]) *
           (each.at(static_cast<std::size_t>(attrs.kind)) + (op.has(3) ? 1 : 0));
}

double elementwise(const Op& op) {
    const auto& attrs = std::get<ElementwiseAttrs>(op.attrs);
    const bool scaled = attrs.alpha != 1 || attrs.beta != 0;
    return count(op.outputs[0]) *
           (1 + (attrs.function == Function::gated ? 1 : 0) + (scaled ? 2 : 0));
}

double each_input(const Op& op) {
    return count(op.inputs[0]);
}

double gather(const Op& op) {
    if (std::get<GatherAttrs>(op.attrs).bag == Reduction::none) return 0;
    return count(op.inputs[1]) * size(op, 0, 1);
}

double pool(const Op& op) {
    const auto& attrs = std::get<PoolAttrs>(op.attrs);
    if (attrs.global) return count(op.inputs[0]);
    double window = 1;
    for (std::size_t i = 0; i < static_cast<std::size_t>(attrs.spatial_rank); ++i) {
        window *= static_cast<double>(attrs.window.at(i));
    }
    return count(op.outputs[0]) * window;
}

double convert(const Op& op) {
    return op.has(1) ? count(op.outputs[0]) * (op.has(2) ? 2 : 1) : 0;
}

double rope(const Op& op) {
    const Shape& x = op.inputs[0].dims;
    const auto rotary = std::get<RopeAttrs>(op.attrs).rotary_dims;
    const double share = rotary == 0 ? 1 : static_cast<double>(rotary) / static_cast<double>(x[3]);
    return 3 * count(op.inputs[0]) * share;  // four products and two sums for each pair
}

double grouped_matmul(const Op& op) {
    return 2 * count(op.outputs[0]) * size(op, 0, 1);
}

double resize(const Op& op) {
    if (std::get<ResizeAttrs>(op.attrs).mode == Interpolation::nearest) return 0;
    double neighbours = 1;
    for (std::size_t i = 0; i < op.outputs[0].dims.size(); ++i) {
        if (op.outputs[0].dims[i] != op.inputs[0].dims[i]) neighbours *= 2;
    }
    return neighbours == 1 ? 0 : 2 * neighbours * count(op.outputs[0]);
}

using Count = double (*)(const Op&);
constexpr std::array<Count, 17> counts = {
    none, matmul, conv, attention, softmax, norm,       elementwise,    each_input, gather,
    none, pool,   none, convert,   rope,    each_input, grouped_matmul, resize};

/// Bytes of `elements` elements as `type` has them.
double part(const TensorType& type, double elements) {
    return static_cast<double>(byte_count(type)) * std::min(1.0, elements / count(type));
}

double read_bytes(const Op& op, std::size_t i) {
    const TensorType& type = op.inputs[i];
    const bool slice =
        op.kind() == OpKind::copy && std::get<CopyAttrs>(op.attrs).function == Copying::slice;
    if (slice) return part(type, count(op.outputs[0]));
    if (op.kind() == OpKind::scatter && i == 0) return 0;
    if (op.kind() == OpKind::grouped_matmul && (i == 1 || i == 3)) {
        // No more experts than tokens can be asked.
        return part(type, count(type) * size(op, 0, 0) / static_cast<double>(type.dims[0]));
    }
    if (op.kind() != OpKind::gather || i != 0) return static_cast<double>(byte_count(type));
    const bool bag = std::get<GatherAttrs>(op.attrs).bag != Reduction::none;
    return part(type, bag ? count(op.inputs[1]) * size(op, 0, 1) : count(op.outputs[0]));
}

}  // namespace

double seen_pairs(const AttentionAttrs& attrs, std::int64_t queries, std::int64_t keys) {
    double pairs = 0;
    for (std::int64_t i = 0; i < queries; ++i) {
        const std::int64_t here = keys - queries + i;
        const std::int64_t last = attrs.causal ? std::min(here, keys - 1) : keys - 1;
        const std::int64_t first =
            attrs.window > 0 ? std::max<std::int64_t>(0, here - attrs.window + 1) : 0;
        pairs += static_cast<double>(std::max<std::int64_t>(0, last - first + 1));
    }
    return pairs;
}

double flop(const Op& op) {
    return counts.at(static_cast<std::size_t>(op.kind()))(op);
}

double least_bytes(const Op& op) {
    double sum = 0;
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        if (op.has(i)) sum += read_bytes(op, i);
    }
    if (op.kind() == OpKind::scatter) return sum + static_cast<double>(byte_count(op.inputs[1]));
    for (const TensorType& output : op.outputs) sum += static_cast<double>(byte_count(output));
    return sum;
}

bool counts_integer_operations(const Op& op) {
    const bool products = op.kind() == OpKind::matmul || op.kind() == OpKind::conv ||
                          op.kind() == OpKind::grouped_matmul;
    const auto integer = [&](std::size_t i) { return op.has(i) && is_integer(op.inputs[i].dtype); };
    if (products) return integer(0) && integer(1);
    return integer(0) && !op.outputs.empty() && is_integer(op.outputs[0].dtype);
}

}  // namespace assay

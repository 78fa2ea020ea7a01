// SPDX-License-Identifier: Apache-2.0
// Rules of the products, of attention and of what surrounds it.
#include <fmt/format.h>

#include "core/workload/op_shape_rules.hpp"

namespace assay::shapes {

namespace {

/// Rows and columns of the last two dimensions, after transposition.
struct Sides {
    std::int64_t rows = 0, columns = 0;
};

Sides sides(const Shape& dims, bool transposed) {
    const std::int64_t last = dims.back(), before = dims.at(dims.size() - 2);
    return transposed ? Sides{last, before} : Sides{before, last};
}

std::string wants_rank(const Op& op, std::size_t i, std::size_t rank) {
    if (!op.has(i) || dims(op, i).size() == rank) return "";
    return fmt::format("{} is {}, must have {} dimensions", input_name(op.kind(), i),
                       text_of(dims(op, i)), rank);
}

std::string disagree(std::int64_t a, std::int64_t b) {
    return a == b ? "" : fmt::format("A has k = {}, B has {}", a, b);
}

}  // namespace

std::string matmul(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<MatmulAttrs>(op.attrs);
    const Shape &a = dims(op, 0), &b = dims(op, 1);
    if (a.size() < 2 || b.size() < 2) return "A and B need at least two dimensions";
    const Sides left = sides(a, attrs.transpose_a), right = sides(b, attrs.transpose_b);
    auto d = broadcast({a.begin(), a.end() - 2}, {b.begin(), b.end() - 2});
    if (!d) return fmt::format("A is {}, B is {}: batches differ", text_of(a), text_of(b));
    d->insert(d->end(), {left.rows, right.columns});
    if (op.has(3) && !broadcasts_to(dims(op, 3), *d)) return wants(op, 3, *d);
    outputs = {tensor(product_dtype(op.inputs[0], op.inputs[1]), *d)};
    return first_of({disagree(left.columns, right.rows), wants(op, 2, {right.columns}),
                     wants_scales(op, op.inputs[0], 4), wants_scales(op, op.inputs[1], 5),
                     wrong_result(op, attrs.activation)});
}

std::string grouped_matmul(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<GroupedMatmulAttrs>(op.attrs);
    const std::string rank = first_of({wants_rank(op, 0, 2), wants_rank(op, 1, 3)});
    if (!rank.empty()) return rank;
    const Shape &a = dims(op, 0), &b = dims(op, 1);
    const Sides right = sides(b, attrs.transpose_b);
    outputs = {tensor(product_dtype(op.inputs[0], op.inputs[1]), {a[0], right.columns})};
    return first_of({disagree(a[1], right.rows), wants(op, 2, {b[0]}), wants_i32(op, 2),
                     wants(op, 3, {b[0], right.columns}), wrong_result(op, attrs.activation)});
}

std::string attention(const Op& op, Outputs& outputs) {
    for (std::size_t i = 0; i < 3; ++i) {
        if (std::string wrong = wants_rank(op, i, 4); !wrong.empty()) return wrong;
    }
    const Shape &q = dims(op, 0), &k = dims(op, 1), &v = dims(op, 2);
    if (q[1] % k[1] != 0) {
        return fmt::format("{} query heads are not a multiple of {} heads of K", q[1], k[1]);
    }
    if (std::get<AttentionAttrs>(op.attrs).window < 0) return "window must not be negative";
    const Shape scores = {q[0], q[1], q[2], k[2]};
    if (op.has(3) && !broadcasts_to(dims(op, 3), scores)) return wants(op, 3, scores);
    outputs = {tensor(op.inputs[0].dtype, {q[0], q[1], q[2], v[3]})};
    return first_of({wants(op, 1, {q[0], k[1], k[2], q[3]}), wants(op, 2, {q[0], k[1], k[2], v[3]}),
                     wants(op, 4, {q[0]}), wants_i32(op, 4)});
}

std::string rope(const Op& op, Outputs& outputs) {
    if (std::string wrong = wants_rank(op, 0, 4); !wrong.empty()) return wrong;
    const Shape& x = dims(op, 0);
    const auto& attrs = std::get<RopeAttrs>(op.attrs);
    const std::int64_t rotary = attrs.rotary_dims == 0 ? x[3] : attrs.rotary_dims;
    if (rotary < 2 || rotary % 2 != 0 || rotary > x[3]) {
        return fmt::format("{} rotary dims of a head of {}: must be even and fit", rotary, x[3]);
    }
    outputs = {tensor(op.inputs[0].dtype, x)};
    return first_of({wants(op, 1, {x[0]}), wants_i32(op, 1), wants(op, 2, {rotary / 2})});
}

std::string scatter(const Op& op, Outputs& outputs) {
    const std::string rank = first_of({wants_rank(op, 0, 4), wants_rank(op, 1, 4)});
    if (!rank.empty()) return rank;
    const Shape &cache = dims(op, 0), &x = dims(op, 1);
    if (x[2] > cache[2]) {
        return fmt::format("X has {} tokens, the cache holds {}", x[2], cache[2]);
    }
    outputs = {tensor(op.inputs[0].dtype, cache)};
    return first_of({wants(op, 1, {cache[0], cache[1], x[2], cache[3]}), wants(op, 2, {cache[0]}),
                     wants_i32(op, 2)});
}

std::string gather(const Op& op, Outputs& outputs) {
    const auto& attrs = std::get<GatherAttrs>(op.attrs);
    const Shape &table = dims(op, 0), &indices = dims(op, 1);
    if (attrs.bag != Reduction::none) {
        if (attrs.bag != Reduction::sum && attrs.bag != Reduction::mean) {
            return "a bag is a sum or a mean";
        }
        const std::string rank = first_of({wants_rank(op, 0, 2), wants_rank(op, 1, 2)});
        if (!rank.empty()) return rank;
        outputs = {tensor(op.inputs[0].dtype, {indices[0], table[1]})};
        return first_of({wants_i32(op, 1), attrs.axis == 0 ? "" : "bags are of axis 0"});
    }
    if (std::string wrong = wants_axis(attrs.axis, table.size()); !wrong.empty()) return wrong;
    Shape y(table.begin(), table.begin() + attrs.axis);
    y.insert(y.end(), indices.begin(), indices.end());
    y.insert(y.end(), table.begin() + attrs.axis + 1, table.end());
    outputs = {tensor(op.inputs[0].dtype, y)};
    return wants_i32(op, 1);
}

}  // namespace assay::shapes

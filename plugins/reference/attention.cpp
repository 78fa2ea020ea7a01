// SPDX-License-Identifier: Apache-2.0
// Attention: softmax(scale Q K^T + mask) V over the keys that a query sees (Vaswani et al. 2017,
// 3.2.1), heads grouped as in Ainslie et al. 2023. The softmax subtracts the largest score.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

struct Attention {
    std::int64_t batch, q_heads, kv_heads, queries, keys, head, value;
    bool causal = false;
    std::int64_t window = 0;
    double scale = 1;
    Index mask_steps{};
};

/// One query: its batch, head and place.
struct Query {
    std::int64_t b, h, i;
};

struct Range {
    std::int64_t begin, end;
};

/// Keys that a query sees, of the `length` that are valid.
Range seen(const Attention& a, std::int64_t i, std::int64_t length) {
    const std::int64_t diagonal = length - a.queries + i;  // the key of the query's own token
    Range range{0, length};
    if (a.causal) range.end = std::min(range.end, diagonal + 1);
    if (a.window > 0) range.begin = std::max<std::int64_t>(0, diagonal - a.window + 1);
    return range;
}

double score(const Attention& a, const Arrays& io, const Query& query, std::int64_t j) {
    const std::int64_t kv = query.h / (a.q_heads / a.kv_heads);
    const double* q =
        io.in[0].x.data() + ((query.b * a.q_heads + query.h) * a.queries + query.i) * a.head;
    const double* k = io.in[1].x.data() + ((query.b * a.kv_heads + kv) * a.keys + j) * a.head;
    double sum = 0;
    for (std::int64_t p = 0; p < a.head; ++p) sum += q[p] * k[p];
    sum *= a.scale;
    if (!io.has(3)) return sum;
    const Index at{query.b, query.h, query.i, j};
    return sum + io.in[3].x[static_cast<std::size_t>(offset(a.mask_steps, at, 4))];
}

/// Turns scores into exp(score - largest), returns their sum; 0 when no key is seen, also when the
/// mask takes the last one away.
double exponentials(std::vector<double>& scores, const Range& range) {
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    const auto at = [&](std::int64_t j) -> double& { return scores[static_cast<std::size_t>(j)]; };
    for (std::int64_t j = range.begin; j < range.end; ++j) largest = std::max(largest, at(j));
    if (std::isinf(largest) && largest < 0) return 0;
    for (std::int64_t j = range.begin; j < range.end; ++j) {
        at(j) = std::exp(at(j) - largest);
        sum += at(j);
    }
    return sum;
}

void answer(const Attention& a, Arrays& io, const Query& query, const Range& range,
            std::vector<double>& scores) {
    for (std::int64_t j = range.begin; j < range.end; ++j) {
        scores[static_cast<std::size_t>(j)] = score(a, io, query, j);
    }
    const double total = exponentials(scores, range);
    double* o =
        io.out[0].x.data() + ((query.b * a.q_heads + query.h) * a.queries + query.i) * a.value;
    std::fill(o, o + a.value, 0.0);
    if (total == 0) return;
    const std::int64_t kv = query.h / (a.q_heads / a.kv_heads);
    const double* v = io.in[2].x.data() + (query.b * a.kv_heads + kv) * a.keys * a.value;
    for (std::int64_t j = range.begin; j < range.end; ++j) {
        const double weight = scores[static_cast<std::size_t>(j)] / total;
        for (std::int64_t p = 0; p < a.value; ++p) o[p] += weight * v[j * a.value + p];
    }
}

void compute(const Attention& a, Arrays& io, std::vector<double>& scores) {
    for (std::int64_t b = 0; b < a.batch; ++b) {
        const double length =
            io.has(4) ? io.in[4].x[static_cast<std::size_t>(b)] : static_cast<double>(a.keys);
        agree(length >= 0 && length <= static_cast<double>(a.keys), "attention",
              "a length is not 0 to the number of keys");
        for (std::int64_t h = 0; h < a.q_heads; ++h)
            for (std::int64_t i = 0; i < a.queries; ++i) {
                const Range range = seen(a, i, static_cast<std::int64_t>(length));
                answer(a, io, {b, h, i}, range, scores);
            }
    }
}

void check_shapes(const Plan& plan, const assay_attention_attrs& attrs) {
    const char* op = plan.name;
    const Shape &q = plan.in(0), &k = plan.in(1), &v = plan.in(2), &o = plan.out(0);
    agree(q.rank == 4 && k.rank == 4 && v.rank == 4 && o.rank == 4, op,
          "Q, K, V and O need four dimensions");
    agree(q[0] == k[0] && q[0] == v[0] && k[1] == v[1] && k[2] == v[2] && q[3] == k[3], op,
          "Q " + text_of(q) + ", K " + text_of(k) + " and V " + text_of(v) + " do not agree");
    agree(o == Shape{4, {q[0], q[1], q[2], v[3]}}, op, "O is " + text_of(o));
    agree(k[1] > 0 && q[1] % k[1] == 0, op, "query heads are no multiple of the K, V heads");
    agree((attrs.query_heads == 0 || attrs.query_heads == q[1]) &&
              (attrs.kv_heads == 0 || attrs.kv_heads == k[1]),
          op, "the heads of the attributes are not those of Q and K");
    if (plan.has(4)) agree(plan.in(4).count() == q[0], op, "lengths are not one for each batch");
}

}  // namespace

Plan plan_attention(const sdk::Op& op) {
    Plan plan = begin(op, {"attention", 3, 6});
    const auto attrs = op.attrs<assay_attention_attrs>();
    can(!plan.has(5) && attrs.page_tokens == 0, "attention", "paged keys and values");
    can(attrs.window >= 0, "attention", "a negative window");
    check_shapes(plan, attrs);
    check_indices(plan, 4);
    const Shape &q = plan.in(0), &k = plan.in(1);
    Attention a{q[0], q[1], k[1], q[2], k[2], q[3], plan.in(2)[3]};
    a.causal = attrs.causal != 0;
    a.window = attrs.window;
    a.scale = attrs.scale != 0 ? attrs.scale : 1 / std::sqrt(static_cast<double>(q[3]));
    if (plan.has(3)) {
        const Shape& mask = plan.in(3);
        const Shape scores{4, {q[0], q[1], q[2], k[2]}};
        a.mask_steps = broadcast_steps(mask, dense_steps(mask), scores, "attention: mask");
    }
    const auto scores = std::make_shared<std::vector<double>>();
    const auto keys = static_cast<std::size_t>(k[2]);
    plan.reserve_bytes = keys * sizeof(double);
    plan.reserve = [scores, keys] { scores->resize(keys); };
    plan.compute = [a, scores](Arrays& io) { compute(a, io, *scores); };
    return plan;
}

}  // namespace reference

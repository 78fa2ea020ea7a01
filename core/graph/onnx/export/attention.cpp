// SPDX-License-Identifier: Apache-2.0
// Attention, the rotation of positions and the cache. Tables and masks that layers share are made
// once.
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/graph/onnx/export/handlers.hpp"

namespace assay::onnx_export {
namespace {

enum Input : std::size_t { q = 0, k = 1, v = 2, mask = 3, lengths = 4 };

/// Which keys each query sees, as booleans that broadcast to [batch, heads, queries, keys]; absent:
/// all. The last query stands at the last key there is.
Tensor seen(Emitter& out, const AttentionAttrs& attrs, const Tensors& in) {
    const std::int64_t queries = in[q].dims[2], keys = in[k].dims[2];
    const bool grows = in[lengths].present();
    if (!attrs.causal && attrs.window == 0 && !grows) return {};
    const Tensor key = out.counting(OnnxType::i32, {keys});
    const auto last_of = [&]() -> Tensor {  // the last key that each query could see
        if (!grows)
            return out.counting(OnnxType::i32, {queries, 1}, static_cast<double>(keys - queries));
        const Tensor length = out.reshape(in[lengths], {in[q].dims[0], 1, 1, 1});
        return out.binary("Add", length,
                          out.counting(OnnxType::i32, {queries, 1}, static_cast<double>(-queries)));
    };
    const std::string key_of_mask = fmt::format("seen {} {} {} {} {}", attrs.causal, attrs.window,
                                                queries, keys, grows ? in[lengths].name : "");
    return out.once(key_of_mask, [&] {
        Tensor all;
        const auto also = [&](const Tensor& each) {
            all = all.present() ? out.compare("And", all, each) : each;
        };
        if (attrs.causal) {
            also(out.compare("LessOrEqual", key, last_of()));
        } else if (grows) {
            also(out.compare("Less", key, out.reshape(in[lengths], {in[q].dims[0], 1, 1, 1})));
        }
        if (attrs.window > 0)
            also(out.compare("Greater", key,
                             out.binary("Sub", last_of(), static_cast<double>(attrs.window))));
        return all;
    });
}

/// Query heads that share a key head stand one below the other: one product for all of them.
Tensor per_key_head(Emitter& out, const Tensor& x, std::int64_t key_heads) {
    return out.reshape(x, {x.dims[0], key_heads, x.dims[1] / key_heads * x.dims[2], x.dims[3]});
}

Tensor times(Emitter& out, const Tensor& x, const Tensor& y) {
    Tensor like = x;
    like.dims.back() = y.dims.back();
    return out.add("MatMul", {x, y}, like);
}

/// cos and sin of each position's angles, [batch, 1, tokens, pairs], in float.
struct Turn {
    Tensor cosine, sine;
};

Turn turn_of(Emitter& out, const RopeAttrs& attrs, const Tensors& in, std::int64_t pairs) {
    const std::int64_t batch = in[0].dims[0], tokens = in[0].dims[2];
    const std::string shared = fmt::format("turn {} {} {} {} {} {}", in[1].name, in[2].name, tokens,
                                           pairs, attrs.base, attrs.scale);
    const Tensor angle = out.once(shared, [&] {
        std::vector<double> frequencies;
        for (std::int64_t i = 0; i < pairs; ++i)
            frequencies.push_back(
                std::pow(attrs.base, -static_cast<double>(i) / static_cast<double>(pairs)));
        const Tensor frequency = in[2].present()
                                     ? out.cast(in[2], OnnxType::f32)
                                     : out.constant(OnnxType::f32, {pairs}, frequencies);
        const Tensor first = out.reshape(out.cast(in[1], OnnxType::f32), {batch, 1, 1, 1});
        Tensor place = out.binary("Add", first, out.counting(OnnxType::f32, {tokens, 1}));
        if (attrs.scale != 1) place = out.binary("Div", place, attrs.scale);
        return out.binary("Mul", place, frequency);
    });
    const auto of = [&](const char* function) {
        const std::string key = fmt::format("{} {}", function, angle.name);
        const Tensor wide = out.once(key, [&] { return out.unary(function, angle); });
        return out.once(fmt::format("{} {}", key, onnx_name(in[0].type)),
                        [&] { return out.cast(wide, in[0].type); });
    };
    return {of("Cos"), of("Sin")};
}

/// (x cos - y sin, x sin + y cos).
Tensors turned(Emitter& out, const Tensor& x, const Tensor& y, const Turn& turn) {
    const auto mul = [&](const Tensor& a, const Tensor& b) { return out.binary("Mul", a, b); };
    return {out.binary("Sub", mul(x, turn.cosine), mul(y, turn.sine)),
            out.binary("Add", mul(x, turn.sine), mul(y, turn.cosine))};
}

}  // namespace

Tensors attention(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<AttentionAttrs>(op.attrs);
    const OnnxType type = common_type(op, in);
    const Tensor query = out.cast(in[q], type), key = out.cast(in[k], type),
                 value = out.cast(in[v], type);
    const std::int64_t key_heads = key.dims[1];
    const double scale =
        attrs.scale == 0 ? 1 / std::sqrt(static_cast<double>(query.dims[3])) : attrs.scale;
    const Shape scores_dims = {query.dims[0], query.dims[1], query.dims[2], key.dims[2]};
    Tensor scores = out.reshape(
        times(out, per_key_head(out, query, key_heads), out.transposed(key)), scores_dims);
    scores = out.binary("Mul", scores, scale);
    if (in[mask].present()) scores = out.binary("Add", scores, out.cast(in[mask], type));
    const Tensor visible = seen(out, attrs, in);
    if (visible.present())
        scores =
            out.where(visible, scores, out.scalar(type, -std::numeric_limits<double>::infinity()));
    Tensor weights = out.unary("Softmax", scores, {{"axis", std::int64_t{-1}}});
    // A query that sees no key is 0/0, and 0 by our rule.
    const bool may_see_none = in[mask].present() || in[lengths].present() ||
                              (attrs.causal && scores_dims[2] > scores_dims[3]);
    if (may_see_none)
        weights = out.where(out.compare("Equal", weights, weights), weights, out.scalar(type, 0));
    const Tensor mixed = times(out, per_key_head(out, weights, key_heads), value);
    return {out.reshape(mixed, {query.dims[0], query.dims[1], query.dims[2], value.dims[3]})};
}

Tensors rope(Emitter& out, const Op& op, const Tensors& in) {
    const auto& attrs = std::get<RopeAttrs>(op.attrs);
    const Tensor& x = in[0];
    const std::int64_t head = x.dims[3];
    const std::int64_t rotary = attrs.rotary_dims == 0 ? head : attrs.rotary_dims;
    const std::int64_t pairs = rotary / 2;
    const Turn turn = turn_of(out, attrs, in, pairs);
    Tensors parts;
    if (attrs.interleaved) {
        const Shape one = {x.dims[0], x.dims[1], x.dims[2], pairs, 1};
        const Shape flat = {x.dims[0], x.dims[1], x.dims[2], rotary};
        Shape two = one;
        two.back() = 2;
        const Tensor by_pair = out.reshape(out.slice(x, {{3, 0, rotary}}), two);
        const Shape line = {x.dims[0], x.dims[1], x.dims[2], pairs};
        const Tensors both = turned(out, out.reshape(out.slice(by_pair, {{4, 0, 1}}), line),
                                    out.reshape(out.slice(by_pair, {{4, 1, 2}}), line), turn);
        parts = {out.reshape(out.concat({out.reshape(both[0], one), out.reshape(both[1], one)}, 4),
                             flat)};
    } else {
        parts =
            turned(out, out.slice(x, {{3, 0, pairs}}), out.slice(x, {{3, pairs, rotary}}), turn);
    }
    if (rotary < head) parts.push_back(out.slice(x, {{3, rotary, head}}));
    return {out.concat(parts, 3)};
}

/// Row j of the cache is the new row j - position, if there is one. Gather reads all new rows as
/// one table, so that each sequence may stand elsewhere.
Tensors scatter(Emitter& out, const Op& /*op*/, const Tensors& in) {
    const Tensor &cache = in[0], &rows = in[1];
    const std::int64_t batch = rows.dims[0], heads = rows.dims[1], tokens = rows.dims[2];
    const std::int64_t capacity = cache.dims[2], width = cache.dims[3];
    const std::string where = fmt::format("{} {} {} {}", in[2].name, heads, tokens, capacity);
    const Tensor relative = out.once("relative " + where, [&] {
        return out.binary("Sub", out.counting(OnnxType::i32, {1, 1, capacity}),
                          out.reshape(in[2], {batch, 1, 1}));
    });
    const Tensor held = out.once("held " + where, [&] {
        return out.add("Clip",
                       {relative, out.scalar(OnnxType::i32, 0),
                        out.scalar(OnnxType::i32, static_cast<double>(tokens - 1))},
                       relative);
    });
    const Tensor fresh = out.once("fresh " + where, [&] {
        return out.reshape(out.compare("Equal", relative, held), {batch, 1, capacity, 1});
    });
    const Tensor index = out.once("index " + where, [&] {
        std::vector<double> firsts;
        for (std::int64_t i = 0; i < batch * heads; ++i)
            firsts.push_back(static_cast<double>(i * tokens));
        return out.binary("Add", out.constant(OnnxType::i32, {batch, heads, 1}, firsts), held);
    });
    const Tensor table = out.reshape(rows, {batch * heads * tokens, width});
    const Tensor taken =
        out.add("Gather", {table, index}, {"", rows.type, {batch, heads, capacity, width}},
                {{"axis", std::int64_t{0}}});
    return {out.where(fresh, taken, cache)};
}

}  // namespace assay::onnx_export

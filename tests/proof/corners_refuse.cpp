// SPDX-License-Identifier: Apache-2.0
// What a plugin must refuse, and the zeros in a description that stand for something else
// (plugins/sdk/include/assay/attrs.h).
#include <utility>

#include "tests/proof/corners.hpp"

namespace proof {

using namespace assay;

namespace {

constexpr Dtype f32 = Dtype::f32;

/// Changes what the attributes hold in C.
template <class Attrs, class F>
Corner told(Corner from, const char* name, Must must, F change) {
    from.name += std::string(", ") + name;
    from.must = must;
    from.raw = [change](assay_op_desc& desc) {
        change(*const_cast<Attrs*>(static_cast<const Attrs*>(desc.attrs)));
    };
    return from;
}

Corner holding(Corner from, std::size_t input, std::vector<double> values, const char* name) {
    from.name += std::string(", ") + name;
    from.must = Must::refuse;
    from.contents[input] = std::move(values);
    return from;
}

void refuse_contents(std::vector<Corner>& list) {
    const Corner gather =
        corner("gather", GatherAttrs{}, {tensor(f32, {4, 3}), tensor(Dtype::i32, {2})});
    list.push_back(holding(gather, 1, {0, 4}, "an index beyond the table"));
    list.push_back(holding(gather, 1, {-1, 2}, "an index below 0"));
    const Corner bags = corner("bags", GatherAttrs{.bag = Reduction::sum},
                               {tensor(f32, {4, 3}), tensor(Dtype::i32, {1, 2})});
    list.push_back(holding(bags, 1, {4, 0}, "an index beyond the table"));
    const Corner cache =
        corner("append", ScatterAttrs{},
               {tensor(f32, {2, 1, 5, 3}), tensor(f32, {2, 1, 2, 3}), tensor(Dtype::i32, {2})});
    list.push_back(holding(cache, 2, {0, 4}, "beyond the cache"));
    list.push_back(holding(cache, 2, {-1, 0}, "before the cache"));
    const Corner attention = corner("attention", AttentionAttrs{},
                                    {tensor(f32, {1, 2, 3, 4}),
                                     tensor(f32, {1, 2, 5, 4}),
                                     tensor(f32, {1, 2, 5, 4}),
                                     {},
                                     tensor(Dtype::i32, {1})});
    list.push_back(holding(attention, 4, {6}, "more keys than there are"));
    list.push_back(holding(attention, 4, {-1}, "fewer keys than none"));
    const Corner experts =
        corner("experts", GroupedMatmulAttrs{},
               {tensor(f32, {5, 3}), tensor(f32, {2, 3, 4}), tensor(Dtype::i32, {2})});
    list.push_back(holding(experts, 2, {3, 3}, "more rows than there are"));
    list.push_back(holding(experts, 2, {-1, 3}, "rows below 0"));
}

void zeros_mean_defaults(std::vector<Corner>& list) {
    const Corner conv =
        corner("conv", ConvAttrs{}, {tensor(f32, {1, 2, 4, 5}), tensor(f32, {3, 2, 2, 3})});
    using C = assay_conv_attrs;
    list.push_back(told<C>(conv, "zeros for ones", Must::answer, [](C& c) {
        c.groups = 0;
        for (int i = 0; i < 3; ++i) c.stride[i] = c.dilation[i] = 0;
    }));
    const Corner product =
        corner("product", MatmulAttrs{}, {tensor(f32, {2, 3}), tensor(f32, {3, 4})});
    using M = assay_matmul_attrs;
    list.push_back(told<M>(product, "alpha 0", Must::answer, [](M& c) { c.alpha = 0; }));
    const Corner rope =
        corner("rope", RopeAttrs{}, {tensor(f32, {1, 2, 3, 4}), tensor(Dtype::i32, {1})});
    using R = assay_rope_attrs;
    list.push_back(told<R>(rope, "zeros", Must::answer, [](R& c) { c.base = c.scale = 0; }));
    const Corner norm = corner("norm", NormAttrs{.kind = NormKind::group},
                               {tensor(f32, {2, 4, 3}), tensor(f32, {4})});
    using N = assay_norm_attrs;
    list.push_back(told<N>(norm, "no groups", Must::answer, [](N& c) { c.groups = 0; }));
    const Corner sum = corner("sum", ElementwiseAttrs{.function = Function::add},
                              {tensor(f32, {5}), tensor(f32, {5})});
    using E = assay_elementwise_attrs;
    list.push_back(told<E>(sum, "alpha and beta 0", Must::answer, [](E& c) { c.alpha = 0; }));
    const Corner heads =
        corner("attention", AttentionAttrs{.scale = 0.5},
               {tensor(f32, {1, 4, 3, 4}), tensor(f32, {1, 2, 5, 4}), tensor(f32, {1, 2, 5, 4})});
    using A = assay_attention_attrs;
    list.push_back(told<A>(heads, "heads not said", Must::answer,
                           [](A& c) { c.query_heads = c.kv_heads = 0; }));
    list.push_back(
        told<A>(heads, "other query heads", Must::refuse, [](A& c) { c.query_heads = 2; }));
    list.push_back(told<A>(heads, "other heads", Must::refuse, [](A& c) { c.kv_heads = 4; }));
    list.push_back(told<A>(heads, "a negative window", Must::refuse, [](A& c) { c.window = -1; }));
    list.push_back(told<A>(heads, "pages", Must::refuse, [](A& c) { c.page_tokens = 16; }));
    list.push_back(told<C>(conv, "groups below 0", Must::refuse, [](C& c) { c.groups = -1; }));
    list.push_back(told<C>(conv, "another layout", Must::refuse, [](C& c) { c.layout = 2; }));
    list.push_back(told<C>(conv, "a layout below 0", Must::refuse, [](C& c) { c.layout = -1; }));
    list.push_back(
        told<C>(conv, "an activation unknown", Must::refuse, [](C& c) { c.activation = 5; }));
    list.push_back(told<C>(conv, "another rank", Must::refuse, [](C& c) { c.spatial_rank = 1; }));
    list.push_back(told<C>(conv, "padded output", Must::refuse, [](C& c) { c.output_pad[0] = 1; }));
    for (const std::size_t i : {0U, 1U}) {
        list.push_back(
            told<C>(conv, "a stride below 0", Must::refuse, [i](C& c) { c.stride[i] = -1; }));
        list.push_back(
            told<C>(conv, "a dilation below 0", Must::refuse, [i](C& c) { c.dilation[i] = -1; }));
        list.push_back(
            told<C>(conv, "a padding below 0", Must::refuse, [i](C& c) { c.pad_begin[i] = -1; }));
        list.push_back(
            told<C>(conv, "a padding below 0", Must::refuse, [i](C& c) { c.pad_end[i] = -1; }));
    }
    list.push_back(
        told<M>(product, "an activation unknown", Must::refuse, [](M& c) { c.activation = 5; }));
    list.push_back(
        told<M>(product, "an activation below 0", Must::refuse, [](M& c) { c.activation = -1; }));
    list.push_back(told<N>(norm, "no kind", Must::refuse, [](N& c) { c.kind = 0; }));
    list.push_back(told<N>(norm, "a kind unknown", Must::refuse, [](N& c) { c.kind = 5; }));
    list.push_back(told<N>(norm, "3 groups of 4", Must::refuse, [](N& c) { c.groups = 3; }));
    list.push_back(told<N>(norm, "groups below 0", Must::refuse, [](N& c) { c.groups = -2; }));
    list.push_back(
        told<N>(norm, "an activation unknown", Must::refuse, [](N& c) { c.activation = 9; }));
    list.push_back(told<E>(sum, "a function unknown", Must::refuse, [](E& c) { c.function = 40; }));
    list.push_back(
        told<E>(sum, "an activation unknown", Must::refuse, [](E& c) { c.activation = 9; }));
    for (const int dims : {5, 3, -2, 12}) {
        list.push_back(told<R>(rope, "dims that do not fit", Must::refuse,
                               [dims](R& c) { c.rotary_dims = dims; }));
    }
}

void refuse_attributes(std::vector<Corner>& list) {
    using G = assay_matmul_attrs;
    const Corner experts =
        corner("experts", GroupedMatmulAttrs{},
               {tensor(f32, {5, 3}), tensor(f32, {2, 3, 4}), tensor(Dtype::i32, {2})});
    list.push_back(told<G>(experts, "alpha 0", Must::answer, [](G& c) { c.alpha = 0; }));
    list.push_back(told<G>(experts, "alpha 2", Must::refuse, [](G& c) { c.alpha = 2; }));
    list.push_back(told<G>(experts, "beta 1", Must::refuse, [](G& c) { c.beta = 1; }));
    list.push_back(told<G>(experts, "A transposed", Must::refuse, [](G& c) { c.transpose_a = 1; }));
    list.push_back(
        told<G>(experts, "an activation unknown", Must::refuse, [](G& c) { c.activation = 5; }));
    using P = assay_pool_attrs;
    const Corner pool = corner("pool", PoolAttrs{.function = Reduction::max, .window = {2, 2, 1}},
                               {tensor(f32, {1, 2, 4, 5})});
    list.push_back(told<P>(pool, "a sum", Must::refuse, [](P& c) { c.function = 1; }));
    list.push_back(told<P>(pool, "no window", Must::refuse, [](P& c) { c.window[1] = 0; }));
    list.push_back(told<P>(pool, "global", Must::refuse, [](P& c) { c.global = 1; }));
    list.push_back(told<P>(pool, "another layout", Must::refuse, [](P& c) { c.layout = 2; }));
    list.push_back(told<P>(pool, "beyond X", Must::refuse, [](P& c) { c.stride[0] = 2; }));
    using S = assay_resize_attrs;
    const Corner resize =
        corner("resize", ResizeAttrs{}, {tensor(f32, {2, 3})}, {tensor(f32, {2, 5})});
    for (const int code : {-1, 4}) {
        list.push_back(
            told<S>(resize, "a mode unknown", Must::refuse, [code](S& c) { c.mode = code; }));
        list.push_back(told<S>(resize, "coordinates unknown", Must::refuse,
                               [code](S& c) { c.coordinates = code; }));
        list.push_back(
            told<S>(resize, "a nearest unknown", Must::refuse, [code](S& c) { c.nearest = code; }));
    }
    list.push_back(told<S>(resize, "a scale below 0", Must::refuse, [](S& c) { c.scale[1] = -1; }));
    using Y = assay_copy_attrs;
    const Corner turn = corner("copy", CopyAttrs{.function = Copying::transpose, .params = {1, 0}},
                               {tensor(f32, {3, 3})});
    list.push_back(told<Y>(turn, "one axis twice", Must::refuse, [](Y& c) { c.params[0] = 0; }));
    list.push_back(told<Y>(turn, "an axis below 0", Must::refuse, [](Y& c) { c.params[0] = -1; }));
    list.push_back(told<Y>(turn, "no such axis", Must::refuse, [](Y& c) { c.params[0] = 2; }));
    list.push_back(told<Y>(turn, "no function", Must::refuse, [](Y& c) { c.function = 0; }));
    const Corner piece = corner("piece", CopyAttrs{.function = Copying::slice, .params = {2}},
                                {tensor(f32, {3})}, {tensor(f32, {1})});
    list.push_back(told<Y>(piece, "beyond X", Must::refuse, [](Y& c) { c.params[0] = 3; }));
    list.push_back(told<Y>(piece, "before X", Must::refuse, [](Y& c) { c.params[0] = -1; }));
    CopyAttrs reflect{.function = Copying::pad, .params = {2}, .padding = Padding::reflect};
    const Corner pad = corner("pad", reflect, {tensor(f32, {3})});
    list.push_back(pad);
    list.push_back(told<Y>(pad, "a mode unknown", Must::refuse, [](Y& c) { c.pad_mode = 3; }));
    list.push_back(told<Y>(pad, "a mode below 0", Must::refuse, [](Y& c) { c.pad_mode = -1; }));
    list.push_back(told<Y>(pad, "below 0", Must::refuse, [](Y& c) {
        c.params[0] = -1;
        c.params[ASSAY_MAX_RANK] = 3;
    }));
    list.push_back(told<Y>(pad, "after, below 0", Must::refuse, [](Y& c) {
        c.params[0] = 3;
        c.params[ASSAY_MAX_RANK] = -1;
    }));
    using T = assay_topk_attrs;
    const Corner most = corner("topk", TopkAttrs{.k = 3}, {tensor(f32, {3})},
                               {tensor(f32, {}), tensor(Dtype::i32, {})});
    list.push_back(most);
    list.push_back(told<T>(most, "an axis below 0", Must::refuse, [](T& c) { c.axis = -1; }));
    list.push_back(told<T>(most, "no such axis", Must::refuse, [](T& c) { c.axis = 1; }));
    list.push_back(told<T>(most, "another k", Must::refuse, [](T& c) { c.k = 4; }));
    using D = assay_reduce_attrs;
    const Corner sum =
        corner("reduce", ReduceAttrs{.function = Reduction::sum, .axes = {1}, .keep_dims = true},
               {tensor(f32, {1, 1})});
    list.push_back(told<D>(sum, "no axis", Must::refuse, [](D& c) { c.axes_mask = 0; }));
    list.push_back(told<D>(sum, "no such axis", Must::refuse, [](D& c) { c.axes_mask = 4; }));
    list.push_back(told<D>(sum, "no function", Must::refuse, [](D& c) { c.function = 0; }));
    Corner where =
        corner("reduce", ReduceAttrs{.function = Reduction::argmax, .axes = {1}, .keep_dims = true},
               {tensor(f32, {1, 1})});
    list.push_back(
        told<D>(where, "where on two axes", Must::refuse, [](D& c) { c.axes_mask = 3; }));
    using X = assay_softmax_attrs;
    const Corner softmax = corner("softmax", SoftmaxAttrs{}, {tensor(f32, {4})});
    list.push_back(told<X>(softmax, "an axis below 0", Must::refuse, [](X& c) { c.axis = -1; }));
    list.push_back(told<X>(softmax, "no such axis", Must::refuse, [](X& c) { c.axis = 1; }));
    using H = assay_gather_attrs;
    const Corner gather =
        corner("gather", GatherAttrs{}, {tensor(f32, {4}), tensor(Dtype::i32, {2})});
    list.push_back(told<H>(gather, "an axis below 0", Must::refuse, [](H& c) { c.axis = -1; }));
    list.push_back(told<H>(gather, "no such axis", Must::refuse, [](H& c) { c.axis = 1; }));
    const Corner bags = corner("bags", GatherAttrs{.bag = Reduction::mean},
                               {tensor(f32, {2, 2}), tensor(Dtype::i32, {2, 2})});
    list.push_back(told<H>(bags, "a bag unknown", Must::refuse, [](H& c) { c.bag = 3; }));
    list.push_back(told<H>(bags, "of another axis", Must::refuse, [](H& c) { c.axis = 1; }));
}

}  // namespace

void add_refusals(std::vector<Corner>& list) {
    refuse_contents(list);
    zeros_mean_defaults(list);
    refuse_attributes(list);
}

}  // namespace proof

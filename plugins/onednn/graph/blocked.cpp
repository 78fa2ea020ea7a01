// SPDX-License-Identifier: Apache-2.0
// Nodes that oneDNN computes in layouts of its own: convolutions begin them; pools, functions, sums
// and products, concatenations and resizes of values that lie so already go on in them.
#include <algorithm>
#include <cstring>

#include "graph/conv_plan.hpp"
#include "graph/program.hpp"
#include "graph/rewrite.hpp"
#include "graph/shuffle.hpp"
#include "operators.hpp"
#include "pool_problem.hpp"

namespace assay::onednn {
namespace {

using dnnl::memory;
using Argument = PrimitiveStep::Argument;

Argument at(int argument, const Program& program, const memory::desc& desc, const Place& place) {
    return {argument, memory(desc, program.engine(), nullptr), true, place};
}

// ------------------------------------------------------------------ convolutions

memory packed_weights(const Program& program, const memory::desc& given, const void* data,
                      const memory::desc& wanted) {
    memory from(given, program.engine(), const_cast<void*>(data)), to(wanted, program.engine());
    dnnl::stream stream(program.engine());
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
    return to;
}

std::string words_of(const GraphOp& node) {
    return node.posts.empty() ? "conv" : "conv+";
}

bool emit_conv(Program& program, const GraphOp& node) {
    Ir& ir = program.ir();
    const auto plan = plan_conv(program.engine(), ir, node);
    if (!plan) return false;
    const ConvProblem problem(node.attrs_as<assay_conv_attrs>(), tensors_of(ir, node));
    const memory weights = packed_weights(program, problem.w, given_bytes(ir, node.in[1]), plan->w);
    std::vector<Argument> arguments{
        at(DNNL_ARG_SRC, program, plan->x, program.in_form(node.in[0], plan->x, problem.last)),
        {DNNL_ARG_WEIGHTS, weights, false, {}}};
    if (problem.bias)
        arguments.push_back(at(DNNL_ARG_BIAS, program, *problem.bias, program.plain(node.in[2])));
    const int first = node.attrs_as<assay_conv_attrs>().activation != ASSAY_ACT_NONE ? 1 : 0;
    for (std::size_t i = 0; i < node.posts.size(); ++i) {
        const int v = node.posts[i].value;
        if (v == sdk::absent) continue;
        const auto desc = operand_desc(ir.view(v), ir.view(node.out[0]), problem.last, plan->y);
        const bool whole = ir.view(v).same_dims(ir.view(node.out[0]));
        arguments.push_back(
            at(DNNL_ARG_ATTR_MULTIPLE_POST_OP(first + static_cast<int>(i)) | DNNL_ARG_SRC_1,
               program, *desc, whole ? program.in_form(v, *desc, problem.last) : program.plain(v)));
    }
    arguments.push_back(at(DNNL_ARG_DST, program, plan->y,
                           program.form_result(node.out[0], plan->y, problem.last)));
    program.add_primitive(words_of(node) + " " + plan->implementation, plan->primitive, arguments,
                          plan->scratchpad);
    program.finish_result(node.out[0]);
    return true;
}

// ------------------------------------------------------------------ pools

bool emit_pool(Program& program, const GraphOp& node) {
    Ir& ir = program.ir();
    const PoolProblem problem(node.attrs_as<assay_pool_attrs>(), ir.view(node.in[0]),
                              ir.view(node.out[0]));
    const Form* form = program.form(node.in[0], problem.last);
    if (form == nullptr) return false;
    const memory::desc x = form->desc;
    const auto chosen = compat::pooling_primitive_desc(program.engine(), problem.algorithm, x,
                                                       any_layout(problem.y), problem.kernel,
                                                       problem.window, strict_attributes());
    if (std::string(chosen.impl_info_str()).find("ref") != std::string::npos) return false;
    const memory::desc y = chosen.dst_desc();
    const Place from = program.in_form(node.in[0], x, problem.last);
    program.add_primitive(
        "pool", compat::Pooling(chosen),
        {at(DNNL_ARG_SRC, program, x, from),
         at(DNNL_ARG_DST, program, y, program.form_result(node.out[0], y, problem.last))},
        chosen.scratchpad_desc());
    program.finish_result(node.out[0]);
    return true;
}

/// Channels of a block of that layout; 0: it has none.
std::int64_t block_of(const memory::desc& desc) {
    const auto tagged = [&](memory::format_tag eight, memory::format_tag sixteen) {
        const memory::desc a(desc.dims(), desc.data_type(), eight, true);
        const memory::desc b(desc.dims(), desc.data_type(), sixteen, true);
        return a && a == desc ? 8 : b && b == desc ? 16 : 0;
    };
    using Tag = memory::format_tag;
    switch (desc.dims().size()) {
        case 3:
            return tagged(Tag::nCw8c, Tag::nCw16c);
        case 4:
            return tagged(Tag::nChw8c, Tag::nChw16c);
        case 5:
            return tagged(Tag::nCdhw8c, Tag::nCdhw16c);
        default:
            return 0;
    }
}

// ------------------------------------------------------------------ functions

/// The form of the first operand that lies in one, and whether it has the result's dimensions.
const Form* leading_form(const Program& program, const Ir& ir, const GraphOp& node, int& operand) {
    const View y = ir.view(node.out[0]);
    for (const bool last : {false, true}) {
        for (const int v : node.in) {
            if (v == sdk::absent || !ir.view(v).same_dims(y)) continue;
            if (const Form* form = program.form(v, last)) return operand = v, form;
        }
    }
    return nullptr;
}

bool emit_function(Program& program, const GraphOp& node, const Form& form) {
    const std::vector<Post> posts = posts_of(node);
    if (posts.empty()) return false;
    const memory::desc desc = form.desc;
    dnnl::post_ops ops;
    for (std::size_t i = 1; i < posts.size(); ++i)
        compat::append_eltwise(ops, posts[i].algorithm, posts[i].alpha, posts[i].beta);
    auto attributes = strict_attributes();
    attributes.set_post_ops(ops);
    const auto chosen = compat::eltwise_primitive_desc(program.engine(), posts[0].algorithm, desc,
                                                       posts[0].alpha, posts[0].beta, attributes);
    const bool last = form.last;
    const Place from = program.in_form(node.in[0], desc, last);
    program.add_primitive(
        "function", dnnl::eltwise_forward(chosen),
        {at(DNNL_ARG_SRC, program, desc, from),
         at(DNNL_ARG_DST, program, desc, program.form_result(node.out[0], desc, last))},
        chosen.scratchpad_desc());
    return true;
}

dnnl::algorithm binary_algorithm(int function) {
    switch (function) {
        case ASSAY_EW_ADD:
            return dnnl::algorithm::binary_add;
        case ASSAY_EW_MUL:
            return dnnl::algorithm::binary_mul;
        case ASSAY_EW_SUB:
            return dnnl::algorithm::binary_sub;
        case ASSAY_EW_DIV:
            return dnnl::algorithm::binary_div;
        case ASSAY_EW_MAX:
            return dnnl::algorithm::binary_max;
        case ASSAY_EW_MIN:
            return dnnl::algorithm::binary_min;
        default:
            return dnnl::algorithm::undef;
    }
}

/// The layout of a value of fewer elements beside one that lies as `like`: the same blocks.
std::optional<memory::desc> blocked_like(const memory::desc& like, const memory::dims& dims) {
    using Tag = memory::format_tag;
    constexpr Tag tags[] = {Tag::nCw8c,    Tag::nCw16c, Tag::nChw8c, Tag::nChw16c, Tag::nCdhw8c,
                            Tag::nCdhw16c, Tag::nwc,    Tag::nhwc,   Tag::ndhwc};
    for (const Tag tag : tags) {
        const memory::desc tried(like.dims(), like.data_type(), tag, true);
        if (tried && tried == like) return memory::desc(dims, like.data_type(), tag);
    }
    return std::nullopt;
}

bool emit_binary(Program& program, const GraphOp& node, const Form& form, int leading) {
    Ir& ir = program.ir();
    const auto attrs = node.attrs_as<assay_elementwise_attrs>();
    const auto algorithm = binary_algorithm(attrs.function);
    const bool plain = (attrs.alpha == 0 || attrs.alpha == 1) && attrs.beta == 0;
    if (algorithm == dnnl::algorithm::undef || !plain || node.in.size() != 2) return false;
    const bool commutes = attrs.function != ASSAY_EW_SUB && attrs.function != ASSAY_EW_DIV;
    if (node.in[0] != leading && !commutes) return false;
    const int other = node.in[0] == leading ? node.in[1] : node.in[0];
    const View y = ir.view(node.out[0]), seen = ir.view(other);
    const memory::desc desc = form.desc;
    const bool last = form.last;
    const auto plain_like = operand_desc(seen, y, last, desc);
    if (!plain_like) return false;
    memory::desc beside = *plain_like;
    const bool whole = seen.same_dims(y);
    bool by_form = whole;
    if (!whole && seen.rank == y.rank && seen.count > 1) {
        const auto blocked = blocked_like(desc, plain_like->dims());
        if (!blocked) return false;
        beside = *blocked;
        by_form = true;
    }
    const auto chosen = compat::binary_primitive_desc(program.engine(), algorithm, desc, beside,
                                                      desc, strict_attributes());
    if (std::string(chosen.impl_info_str()).find("ref") != std::string::npos) return false;
    const Place x = program.in_form(leading, desc, last);
    const Place z = by_form ? program.in_form(other, beside, last) : program.plain(other);
    program.add_primitive(
        "sum or product", dnnl::binary(chosen),
        {at(DNNL_ARG_SRC_0, program, desc, x), at(DNNL_ARG_SRC_1, program, beside, z),
         at(DNNL_ARG_DST, program, desc, program.form_result(node.out[0], desc, last))},
        chosen.scratchpad_desc());
    return true;
}

bool emit_elementwise(Program& program, const GraphOp& node) {
    Ir& ir = program.ir();
    int leading = sdk::absent;
    const Form* form = leading_form(program, ir, node, leading);
    if (form == nullptr) return false;
    for (const int v : node.in)
        if (ir.view(v).dtype != ir.view(node.out[0]).dtype) return false;
    const Form kept = *form;
    if (2 * kept.desc.dims()[1] <= block_of(kept.desc)) return false;  // mostly padding
    const bool done = node.in.size() == 1 ? emit_function(program, node, kept)
                                          : emit_binary(program, node, kept, leading);
    if (done) program.finish_result(node.out[0]);
    return done;
}

// ------------------------------------------------------------------ concatenation, resizing

/// Along channels that fill their blocks: each part is whole blocks.
bool emit_concat(Program& program, const GraphOp& node) {
    Ir& ir = program.ir();
    const auto attrs = node.attrs_as<assay_copy_attrs>();
    const View y = ir.view(node.out[0]);
    if (attrs.function != ASSAY_COPY_CONCAT || attrs.axis != 1 || y.rank < 3 || y.rank > 5)
        return false;
    std::vector<memory::desc> parts;
    std::int64_t block = 0;
    for (const int v : node.in) {
        const Form* form = program.form(v, false);
        if (form == nullptr) return false;
        const std::int64_t of = block_of(form->desc);
        if (of == 0 || (block != 0 && of != block) || ir.view(v).dim(1) % of != 0) return false;
        block = of;
        parts.push_back(form->desc);
    }
    const auto to = blocked_like(parts.front(), {y.dims.begin(), y.dims.begin() + y.rank});
    if (!to) return false;
    const auto chosen =
        compat::concat_primitive_desc(program.engine(), *to, 1, parts, strict_attributes());
    std::vector<Argument> arguments;
    for (std::size_t i = 0; i < parts.size(); ++i)
        arguments.push_back(at(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), program, parts[i],
                               program.in_form(node.in[i], parts[i], false)));
    arguments.push_back(
        at(DNNL_ARG_DST, program, *to, program.form_result(node.out[0], *to, false)));
    program.add_primitive("concat", dnnl::concat(chosen), arguments, chosen.scratchpad_desc());
    program.finish_result(node.out[0]);
    return true;
}

/// [n, blocks of channels, h, w, block]: a block of channels is one more dimension that keeps its
/// size, so our own resize runs on it as on any tensor.
bool emit_resize(Program& program, const GraphOp& node) {
    Ir& ir = program.ir();
    const Form* form = program.form(node.in[0], false);
    if (form == nullptr) return false;
    const View x = ir.view(node.in[0]), y = ir.view(node.out[0]);
    const std::int64_t block = block_of(form->desc);
    if (block == 0 || x.rank > 5 || x.dim(0) != y.dim(0) || x.dim(1) != y.dim(1) ||
        x.dtype != ASSAY_F32 || y.dtype != ASSAY_F32)
        return false;
    const auto to = blocked_like(form->desc, {y.dims.begin(), y.dims.begin() + y.rank});
    const memory::desc from = form->desc;
    if (!to) return false;
    const auto attrs = node.attrs_as<assay_resize_attrs>();
    auto inner = attrs;
    std::fill(std::begin(inner.scale), std::end(inner.scale), 0.);
    std::vector<sdk::GraphValue> values(2);
    for (int k = 0; k < 2; ++k) {
        const View& view = k == 0 ? x : y;
        auto& desc = values[static_cast<std::size_t>(k)].desc = sdk::make<sdk::Tensor>();
        desc.dtype = ASSAY_F32;
        desc.rank = view.rank;
        desc.dims[0] = view.dim(0) * ((view.dim(1) + block - 1) / block);
        for (int i = 2; i < view.rank; ++i) {
            desc.dims[i - 1] = view.dim(i);
            inner.scale[i - 1] = attrs.scale[i];
        }
        desc.dims[view.rank - 1] = block;
    }
    GraphOp as_rows = node;
    as_rows.set_attrs(inner);
    as_rows.in = {0};
    as_rows.out = {1};
    const OpHolder holder(values, as_rows);
    auto exec = prepare_operator(program.engine(), holder.op());
    const Place source = program.in_form(node.in[0], from, false);
    program.add_exec("resize", std::move(exec),
                     {{source, from.get_size()},
                      {program.form_result(node.out[0], *to, false), to->get_size()}});
    program.finish_result(node.out[0]);
    return true;
}

/// The result of a transposed convolution from that of the 1x1 one that stands for it.
bool emit_shuffle(Program& program, const GraphOp& node) {
    using Tag = memory::format_tag;
    Ir& ir = program.ir();
    Shuffle shuffle;
    std::memcpy(&shuffle, node.attrs.data(), sizeof shuffle);
    const Tag tag = shuffle.block == 16 ? Tag::nChw16c : Tag::nChw8c;
    const View x = ir.view(node.in[0]), y = ir.view(node.out[0]);
    const auto desc_of = [&](const View& view) {
        return memory::desc({view.dims.begin(), view.dims.begin() + view.rank},
                            memory::data_type::f32, tag);
    };
    const Place from = program.in_form(node.in[0], desc_of(x), false);
    const Place to = program.form_result(node.out[0], desc_of(y), false);
    program.add_step(shuffle_step(
        {x.dim(0), y.dim(1), x.dim(2), x.dim(3), shuffle.kernel_h, shuffle.kernel_w, shuffle.block},
        from, to));
    program.finish_result(node.out[0]);
    return true;
}

}  // namespace

bool emit_blocked(Program& program, const GraphOp& node) {
    try {
        switch (node.op) {
            case ASSAY_OP_CONV:
                return emit_conv(program, node);
            case ASSAY_OP_POOL:
                return emit_pool(program, node);
            case ASSAY_OP_ELEMENTWISE:
                return emit_elementwise(program, node);
            case ASSAY_OP_COPY:
                return emit_concat(program, node);
            case op_shuffle:
                return emit_shuffle(program, node);
            case ASSAY_OP_RESIZE:
                return emit_resize(program, node);
            default:
                return false;
        }
    } catch (const dnnl::error&) {
        return false;  // before any step was added: the plain operator is tried
    }
}

}  // namespace assay::onednn

// SPDX-License-Identifier: Apache-2.0
// See program.hpp.
#include "graph/program.hpp"

#include "operators.hpp"
#include "primitive_exec.hpp"

namespace assay::onednn {
namespace {

constexpr std::size_t unplaced = ~std::size_t{0};

}  // namespace

Program::Program(Ir& ir)
    : ir_(ir),
      blocks_(ir.values.size(), unplaced),
      forms_(ir.values.size()),
      plain_(ir.values.size(), true) {
    for (std::size_t i = 0; i < ir.values.size(); ++i) {
        const int v = static_cast<int>(i), kind = ir.value(v).kind;
        if (ir.is_view(v)) continue;
        if (kind == ASSAY_VALUE_INPUT || kind == ASSAY_VALUE_STATE || kind == ASSAY_VALUE_OUTPUT)
            bound.push_back(v);
    }
}

Place Program::place_of(int v) {
    const sdk::GraphValue& value = ir_.value(v);
    const int storage = value.storage;
    switch (value.kind) {
        case ASSAY_VALUE_CONST:
            return {Place::constant, 0, 0, constants_.of(ir_, v)};
        case ASSAY_VALUE_TEMP: {
            std::size_t& block = blocks_[static_cast<std::size_t>(storage)];
            if (block == unplaced) block = arena.add(ir_.view(storage).bytes);
            return Place::in_arena(block, value.view_offset);
        }
        default: {
            const auto at = std::lower_bound(bound.begin(), bound.end(), storage);
            return {Place::bound, static_cast<std::size_t>(at - bound.begin()), value.view_offset,
                    nullptr};
        }
    }
}

dnnl::memory::desc Program::plain_desc(int v, bool last) const {
    const View view = ir_.view(v);
    return described(view, logical_order(view.rank - 2, last));
}

void Program::make_plain(int v) {
    const auto at = static_cast<std::size_t>(v);
    if (plain_[at]) return;
    plain_[at] = true;
    const Form form = forms_[at].front();
    const dnnl::memory::desc to = plain_desc(v, form.last);
    const dnnl::reorder::primitive_desc chosen(engine_, form.desc, engine_, to,
                                               strict_attributes());
    ++reorders;
    add_primitive(
        "reorder", dnnl::reorder(chosen),
        {{DNNL_ARG_FROM, {form.desc, engine_, nullptr}, true, Place::in_arena(form.block)},
         {DNNL_ARG_TO, {to, engine_, nullptr}, true, place_of(v)}},
        chosen.scratchpad_desc());
}

Place Program::plain(int v) {
    make_plain(ir_.value(v).storage);
    make_plain(v);
    return place_of(v);
}

Place Program::plain_result(int v) {
    plain_[static_cast<std::size_t>(v)] = true;
    return place_of(v);
}

const Form* Program::form(int v, bool last) const {
    if (plain_[static_cast<std::size_t>(v)]) return nullptr;
    for (const Form& each : forms_[static_cast<std::size_t>(v)])
        if (each.last == last) return &each;
    return nullptr;
}

Place Program::in_form(int v, const dnnl::memory::desc& desc, bool last) {
    auto& forms = forms_[static_cast<std::size_t>(v)];
    for (const Form& each : forms)
        if (each.last == last && each.desc == desc) return Place::in_arena(each.block);
    const bool other =
        !plain_[static_cast<std::size_t>(v)] && !forms.empty() && forms.front().last == last;
    const dnnl::memory::desc from = other ? forms.front().desc : plain_desc(v, last);
    const Place source = other ? Place::in_arena(forms.front().block) : plain(v);
    if (from == desc) return source;
    const dnnl::reorder::primitive_desc chosen(engine_, from, engine_, desc, strict_attributes());
    const std::size_t block = arena.add(desc.get_size());
    ++reorders;
    add_primitive("reorder", dnnl::reorder(chosen),
                  {{DNNL_ARG_FROM, {from, engine_, nullptr}, true, source},
                   {DNNL_ARG_TO, {desc, engine_, nullptr}, true, Place::in_arena(block)}},
                  chosen.scratchpad_desc());
    forms.push_back({desc, last, block});
    return Place::in_arena(block);
}

Place Program::form_result(int v, const dnnl::memory::desc& desc, bool last) {
    if (desc == plain_desc(v, last)) return plain_result(v);
    plain_[static_cast<std::size_t>(v)] = false;
    const std::size_t block = arena.add(desc.get_size());
    forms_[static_cast<std::size_t>(v)] = {{desc, last, block}};
    return Place::in_arena(block);
}

/// What the host sees, or another value shares, is made plain at once.
void Program::finish_result(int v) {
    if (ir_.value(v).kind != ASSAY_VALUE_TEMP || ir_.is_view(v)) make_plain(v);
}

void Program::add_step(std::unique_ptr<Step> step) {
    for (const Place& place : step->operands())
        if (place.where == Place::arena) arena.touch(place.index, steps.size());
    steps.push_back(std::move(step));
}

void Program::add_primitive(const std::string& what, const dnnl::primitive& primitive,
                            std::vector<PrimitiveStep::Argument> arguments,
                            const dnnl::memory::desc& scratchpad) {
    if (scratchpad.get_size() > 0)
        arguments.push_back({DNNL_ARG_SCRATCHPAD,
                             {scratchpad, engine_, nullptr},
                             true,
                             Place::in_arena(arena.add(scratchpad.get_size()))});
    add_step(std::make_unique<PrimitiveStep>(what, primitive, arguments));
}

void Program::add_exec(const std::string& what, std::unique_ptr<sdk::Exec> exec,
                       const std::vector<ExecStep::Binding>& bindings) {
    add_step(std::make_unique<ExecStep>(what, std::move(exec), bindings));
}

namespace {

/// Whether the executable took the constant over.
bool bind(sdk::Exec& exec, std::uint32_t input, const void* data, std::uint64_t bytes) {
    PointerBuffer buffer;
    buffer.at = const_cast<void*>(data);
    try {
        exec.bind_const(input, buffer.binding(bytes));
        return true;
    } catch (const sdk::Error& error) {
        if (error.code != ASSAY_ERR_UNSUPPORTED) throw;
        return false;
    }
}

}  // namespace

void emit_plain(Program& program, const GraphOp& node) {
    if (!node.posts.empty())
        sdk::fail(ASSAY_ERR_INTERNAL, "node '%s': what was fused into it is lost",
                  node.name.c_str());
    Ir& ir = program.ir();
    const OpHolder holder(ir.values, node);
    std::unique_ptr<sdk::Exec> exec;
    try {
        if (node.accumulator != 0) query_operator(program.engine(), holder.op());  // may be refused
        exec = prepare_operator(program.engine(), holder.op());
    } catch (const sdk::Error& error) {
        throw sdk::Error(error.code, "node '" + node.name + "': " + error.what());
    }
    std::vector<ExecStep::Binding> bindings;
    for (std::size_t i = 0; i < node.in.size(); ++i) {
        if (!node.has(i)) continue;
        const int v = node.in[i];
        const std::uint64_t bytes = ir.view(v).bytes;
        const bool constant = ir.value(v).kind == ASSAY_VALUE_CONST &&
                              (ir.value(v).desc.flags & ASSAY_TENSOR_CONST) != 0;
        if (constant && bind(*exec, static_cast<std::uint32_t>(i), given_bytes(ir, v), bytes))
            continue;
        bindings.push_back({program.plain(v), bytes});
    }
    for (const int v : node.out) bindings.push_back({program.plain_result(v), ir.view(v).bytes});
    program.add_exec(node.name, std::move(exec), bindings);
}

}  // namespace assay::onednn

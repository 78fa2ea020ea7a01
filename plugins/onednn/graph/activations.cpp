// SPDX-License-Identifier: Apache-2.0
// Activations that are said in several nodes: how PaddlePaddle, PyTorch and Assay's own writer
// export hard swish, hard sigmoid, SiLU and GELU.
#include <cmath>

#include "graph/rewrite.hpp"

namespace assay::onednn {
namespace {

bool near(float a, double b) {
    return std::abs(a - b) <= 1e-5 * std::abs(b);
}

/// Matches backwards from a node: who wrote an operand, and with which function.
class Pattern {
public:
    explicit Pattern(Ir& ir) : ir_(ir) {}

    bool is(const GraphOp& node, int function) const {
        if (node.gone || node.op != ASSAY_OP_ELEMENTWISE) return false;
        const auto attrs = node.attrs_as<assay_elementwise_attrs>();
        const bool plain = (attrs.alpha == 0 || attrs.alpha == 1) && attrs.beta == 0;
        return attrs.function == function && plain &&
               ir_.value(node.out[0]).desc.dtype == ASSAY_F32;
    }
    /// The node that writes `v`, if it is that function.
    const GraphOp* made_by(int v, int function) const {
        const int at = v == sdk::absent ? -1 : ir_.writer(v);
        if (at < 0 || !ir_.is_hidden(v) || !is(node(at), function)) return nullptr;
        return &node(at);
    }
    /// The operand that is no constant, of a function of two where the other is the number `c`.
    int beside(const GraphOp& of, double c, bool ordered = false) const {
        float found = 0;
        if (ir_.number(of.in[1], found) && near(found, c)) return of.in[0];
        if (!ordered && ir_.number(of.in[0], found) && near(found, c)) return of.in[1];
        return sdk::absent;
    }
    const GraphOp& node(int i) const { return ir_.nodes[static_cast<std::size_t>(i)]; }

    /// x of a node that is c x, said as a product or a quotient.
    int scaled_by(const GraphOp& node, double c) const {
        if (is(node, ASSAY_EW_MUL)) return beside(node, c);
        return is(node, ASSAY_EW_DIV) ? beside(node, 1 / c, true) : sdk::absent;
    }
    int scaled(int v, double c) const {
        if (const GraphOp* mul = made_by(v, ASSAY_EW_MUL)) return scaled_by(*mul, c);
        if (const GraphOp* div = made_by(v, ASSAY_EW_DIV)) return scaled_by(*div, c);
        return sdk::absent;
    }
    /// x where v is relu6(x + 3).
    int hard_gate_times_six(int v) const {
        const GraphOp* clip = made_by(v, ASSAY_EW_CLIP);
        if (clip == nullptr) return sdk::absent;
        const auto attrs = clip->attrs_as<assay_elementwise_attrs>();
        if (attrs.parameter[0] != 0 || attrs.parameter[1] != 6) return sdk::absent;
        const GraphOp* add = made_by(clip->in[0], ASSAY_EW_ADD);
        return add != nullptr ? beside(*add, 3) : sdk::absent;
    }
    /// x where v is min(max(x / 6 + 1/2, 0), 1).
    int hard_gate(int v) const {
        if (const GraphOp* gate = made_by(v, ASSAY_EW_HARD_SIGMOID)) {
            const auto attrs = gate->attrs_as<assay_elementwise_attrs>();
            const bool sixth =
                near(static_cast<float>(attrs.parameter[0]), 1. / 6) && attrs.parameter[1] == 0.5;
            return sixth ? gate->in[0] : sdk::absent;
        }
        const int six = scaled(v, 1. / 6);
        return six != sdk::absent ? hard_gate_times_six(six) : sdk::absent;
    }
    /// x where v is 1 + erf(x / sqrt 2).
    int erf_gate(int v) const {
        const GraphOp* add = made_by(v, ASSAY_EW_ADD);
        const GraphOp* erf = add != nullptr ? made_by(beside(*add, 1), ASSAY_EW_ERF) : nullptr;
        return erf != nullptr ? scaled(erf->in[0], std::sqrt(0.5)) : sdk::absent;
    }

private:
    Ir& ir_;
};

bool is_product_of(const GraphOp& mul, int x, int& other) {
    if (mul.in[0] == x) return other = mul.in[1], true;
    if (mul.in[1] == x) return other = mul.in[0], true;
    return false;
}

struct Found {
    int x = sdk::absent;
    int function = 0, activation = 0;
    explicit operator bool() const { return x != sdk::absent; }
};

/// Of a product: x gate(x).
Found gated_by_itself(const Pattern& p, const GraphOp& mul) {
    for (int i = 0; i < 2; ++i) {
        const int x = mul.in[static_cast<std::size_t>(i)],
                  gate = mul.in[static_cast<std::size_t>(1 - i)];
        if (p.hard_gate(gate) == x) return {x, ASSAY_EW_HARD_SWISH, 0};
        const GraphOp* sigmoid = p.made_by(gate, ASSAY_EW_SIGMOID);
        if (sigmoid != nullptr && sigmoid->in[0] == x)
            return {x, ASSAY_EW_ACTIVATION, ASSAY_ACT_SILU};
        // (x / 2) (1 + erf …)
        const int whole = p.scaled(x, 0.5);
        if (whole != sdk::absent && p.erf_gate(gate) == whole)
            return {whole, ASSAY_EW_ACTIVATION, ASSAY_ACT_GELU};
    }
    return {};
}

/// Of a node that is c v: x relu6(x + 3) / 6, x (1 + erf …) / 2, relu6(x + 3) / 6.
Found scaled(const Pattern& p, const GraphOp& node) {
    const auto product = [&](int of, auto gate) {
        const GraphOp* mul = p.made_by(of, ASSAY_EW_MUL);
        if (mul == nullptr) return int{sdk::absent};
        for (const int x : mul->in) {
            int other = 0;
            if (is_product_of(*mul, x, other) && gate(other) == x) return x;
        }
        return int{sdk::absent};
    };
    const int six = p.scaled_by(node, 1. / 6);
    if (six != sdk::absent) {
        const int x = product(six, [&](int gate) { return p.hard_gate_times_six(gate); });
        if (x != sdk::absent) return {x, ASSAY_EW_HARD_SWISH, 0};
        const int gated = p.hard_gate_times_six(six);
        if (gated != sdk::absent) return {gated, ASSAY_EW_HARD_SIGMOID, 0};
    }
    const int two = p.scaled_by(node, 0.5);
    if (two != sdk::absent) {
        const int x = product(two, [&](int gate) { return p.erf_gate(gate); });
        if (x != sdk::absent) return {x, ASSAY_EW_ACTIVATION, ASSAY_ACT_GELU};
    }
    return {};
}

/// Nodes whose results nobody reads any more.
void drop_unread(Ir& ir) {
    for (bool again = true; again;) {
        again = false;
        for (GraphOp& node : ir.nodes) {
            if (node.gone || node.op != ASSAY_OP_ELEMENTWISE) continue;
            const int v = node.out[0];
            if (!ir.is_hidden(v) || !ir.readers(v).empty()) continue;
            node.gone = again = true;
        }
    }
}

}  // namespace

int name_activations(Ir& ir) {
    const Pattern pattern(ir);
    int named = 0;
    for (std::size_t i = ir.nodes.size(); i-- > 0;) {
        GraphOp& node = ir.nodes[i];
        Found found;
        if (pattern.is(node, ASSAY_EW_MUL)) found = gated_by_itself(pattern, node);
        if (!found) found = scaled(pattern, node);
        if (!found || !ir.view(found.x).same_dims(ir.view(node.out[0]))) continue;
        auto attrs = sdk::make<assay_elementwise_attrs>();
        attrs.function = found.function;
        attrs.activation = found.activation;
        if (found.function == ASSAY_EW_HARD_SIGMOID) {
            attrs.parameter[0] = 1. / 6;
            attrs.parameter[1] = 0.5;
        }
        node.set_attrs(attrs);
        node.in = {found.x};
        ++named;
        drop_unread(ir);
    }
    return named;
}

}  // namespace assay::onednn

// SPDX-License-Identifier: Apache-2.0
// A graph while it is turned into steps: where every value lies, as it was declared ("plain") and
// in layouts of oneDNN ("forms"). Convolutions, pools and what stands between them pass forms on; a
// form is reordered to plain when an operator of our own, or the host, needs it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/arena.hpp"
#include "graph/ir.hpp"
#include "graph/steps.hpp"

namespace assay::onednn {

/// A value in a layout of oneDNN; `last`: its dimensions were put in order as channels last.
struct Form {
    dnnl::memory::desc desc;
    bool last = false;
    std::size_t block = 0;
};

class Program {
public:
    explicit Program(Ir& ir);

    Ir& ir() { return ir_; }
    const dnnl::engine& engine() const { return engine_; }

    /// The value as the host declared it, reordered to that first if it is only in forms.
    Place plain(int v);
    /// Where a node may write it plain. It is plain from here on.
    Place plain_result(int v);
    /// The value in that layout, reordered first if it lies in none like it. `order`: of oneDNN's
    /// dimensions.
    Place in_form(int v, const dnnl::memory::desc& desc, bool last);
    /// Where a primitive may write it in that layout; finish_result() comes after the step.
    Place form_result(int v, const dnnl::memory::desc& desc, bool last);
    void finish_result(int v);
    /// The form that it lies in, if there is one of that order and it is not plain too.
    const Form* form(int v, bool last) const;

    void add_primitive(const std::string& what, const dnnl::primitive& primitive,
                       std::vector<PrimitiveStep::Argument> arguments,
                       const dnnl::memory::desc& scratchpad);
    void add_exec(const std::string& what, std::unique_ptr<sdk::Exec> exec,
                  const std::vector<ExecStep::Binding>& bindings);
    void add_step(std::unique_ptr<Step> step);
    Constants& constants() { return constants_; }

    /// How values with channels are described: batch, channels, space.
    dnnl::memory::desc plain_desc(int v, bool last) const;

    std::vector<std::unique_ptr<Step>> steps;
    Arena arena;
    std::vector<int> bound;  ///< values, in the order of their bindings
    int reorders = 0;

private:
    Place place_of(int v);
    void make_plain(int v);

    Ir& ir_;
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    Constants constants_;
    std::vector<std::size_t> blocks_;  ///< of storages; unplaced: none yet
    std::vector<std::vector<Form>> forms_;
    std::vector<bool> plain_;
};

/// Turns a node into steps in oneDNN's layouts; false when it is better off plain, and nothing was
/// done.
bool emit_blocked(Program& program, const GraphOp& node);
/// By the operator's own executable, on plain values.
void emit_plain(Program& program, const GraphOp& node);

}  // namespace assay::onednn

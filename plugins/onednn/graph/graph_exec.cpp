// SPDX-License-Identifier: Apache-2.0
// See graph_exec.hpp.
#include "graph/graph_exec.hpp"

#include "graph/program.hpp"
#include "graph/rewrite.hpp"

namespace assay::onednn {
namespace {

class GraphExec final : public sdk::Exec {
public:
    explicit GraphExec(const sdk::Graph& graph) {
        const std::uint64_t begin = sdk::host.now_ns();
        Ir ir(graph);
        nodes_ = ir.nodes.size();
        const Rewritten done = rewrite(ir);
        Program program(ir);
        for (const GraphOp& node : ir.nodes) {
            if (!node.gone && !emit_blocked(program, node)) emit_plain(program, node);
        }
        adopt(program, ir);
        path_ = std::to_string(nodes_) + " nodes in " + std::to_string(steps_.size()) + " steps, " +
                std::to_string(program.reorders) + " of them reorders; " + done.text();
        build_ns_ = sdk::host.now_ns() - begin;
    }

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override {
        if (bindings.size() != bound_.size())
            sdk::fail(ASSAY_ERR_INVALID, "graph: %u bindings, needed are %zu", bindings.size(),
                      bound_.size());
        for (std::uint32_t i = 0; i < bound_.size(); ++i) {
            Bound& each = bound_[i];
            char* data = bindings.data<char>(i, each.bytes);
            if (data == each.data) continue;
            for (const User& user : each.users) user.step->place(user.operand, data + user.offset);
            each.data = data;
        }
        for (const auto& step : steps_) step->run(queue);
    }

    void describe(assay_exec_info& info) override {
        info.accumulator = ASSAY_F32;
        info.math = ASSAY_MATH_STRICT;
        info.level = level_;
        info.workspace_bytes = arena_.bytes();
        info.constant_bytes = constants_.bytes();
        for (const auto& step : steps_) {
            info.workspace_bytes += step->workspace_bytes();
            info.constant_bytes += step->constant_bytes();
        }
        info.build_ns = build_ns_;
        info.launches = static_cast<std::uint32_t>(steps_.size());
        sdk::put(info.path, path_);
    }

private:
    struct User {
        Step* step;
        std::size_t operand;
        std::uint64_t offset;
    };
    struct Bound {
        std::uint64_t bytes;
        char* data;
        std::vector<User> users;
    };

    /// Takes over what runs, and tells every step where its operands lie.
    void adopt(Program& program, const Ir& ir) {
        steps_ = std::move(program.steps);
        arena_ = std::move(program.arena);
        constants_ = std::move(program.constants());
        arena_.place();
        for (const int v : program.bound) bound_.push_back({ir.view(v).bytes, nullptr, {}});
        for (const auto& step : steps_) {
            if (const auto* exec = dynamic_cast<const ExecStep*>(step.get()))
                if (exec->level() != ASSAY_SUPPORT_NATIVE) level_ = exec->level();
            for (std::size_t i = 0; i < step->operands().size(); ++i) place(*step, i);
        }
    }

    void place(Step& step, std::size_t operand) {
        const Place& at = step.operands()[operand];
        if (at.where == Place::arena)
            step.place(operand, static_cast<char*>(arena_.at(at.index)) + at.offset);
        else if (at.where == Place::constant)
            step.place(operand, const_cast<void*>(at.data));
        else
            bound_[at.index].users.push_back({&step, operand, at.offset});
    }

    std::vector<std::unique_ptr<Step>> steps_;
    Arena arena_;
    Constants constants_;
    std::vector<Bound> bound_;
    std::size_t nodes_ = 0;
    int level_ = ASSAY_SUPPORT_NATIVE;
    std::uint64_t build_ns_ = 0;
    std::string path_;
};

}  // namespace

std::unique_ptr<sdk::Exec> compile_graph(const sdk::Graph& graph) {
    return std::make_unique<GraphExec>(graph);
}

}  // namespace assay::onednn

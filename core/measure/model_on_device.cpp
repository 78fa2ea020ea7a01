// SPDX-License-Identifier: Apache-2.0
// A model on a device, and why its numbers may be believed: each distinct operator is checked at
// its true shape with the data that really flows through it, the answer of the timed path is held
// against that of the checked walk, and a small twin of the same family against exact arithmetic
// (research/statistics 5.4; docs/checking.md).
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/graph/evaluate.hpp"
#include "core/graph/totals.hpp"
#include "core/host/plugin_error.hpp"
#include "core/measure/device_work.hpp"
#include "core/measure/graph_on_device.hpp"
#include "core/suite/model_case.hpp"
#include "core/unit/scale.hpp"
#include "core/workload/op_check.hpp"

namespace assay {
namespace {

/// Root mean square of the difference over that of the truth.
struct Closeness {
    double error = 0, truth = 0;
    std::uint64_t elements = 0;

    void hear(double found, double expected) {
        const double off = found - expected;
        error += std::isfinite(off) ? off * off : INFINITY;
        truth += expected * expected;
        ++elements;
    }
    [[nodiscard]] double relative() const {
        if (error == 0) return 0;
        return truth > 0 ? std::sqrt(error / truth) : INFINITY;
    }
};

/// How far the roundings of `nodes` operators may move an answer: each adds a few of the
/// activations' unit roundoff, and independent ones add as a random walk. 8: chosen; bf16 twins of
/// all families stay below half of it, a forgotten residual or a wrong head is of order 1.
double rounding_limit(const Inference& run, std::size_t nodes) {
    double u = std::max(unit_roundoff(run.dtype), unit_roundoff(Dtype::f32));
    if (run.kv_cache != Dtype::none) u = std::max(u, unit_roundoff(run.kv_cache));
    return std::min(0.25, 8 * u * std::sqrt(static_cast<double>(nodes)));
}

/// Operations of an ONNX file that are done again in f64, as a twin it has not; chosen: a second.
constexpr double most_exact_work = 1 << 25;

using Numbers = std::vector<std::vector<double>>;  ///< One list for each compared output.

Closeness between(const Numbers& found, const Numbers& expected) {
    Closeness close;
    for (std::size_t k = 0; k < expected.size(); ++k) {
        for (std::size_t j = 0; j < expected[k].size(); ++j)
            close.hear(found[k][j], expected[k][j]);
    }
    return close;
}

/// Outputs that hold numbers: an index is right or wrong, and near ties it may be either. A graph
/// of an ONNX file may have no others than such.
std::vector<ValueId> compared_outputs(const Graph& graph) {
    const std::vector<ValueId> all = values_of(graph, ValueKind::output);
    std::vector<ValueId> ids = all;
    std::erase_if(ids, [&](ValueId id) {
        return is_integer(graph.values[static_cast<std::size_t>(id)].type.dtype);
    });
    return ids.empty() ? all : ids;
}

/// Whether a rounding can move a result by more than its size: a step in a function, an index.
bool has_steps(const Graph& graph) {
    return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) {
        const auto* function = std::get_if<ElementwiseAttrs>(&node.op.attrs);
        const bool step =
            function != nullptr &&
            (function->function == Function::floor || function->function == Function::ceil ||
             function->function == Function::round || function->function == Function::sign);
        return step || is_integer(node.op.outputs.front().dtype) || node.op.kind() == OpKind::topk;
    });
}

/// What stands in the compared outputs now.
Numbers outputs_of(const GraphOnDevice& on_device) {
    Numbers all;
    for (const ValueId id : compared_outputs(on_device.graph())) {
        const TensorType& type = on_device.graph().values[static_cast<std::size_t>(id)].type;
        load_range(on_device.bytes_of(id), type.dtype, 0, all.emplace_back(element_count(type)));
    }
    return all;
}

/// A request small enough for the twin: two at a time, eight tokens.
Inference small_request(Inference run) {
    run.batch = std::min<std::int64_t>(run.batch, 2);
    run.tokens = std::min<std::int64_t>(run.tokens, 8);
    run.depth = std::min<std::int64_t>(run.depth, 8);
    run.image = 0;
    return run;
}

class ModelOnDevice : public DeviceWork {
public:
    ModelOnDevice(const Case& each, const Device& device, const Queue& queue)
        : case_(each), model_(model_of(each)), device_(&device), queue_(&queue) {
        require_memory();
        graph_.emplace(graph_of(model_, run()), each.protocol.seed, device, queue, run().lowering);
    }

    [[nodiscard]] int sets() const override { return 1; }
    void enqueue(const Queue& queue, int /*set*/) override { graph_->enqueue(queue); }
    void poison(int /*set*/) override { graph_->poison(); }
    [[nodiscard]] PreparedRecord prepared() const override { return graph_->prepared(); }

    /// The first check walks the nodes; the later ones hold the outputs against those of the first.
    [[nodiscard]] Check check(int /*set*/, std::uint64_t seed) override {
        if (!expected_.empty()) {
            return held_against(outputs_of(*graph_), expected_,
                                "outputs held against the checked ones");
        }
        Check check = check_nodes(seed);
        if (!check.passed) return check;
        if (!model_.onnx) {
            merge(check, check_twin());
        } else if (!has_steps(graph_->graph()) && flop(graph_->graph()) <= most_exact_work) {
            merge(check, check_whole(graph_->graph(), *graph_, "the whole model in f64"));
        }
        return check;
    }

private:
    [[nodiscard]] const Inference& run() const { return std::get<Inference>(case_.workload); }

    void require_memory() const {
        const std::uint64_t needed = run().footprint_bytes + run().weight_bytes;
        const std::uint64_t there = device_->record().memory_bytes;
        if (there == 0 || needed <= there) return;
        throw PluginError(
            ASSAY_ERR_NO_DEVICE_MEMORY,
            fmt::format("too large: {} and as much again for repacked weights make {}, the device "
                        "has {}",
                        format(static_cast<double>(run().footprint_bytes), Unit::byte, 3),
                        format(static_cast<double>(needed), Unit::byte, 3),
                        format(static_cast<double>(there), Unit::byte, 3)));
    }

    /// Runs node by node from the first contents; each distinct operator is checked where it comes
    /// first. Then the outputs must be those of the run before it.
    Check check_nodes(std::uint64_t seed) {
        const std::vector<Node>& nodes = graph_->graph().nodes;
        const Numbers timed = outputs_of(*graph_);
        graph_->poison();
        Check all;
        all.passed = true;
        std::vector<const Op*> done;
        for (std::size_t i = 0; i < nodes.size() && all.passed; ++i) {
            const bool known = std::any_of(done.begin(), done.end(),
                                           [&](const Op* each) { return *each == nodes[i].op; });
            if (known) {
                run_node(i);
                continue;
            }
            done.push_back(&nodes[i].op);
            merge(all, check_node(i, seed + i));
        }
        all.method = fmt::format("{} distinct operators of {} nodes at their true shapes",
                                 done.size(), nodes.size());
        if (!all.passed) return all;
        expected_ = outputs_of(*graph_);
        judge(all, between(timed, expected_),
              "the run as it is timed, against its nodes one by one");
        return all;
    }

    void run_node(std::size_t i) const {
        graph_->enqueue_node(*queue_, i);
        device_->wait(*queue_);
    }

    Check check_node(std::size_t i, std::uint64_t seed) {
        const Node& node = graph_->graph().nodes[i];
        std::vector<std::vector<std::byte>> in, out;
        for (const ValueId id : node.inputs) {
            in.push_back(id == no_value ? std::vector<std::byte>() : graph_->bytes_of(id));
        }
        run_node(i);
        for (const ValueId id : node.outputs) out.push_back(graph_->bytes_of(id));
        const std::vector<std::span<const std::byte>> inputs(in.begin(), in.end());
        const std::vector<std::span<const std::byte>> outputs(out.begin(), out.end());
        const PreparedRecord& prepared = graph_->prepared(i);
        Check check =
            check_op(node.op, inputs, outputs, {prepared.accumulator, prepared.math}, seed);
        if (!check.passed) check.reason = fmt::format("node '{}': {}", node.name, check.reason);
        return check;
    }

    Check check_twin() {
        const Graph graph = graph_of(twin(model_), small_request(run()));
        const GraphOnDevice small(graph, case_.protocol.seed, *device_, *queue_, run().lowering);
        small.poison();
        small.enqueue(*queue_);
        device_->wait(*queue_);
        return check_whole(graph, small, "a small twin of the model in f64");
    }

    /// What the device has in the outputs of `graph`, against exact arithmetic.
    Check check_whole(const Graph& graph, const GraphOnDevice& on_device, const char* method) {
        GraphNumbers truth = starting_numbers(graph, case_.protocol.seed);
        evaluate(graph, truth);
        Numbers expected;
        for (const ValueId id : compared_outputs(graph)) {
            expected.push_back(truth[static_cast<std::size_t>(id)]);
        }
        return held_against(outputs_of(on_device), expected, method);
    }

    [[nodiscard]] double limit() const {
        return rounding_limit(run(), graph_->graph().nodes.size());
    }

    void judge(Check& check, const Closeness& close, const char* what) const {
        check.elements += close.elements;
        if (close.relative() <= limit() && close.truth > 0) return;
        check.passed = false;
        check.reason = close.truth > 0
                           ? fmt::format("{}: relative rms error {:.2g}, allowed are {:.2g}", what,
                                         close.relative(), limit())
                           : fmt::format("{}: the answer is all zeros and proves nothing", what);
    }

    /// `method` is what the check says of itself, and what a fault is found in.
    [[nodiscard]] Check held_against(const Numbers& found, const Numbers& expected,
                                     const char* method) const {
        const Closeness close = between(found, expected);
        Check check;
        check.passed = true;
        check.method = method;
        judge(check, close, method);
        check.rms_error = close.relative();
        check.rms_limit = limit();
        return check;
    }

    /// Takes one part of a check into the whole: the worst decides.
    static void merge(Check& all, const Check& part) {
        all.elements += part.elements;
        if (part.worst > all.worst) {
            all.worst = part.worst;
            all.max_error = part.max_error;
            all.tolerance = part.tolerance;
        }
        if (part.rms_limit > 0) {
            all.rms_error = part.rms_error;
            all.rms_limit = part.rms_limit;
        }
        if (!all.method.empty()) all.method += "; " + part.method;
        if (part.passed) return;
        all.passed = false;
        all.reason = part.reason;
    }

    Case case_;
    Model model_;
    const Device* device_;
    const Queue* queue_;
    std::optional<GraphOnDevice> graph_;
    Numbers expected_;  ///< Of the compared outputs, once checked.
};

}  // namespace

std::unique_ptr<DeviceWork> model_on(const Case& each, const Device& device, const Queue& queue) {
    return std::make_unique<ModelOnDevice>(each, device, queue);
}

}  // namespace assay

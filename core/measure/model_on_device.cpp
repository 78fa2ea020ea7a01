// SPDX-License-Identifier: Apache-2.0
// A model on a device, and why its numbers may be believed: each distinct operator is checked at
// its true shape with the data that really flows through it, the answer of the timed path is held
// against that of the checked walk, and a small twin of the same family against exact arithmetic
// (research/statistics 5.4; docs/checking.md).
#include <algorithm>
#include <optional>

#include "core/graph/evaluate.hpp"
#include "core/graph/totals.hpp"
#include "core/measure/device_work.hpp"
#include "core/measure/graph_check.hpp"
#include "core/suite/model_case.hpp"

namespace assay {
namespace {

/// Operations of an ONNX file that are done again in f64, as a twin it has not; chosen: a second.
constexpr double most_exact_work = 1 << 25;

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

class ModelOnDevice : public DeviceWork {
public:
    ModelOnDevice(const Case& each, const Device& device, const Queue& queue, WeightStore* weights)
        : case_(each), model_(model_of(each)), device_(&device), queue_(&queue) {
        require_memory(run(), device);
        graph_.emplace(graph_of(model_, run()), each.protocol.seed, device, queue,
                       GraphSetup{run().lowering, weights});
        shared_ = shared_of(weights);
    }

    [[nodiscard]] int sets() const override { return 1; }
    void enqueue(const Queue& queue, int /*set*/) override { graph_->enqueue(queue); }
    void poison(int /*set*/) override { graph_->poison(); }
    [[nodiscard]] PreparedRecord prepared() const override {
        return with(graph_->prepared(), shared_);
    }

    /// The first check walks the nodes; the later ones hold the outputs against those of the first.
    [[nodiscard]] Check check(int /*set*/, std::uint64_t seed) override {
        if (!expected_.empty()) {
            return held_against(outputs_of(*graph_), expected_, limit(),
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

    Check check_nodes(std::uint64_t seed) {
        Check all = check_operators(*graph_, *device_, *queue_, {seed, limit(), true});
        if (all.passed) expected_ = outputs_of(*graph_);
        return all;
    }

    Check check_twin() {
        const Graph graph = graph_of(twin(model_), small_request(run()));
        const GraphOnDevice small(graph, case_.protocol.seed, *device_, *queue_,
                                  {.lowering = run().lowering});
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
        return held_against(outputs_of(on_device), expected, limit(), method);
    }

    [[nodiscard]] double limit() const {
        return rounding_limit(run(), graph_->graph().nodes.size());
    }

    Case case_;
    Model model_;
    const Device* device_;
    const Queue* queue_;
    std::optional<GraphOnDevice> graph_;
    SharedWeights shared_;
    Numbers expected_;  ///< Of the compared outputs, once checked.
};

}  // namespace

std::unique_ptr<DeviceWork> model_on(const Case& each, const Device& device, const Queue& queue,
                                     WeightStore* weights) {
    if (std::get<Inference>(each.workload).output_tokens) {
        return generation_on(each, device, queue, weights);
    }
    return std::make_unique<ModelOnDevice>(each, device, queue, weights);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// A graph on a device: buffers for its values, an executable for each node or one for all, and one
// call that enqueues what is timed. It times nothing and judges nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/graph/graph.hpp"
#include "core/graph/memory_plan.hpp"
#include "core/host/device.hpp"
#include "core/measure/weight_store.hpp"
#include "core/workload/inference.hpp"

namespace assay {

class GraphOnDevice;

/// How a graph comes to a device, and what it has in common with others; all of that outlives it.
struct GraphSetup {
    Lowering lowering = Lowering::operators;
    WeightStore* weights = nullptr;         ///< Of constants; null: it has its own.
    const GraphOnDevice* states = nullptr;  ///< Its states are those of this one, by name.
};

class GraphOnDevice {
public:
    /// Plans memory, uploads inputs, constants and states (filled from `seed`), prepares every node
    /// and binds constants. Throws PluginError UNSUPPORTED that names every node which the plugin
    /// does not have. `device` and `queue` outlive it.
    /// With Lowering::graph (or best, where the plugin takes it) all nodes are one executable, and
    /// a node alone is prepared when it is asked for.
    GraphOnDevice(Graph graph, std::uint64_t seed, const Device& device, const Queue& queue,
                  const GraphSetup& setup = {});

    [[nodiscard]] const Graph& graph() const { return graph_; }

    /// All nodes, not waited for.
    void enqueue(const Queue& queue) const {
        if (whole_) return device_->enqueue(queue, whole_->exec, whole_->bindings);
        for (std::size_t i = 0; i < prepared_.size(); ++i) enqueue_node(queue, i);
    }
    /// In order, the one before waited for. As one executable this prepares it first.
    void enqueue_node(const Queue& queue, std::size_t node) const {
        if (whole_) return enqueue_alone(queue, node);
        device_->enqueue(queue, prepared_[node].ready->exec, prepared_[node].bindings);
    }
    /// Fills every output and temporary with a pattern that no right answer holds, and gives states
    /// their first contents again.
    void poison() const;
    /// The same without the states.
    void poison_outputs() const;

    /// New contents of an input that is no view, in its packed elements; waited for.
    void give(ValueId input, std::span<const std::byte> contents) const;

    /// The bytes of a value from its first element to the end of its storage: of a constant as it
    /// was given, of everything else as it stands now.
    [[nodiscard]] std::vector<std::byte> bytes_of(ValueId id) const;
    /// What was prepared for a node; as one executable, when it was last enqueued.
    [[nodiscard]] const PreparedRecord& prepared(std::size_t node) const {
        return (whole_ ? whole_->alone : prepared_[node]).ready->record;
    }
    /// All nodes in one record: the worst support, the distinct paths, bytes together.
    [[nodiscard]] PreparedRecord prepared() const;

private:
    void require_support() const;
    void allocate(const GraphSetup& setup);
    struct Prepared {
        std::shared_ptr<const ReadyOperator> ready;
        std::vector<assay_binding> bindings;
    };
    /// All nodes as one, and the node that was last run by itself.
    struct Whole {
        Exec exec;
        std::vector<assay_binding> bindings;
        PreparedRecord record;
        mutable Prepared alone;
    };
    /// `weights`: where operators that are ready are shared; may be null.
    [[nodiscard]] Prepared prepare_node(const Node& node, WeightStore* weights) const;
    void compile();
    void enqueue_alone(const Queue& queue, std::size_t node) const;
    [[nodiscard]] ReadyOperator make_ready(const Node& node) const;
    [[nodiscard]] std::shared_ptr<const Buffer> made(ValueId storage,
                                                     const GraphSetup& setup) const;
    [[nodiscard]] std::vector<bool> bind_constants(const Node& node, const Exec& exec) const;
    [[nodiscard]] const Buffer& buffer_of(ValueId storage) const;
    [[nodiscard]] assay_binding binding(ValueId id) const;
    [[nodiscard]] std::vector<std::byte> first_contents(ValueId storage) const;

    Graph graph_;
    std::uint64_t seed_;
    const Device* device_;
    const Queue* queue_;
    MemoryPlan plan_;
    Buffer temporaries_;
    std::vector<std::shared_ptr<const Buffer>> buffers_;  ///< By value; none of temporaries, views.
    std::vector<Prepared> prepared_;                      ///< By node.
    std::optional<Whole> whole_;
};

}  // namespace assay

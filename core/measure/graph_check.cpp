// SPDX-License-Identifier: Apache-2.0
#include "core/measure/graph_check.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "core/host/plugin_error.hpp"
#include "core/unit/scale.hpp"
#include "core/workload/op_check.hpp"

namespace assay {
namespace {

/// One walk through the nodes.
class Walk {
public:
    Walk(const GraphOnDevice& on_device, const Device& device, const Queue& queue)
        : graph_(on_device), device_(device), queue_(queue) {}

    void run(std::size_t i) const {
        graph_.enqueue_node(queue_, i);
        device_.wait(queue_);
    }

    [[nodiscard]] Check check(std::size_t i, std::uint64_t seed) const {
        const Node& node = graph_.graph().nodes[i];
        std::vector<std::vector<std::byte>> in, out;
        for (const ValueId id : node.inputs) {
            in.push_back(id == no_value ? std::vector<std::byte>() : graph_.bytes_of(id));
        }
        run(i);
        for (const ValueId id : node.outputs) out.push_back(graph_.bytes_of(id));
        const std::vector<std::span<const std::byte>> inputs(in.begin(), in.end());
        const std::vector<std::span<const std::byte>> outputs(out.begin(), out.end());
        const PreparedRecord& prepared = graph_.prepared(i);
        Check check =
            check_op(node.op, inputs, outputs, {prepared.accumulator, prepared.math}, seed);
        if (!check.passed) check.reason = fmt::format("node '{}': {}", node.name, check.reason);
        return check;
    }

private:
    const GraphOnDevice& graph_;
    const Device& device_;
    const Queue& queue_;
};

}  // namespace

void Closeness::hear(double found, double expected) {
    const double off = found - expected;
    error += std::isfinite(off) ? off * off : INFINITY;
    truth += expected * expected;
    ++elements;
}

double Closeness::relative() const {
    if (error == 0) return 0;
    return truth > 0 ? std::sqrt(error / truth) : INFINITY;
}

/// Each operator adds a few of the activations' unit roundoff, and independent ones add as a random
/// walk. 8: chosen; bf16 twins of all families stay below half of it, a forgotten residual or a
/// wrong head is of order 1.
double rounding_limit(const Inference& run, std::size_t nodes) {
    double u = std::max(unit_roundoff(run.dtype), unit_roundoff(Dtype::f32));
    if (run.kv_cache != Dtype::none) u = std::max(u, unit_roundoff(run.kv_cache));
    return std::min(0.25, 8 * u * std::sqrt(static_cast<double>(nodes)));
}

Closeness between(const Numbers& found, const Numbers& expected) {
    Closeness close;
    for (std::size_t k = 0; k < expected.size(); ++k) {
        for (std::size_t j = 0; j < expected[k].size(); ++j)
            close.hear(found[k][j], expected[k][j]);
    }
    return close;
}

std::vector<ValueId> compared_outputs(const Graph& graph) {
    const std::vector<ValueId> all = values_of(graph, ValueKind::output);
    std::vector<ValueId> ids = all;
    std::erase_if(ids, [&](ValueId id) {
        return is_integer(graph.values[static_cast<std::size_t>(id)].type.dtype);
    });
    return ids.empty() ? all : ids;
}

Numbers outputs_of(const GraphOnDevice& on_device) {
    Numbers all;
    for (const ValueId id : compared_outputs(on_device.graph())) {
        const TensorType& type = on_device.graph().values[static_cast<std::size_t>(id)].type;
        load_range(on_device.bytes_of(id), type.dtype, 0, all.emplace_back(element_count(type)));
    }
    return all;
}

void merge(Check& all, const Check& part) {
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

void judge(Check& check, const Closeness& close, double limit, const char* what) {
    check.elements += close.elements;
    if (close.relative() <= limit && close.truth > 0) return;
    check.passed = false;
    check.reason = close.truth > 0
                       ? fmt::format("{}: relative rms error {:.2g}, allowed are {:.2g}", what,
                                     close.relative(), limit)
                       : fmt::format("{}: the answer is all zeros and proves nothing", what);
}

Check held_against(const Numbers& found, const Numbers& expected, double limit,
                   const char* method) {
    const Closeness close = between(found, expected);
    Check check;
    check.passed = true;
    check.method = method;
    judge(check, close, limit, method);
    check.rms_error = close.relative();
    check.rms_limit = limit;
    return check;
}

Check check_operators(const GraphOnDevice& on_device, const Device& device, const Queue& queue,
                      const WalkRules& rules) {
    const std::vector<Node>& nodes = on_device.graph().nodes;
    const Numbers timed = outputs_of(on_device);
    rules.fresh_states ? on_device.poison() : on_device.poison_outputs();
    const Walk walk(on_device, device, queue);
    Check all;
    all.passed = true;
    std::vector<const Op*> done;
    for (std::size_t i = 0; i < nodes.size() && all.passed; ++i) {
        const bool known = std::any_of(done.begin(), done.end(),
                                       [&](const Op* each) { return *each == nodes[i].op; });
        if (known) {
            walk.run(i);
            continue;
        }
        done.push_back(&nodes[i].op);
        merge(all, walk.check(i, rules.seed + i));
    }
    all.method = fmt::format("{} distinct operators of {} nodes at their true shapes", done.size(),
                             nodes.size());
    if (!all.passed) return all;
    judge(all, between(timed, outputs_of(on_device)), rules.limit,
          "the run as it is timed, against its nodes one by one");
    return all;
}

void require_memory(const Inference& run, const Device& device) {
    const std::uint64_t needed = run.footprint_bytes + run.weight_bytes;
    const std::uint64_t there = device.record().memory_bytes;
    if (there == 0 || needed <= there) return;
    throw PluginError(
        ASSAY_ERR_NO_DEVICE_MEMORY,
        fmt::format("too large: {} and as much again for repacked weights make {}, the device "
                    "has {}",
                    format(static_cast<double>(run.footprint_bytes), Unit::byte, 3),
                    format(static_cast<double>(needed), Unit::byte, 3),
                    format(static_cast<double>(there), Unit::byte, 3)));
}

Inference small_request(Inference run) {
    run.batch = std::min<std::int64_t>(run.batch, 2);
    run.tokens = std::min<std::int64_t>(run.tokens, 8);
    run.depth = std::min<std::int64_t>(run.depth, 8);
    if (run.output_tokens) run.output_tokens = std::min<std::int64_t>(*run.output_tokens, 6);
    run.image = 0;
    return run;
}

}  // namespace assay

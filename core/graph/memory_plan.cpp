// SPDX-License-Identifier: Apache-2.0
#include "core/graph/memory_plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace assay {
namespace {

struct Placed {
    std::uint64_t begin, end;
};

bool together(const Lifetime& a, const Lifetime& b) {
    return a.first <= b.last && b.first <= a.last;
}

/// The begin of the smallest gap between `busy` (sorted by begin) that holds `bytes`; their end
/// when none does.
std::uint64_t best_gap(const std::vector<Placed>& busy, std::uint64_t bytes) {
    std::uint64_t end = 0;
    std::uint64_t best = 0;
    std::uint64_t best_size = 0;
    for (const Placed& each : busy) {
        const std::uint64_t gap = each.begin > end ? each.begin - end : 0;
        if (gap >= bytes && (best_size == 0 || gap < best_size)) {
            best = end;
            best_size = gap;
        }
        end = std::max(end, each.end);
    }
    return best_size > 0 ? best : end;
}

std::uint64_t most_alive(const std::vector<Lifetime>& all, std::size_t nodes) {
    std::vector<std::int64_t> change(nodes + 1, 0);
    for (const Lifetime& each : all) {
        change[each.first] += static_cast<std::int64_t>(each.bytes);
        change[each.last + 1] -= static_cast<std::int64_t>(each.bytes);
    }
    std::int64_t alive = 0;
    std::int64_t most = 0;
    for (const std::int64_t each : change) most = std::max(most, alive += each);
    return static_cast<std::uint64_t>(most);
}

/// Each in the smallest gap that holds it, in that order.
MemoryPlan place(const Graph& graph, const std::vector<Lifetime>& order) {
    MemoryPlan plan;
    plan.offsets.assign(graph.values.size(), MemoryPlan::unplanned);
    std::vector<Placed> places;
    for (std::size_t i = 0; i < order.size(); ++i) {
        std::vector<Placed> busy;
        for (std::size_t j = 0; j < i; ++j) {
            if (together(order[i], order[j])) busy.push_back(places[j]);
        }
        std::sort(busy.begin(), busy.end(),
                  [](const Placed& a, const Placed& b) { return a.begin < b.begin; });
        const std::uint64_t begin = best_gap(busy, order[i].bytes);
        places.push_back({begin, begin + order[i].bytes});
        plan.bytes = std::max(plan.bytes, places.back().end);
        plan.offsets[static_cast<std::size_t>(order[i].value)] = static_cast<std::int64_t>(begin);
    }
    return plan;
}

}  // namespace

std::vector<Lifetime> lifetimes(const Graph& graph) {
    std::map<ValueId, Lifetime> found;
    const auto touch = [&](ValueId id, std::size_t node) {
        if (id == no_value) return;
        const Value& value = graph.values[static_cast<std::size_t>(id)];
        if (value.kind != ValueKind::temporary) return;
        const auto [at, fresh] = found.try_emplace(value.storage);
        at->second.last = node;
        if (!fresh) return;
        const std::uint64_t bytes =
            byte_count(graph.values[static_cast<std::size_t>(value.storage)].type);
        const std::uint64_t rounded =
            (bytes + plan_alignment - 1) / plan_alignment * plan_alignment;
        at->second = {value.storage, node, node, rounded};
    };
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const ValueId id : graph.nodes[i].inputs) touch(id, i);
        for (const ValueId id : graph.nodes[i].outputs) touch(id, i);
    }
    std::vector<Lifetime> all;
    for (const auto& [id, each] : found) all.push_back(each);
    return all;
}

MemoryPlan plan_memory(const Graph& graph) {
    std::vector<Lifetime> order = lifetimes(graph);  // by first use
    std::stable_sort(order.begin(), order.end(),
                     [](const Lifetime& a, const Lifetime& b) { return a.first < b.first; });
    MemoryPlan plan = place(graph, order);
    std::stable_sort(order.begin(), order.end(),
                     [](const Lifetime& a, const Lifetime& b) { return a.bytes > b.bytes; });
    MemoryPlan by_size = place(graph, order);
    if (by_size.bytes <= plan.bytes) plan = std::move(by_size);
    plan.least_bytes = most_alive(order, graph.nodes.size());
    for (std::size_t i = 0; i < graph.values.size(); ++i)
        plan.offsets[i] = plan.offsets[static_cast<std::size_t>(graph.values[i].storage)];
    return plan;
}

}  // namespace assay

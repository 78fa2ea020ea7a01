// SPDX-License-Identifier: Apache-2.0
#include "core/graph/memory_plan.hpp"

#include <catch2/catch.hpp>

#include "core/base/random.hpp"
#include "core/graph/totals.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

/// A graph of `nodes` additions of values made before, of random sizes in elements.
Graph random_graph(std::uint64_t seed, std::uint32_t nodes) {
    Random random(seed, 0);
    GraphBuilder build("random");
    std::vector<std::vector<ValueId>> same_size(4);
    for (std::size_t i = 0; i < same_size.size(); ++i) {
        const auto elements = static_cast<std::int64_t>(1 + random.below(300));
        same_size[i] = {build.input(std::to_string(i), tensor(Dtype::f32, {elements}))};
    }
    ValueId last = no_value;
    for (std::uint32_t i = 0; i < nodes; ++i) {
        auto& made = same_size[random.below(4)];
        const auto any = [&] {
            return made[random.below(static_cast<std::uint32_t>(made.size()))];
        };
        last = build.add("sum", ElementwiseAttrs{.function = Function::add}, {any(), any()});
        made.push_back(last);
    }
    build.output(last, "y");
    return build.finish();
}

/// Whether two temporaries alive at one node share a byte.
bool overlaps(const Graph& graph, const MemoryPlan& plan) {
    const auto all = lifetimes(graph);
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
        std::vector<char> taken(plan.bytes, 0);
        for (const Lifetime& each : all) {
            if (node < each.first || node > each.last) continue;
            const auto begin =
                static_cast<std::size_t>(plan.offsets[static_cast<std::size_t>(each.value)]);
            const std::uint64_t size =
                byte_count(graph.values[static_cast<std::size_t>(each.value)].type);
            for (std::size_t i = begin; i < begin + size; ++i) {
                if (taken.at(i)++ != 0) return true;
            }
        }
    }
    return false;
}

}  // namespace

TEST_CASE("temporaries that are needed together never overlap, in random graphs") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        const Graph graph = random_graph(seed, 40);
        const MemoryPlan plan = plan_memory(graph);
        REQUIRE_FALSE(overlaps(graph, plan));
        REQUIRE(plan.bytes >= plan.least_bytes);
        for (const std::int64_t offset : plan.offsets)
            REQUIRE((offset == MemoryPlan::unplanned || offset % 64 == 0));
    }
}

TEST_CASE("a chain of equal temporaries needs two places") {
    GraphBuilder build("chain");
    ValueId x = build.input("x", tensor(Dtype::f32, {100}));
    for (int i = 0; i < 10; ++i)
        x = build.add("sum", ElementwiseAttrs{.function = Function::add}, {x, x});
    build.output(x, "y");
    const Graph graph = build.finish();
    const MemoryPlan plan = plan_memory(graph);
    REQUIRE(plan.bytes == 2 * 448);  // 400 bytes are 7 lines of 64
    REQUIRE(plan.least_bytes == plan.bytes);
}

TEST_CASE("inputs, outputs, constants and states have no place in the plan") {
    const Graph graph = build(twin(test::shipped("llama_3_2_1b")), test::small_request(1, 5));
    const MemoryPlan plan = plan_memory(graph);
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        const Value& storage = graph.values[static_cast<std::size_t>(graph.values[i].storage)];
        CAPTURE(graph.values[i].name);
        REQUIRE((plan.offsets[i] == MemoryPlan::unplanned) ==
                (storage.kind != ValueKind::temporary));
    }
}

TEST_CASE("the shipped models' temporaries fit in a third more than what is alive at once") {
    for (const Model& model : test::all_shipped()) {
        CAPTURE(model.name);
        const Graph graph = build(model, test::small_request(1, 16));
        const MemoryPlan plan = plan_memory(graph);
        REQUIRE(plan.bytes >= plan.least_bytes);
        REQUIRE(static_cast<double>(plan.bytes) <= 1.34 * static_cast<double>(plan.least_bytes));
        if (graph.nodes.size() > 50) REQUIRE(plan.bytes < activation_bytes(graph) / 2);
    }
}

TEST_CASE("small models' temporaries never overlap") {
    for (const Model& model : test::all_shipped()) {
        CAPTURE(model.name);
        const Graph graph = build(twin(model), test::small_request(2, 5));
        REQUIRE_FALSE(overlaps(graph, plan_memory(graph)));
    }
}

}  // namespace assay

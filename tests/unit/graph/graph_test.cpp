// SPDX-License-Identifier: Apache-2.0
#include "core/graph/graph.hpp"

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

using Catch::Matchers::Contains;

constexpr ElementwiseAttrs sum{.function = Function::add};

/// y = x + c, [2, 3].
Graph small_graph() {
    GraphBuilder build("small");
    const ValueId x = build.input("x", tensor(Dtype::f32, {2, 3}));
    const ValueId c = build.weight("c", tensor(Dtype::f32, {3}), {});
    build.output(build.add("sum", sum, {x, c}), "y");
    return build.finish();
}

}  // namespace

TEST_CASE("a builder makes a valid graph and knows its shapes") {
    const Graph graph = small_graph();
    REQUIRE(invalid(graph).empty());
    const ValueId y = find_value(graph, "y");
    REQUIRE(graph.values[static_cast<std::size_t>(y)].type.dims == Shape{2, 3});
    REQUIRE(values_of(graph, ValueKind::output) == std::vector<ValueId>{y});
    REQUIRE(find_value(graph, "z") == no_value);
}

TEST_CASE("an operator that does not fit is refused by graph and node") {
    GraphBuilder build("small");
    const ValueId x = build.input("x", tensor(Dtype::f32, {2, 3}));
    const ValueId w = build.weight("w", tensor(Dtype::f32, {4, 5}), {});
    REQUIRE_THROWS_WITH(build.add("product", MatmulAttrs{}, {x, w}),
                        Contains("small: product: matmul"));
}

TEST_CASE("a view must lie in its storage") {
    Graph graph = small_graph();
    Value window = graph.values[0];
    window.type.strides = {3, 1};
    window.offset = 1;  // its last element is the seventh of six
    graph.values.push_back(window);
    REQUIRE_THAT(invalid(graph), Contains("reaches beyond 'x'"));
}

TEST_CASE("what nobody has written cannot be read") {
    GraphBuilder build("small");
    const ValueId t = build.temporary("t", tensor(Dtype::f32, {2, 3}));
    build.add("sum", sum, {t, t});
    REQUIRE_THROWS_WITH(build.finish(), Contains("reads 't' before it is written"));
}

TEST_CASE("what is half written cannot be read") {
    GraphBuilder build("small");
    const ValueId x = build.input("x", tensor(Dtype::f32, {2, 3}));
    const ValueId t = build.temporary("t", tensor(Dtype::f32, {2, 6}));
    const Shape half = {2, 3};
    build.add_into("left", sum, {x, x}, build.view(t, {half, {6, 1}, 0}));
    SECTION("left alone") {
        build.output(build.add("both", sum, {t, t}), "y");
        REQUIRE_THROWS_WITH(build.finish(), Contains("reads 't' before it is written"));
    }
    SECTION("left and right") {
        build.add_into("right", sum, {x, x}, build.view(t, {half, {6, 1}, 3}));
        build.output(build.add("both", sum, {t, t}), "y");
        REQUIRE(build.finish().nodes.size() == 3);
    }
}

TEST_CASE("weights and inputs are never written") {
    GraphBuilder build("small");
    const ValueId x = build.input("x", tensor(Dtype::f32, {2, 3}));
    build.add_into("sum", sum, {x, x}, x);
    REQUIRE_THROWS_WITH(build.finish(), Contains("writes 'x', which is input"));
}

TEST_CASE("an output that nothing writes is refused") {
    GraphBuilder build("small");
    build.output(build.temporary("t", tensor(Dtype::f32, {2})), "y");
    REQUIRE_THROWS_WITH(build.finish(), Contains("nothing writes output 'y'"));
}

TEST_CASE("only a dense value can be reshaped") {
    GraphBuilder build("small");
    const ValueId x = build.input("x", tensor(Dtype::f32, {4, 6}));
    REQUIRE(build.dims(build.reshape(x, {2, 12})) == Shape{2, 12});
    const ValueId columns = build.view(x, {{4, 3}, {6, 1}, 0});
    REQUIRE_THROWS_AS(build.reshape(columns, {12}), Error);
    REQUIRE_THROWS_AS(build.reshape(x, {5, 5}), Error);
}

TEST_CASE("every shipped model is a valid graph in every type, layout and phase") {
    const auto types = GENERATE(
        ModelTypes{}, ModelTypes{.activations = Dtype::bf16},
        ModelTypes{.activations = Dtype::bf16, .weights = Dtype::i8, .scaling = Scaling::channel},
        ModelTypes{.activations = Dtype::f16,
                   .weights = Dtype::i4,
                   .scaling = Scaling::block,
                   .scale_block = 8},
        ModelTypes{.activations = Dtype::bf16, .cache = Dtype::f8e4m3});
    const auto layout = GENERATE(Layout::channels_first, Layout::channels_last);
    const std::int64_t depth = GENERATE(0, 7);
    for (const Model& model : test::all_shipped()) {
        CAPTURE(model.name);
        ModelRequest request = test::small_request(2, 3);
        request.types = types;
        request.layout = layout;
        request.depth = depth;
        request.next_token = true;
        const Model small = twin(model);
        const bool refused = (model.name == "mixtral_8x7b" && types.scaling != Scaling::none) ||
                             (model.name == "dlrm_kaggle" && types.scaling == Scaling::block) ||
                             (model.name == "sd_1_5_unet_block" &&
                              (layout == Layout::channels_last || types.scaling == Scaling::block));
        if (refused) {
            REQUIRE_THROWS_AS(build(small, request), Error);
        } else {
            REQUIRE(invalid(build(small, request)).empty());
        }
    }
}

TEST_CASE("a request that a model cannot serve is refused in words") {
    ModelRequest request = test::small_request(1, 8);
    request.capacity = 4;
    REQUIRE_THROWS_WITH(
        build(test::shipped("llama_3_2_1b"), request),
        Contains("Llama 3.2 1B: 8 tokens at depth 0 do not fit: the cache holds 4"));
    REQUIRE_THROWS_WITH(build(test::shipped("bert_base"), test::small_request(1, 513)),
                        Contains("513 tokens do not fit the 512 positions"));
    request = {};
    request.types.weights = Dtype::i8;
    REQUIRE_THROWS_WITH(build(test::shipped("llama_3_2_1b"), request),
                        Contains("weights of i8 need scales"));
}

}  // namespace assay

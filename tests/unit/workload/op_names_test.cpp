// SPDX-License-Identifier: Apache-2.0
#include "core/workload/op_names.hpp"

#include <catch2/catch.hpp>

namespace assay {

TEMPLATE_TEST_CASE("every name of an operator's enumeration is parsed back to its constant", "",
                   OpKind, NormKind, Reduction, Copying, Padding, Layout, Interpolation,
                   Coordinates, Nearest, Function, Scaling) {
    for (const std::string_view text : names<TestType>()) {
        const auto value = parse<TestType>(text);
        REQUIRE(value.has_value());
        REQUIRE(name(*value) == text);
    }
    REQUIRE_FALSE(parse<TestType>("nonsense").has_value());
}

TEST_CASE("names of operators and functions stand for the constants they say") {
    REQUIRE(parse<OpKind>("resize") == OpKind::resize);
    REQUIRE(parse<OpKind>("grouped_matmul") == OpKind::grouped_matmul);
    REQUIRE(parse<Function>("logical_or") == Function::logical_or);
    REQUIRE(parse<Function>("hard_swish") == Function::hard_swish);
    REQUIRE(parse<Function>("where") == Function::where);
    REQUIRE(parse<Reduction>("argmin") == Reduction::argmin);
    REQUIRE(parse<Copying>("expand") == Copying::expand);
    REQUIRE(parse<Scaling>("block") == Scaling::block);
}

TEST_CASE("the scales of a tensor have the dims of its axis, its blocks, or none") {
    TensorType weights;
    weights.dtype = Dtype::i4;
    weights.dims = {4096, 11008};
    weights.scaling = Scaling::channel;
    weights.scale_axis = 1;
    REQUIRE(scale_dims(weights) == Shape{11008});
    weights.scaling = Scaling::block;
    weights.scale_axis = 0;
    weights.scale_block = 128;
    REQUIRE(scale_dims(weights) == Shape{32, 11008});  // 4096 / 128
    weights.scaling = Scaling::tensor;
    REQUIRE(scale_dims(weights).empty());
    REQUIRE(byte_count(weights) == 4096ULL * 11008 / 2);
    REQUIRE(element_count(TensorType{}) == 0);
    REQUIRE(text_of(weights.dims) == "4096x11008");
}

}  // namespace assay

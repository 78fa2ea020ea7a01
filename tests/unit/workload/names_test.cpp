// SPDX-License-Identifier: Apache-2.0
#include "core/workload/names.hpp"

#include <catch2/catch.hpp>

namespace assay {

TEMPLATE_TEST_CASE("every name of an enumeration is parsed back to its constant", "", Math,
                   Activation, Distribution, Dtype) {
    REQUIRE(names<TestType>().size() >= 3);
    for (const std::string_view text : names<TestType>()) {
        const auto value = parse<TestType>(text);
        REQUIRE(value.has_value());
        REQUIRE(name(*value) == text);
    }
    REQUIRE_FALSE(parse<TestType>("nonsense").has_value());
}

TEST_CASE("names stand for the constants they say") {
    REQUIRE(parse<Math>("bf16x3") == Math::bf16x3);
    REQUIRE(parse<Activation>("gelu_tanh") == Activation::gelu_tanh);
    REQUIRE(parse<Distribution>("integers") == Distribution::integers);
    REQUIRE(parse<Dtype>("f8e5m2") == Dtype::f8e5m2);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/suite/case.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "core/suite/names.hpp"

namespace assay {

namespace {

Case any_case() {
    Case each;
    each.workload = Gemm{.m = 4, .n = 5, .k = 6};
    return each;
}

}  // namespace

TEST_CASE("the key of a case is its workload's and every field of its protocol") {
    const Case each = any_case();
    REQUIRE(key_of(each) ==
            key_of(each.workload) + " measure=throughput cache=hot distribution=normal seed=1");
}

TEST_CASE("what a case is called does not change its key, how it is measured does") {
    std::set<std::string> keys{key_of(any_case())};
    Case named = any_case();
    named.id = named.group = named.source = std::string(1, 'x');
    keys.insert(key_of(named));
    REQUIRE(keys.size() == 1);
    for (const auto change : {+[](Case& c) { c.protocol.measure = Measure::latency; },
                              +[](Case& c) { c.protocol.cache = CacheState::weights_cold; },
                              +[](Case& c) { c.protocol.seed = 2; },
                              +[](Case& c) { std::get<Gemm>(c.workload).transpose_b = true; }}) {
        Case other = any_case();
        change(other);
        keys.insert(key_of(other));
    }
    REQUIRE(keys.size() == 5);
}

TEMPLATE_TEST_CASE("every name of the protocol's enumerations is parsed back", "", Measure,
                   CacheState) {
    for (const std::string_view text : names<TestType>()) {
        REQUIRE(parse<TestType>(text).has_value());
        REQUIRE(name(*parse<TestType>(text)) == text);
    }
    REQUIRE_FALSE(parse<TestType>("warm").has_value());
}

TEST_CASE("weights-cold is written with a hyphen") {
    REQUIRE(parse<CacheState>("weights-cold") == CacheState::weights_cold);
    REQUIRE(parse<Measure>("latency") == Measure::latency);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/affinity.hpp"

#include <catch2/catch.hpp>

#include "core/base/error.hpp"

using Catch::Matchers::Contains;

TEST_CASE("CPU lists are read as the kernel writes them", "[supervise][affinity]") {
    CHECK(assay::parse_cpu_list("0") == std::vector<int>{0});
    CHECK(assay::parse_cpu_list("0-3,8") == std::vector<int>{0, 1, 2, 3, 8});
}

TEST_CASE("what is no CPU list is refused in one line", "[supervise][affinity]") {
    for (const char* text : {"", "a", "3-1", "1-2-3", "-1", "0,", "99999999999", "0-"}) {
        CHECK_THROWS_WITH(assay::parse_cpu_list(text), Contains("is not a CPU list such as 0-3,8"));
    }
}

TEST_CASE("binding to a CPU that does not exist says so", "[supervise][affinity]") {
    CHECK_THROWS_WITH(assay::bind_to_cpus({1023}), Contains("cannot bind"));
}

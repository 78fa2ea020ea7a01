// SPDX-License-Identifier: Apache-2.0
#include "core/suite/profile.hpp"

#include <catch2/catch.hpp>

namespace assay {

TEST_CASE("there are three profiles, of 5, 10 and 20 passes") {
    REQUIRE(find_profile("quick")->passes == 5);
    REQUIRE(find_profile("default")->passes == 10);
    REQUIRE(find_profile("publish")->passes == 20);
    REQUIRE_FALSE(find_profile("fast").has_value());
}

TEST_CASE("a profile of more passes measures each at least as long and as narrow") {
    const auto quick = *find_profile("quick"), normal = *find_profile("default"),
               publish = *find_profile("publish");
    REQUIRE(quick.min_seconds < normal.min_seconds);
    REQUIRE(normal.min_seconds < publish.min_seconds);
    REQUIRE(quick.precision > normal.precision);
    REQUIRE(normal.precision >= publish.precision);
    REQUIRE(quick.margin > normal.margin);
    for (const Profile& each : {quick, normal, publish}) {
        REQUIRE(find_profile(each.name)->name == each.name);
        REQUIRE(each.min_seconds < each.max_seconds);
        REQUIRE(each.floor_readings < each.min_readings);
    }
}

}  // namespace assay

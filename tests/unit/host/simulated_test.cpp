// SPDX-License-Identifier: Apache-2.0
// Options of a real plugin: declared, checked, laid over the defaults, recorded.
#include <algorithm>

#include <catch2/catch.hpp>

#include "core/host/device.hpp"
#include "core/host/plugin.hpp"

namespace {

using namespace assay;

/// Kept for ever: after its shutdown it could not be loaded by the next test of this process.
const Plugin& simulated() {
    static const auto& plugin = *new Plugin(Plugin::load(ASSAY_SIMULATED_PLUGIN));
    return plugin;
}

std::string recorded(const KeyValues& chosen, const std::string& key) {
    for (const auto& [name, value] : simulated().record("simulated", chosen).options) {
        if (name == key) return value;
    }
    return "not recorded";
}

}  // namespace

TEST_CASE("a chosen option is recorded over its default, others with their defaults",
          "[host][simulated]") {
    const auto options = simulated().options();
    const auto seed = std::find_if(options.begin(), options.end(),
                                   [](const auto& option) { return option.key == "seed"; });
    REQUIRE(seed != options.end());
    REQUIRE(seed->affects_results);
    CHECK(recorded({}, "seed") == seed->default_value);
    CHECK(recorded({{"seed", "77"}}, "seed") == "77");
    CHECK(recorded({{"seed", "77"}}, "gflops") == recorded({}, "gflops"));
}

TEST_CASE("a misspelt option of a plugin is refused with the nearest key", "[host][simulated]") {
    CHECK_THROWS_WITH(simulated().open(0, {{"sed", "1"}}),
                      Catch::StartsWith("simulated: no option 'sed' (did you mean 'seed'?"));
    CHECK_THROWS_WITH(simulated().open(0, {{"seed", "x"}}),
                      "simulated: option 'seed': 'x' is not an integer");
}

TEST_CASE("a virtual timer is told apart from a real one", "[host][simulated]") {
    const Device device = simulated().open(0, {{"seed", "5"}});
    CHECK(device.record().kind == "simulated");
    CHECK(device.record().timer == "virtual");
    CHECK(device.has_events());
}

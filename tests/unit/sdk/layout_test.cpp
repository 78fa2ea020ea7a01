// SPDX-License-Identifier: Apache-2.0
// The layout of ABI 0.1, frozen as numbers: sizes, offsets, constants. A change here is a new minor
// version (growth at the end) or a new major one (anything else), never an edit of a number.
#include <cstddef>
#include <cstdint>
#include <string>

#include <catch2/catch.hpp>

#include "assay/ext/cache.h"
#include "assay/ext/clock.h"
#include "assay/ext/collectives.h"
#include "assay/ext/graph.h"
#include "assay/ext/program.h"
#include "assay/ext/random.h"
#include "assay/ext/replay.h"
#include "assay/ext/sensors.h"
#include "assay/ext/serialize.h"
#include "assay/plugin.h"

// clang-format off
#include "tests/unit/sdk/layout.inc"
// clang-format on

TEST_CASE("the version these headers describe is 0.1, and the entry's name carries the major") {
    CHECK(ASSAY_ABI_MAJOR == 0);
    CHECK(ASSAY_ABI_MINOR == 1);
    CHECK(std::string(ASSAY_ENTRY_SYMBOL) ==
          "assay_plugin_entry_v" + std::to_string(ASSAY_ABI_MAJOR));
}

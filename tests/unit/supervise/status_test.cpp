// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/status.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

namespace {
const std::filesystem::path path =
    std::filesystem::temp_directory_path() / ("assay-status-" + std::to_string(getpid()));
}

TEST_CASE("the supervisor reads what the worker did last", "[supervise][status]") {
    {
        assay::StatusWriter writer(path);
        CHECK(assay::read_status(path).phase == "load");
        writer.now(4, "measure");
        CHECK(assay::read_status(path).index == 4);
    }
    CHECK(assay::read_status(path).phase == "measure");
    std::filesystem::remove(path);
}

TEST_CASE("without a status file nothing is known", "[supervise][status]") {
    CHECK(assay::read_status("/nonexistent/status").index == -1);
    assay::StatusWriter writer("");
    writer.now(1, "check");
}

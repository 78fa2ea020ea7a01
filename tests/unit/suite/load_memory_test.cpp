// SPDX-License-Identifier: Apache-2.0
// [[memory]] tables and roof = true: what they become, what is refused.
#include <catch2/catch.hpp>

#include "core/suite/memory_case.hpp"
#include "tests/unit/suite/folder.hpp"

namespace assay {
namespace {

using test::load_text;
using test::refusal;

TEST_CASE("a memory table is three operators over rotated data, each a roof") {
    const Suite suite = load_text("[[memory]]\nbytes = 1048576\n");
    REQUIRE(suite.cases.size() == 3);
    CHECK(suite.cases[0].id == "memory/read reduce f32 64x4096 axis=1 reduction=sum cold");
    CHECK(suite.cases[1].id ==
          "memory/copy copy f32 64x4096 64x4096 copying=slice params=0x0 cold");
    CHECK(suite.cases[2].id == "memory/add elementwise f32 64x4096 64x4096 function=add cold");
    for (const Case& each : suite.cases) {
        CHECK(each.roof);
        CHECK(each.protocol.cache == CacheState::cold);
        CHECK(each.protocol.measure == Measure::throughput);
    }
    // 1 MiB read and 64 sums of 4 bytes; read and written; two read, one written.
    CHECK(least_bytes(suite.cases[0].workload) == 1048576 + 256);
    CHECK(least_bytes(suite.cases[1].workload) == 2 * 1048576);
    CHECK(least_bytes(suite.cases[2].workload) == 3 * 1048576);
}

TEST_CASE("accesses and sizes of memory are axes") {
    const Suite suite = load_text(
        "[[memory]]\nname = \"roofs\"\naccess = [\"add\", \"read\"]\nbytes = [16384, 32768]\n");
    REQUIRE(suite.cases.size() == 4);
    CHECK(suite.cases[1].id == "roofs/add elementwise f32 2x4096 2x4096 function=add cold");
    CHECK(suite.cases[2].group == "roofs");
}

TEST_CASE("a memory table may ask for the way between host and device") {
    const Suite suite =
        load_text("[[memory]]\naccess = [\"to_device\", \"from_device\"]\nbytes = 1048576\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[0].id == "memory/to_device to_device 1048576 B cold");
    CHECK(suite.cases[1].id == "memory/from_device from_device 1048576 B cold");
    for (const Case& each : suite.cases) {
        CHECK(each.roof);
        CHECK(kind(each.workload) == "transfer");
        CHECK_FALSE(is_operator(each.workload));
        CHECK(flop(each.workload) == 0);
        CHECK(least_bytes(each.workload) == 1048576);  // counted once: it crosses the link once
    }
    CHECK(key_of(suite.cases[0]) != key_of(suite.cases[1]));
}

TEST_CASE("any GEMM or operator may be a roof, and none is unless it says so") {
    const Suite suite = load_text(
        "[[gemm]]\nm = 4\nn = 5\nk = 6\nroof = true\ndtype = [\"f32\", \"bf16\"]\n"
        "[[operator]]\nop = \"softmax\"\nx = \"4x8\"\naxis = 1\n");
    CHECK(suite.cases[0].roof);
    CHECK(suite.cases[1].roof);
    CHECK_FALSE(suite.cases[2].roof);
    // Being a roof is no part of the work: files with and without the mark compare.
    CHECK(key_of(suite.cases[0]).find("roof") == std::string::npos);
}

TEST_CASE("what makes no sense as a memory table is refused where it stands") {
    CHECK_THAT(refusal("[[memory]]\nbytes = 1000\n"),
               Catch::Contains("a.toml:2:9: bytes is 1000, not a multiple of 16384 up to 2^40"));
    CHECK_THAT(refusal("[[memory]]\naccess = \"triad\"\n"),
               Catch::Contains("access is 'triad', not one of read, copy, add"));
    CHECK_THAT(refusal("[[memory]]\ncache = \"hot\"\n"),
               Catch::Contains("a.toml:2:1: unknown key 'cache'"));
    CHECK_THAT(refusal("[[memory]]\nbytes = []\n"), Catch::Contains("bytes is an empty list"));
    CHECK_THAT(refusal("[[gemm]]\nm = 4\nn = 5\nk = 6\nroof = \"yes\"\n"),
               Catch::Contains("a.toml:5:8: roof"));
    CHECK_THAT(refusal("[[gemm]]\nm = 4\nn = 5\nk = 6\nroof = true\nscenario = \"offline\"\n"),
               Catch::Contains("unknown key 'roof'"));
}

}  // namespace
}  // namespace assay

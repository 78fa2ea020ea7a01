// SPDX-License-Identifier: Apache-2.0
// Inputs from a file of the user's: named in a suite, known by its hash, read where it is used.
#include "core/suite/data_file.hpp"

#include <cstring>
#include <limits>

#include <catch2/catch.hpp>

#include "core/result/json_records.hpp"
#include "core/suite/suite.hpp"
#include "tests/unit/suite/folder.hpp"

namespace assay {
namespace {

constexpr const char* product = "[[gemm]]\nm = 4\nn = 4\nk = 4\n";

std::string bytes_of(const std::vector<float>& numbers) {
    std::string bytes(numbers.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), numbers.data(), bytes.size());
    return bytes;
}

Suite load(const test::SuitesFolder& folder, const std::string& keys) {
    folder.write("numbers/own.f32", bytes_of({1, 2, 3}));
    return load_suite(folder.write("a.toml", product + keys));
}

TEST_CASE("a suite names a file of numbers, which is part of the case's identity") {
    const test::SuitesFolder folder;
    const Suite suite = load(folder, "data_file = \"numbers/own.f32\"\n");
    const Case& each = suite.cases.at(0);
    CHECK(each.protocol.distribution == Distribution::file);
    CHECK(each.id == "gemm f32 4x4x4 file numbers/own.f32");
    REQUIRE(each.protocol.data);
    CHECK_THAT(key_of(each), Catch::Contains(" distribution=file seed=1 data_sha256=" +
                                             each.protocol.data->sha256));
    CHECK_THAT(suite.files.at(1).text, Catch::Contains("3 numbers") &&
                                           Catch::Contains(each.protocol.data->sha256) &&
                                           Catch::Contains("not kept"));
    CHECK(numbers_of(each) == std::vector<float>{1, 2, 3});
}

TEST_CASE("a case without a file has the key that it had before there were files") {
    const test::SuitesFolder folder;
    const Suite suite = load(folder, "");
    CHECK_THAT(key_of(suite.cases.at(0)), Catch::EndsWith(" distribution=normal seed=1"));
    CHECK(numbers_of(suite.cases.at(0)).empty());
}

TEST_CASE("one of several distributions may be a file's") {
    const test::SuitesFolder folder;
    const Suite suite =
        load(folder, "distribution = [\"hpl\", \"file\"]\ndata_file = \"numbers/own.f32\"\n");
    REQUIRE(suite.cases.size() == 2);
    CHECK(suite.cases[0].protocol.distribution == Distribution::hpl);
    CHECK_FALSE(suite.cases[0].protocol.data);
    CHECK(suite.cases[1].protocol.data);
}

TEST_CASE("a worker gets where the numbers lie, and refuses those that have changed") {
    const test::SuitesFolder folder;
    const Suite suite = load(folder, "data_file = \"numbers/own.f32\"\n");
    const Case carried = case_description_from_json(to_json(suite.cases[0]), "job");
    CHECK(numbers_of(carried).size() == 3);
    folder.write("numbers/own.f32", bytes_of({1, 2, 4}));
    CHECK_THROWS_WITH(numbers_of(carried), Catch::Contains("has changed since the suite was read"));
}

TEST_CASE("a file that cannot be inputs is refused, with what is wrong") {
    const test::SuitesFolder folder;
    folder.write("cut.f32", "12345");
    folder.write("none.f32", "");
    folder.write("nan.f32", bytes_of({0, std::numeric_limits<float>::quiet_NaN()}));
    struct Row {
        std::string keys, says;
    };
    for (const Row& row : {Row{"data_file = \"cut.f32\"\n", "cut.f32: 5 bytes are no list of f32"},
                           Row{"data_file = \"none.f32\"\n", "none.f32: 0 bytes"},
                           Row{"data_file = \"nan.f32\"\n", "nan.f32: number 1 is not finite"},
                           Row{"data_file = \"absent.f32\"\n", "absent.f32"},
                           Row{"data_file = \"../own.f32\"\n", "leaves the folder"},
                           Row{"data_file = \"/etc/passwd\"\n", "leaves the folder"},
                           Row{"distribution = \"file\"\n", "needs data_file"},
                           Row{"distribution = \"normal\"\ndata_file = \"numbers/own.f32\"\n",
                               "data_file needs distribution = \"file\""}}) {
        CAPTURE(row.keys);
        CHECK_THROWS_WITH(load(folder, row.keys),
                          Catch::Contains("a.toml:1:1: ") && Catch::Contains(row.says));
    }
}

}  // namespace
}  // namespace assay

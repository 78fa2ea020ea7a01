// SPDX-License-Identifier: Apache-2.0
// Reading: what is cut short is read, what was changed is refused with file, line and key.
#include "core/result/run.hpp"

#include <functional>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/result/json_records.hpp"
#include "core/result/summary.hpp"
#include "tests/unit/result/made_up.hpp"
#include "tests/unit/result/temporary.hpp"

namespace assay {
namespace {

/// Writes the lines with a chain that fits them: what is wrong is only what the test put there.
void write_chained(const Temporary& file, std::vector<Json> records) {
    std::string previous(64, '0'), text;
    for (Json& record : records) {
        record["previous"] = previous;
        const std::string line = record.dump();
        previous = sha256_hex(line);
        text += line + "\n";
    }
    file.set(text);
}

std::vector<Json> records_of(const Temporary& file) {
    std::vector<Json> records;
    for (const std::string& line : file.lines()) records.push_back(parse_json(line, "test"));
    return records;
}

std::string refusal(const std::filesystem::path& path) {
    try {
        read_run(path);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST_CASE("a file without its end record is read and says that it was cut short", "[result]") {
    const Temporary file("short.jsonl");
    Run made = made_up::run(2);
    made.end.reset();
    write(made, file.path);
    const Run read = read_run(file.path);
    CHECK(read.records.size() == 6);
    CHECK_FALSE(read.end);
    REQUIRE(read.warnings.size() == 1);
    CHECK(read.warnings[0] == "cut short: no end record after 6 case records");
}

TEST_CASE("cut at any byte, every whole record is read and nothing else", "[result]") {
    const Temporary file("torn.jsonl");
    write(made_up::run(1), file.path);
    std::string text = join(file.lines(), "\n") + "\n";
    const std::size_t header = text.find('\n');
    for (std::size_t length = header + 1; length < text.size(); length += 97) {
        file.set(text.substr(0, length));
        const auto ends = std::count(text.begin(), text.begin() + length, '\n');
        const Run read = read_run(file.path);
        const std::size_t whole = read.records.size() + (read.end ? 1 : 0);
        // The last record counts as whole when only its end of line is missing.
        const bool only_end_missing = text[length] == '\n';
        CHECK(whole == static_cast<std::size_t>(ends) - 1 + (only_end_missing ? 1 : 0));
    }
}

TEST_CASE("a file cut inside its first line is refused", "[result]") {
    const Temporary file("empty.jsonl");
    file.set("");
    CHECK(refusal(file.path).find("no run record") != std::string::npos);
    file.set("{\"type\":\"run\",\"prev");
    CHECK(refusal(file.path).find("no run record") != std::string::npos);
}

TEST_CASE("one changed digit in any line but the last breaks the chain", "[result]") {
    const Temporary file("changed.jsonl");
    write(made_up::run(1), file.path);
    std::vector<std::string> lines = file.lines();
    const std::size_t place = lines[1].find("\"elapsed_s\":0.5");
    REQUIRE(place != std::string::npos);
    lines[1].replace(place, 15, "\"elapsed_s\":0.6");
    file.set(join(lines, "\n") + "\n");
    CHECK(refusal(file.path) ==
          file.path.string() +
              ":3: the hash of the line before does not fit: the file was changed or mixed");
}

TEST_CASE("a removed line and two exchanged lines break the chain", "[result]") {
    const Temporary file("order.jsonl");
    write(made_up::run(1), file.path);
    const std::vector<std::string> lines = file.lines();
    std::vector<std::string> fewer = lines, exchanged = lines;
    fewer.erase(fewer.begin() + 2);
    std::swap(exchanged[1], exchanged[2]);
    file.set(join(fewer, "\n") + "\n");
    CHECK(refusal(file.path).find(":3: the hash") != std::string::npos);
    file.set(join(exchanged, "\n") + "\n");
    CHECK(refusal(file.path).find(":2: the hash") != std::string::npos);
}

/// A defect, and what the refusal must contain. Line 2 is the first case record.
struct Defect {
    const char* name;
    std::function<void(std::vector<Json>&)> make;
    const char* message;
};

const std::vector<Defect>& defects() {
    static const std::vector<Defect> all = {
        {"negative reading", [](auto& r) { r[1]["sample"]["readings_ns"][1] = -1; },
         ":2: sample.readings_ns has a negative value at 1"},
        {"text as number", [](auto& r) { r[1]["elapsed_s"] = "fast"; },
         ":2: elapsed_s is not a number"},
        {"missing key", [](auto& r) { r[1]["protocol"].erase("cache"); },
         ":2: protocol.cache is missing"},
        {"unknown enumeration", [](auto& r) { r[1]["workload"]["a"] = "f31"; },
         ":2: workload.a 'f31' is not known"},
        {"unknown kind", [](auto& r) { r[1]["workload"]["kind"] = "dance"; },
         ":2: workload is of the unknown kind 'dance'"},
        {"impossible size", [](auto& r) { r[1]["workload"]["m"] = 0; }, ":2: workload m must"},
        {"too large for its type", [](auto& r) { r[1]["pass"] = 5'000'000'000; },
         ":2: pass is not a whole number in range"},
        {"fraction for a count", [](auto& r) { r[1]["sample"]["invocations"] = 1.5; },
         ":2: sample.invocations is not a whole number in range"},
        {"key of another work", [](auto& r) { r[1]["workload"]["m"] = 513; },
         ":2: the record has a key that is not that of its workload and protocol"},
        {"measured without check", [](auto& r) { r[1].erase("check"); },
         ":2: the record says measured without passed check"},
        {"measured with failed check", [](auto& r) { r[1]["check"]["passed"] = false; },
         ":2: the record says measured without passed check"},
        {"measured without sample", [](auto& r) { r[1].erase("sample"); },
         ":2: the record says measured but has no sample"},
        {"turns", [](auto& r) { r[1]["sample"]["turns"][0] = 1; },
         ":2: sample has turns that do not add up"},
        {"host brackets", [](auto& r) { r[1]["sample"]["host_ns"].push_back(1.0); },
         ":2: sample has not one host_ns for each of readings_ns"},
        {"clock", [](auto& r) { r[1]["sample"]["clock"] = "sun"; },
         ":2: sample has the unknown clock 'sun'"},
        {"unknown subject", [](auto& r) { r[1]["subject"] = 7; },
         ":2: subject 7 is not in the run record"},
        {"case twice", [](auto& r) { r[2] = r[1]; },
         ":3: a second record of this case in this pass"},
        {"wrong count at the end", [](auto& r) { r[4]["records"] = 4; },
         ":5: the end record counts 4 case records, the file has 3"},
        {"case after the end",
         [](auto& r) {
             std::swap(r[3], r[4]);
             r[3]["records"] = 2;
         },
         ":5: a case after the end record"},
        {"two run records", [](auto& r) { r[1] = r[0]; }, ":2: a second run record"},
        {"no run record", [](auto& r) { r.erase(r.begin()); },
         ":1: the first record is not a run record"},
        {"unknown type", [](auto& r) { r[1]["type"] = "cake"; }, ":2: unknown record type 'cake'"},
        {"higher schema", [](auto& r) { r[0]["schema"] = "assay/run/1.0"; },
         ":1: schema 'assay/run/1.0' is not understood"},
        {"terminal escape", [](auto& r) { r[1]["type"] = "\x1b[31m"; },
         ":2: unknown record type '?[31m'"},
        {"status", [](auto& r) { r[4]["status"] = "great"; }, ":5: status is neither"},
    };
    return all;
}

TEST_CASE("each defect of a record is refused by file, line and key", "[result]") {
    const Temporary file("defect.jsonl");
    for (const Defect& defect : defects()) {
        write(made_up::run(1), file.path);
        std::vector<Json> records = records_of(file);
        defect.make(records);
        write_chained(file, records);
        INFO(defect.name);
        const std::string message = refusal(file.path);
        CHECK_THAT(message, Catch::StartsWith(file.path.string() + defect.message));
    }
}

TEST_CASE("fields of a newer minor version are ignored, with a warning", "[result]") {
    const Temporary file("newer.jsonl");
    write(made_up::run(1), file.path);
    std::vector<Json> records = records_of(file);
    records[0]["schema"] = "assay/run/0.9";
    records[0]["weather"] = "fine";
    records[1]["sample"]["colour"] = "red";
    write_chained(file, records);
    const Run read = read_run(file.path);
    CHECK(read.records.size() == 3);
    REQUIRE(read.warnings.size() == 1);
    CHECK(read.warnings[0].find("assay/run/0.9") != std::string::npos);
}

TEST_CASE("an interrupted run that was resumed has its last end record", "[result]") {
    const Temporary file("resumed.jsonl");
    write(made_up::run(1), file.path);
    std::vector<Json> records = records_of(file);
    Json interrupted = records[4];
    interrupted["status"] = "interrupted";
    interrupted["records"] = 2;
    records.push_back(records[4]);
    records[4] = records[3];
    records[3] = interrupted;
    write_chained(file, records);
    const Run read = read_run(file.path);
    CHECK(read.records.size() == 3);
    CHECK(read.end->status == "complete");
}

TEST_CASE("what is no file, or a folder, or something else, is refused by name", "[result]") {
    CHECK_THAT(refusal("/nowhere/x.jsonl"), Catch::Contains("/nowhere/x.jsonl: no such file"));
    CHECK_THAT(refusal("/tmp"), Catch::Contains("/tmp: not a regular file"));
    CHECK_THAT(refusal("/dev/zero"), Catch::Contains("/dev/zero: not a regular file"));
    const Temporary file("noise.jsonl");
    file.set("#!/bin/sh\necho no\n");
    CHECK_THAT(refusal(file.path), Catch::Contains(":1: not valid JSON"));
}

TEST_CASE("a published file of schema 0.1 is read as it was, without a warning", "[result]") {
    const auto folder = std::filesystem::path(ASSAY_SCHEMA).parent_path();
    const Run run = read_run(folder / "standard-xeon-amx-2cpu-2026-11.jsonl");
    CHECK(run.header.schema == "assay/run/0.1");
    CHECK(run.warnings.empty());
    REQUIRE_FALSE(run.records.empty());
    CHECK_FALSE(summarise(run).at(0).normalised.has_value());  // it is older than the probe
}

}  // namespace
}  // namespace assay

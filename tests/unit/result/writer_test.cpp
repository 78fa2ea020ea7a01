// SPDX-License-Identifier: Apache-2.0
// Files written by ResultWriter and read back: nothing changes on the way, the chain holds.
#include "core/result/writer.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/base/sha256.hpp"
#include "core/result/json_records.hpp"
#include "tests/unit/result/made_up.hpp"
#include "tests/unit/result/temporary.hpp"

namespace assay {
namespace {

TEST_CASE("what is written is what is read, record for record", "[result]") {
    const Temporary file("roundtrip.jsonl");
    const Run made = made_up::run(3);
    write(made, file.path);
    const Run read = read_run(file.path);
    CHECK(to_json(read.header) == to_json(made.header));
    REQUIRE(read.records.size() == made.records.size());
    for (std::size_t i = 0; i < made.records.size(); ++i) {
        CHECK(to_json(read.records[i]) == to_json(made.records[i]));
    }
    REQUIRE(read.end);
    CHECK(to_json(*read.end) == to_json(*made.end));
    CHECK(read.warnings.empty());
}

TEST_CASE("each line names the SHA-256 of the line before it", "[result]") {
    const Temporary file("chain.jsonl");
    write(made_up::run(1), file.path);
    std::string previous(64, '0');
    int lines = 0;
    for (const std::string& line : file.lines()) {
        const Json json = parse_json(line, "test");
        CHECK(json.at("previous") == previous);
        previous = sha256_hex(line);
        ++lines;
    }
    CHECK(lines == 5);  // run, three cases, end
}

TEST_CASE("a file cut at any byte goes on where its last whole record ends", "[result]") {
    const Temporary whole("whole.jsonl"), cut("cut.jsonl");
    const Run made = made_up::run(2);
    write(made, whole.path);
    const std::string text = read_file(whole.path);
    const std::size_t header = text.find('\n');
    for (std::size_t bytes = header; bytes < text.size(); bytes += bytes % 97 + 1) {
        write_whole(cut.path, text.substr(0, bytes));
        const Run begun = read_run(cut.path);
        ResultWriter writer(cut.path, begun.tail);
        for (std::size_t i = begun.records.size(); i < made.records.size(); ++i) {
            writer.append(made.records[i]);
        }
        if (!begun.end) writer.append(*made.end);
        INFO(bytes);
        REQUIRE(read_file(cut.path) == text);
    }
}

TEST_CASE("a result file that exists is not overwritten unless asked", "[result]") {
    const Temporary file("exists.jsonl");
    const Run made = made_up::run(1);
    write(made, file.path);
    CHECK_THROWS_AS(ResultWriter(file.path, made.header, false), Error);
    ResultWriter(file.path, made.header, true);
    CHECK(file.lines().size() == 1);
}

TEST_CASE("an infinite error of a failed check is stored as the largest double", "[result]") {
    CaseRecord record = made_up::skipped(0, 0, made_up::gemm(8), "wrong answer");
    record.outcome.state = State::failed;
    record.check.emplace();
    record.check->max_error = INFINITY;
    record.check->worst = NAN;
    const CaseRecord read = case_from_json(parse_json(dump_json(to_json(record)), "t"), "t");
    CHECK(read.check->max_error == std::numeric_limits<double>::max());
    CHECK(read.check->worst == std::numeric_limits<double>::max());
}

TEST_CASE("a case travels to the worker and back unchanged", "[result]") {
    Case each;
    each.id = "group/gemm";
    each.group = "group";
    each.source = "a paper";
    Gemm work = made_up::gemm(33);
    work.a = Dtype::bf16;
    work.math = Math::bf16x3;
    work.activation = Activation::gelu_tanh;
    work.bias = Dtype::f32;
    each.workload = work;
    each.protocol.cache = CacheState::weights_cold;
    each.protocol.measure = Measure::latency;
    each.max_seconds = 2.5;
    const Case read = case_description_from_json(to_json(each), "worker");
    CHECK(to_json(read) == to_json(each));
    CHECK(read.workload == each.workload);
    CHECK(read.protocol == each.protocol);
}

TEST_CASE("anonymous leaves out who and where, and keeps what the numbers depend on", "[result]") {
    const std::string text = dump_json(to_json(anonymous(made_up::header(3))));
    for (const char* secret : {"bench1", "boot-1", "ada", "GPU-1234", "/home"}) {
        CHECK(text.find(secret) == std::string::npos);
    }
    for (const char* kept : {"Imaginary CPU", "fast.so", "6.1.0", "\"anonymous\":true"}) {
        CHECK(text.find(kept) != std::string::npos);
    }
}

}  // namespace
}  // namespace assay

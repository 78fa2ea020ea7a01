// SPDX-License-Identifier: Apache-2.0
// Readings put aside in a temporary file: the same records and summaries come of them.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "core/result/json_records.hpp"
#include "core/result/whole.hpp"
#include "tests/unit/result/made_up.hpp"
#include "tests/unit/result/temporary.hpp"

namespace assay {
namespace {

/// Samples with everything that is put aside, more than one piece of the buffer (64 KiB) together.
Run large() {
    Run run = made_up::run(20);
    double value = 1e6;
    for (CaseRecord& record : run.records) {
        if (!record.sample) continue;
        SampleRecord& sample = *record.sample;
        sample.clock = "device";
        for (int i = 0; i < 3000; ++i) sample.readings_ns.push_back(value += 1);
        sample.turns = {static_cast<int>(sample.readings_ns.size())};
        sample.host_ns = sample.readings_ns;
        if (record.index == 0) sample.settling_ns = {7, 8, 9};
        record.elapsed_s = 100;
    }
    return run;
}

std::string text_of(const CaseRecord& record) {
    return dump_json(to_json(record));
}

void require_the_same(const Run& here, const Run& there) {
    REQUIRE(here.records.size() == there.records.size());
    for (std::size_t i = 0; i < here.records.size(); ++i) {
        const WholeRecord whole(there, there.records[i]);
        REQUIRE(text_of(*whole) == text_of(here.records[i]));
    }
    const std::vector<CaseSummary> one = summarise(here), other = summarise(there);
    REQUIRE(one.size() == other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        REQUIRE(one[i].id == other[i].id);
        REQUIRE(one[i].pass_medians == other[i].pass_medians);
        REQUIRE(one[i].time.low == other[i].time.low);
        REQUIRE(one[i].warnings == other[i].warnings);
        REQUIRE(one[i].doubts.size() == other[i].doubts.size());
        const WholeSummary whole(there, other[i]);
        REQUIRE(whole->records.size() == one[i].records.size());
        for (std::size_t j = 0; j < whole->records.size(); ++j) {
            REQUIRE(text_of(*whole->records[j]) == text_of(*one[i].records[j]));
        }
    }
}

TEST_CASE("readings put aside are not in memory, and records and summaries are the same") {
    const Temporary file("aside");
    write(large(), file.path);
    const Run here = read_run(file.path), there = read_run(file.path, Keep::aside);
    for (const CaseRecord& record : there.records) {
        if (record.sample) REQUIRE(record.sample->readings_ns.empty());
    }
    require_the_same(here, there);
}

TEST_CASE("without a folder for them, readings stay in memory, and all is the same") {
    const Temporary file("aside-nowhere");
    write(large(), file.path);
    const char* usual = std::getenv("TMPDIR");
    const std::string kept = usual == nullptr ? "" : usual;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    const Run there = read_run(file.path, Keep::aside);
    usual == nullptr ? unsetenv("TMPDIR") : setenv("TMPDIR", kept.c_str(), 1);
    REQUIRE_FALSE(there.records[0].sample->readings_ns.empty());
    require_the_same(read_run(file.path), there);
}

TEST_CASE("who wants the records alone gets no reading") {
    const Temporary file("aside-records");
    write(large(), file.path);
    const Run run = read_run(file.path, Keep::records);
    REQUIRE(run.records.size() == large().records.size());
    REQUIRE(run.records[0].sample->readings_ns.empty());
}

}  // namespace
}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// No number without a right answer: each fault of the simulated device, and what becomes of it.
#include <algorithm>

#include <catch2/catch.hpp>

#include "on_simulated.hpp"

using namespace assay;

namespace {

CaseRecord with_fault(const std::string& fault, const KeyValues& more = {}) {
    KeyValues options{{"median_ns", "100000"}, {"fault", fault}};
    options.insert(options.end(), more.begin(), more.end());
    return run_one(gemm_case(64, 48, 83), options);
}

}  // namespace

TEST_CASE("a wrong answer never gets a number", "[measure][faults]") {
    for (const char* fault :
         {"drop_last_k", "drop_k_tail", "tf32", "bf16", "zeros", "transpose_b", "skip"}) {
        const CaseRecord record = with_fault(fault);
        INFO(fault << ": " << record.outcome.reason);
        CHECK(record.outcome.state == State::failed);
        CHECK(record.outcome.phase == "check");
        CHECK(record.outcome.reason.find("wrong answer: ") == 0);
        CHECK_FALSE(record.sample.has_value());
    }
}

TEST_CASE("an answer computed in tf32 for f32 is refused at every k", "[measure][faults]") {
    for (const std::int64_t k : {64, 512, 4096}) {
        const CaseRecord record =
            run_one(gemm_case(32, 32, k), {{"median_ns", "100000"}, {"fault", "tf32"}});
        INFO(k);
        CHECK(record.outcome.state == State::failed);
    }
}

TEST_CASE("an answer that drops the last k is refused in every type", "[measure][faults]") {
    for (const Dtype dtype : {Dtype::f64, Dtype::f32, Dtype::bf16}) {
        const CaseRecord record = run_one(gemm_case(64, 64, 300, dtype),
                                          {{"median_ns", "100000"}, {"fault", "drop_last_k"}});
        INFO(name(dtype));
        CHECK(record.outcome.state == State::failed);
    }
}

TEST_CASE("work that stops after the first check is caught where it stops", "[measure][faults]") {
    // Before timing: two calls to see how long they take, the checked one, two exact ones. Then the
    // first batches of the warm-up, whose last answers are looked at.
    const CaseRecord early = with_fault("skip", {{"fault_after", "10"}});
    CHECK(early.outcome.state == State::failed);
    CHECK(early.outcome.phase == "warm-up");
    CHECK(early.outcome.reason.find("is nan in a call between timed ones") != std::string::npos);
    const CaseRecord late = with_fault("skip", {{"fault_after", "150"}});
    CHECK(late.outcome.state == State::failed);
    CHECK(late.outcome.phase == "measure");
}

TEST_CASE("an answer that is kept from before is wrong for changed inputs", "[measure][faults]") {
    for (const char* fault : {"stale", "once"}) {
        const CaseRecord record = with_fault(fault, {{"fault_after", "150"}});
        INFO(fault << ": " << record.outcome.reason);
        CHECK(record.outcome.state == State::failed);
        CHECK(record.outcome.phase == "measure");
    }
    CHECK(with_fault("stale", {{"fault_after", "150"}}).outcome.reason.find("is an answer kept?") !=
          std::string::npos);
}

TEST_CASE("an answer kept by the inputs' contents is right, and called possible caching",
          "[measure][faults]") {
    const CaseRecord record = with_fault("cache");
    REQUIRE(record.outcome.state == State::measured);
    const auto told = [&](const CaseRecord& each) {
        return std::any_of(each.warnings.begin(), each.warnings.end(), [](const auto& warning) {
            return warning.find("possible caching: ") == 0;
        });
    };
    CHECK(told(record));
    CHECK_FALSE(told(with_fault("none")));
}

TEST_CASE("operands rounded to two bf16 parts are named so, and refused as f32",
          "[measure][faults]") {
    for (const auto& [fault, name] : {std::pair{"bf16x3", "bf16x3"}, {"tf32", "tf32"}}) {
        // After the check on random numbers, which sees tf32 itself, and the two calls before it.
        const CaseRecord record = with_fault(fault, {{"fault_after", "4"}});
        INFO(record.outcome.reason);
        CHECK(record.outcome.phase == "check");
        CHECK(record.proof.value().precision == name);
        CHECK(record.outcome.reason.find(std::string("operands were used as ") + name) !=
              std::string::npos);
    }
}

TEST_CASE("bytes written behind an output are found", "[measure][faults]") {
    const CaseRecord record = with_fault("out_of_bounds");
    CHECK(record.outcome.phase == "check after");
    CHECK(record.outcome.reason.find("bytes behind output 0") != std::string::npos);
}

TEST_CASE("a rate above the stated peak is implausible, one below it is not", "[measure][faults]") {
    // 2 x 64 x 48 x 83 operations in 100 us are 5.1 GFLOP/s; in a tenth of the time 51.
    CHECK(with_fault("none", {{"peak_gflops", "6"}}).outcome.state == State::measured);
    const CaseRecord record = with_fault("short_time", {{"peak_gflops", "6"}});
    CHECK(record.outcome.state == State::failed);
    CHECK(record.outcome.reason.find("implausible: 51") == 0);
}

TEST_CASE("an honest case says what was proven of it", "[measure][faults]") {
    const ProofRecord proof = with_fault("none").proof.value();
    CHECK(proof.exact_elements == 64 * 48);
    CHECK(proof.not_exact.empty());
    CHECK(proof.precision == "f32");
    CHECK(proof.repeats == true);
    CHECK(proof.calls_seen > 8);  // four of the warm-up, three of each turn
    CHECK(proof.seconds > 0);
}

TEST_CASE("a refusal while preparing is that case's outcome alone", "[measure][faults]") {
    const CaseRecord record = run_one(gemm_case(8, 8, 8), {{"fail_prepare", "autotuner gave up"}});
    CHECK(record.outcome.state != State::measured);
    CHECK(record.outcome.phase == "prepare");
    CHECK(record.outcome.reason.find("autotuner gave up") != std::string::npos);
}

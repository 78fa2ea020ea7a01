// SPDX-License-Identifier: Apache-2.0
// No number without a right answer: each fault of the simulated device, and what becomes of it.
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

TEST_CASE("work that stops after the first check is caught by the second", "[measure][faults]") {
    const CaseRecord record = with_fault("skip", {{"fault_after", "10"}});
    CHECK(record.outcome.state == State::failed);
    CHECK(record.outcome.phase == "check after");
}

TEST_CASE("a refusal while preparing is that case's outcome alone", "[measure][faults]") {
    const CaseRecord record = run_one(gemm_case(8, 8, 8), {{"fail_prepare", "autotuner gave up"}});
    CHECK(record.outcome.state != State::measured);
    CHECK(record.outcome.phase == "prepare");
    CHECK(record.outcome.reason.find("autotuner gave up") != std::string::npos);
}

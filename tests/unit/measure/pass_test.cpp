// SPDX-License-Identifier: Apache-2.0
// A pass on the simulated device: what is read is what was scripted.
#include "core/measure/pass.hpp"

#include <numeric>

#include <catch2/catch.hpp>

#include "core/stat/sample.hpp"
#include "on_simulated.hpp"

using namespace assay;

TEST_CASE("a device without noise is read exactly", "[measure][pass]") {
    const CaseRecord record = run_one(gemm_case(16, 16, 16), {{"median_ns", "50000"}});
    REQUIRE(record.outcome.state == State::measured);
    const SampleRecord& sample = record.sample.value();
    CHECK(sample.clock == "virtual");
    CHECK(sample.invocations == 20);  // 1 ms of 50 us calls
    CHECK(sample.readings_ns.size() >= 30);
    for (const double reading : sample.readings_ns) CHECK(reading == Approx(20 * 50000.0));
    CHECK(sample.stop == "precise");
    CHECK(record.check.value().passed);
    CHECK(record.check_after.value().passed);
    CHECK_FALSE(sample.warmup_ns.empty());
}

TEST_CASE("turns add up to the readings", "[measure][pass]") {
    const CaseRecord record = run_one(
        gemm_case(8, 8, 8), {{"median_ns", "100000"}, {"noise", "lognormal"}, {"sigma", "0.05"}});
    REQUIRE(record.outcome.state == State::measured);
    const SampleRecord& sample = record.sample.value();
    CHECK(sample.turns.size() > 1);
    const int sum = std::accumulate(sample.turns.begin(), sample.turns.end(), 0);
    CHECK(sum == static_cast<int>(sample.readings_ns.size()));
}

TEST_CASE("a slow start is left behind in the warm-up", "[measure][pass]") {
    Profile profile = short_profile();
    profile.warmup_seconds = 0.1;
    const CaseRecord record =
        run_one(gemm_case(8, 8, 8),
                {{"median_ns", "100000"}, {"warmup_extra", "2"}, {"warmup_tau", "20"}}, profile);
    REQUIRE(record.outcome.state == State::measured);
    const SampleRecord& sample = record.sample.value();
    const double call = median(sample.readings_ns) / static_cast<double>(sample.invocations);
    CHECK(call == Approx(100000).epsilon(0.001));
    CHECK(record.prepared.value().first_invocation_ns > 250000);
}

TEST_CASE("cases of a group take turns, each is finished once", "[measure][pass]") {
    const Job job = job_of({gemm_case(8, 8, 8), gemm_case(9, 8, 8), gemm_case(10, 8, 8)});
    const auto records = run_simulated(job, {{"median_ns", "200000"}});
    REQUIRE(records.size() == 3);
    for (const CaseRecord& record : records) CHECK(record.outcome.state == State::measured);
}

TEST_CASE("every measure and cache state is measured and checked", "[measure][pass]") {
    for (const Measure measure : {Measure::latency, Measure::throughput}) {
        for (const CacheState cache :
             {CacheState::hot, CacheState::cold, CacheState::weights_cold}) {
            Case each = gemm_case(48, 40, 56);
            each.protocol.measure = measure;
            each.protocol.cache = cache;
            const CaseRecord record = run_one(each, {{"median_ns", "100000"}});
            INFO(name(measure) << ' ' << name(cache) << ' ' << record.outcome.reason);
            REQUIRE(record.outcome.state == State::measured);
            CHECK((record.sample->invocations == 1) == (measure == Measure::latency));
            CHECK((record.prepared->rotated_sets > 1) == (cache != CacheState::hot));
        }
    }
}

TEST_CASE("transposes, batches, bias, activations and types give checked answers",
          "[measure][pass]") {
    for (const Dtype dtype : {Dtype::f64, Dtype::f32, Dtype::bf16}) {
        Case each = gemm_case(17, 19, 23, dtype);
        auto& gemm = std::get<Gemm>(each.workload);
        gemm.batch = 3;
        gemm.transpose_a = true;
        gemm.transpose_b = true;
        gemm.broadcast_b = true;
        gemm.bias = Dtype::f32;
        gemm.activation = Activation::gelu;
        const CaseRecord record = run_one(each, {{"median_ns", "100000"}});
        INFO(record.outcome.reason);
        CHECK(record.outcome.state == State::measured);
    }
}

TEST_CASE("what the device cannot do is skipped with its reason", "[measure][pass]") {
    const CaseRecord record = run_one(gemm_case(8, 8, 8, Dtype::bf16), {{"unsupported", "bf16"}});
    CHECK(record.outcome.state == State::skipped);
    CHECK(record.outcome.reason.find("unsupported: ") == 0);
    CHECK_FALSE(record.sample.has_value());
}

TEST_CASE("a call that does not fit into the cap is skipped as too slow", "[measure][pass]") {
    const CaseRecord record = run_one(gemm_case(8, 8, 8), {{"median_ns", "900000000"}});
    CHECK(record.outcome.state == State::skipped);
    CHECK(record.outcome.reason.find("too slow: one invocation takes 900") == 0);
}

TEST_CASE("a large case is refused by its small twin, not by waiting for it", "[measure][pass]") {
    const CaseRecord record =
        run_one(gemm_case(100000, 20000, 20000), {{"gflops", "1"}, {"launch_ns", "0"}});
    CHECK(record.outcome.state == State::skipped);
    CHECK(record.outcome.reason.find("too slow: a small gemm") == 0);
}

TEST_CASE("the cap on time and the cap on readings are recorded", "[measure][pass]") {
    Profile profile = short_profile();
    profile.max_seconds = 0.05;
    profile.precision = 1e-9;
    const KeyValues noisy{{"median_ns", "1000000"}, {"noise", "normal"}, {"sigma", "0.1"}};
    CHECK(run_one(gemm_case(8, 8, 8), noisy, profile).sample.value().stop == "time cap");
    profile.max_seconds = 100;
    Case latency = gemm_case(8, 8, 8);
    latency.protocol.measure = Measure::latency;
    const KeyValues tiny{{"median_ns", "1000"}, {"noise", "normal"}, {"sigma", "0.1"}};
    CHECK(run_one(latency, tiny, profile).sample.value().stop == "reading cap");
}

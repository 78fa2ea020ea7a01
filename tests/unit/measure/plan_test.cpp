// SPDX-License-Identifier: Apache-2.0
#include "core/measure/plan.hpp"

#include <catch2/catch.hpp>

#include "core/measure/tensors.hpp"

using namespace assay;

TEST_CASE("a reading lasts what the profile asks for", "[measure][plan]") {
    Profile profile;
    profile.reading_seconds = 0.002;
    profile.turn_seconds = 0.1;
    const TurnPlan quick = plan_turn(1e-6, Measure::throughput, profile);
    CHECK(quick.invocations == 2000);
    CHECK(quick.readings == 50);
    const TurnPlan slow = plan_turn(0.5, Measure::throughput, profile);
    CHECK(slow.invocations == 1);
    CHECK(slow.readings == 1);
}

TEST_CASE("a latency reading is one invocation, however short", "[measure][plan]") {
    CHECK(plan_turn(1e-6, Measure::latency, Profile{}).invocations == 1);
    CHECK(plan_turn(1e-6, Measure::latency, Profile{}).readings == max_turn_readings);
}

TEST_CASE("too slow is said with the numbers that decide it", "[measure][plan]") {
    Profile profile;
    profile.floor_readings = 5;
    CHECK(too_slow(0.9, 5, profile).empty());
    CHECK(too_slow(2, 5, profile) ==
          "too slow: one invocation takes 2.00 s, 5 readings need 10.0 s, the cap is 5.00 s");
}

TEST_CASE("a small twin keeps what is constant: a plugin may have nothing else",
          "[measure][plan]") {
    Gemm gemm{.m = 4096, .n = 4096, .k = 4096};
    gemm.constant_b = true;
    const auto twin = std::get<Gemm>(small_twin(gemm));
    CHECK(twin.constant_b);
    CHECK(flop(twin) < flop(gemm));
    CHECK(flop(small_twin(gemm, 2)) == 8 * flop(twin));
    CHECK(flop(small_twin(gemm, 64)) == flop(gemm));
    gemm.batch = 1000;
    CHECK(flop(small_twin(gemm)) == flop(twin));
    CHECK(flop(small_twin(gemm, 1024)) == flop(gemm));
    OperatorWork work;
    work.op = OpKind::matmul;
    work.constant_w = true;
    work.x = work.y = {4096, 4096};
    CHECK(std::get<OperatorWork>(small_twin(work)).constant_w);
}

TEST_CASE("a case's own cap comes before the profile's", "[measure][plan]") {
    Profile profile;
    profile.max_seconds = 5;
    Case each;
    CHECK(cap_seconds(each, profile) == 5);
    each.max_seconds = 1;
    CHECK(cap_seconds(each, profile) == 1);
}

TEST_CASE("cold rotates over three times the cache, at least two copies", "[measure][tensors]") {
    Gemm gemm;
    gemm.m = gemm.n = gemm.k = 256;  // 3 x 256 KiB a set
    const std::uint64_t cache = 32ULL << 20U;
    CHECK(rotation_for(gemm, CacheState::hot, cache).sets == 1);
    CHECK(rotation_for(gemm, CacheState::hot, cache).rotated_bytes == 0);
    const Rotation cold = rotation_for(gemm, CacheState::cold, cache);
    CHECK(cold.sets == 128);
    CHECK(cold.rotated_bytes == 3 * cache);
    const Rotation weights = rotation_for(gemm, CacheState::weights_cold, cache);
    CHECK(weights.sets == 384);
    CHECK(weights.weights_only);
    gemm.m = gemm.n = gemm.k = 8192;
    CHECK(rotation_for(gemm, CacheState::cold, cache).sets == 2);
}

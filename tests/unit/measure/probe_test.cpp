// SPDX-License-Identifier: Apache-2.0
// The interference probe: that it works, on as many threads as asked, beside every turn. How much
// it sees is measured, not tested (docs/measuring.md).
#include "core/measure/probe.hpp"

#include <catch2/catch.hpp>

#include "core/measure/probe_watch.hpp"
#include "on_simulated.hpp"

using namespace assay;

TEST_CASE("the probe takes time on every number of threads, again and again", "[measure][probe]") {
    for (const int threads : {1, 2, 5}) {
        InterferenceProbe probe(threads);
        CHECK(probe.threads() == threads);
        for (int i = 0; i < 3; ++i) {
            const ProbeReading reading = probe.read();
            CHECK(reading.work_ns > 0);
            CHECK(reading.chain_ns > 0);
        }
    }
    CHECK_FALSE(InterferenceProbe::kind().empty());
}

TEST_CASE("only a CPU of the host on the host's clock has a probe", "[measure][probe]") {
    DeviceRecord device;
    device.kind = "cpu";
    device.timer = "host";
    device.compute_units = 3;
    ProbeWatch watch(device);
    REQUIRE(watch.series().has_value());
    CHECK(watch.series()->threads == 3);
    CHECK(watch.before().has_value());
    device.kind = "gpu";
    CHECK_FALSE(ProbeWatch(device).before().has_value());
    device.kind = "cpu";
    device.timer = "virtual";
    CHECK_FALSE(ProbeWatch(device).series().has_value());
}

TEST_CASE("what stands after a turn stands before the next", "[measure][probe]") {
    DeviceRecord device;
    device.kind = "cpu";
    ProbeWatch watch(device);
    Boxed<ProbeRecord> series = watch.series();
    std::optional<ProbeReading> heard = watch.before();
    for (int turn = 0; turn < 3; ++turn) {
        const std::optional<ProbeReading> after = watch.after();
        add_turn(series, heard, after);
        heard = after;
    }
    REQUIRE(series.value().before_ns.size() == 3);
    CHECK(series->after_ns[0] == series->before_ns[1]);
    CHECK(series->after_ns[1] == series->before_ns[2]);
    CHECK(series->chain_ns.size() == 3);
}

TEST_CASE("a sample of a simulated device has no probe", "[measure][probe]") {
    const CaseRecord record = run_one(gemm_case(8, 8, 8), {{"median_ns", "100000"}});
    REQUIRE(record.sample.has_value());
    CHECK_FALSE(record.sample->probe.has_value());
    REQUIRE(record.sample->settling_ns.has_value());
    CHECK_FALSE(record.sample->settling_ns->empty());
}

// SPDX-License-Identifier: Apache-2.0
// NVIDIA's sensors against pretended NVMLs: every answer, every way not to have one. What becomes
// of a counter's readings is tests/unit/stat/energy_counter_test.cpp's.
#include <string>

#include <catch2/catch.hpp>
#include <dlfcn.h>

#include "plugins/cuda/sensors.hpp"
#include "tests/plugins/nvml_fake/state.h"

namespace assay::cuda {
namespace {

const std::string whole = ASSAY_NVML_FAKES "/libnvidia-ml.so.1";
const std::string old = ASSAY_NVML_FAKES "_old/libnvidia-ml.so.1";
const std::string bare = ASSAY_NVML_FAKES "_bare/libnvidia-ml.so.1";
const std::string place = "0000:3b:00.0";

/// The state of a fake, as it is at first; put back at the end.
class Fake {
public:
    explicit Fake(const std::string& file) : library_(dlopen(file.c_str(), RTLD_NOW)) {
        REQUIRE(library_ != nullptr);
        state_ = static_cast<nvml_fake_state*>(dlsym(library_, "nvml_fake"));
        REQUIRE(state_ != nullptr);
        first_ = *state_;
    }
    ~Fake() { *state_ = first_; }
    Fake(const Fake&) = delete;
    Fake& operator=(const Fake&) = delete;
    nvml_fake_state* operator->() { return state_; }

private:
    void* library_;
    nvml_fake_state* state_ = nullptr;
    nvml_fake_state first_{};
};

/// The first sensor of that kind.
struct Found {
    assay_sensor_info info{};
    NvmlValue value;
};
Found sensor(const DeviceSensors& sensors, std::int32_t kind) {
    for (std::size_t i = 0; i < sensors.count(); ++i) {
        const assay_sensor_info info = sensors.info(i);
        if (info.kind == kind) return {info, sensors.read(i)};
    }
    return {};
}

TEST_CASE("NVML's numbers in base units, of the device with CUDA's UUID", "[cuda][nvml]") {
    Fake fake(whole);
    const Nvml nvml(whole.c_str());
    REQUIRE(nvml.why_not().empty());
    const DeviceSensors sensors(nvml, NVML_FAKE_UUID, place);
    const Found energy = sensor(sensors, ASSAY_SENSOR_ENERGY_J);
    CHECK(std::string(energy.info.source) == "nvml");
    CHECK(std::string(energy.info.scope) == "board");
    REQUIRE(energy.value.status == ASSAY_OK);
    const double later = sensor(sensors, ASSAY_SENSOR_ENERGY_J).value.value;
    CHECK(later >= energy.value.value);
    CHECK(sensor(sensors, ASSAY_SENSOR_TEMPERATURE_C).value.value == 61);
    CHECK(sensor(sensors, ASSAY_SENSOR_CLOCK_HZ).value.value == 1755e6);
    CHECK(std::string(sensor(sensors, ASSAY_SENSOR_CLOCK_HZ).info.scope) == "chip");
    // The counter is preferred: power beside it would be counted again.
    CHECK(sensor(sensors, ASSAY_SENSOR_POWER_W).info.kind == 0);
}

TEST_CASE("how often the counter changes is found by watching it", "[cuda][nvml]") {
    Fake fake(whole);
    const Nvml nvml(whole.c_str());
    fake->period_ns = 20'000'000;
    const DeviceSensors changes(nvml, NVML_FAKE_UUID, place);
    // Never less than the counter's own period: a change is seen late, not early. A busy machine
    // may miss some.
    CHECK(changes.energy_period_ns() >= 15'000'000);
    fake->counter = NVML_FAKE_STUCK;
    const DeviceSensors stuck(nvml, NVML_FAKE_UUID, place);
    CHECK(stuck.energy_period_ns() >= 1'000'000'000);  // as long as it was watched
    fake->energy_code = 999;
    const DeviceSensors failing(nvml, NVML_FAKE_UUID, place);
    CHECK(failing.energy_period_ns() == 0);
}

TEST_CASE("what holds the clock back is told in the ABI's words", "[cuda][nvml]") {
    Fake fake(whole);
    const Nvml nvml(whole.c_str());
    const DeviceSensors sensors(nvml, NVML_FAKE_UUID, place);
    struct Row {
        unsigned long long nvml;
        int expected;
    };
    const Row row = GENERATE(Row{0, 0}, Row{0x1, 0},  // idle
                             Row{0x4, ASSAY_THROTTLE_POWER}, Row{0x20, ASSAY_THROTTLE_THERMAL},
                             Row{0x48, ASSAY_THROTTLE_THERMAL}, Row{0x88, ASSAY_THROTTLE_EXTERNAL},
                             Row{0x8, ASSAY_THROTTLE_CURRENT}, Row{0x2, ASSAY_THROTTLE_USER_CLOCKS},
                             Row{0x10, ASSAY_THROTTLE_USER_CLOCKS},
                             Row{0x44, ASSAY_THROTTLE_POWER | ASSAY_THROTTLE_THERMAL});
    fake->throttle = row.nvml;
    const NvmlValue said = sensor(sensors, ASSAY_SENSOR_THROTTLE).value;
    CHECK(said.status == ASSAY_OK);
    CHECK(said.value == row.expected);
}

TEST_CASE("without NVML, or with less of it, sensors fail and say why", "[cuda][nvml]") {
    const auto energy_of = [](const Nvml& nvml) {
        return sensor(DeviceSensors(nvml, NVML_FAKE_UUID, place), ASSAY_SENSOR_ENERGY_J);
    };
    SECTION("no library") {
        const Found energy = energy_of(Nvml("libnvidia-none.so.1"));
        CHECK(std::string(energy.info.source) == "nvml (no library libnvidia-none.so.1)");
        CHECK(energy.value.status == ASSAY_ERR_UNSUPPORTED);
    }
    SECTION("nothing to begin with") {
        const Found energy = energy_of(Nvml(bare.c_str()));
        CHECK_THAT(std::string(energy.info.source), Catch::StartsWith("nvml ("));
        CHECK(energy.value.status == ASSAY_ERR_UNSUPPORTED);
    }
    SECTION("it cannot begin") {
        Fake fake(whole);
        fake->init_code = 9;  // the driver is not loaded
        const Found energy = energy_of(Nvml(whole.c_str()));
        CHECK(std::string(energy.info.source) == "nvml (nvmlInit_v2: a pretended error)");
        CHECK(energy.value.status == ASSAY_ERR_UNSUPPORTED);
    }
    SECTION("it does not know the device") {
        Fake fake(whole);
        const Nvml nvml(whole.c_str());
        const DeviceSensors part(nvml, "MIG-12345678", place);  // a part is not its board
        CHECK(sensor(part, ASSAY_SENSOR_ENERGY_J).value.status == ASSAY_ERR_UNSUPPORTED);
        CHECK(sensor(part, ASSAY_SENSOR_CLOCK_HZ).value.status == ASSAY_ERR_UNSUPPORTED);
        fake->find_code = 4;
        CHECK(std::string(energy_of(nvml).info.source) ==
              "nvml (its UUID: Insufficient Permissions)");
    }
}

TEST_CASE("each call that fails costs its own sensor alone", "[cuda][nvml]") {
    Fake fake(whole);
    const Nvml nvml(whole.c_str());
    struct Row {
        std::int32_t kind;
        int nvml_fake_state::*code;
    };
    const Row rows[] = {{ASSAY_SENSOR_ENERGY_J, &nvml_fake_state::energy_code},
                        {ASSAY_SENSOR_TEMPERATURE_C, &nvml_fake_state::temperature_code},
                        {ASSAY_SENSOR_CLOCK_HZ, &nvml_fake_state::clock_code},
                        {ASSAY_SENSOR_THROTTLE, &nvml_fake_state::throttle_code}};
    const DeviceSensors sensors(nvml, NVML_FAKE_UUID, place);
    for (const Row& failing : rows) {
        fake.operator->()->*failing.code = 4;
        for (const Row& each : rows) {
            INFO(each.kind << " while " << failing.kind << " fails");
            const assay_status expected = each.kind == failing.kind ? ASSAY_ERR_DENIED : ASSAY_OK;
            CHECK(sensor(sensors, each.kind).value.status == expected);
        }
        fake.operator->()->*failing.code = 0;
    }
    fake->clock_code = 15;
    CHECK(sensor(sensors, ASSAY_SENSOR_CLOCK_HZ).value.status == ASSAY_ERR_DEVICE_LOST);
}

TEST_CASE("a device without a counter has its power, which is no energy", "[cuda][nvml]") {
    Fake fake(whole);
    fake->energy_code = 3;  // not supported
    const Nvml nvml(whole.c_str());
    const DeviceSensors sensors(nvml, NVML_FAKE_UUID, place);
    CHECK(sensor(sensors, ASSAY_SENSOR_ENERGY_J).info.kind == 0);
    CHECK(sensor(sensors, ASSAY_SENSOR_POWER_W).value.value == NVML_FAKE_WATTS);
}

TEST_CASE("an old NVML is asked by place, and only believed when the UUID is the same",
          "[cuda][nvml]") {
    Fake fake(old);
    const Nvml nvml(old.c_str());
    const DeviceSensors same(nvml, NVML_FAKE_UUID, place);
    CHECK(sensor(same, ASSAY_SENSOR_CLOCK_HZ).value.value == 1755e6);
    CHECK(sensor(same, ASSAY_SENSOR_POWER_W).value.status == ASSAY_OK);  // it has no counter
    fake->other_uuid = 1;
    const DeviceSensors other(nvml, NVML_FAKE_UUID, place);
    CHECK(sensor(other, ASSAY_SENSOR_CLOCK_HZ).value.status == ASSAY_ERR_UNSUPPORTED);
    CHECK_THAT(std::string(other.info(0).source), Catch::Contains("is another device"));
}

}  // namespace
}  // namespace assay::cuda

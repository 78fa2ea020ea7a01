// SPDX-License-Identifier: Apache-2.0
// A plugin that loads and then breaks a rule in every answer: none is believed.
#include <catch2/catch.hpp>

#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/workload/workload.hpp"
#include "tests/unit/host/files.hpp"

namespace {

using namespace assay;

struct Heard {
    std::vector<std::string> logged;
    std::vector<std::string> progressed;
    bool cancel = false;
};

Heard& heard() {
    static Heard all;
    return all;
}

/// Kept for ever: after its shutdown it could not be loaded by the next test of this process.
const Plugin& lying() {
    static const auto& plugin = *new Plugin(
        Plugin::load(test::broken("lying"),
                     {.log =
                          [](int level, const std::string& text) {
                              heard().logged.push_back(std::to_string(level) + " " + text);
                          },
                      .progress =
                          [](double fraction, const std::string& what) {
                              heard().progressed.push_back(std::to_string(fraction) + " " + what);
                          },
                      .cancelled = [] { return heard().cancel; }}));
    return plugin;
}

enum : std::uint32_t { unknown_timer, timer_without_events, open_gives_nothing, fine };

Operator with_m(std::int64_t m) {
    return Operator(op_of(Gemm{.m = m, .n = 8, .k = 8}));
}

}  // namespace

TEST_CASE("text without its NUL is not believed", "[host][lying]") {
    CHECK_THROWS_WITH(lying().record("lying", {}),
                      "get_info: name: is not NUL-terminated within its 128 bytes (a fault of the "
                      "plugin)");
}

TEST_CASE("an unknown timer is not believed, an unknown kind of device is other", "[host][lying]") {
    CHECK_THROWS_WITH(lying().device_record(unknown_timer),
                      "device_get_info: timer is 42, which the ABI does not define (a fault of the "
                      "plugin)");
    const DeviceRecord record = lying().device_record(fine);
    CHECK(record.kind == "other");
    CHECK(record.numa_node == -1);
    CHECK(record.name == "a?[31mred device");
}

TEST_CASE("an option of undefined type can not be given", "[host][lying]") {
    REQUIRE(lying().options().size() == 1);
    CHECK_THROWS_WITH(lying().check_options({{"colour", "red"}}),
                      "option 'colour': its type 'paint' is not one the ABI defines (a fault of "
                      "the plugin)");
}

TEST_CASE("a list of peaks without end is ended", "[host][lying]") {
    CHECK_THROWS_WITH(lying().peaks(0),
                      "device_get_peak: its list does not end within 1000 entries (a fault of the "
                      "plugin)");
}

TEST_CASE("a device is opened only with what it promised", "[host][lying]") {
    CHECK_THROWS_WITH(lying().open(open_gives_nothing, {}),
                      "device_open: says OK but gives no device (a fault of the plugin)");
    CHECK_THROWS_WITH(lying().open(timer_without_events, {}),
                      "device_get_info: device 1 has a 'device' timer, but the plugin has no event "
                      "functions (a fault of the plugin)");
}

TEST_CASE("what a plugin tells while it works arrives checked", "[host][lying]") {
    heard() = {};
    const Device device = lying().open(fine, {});
    CHECK(heard().logged == std::vector<std::string>{"3 opened?"});            // level 99, a bell
    CHECK(heard().progressed == std::vector<std::string>{"1.000000 tuning"});  // 7.5 of 1
    heard().cancel = true;
    CHECK_THROWS_WITH(lying().open(fine, {}),
                      "device_open: the plugin gave no message (status CANCELLED)");
    heard().cancel = false;
}

TEST_CASE("undefined numbers in an answer are not believed", "[host][lying]") {
    const Device device = lying().open(fine, {});
    CHECK_THROWS_WITH(device.query(with_m(1)),
                      "op_query: support level is 7, which the ABI does not define (a fault of the "
                      "plugin)");
    CHECK_THROWS_WITH(
        device.query(with_m(2)),
        "op_query: math is 55, which the ABI does not define (a fault of the plugin)");
    CHECK_THROWS_WITH(device.query(with_m(3)),
                      "op_query: accumulator is 999, an element type this program does not know (a "
                      "fault of the plugin)");
    CHECK_THROWS_WITH(device.query(with_m(4)),
                      "op_query: the plugin gave no message (status 1234, which the ABI does not "
                      "define)");
    CHECK(device.query(with_m(5)).level == "native");
}

TEST_CASE("an OK without its object is not believed", "[host][lying]") {
    const Device device = lying().open(fine, {});
    CHECK_THROWS_WITH(device.prepare(with_m(1)),
                      "op_prepare: says OK but gives no object (a fault of the plugin)");
    const Exec exec = device.prepare(with_m(2));
    CHECK_THROWS_WITH(device.describe(exec),
                      "exec_get_info: support level is none of what it has prepared (a fault of "
                      "the plugin)");
    CHECK_FALSE(device.bind_const(exec, 1, {}));  // it has no exec_bind_const
    CHECK_FALSE(device.has_events());
    CHECK_THROWS_AS(device.event(), Error);
}

TEST_CASE("a plugin's fault fails the case, what it cannot do skips it", "[host][lying]") {
    const Device device = lying().open(fine, {});
    try {
        static_cast<void>(device.query(with_m(1)));
        FAIL("nothing was thrown");
    } catch (const PluginError& error) {
        CHECK_FALSE(error.is_skip());
        CHECK_FALSE(error.device_lost());
    }
    try {
        static_cast<void>(device.queue());
        FAIL("nothing was thrown");
    } catch (const PluginError& error) {
        CHECK(error.is_skip());
        CHECK(std::string(error.what()) ==
              "queue_create: this plugin is for tests (status UNSUPPORTED)");
    }
}

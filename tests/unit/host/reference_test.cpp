// SPDX-License-Identifier: Apache-2.0
// The whole way through the ABI with the reference plugin: load, open, prepare, run, read back.
#include <array>
#include <cstring>

#include <catch2/catch.hpp>

#include "core/base/sha256.hpp"
#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/workload/workload.hpp"

namespace {

using namespace assay;

/// Kept for ever: after its shutdown it could not be loaded by the next test of this process.
const Plugin& reference() {
    static const auto& plugin = *new Plugin(Plugin::load(ASSAY_REFERENCE_PLUGIN));
    return plugin;
}

template <std::size_t N>
Buffer uploaded(const Device& device, const Queue& queue, const std::array<float, N>& values) {
    Buffer buffer = device.alloc(sizeof(values));
    device.upload(queue, buffer, std::as_bytes(std::span(values)));
    return buffer;
}

template <std::size_t N>
std::array<float, N> downloaded(const Device& device, const Queue& queue, const Buffer& buffer) {
    std::array<float, N> values{};
    device.download(queue, std::as_writable_bytes(std::span(values)), buffer);
    return values;
}

assay_binding whole(const Buffer& buffer, std::uint64_t bytes) {
    return {buffer.get(), 0, bytes};
}

}  // namespace

TEST_CASE("a plugin says who it is, and its file is recorded with it", "[host][reference]") {
    const PluginRecord record = reference().record("reference", {});
    CHECK(record.name == "reference");
    CHECK(record.id == "org.assay.reference");
    CHECK_FALSE(record.version.empty());
    CHECK(record.sha256 == sha256_file(ASSAY_REFERENCE_PLUGIN));
    REQUIRE(reference().device_count() == 1);
    const DeviceRecord device = reference().device_record(0);
    CHECK(device.kind == "cpu");
    CHECK(device.index == 0);
    CHECK_THROWS_AS(reference().device_record(1), PluginError);
    CHECK_THROWS_AS(reference().open(1, {}), PluginError);
}

TEST_CASE("a small GEMM gives the right answer", "[host][reference]") {
    // [1 2 3; 4 5 6] [1 0; 0 1; 1 1] + [10 -100] = [14 -95; 20 -89], then relu.
    const Device device = reference().open(0, {});
    const Queue queue = device.queue();
    const Operator op(
        op_of(Gemm{.m = 2, .n = 2, .k = 3, .bias = Dtype::f32, .activation = Activation::relu}));
    CHECK(device.query(op).level == "native");
    const Exec exec = device.prepare(op);
    const PreparedRecord prepared = device.describe(exec);
    CHECK(prepared.support == "native");
    CHECK_FALSE(prepared.path.empty());

    const Buffer a = uploaded(device, queue, std::array<float, 6>{1, 2, 3, 4, 5, 6});
    const Buffer b = uploaded(device, queue, std::array<float, 6>{1, 0, 0, 1, 1, 1});
    const Buffer bias = uploaded(device, queue, std::array<float, 2>{10, -100});
    const Buffer d = device.alloc(16);
    const std::array bindings{whole(a, 24), whole(b, 24), whole(bias, 8), whole(d, 16)};
    device.enqueue(queue, exec, bindings);
    device.wait(queue);
    CHECK(downloaded<4>(device, queue, d) == std::array<float, 4>{14, 0, 20, 0});
    device.wait_all();
}

TEST_CASE("buffers are filled with a pattern and copied", "[host][reference]") {
    const Device device = reference().open(0, {});
    const Queue queue = device.queue();
    const Buffer from = device.alloc(12), to = device.alloc(12);
    device.fill(queue, from, 12, 0x3f800000);  // 1.0f
    device.fill(queue, to, 12, 0);
    device.copy(queue, to, from, 8);
    device.wait(queue);
    CHECK(downloaded<3>(device, queue, to) == std::array<float, 3>{1, 1, 0});
}

TEST_CASE("events measure a length of time", "[host][reference]") {
    const Device device = reference().open(0, {});
    if (!device.has_events()) {
        CHECK(device.record().timer == "none");
        CHECK_THROWS_AS(device.event(), Error);
        return;
    }
    const Queue queue = device.queue();
    const Event from = device.event(), to = device.event();
    device.record_event(queue, from);
    device.record_event(queue, to);
    device.wait(queue);
    CHECK(device.elapsed_ns(from, to) >= 0);
}

TEST_CASE("a binding too few is the plugin's error, with the call's name", "[host][reference]") {
    const Device device = reference().open(0, {});
    const Queue queue = device.queue();
    const Exec exec = device.prepare(Operator(op_of(Gemm{.m = 2, .n = 2, .k = 2})));
    const Buffer only = device.alloc(16);
    const std::array bindings{whole(only, 16)};
    CHECK_THROWS_WITH(device.enqueue(queue, exec, bindings),
                      Catch::StartsWith("enqueue: ") && Catch::Contains("status INVALID"));
}

TEST_CASE("a plugin without options refuses any", "[host][reference]") {
    REQUIRE(reference().options().empty());
    CHECK_THROWS_WITH(reference().open(0, {{"threads", "2"}}),
                      "reference: no option 'threads' (it has none)");
}

// SPDX-License-Identifier: Apache-2.0
// Rule R2 (assay/abi.h) through built plugins: structs that are shorter or longer than the
// plugin's.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>

#include <catch2/catch.hpp>

#include "tests/unit/sdk/host_session.hpp"

TEST_CASE("an output struct shorter than the plugin's is filled up to its size and no further") {
    const auto& plugin = load(GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN, SIMULATED_PLUGIN));
    for (std::uint32_t size = 8; size <= sizeof(assay_device_info); ++size) {
        Bytes memory(sizeof(assay_device_info) + 64, 0xAB);
        std::memcpy(memory.data(), &size, sizeof size);
        auto* info = reinterpret_cast<assay_device_info*>(memory.data());
        REQUIRE(plugin.device_get_info(0, info, nullptr) == ASSAY_OK);
        REQUIRE(info->struct_size == size);
        REQUIRE(memory == [&] {  // everything behind `size` is as it was
            Bytes expected(memory);
            std::fill(expected.begin() + size, expected.end(), 0xAB);
            return expected;
        }());
    }
}

TEST_CASE("an output struct longer than the plugin's keeps its size and its tail") {
    struct {
        assay_device_info known;
        unsigned char later[128];
    } info{};
    info.known.struct_size = sizeof info;
    REQUIRE(load(TEMPLATE_PLUGIN).device_get_info(0, &info.known, nullptr) == ASSAY_OK);
    CHECK(info.known.struct_size == sizeof info);
    CHECK(std::string(info.known.name) == "this computer's CPU");
    CHECK(info.later[5] == 0);
}

TEST_CASE("an output struct without its size, or none at all, is invalid") {
    const auto& plugin = load(TEMPLATE_PLUGIN);
    assay_device_info info{};
    assay_error error{};
    CHECK(plugin.device_get_info(0, &info, &error) == ASSAY_ERR_INVALID);
    CHECK(std::string(error.message).find("struct_size") != std::string::npos);
    CHECK(plugin.device_get_info(0, nullptr, nullptr) == ASSAY_ERR_INVALID);
}

TEST_CASE("an attribute from the future is harmless while zero and refused when set") {
    Session session(TEMPLATE_PLUGIN);
    Problem problem({2, 3}, {3, 4}, {2, 4});
    struct {
        assay_matmul_attrs known;
        unsigned char later[16];
    } attrs{};
    attrs.known.struct_size = sizeof attrs;
    problem.op.attrs = &attrs;
    CHECK(session.query(problem.desc()).level == ASSAY_SUPPORT_NATIVE);

    for (unsigned char& byte : attrs.later) {
        byte = 1;
        const auto support = session.query(problem.desc());
        CHECK(support.level == ASSAY_SUPPORT_NONE);
        CHECK(std::string(support.reason).find("newer than this plugin") != std::string::npos);
        assay_exec* exec = nullptr;
        CHECK(session.plugin.op_prepare(session.device, problem.desc(), nullptr, 0, &exec,
                                        &session.error) == ASSAY_ERR_NEWER);
        CHECK(exec == nullptr);
        byte = 0;
    }
}

TEST_CASE("attributes of an older host, shorter or absent, read as zero") {
    Session session(TEMPLATE_PLUGIN);
    Problem problem({1, 1}, {1, 1}, {1, 1});
    problem.attrs.alpha = 3;
    problem.attrs.struct_size = offsetof(assay_matmul_attrs, alpha);  // alpha is not there yet
    const Bytes five = bytes_of<float>({5}), seven = bytes_of<float>({7});
    CHECK(values_of<float>(session.run(problem.desc(), {five, seven}, 4)).at(0) == 35);
    problem.attrs.struct_size = sizeof problem.attrs;
    CHECK(values_of<float>(session.run(problem.desc(), {five, seven}, 4)).at(0) == 105);
}

TEST_CASE("a host with a shorter table is served") {
    auto host = host_table();
    host.struct_size = offsetof(assay_host, log);  // no function at all
    const assay_plugin* plugin = nullptr;
    const auto entry = entry_of(TEMPLATE_PLUGIN);
    REQUIRE(entry(&host, &plugin, nullptr) == ASSAY_OK);
    Session session(TEMPLATE_PLUGIN);
    REQUIRE(entry(&host, &plugin, nullptr) == ASSAY_OK);  // Session gave the whole table again
    assay_event* event = nullptr;
    REQUIRE(plugin->event_create(session.device, &event, nullptr) == ASSAY_OK);
    CHECK(plugin->event_record(session.queue, event, nullptr) == ASSAY_OK);
    plugin->event_destroy(event);
    load(TEMPLATE_PLUGIN);
}

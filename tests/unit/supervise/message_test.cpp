// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/message.hpp"

#include <catch2/catch.hpp>

#include "core/base/error.hpp"

using namespace assay;

TEST_CASE("a finished case crosses the pipe whole", "[supervise][message]") {
    Message message;
    message.kind = Message::Kind::finished;
    message.index = 3;
    Gemm gemm;
    gemm.m = 5;
    gemm.n = 6;
    gemm.k = 7;
    message.record.workload = gemm;
    Case each;
    each.workload = gemm;
    message.record.key = key_of(each);
    message.record.check = Check{};
    message.record.check->passed = true;
    message.record.outcome = {State::measured, "", ""};
    message.record.sample = SampleRecord{};
    message.record.sample->clock = "host";
    message.record.sample->readings_ns = {1.5, 2.25, 1e9};
    message.record.warnings = {"tab\tand \"quote\""};
    const Message back = message_from_line(to_line(message));
    CHECK(back.kind == Message::Kind::finished);
    CHECK(back.index == 3);
    CHECK(back.record.workload == message.record.workload);
    CHECK(back.record.sample->readings_ns == message.record.sample->readings_ns);
    CHECK(back.record.warnings == message.record.warnings);
}

TEST_CASE("an inventory crosses the pipe whole", "[supervise][message]") {
    Message message;
    message.kind = Message::Kind::inventory;
    message.inventory.plugin.id = "org.example";
    message.inventory.plugin.options = {{"threads", "2"}};
    message.inventory.devices.resize(2);
    message.inventory.devices[1].index = 1;
    message.inventory.devices[1].name = "second";
    message.inventory.peaks.resize(2);
    message.inventory.has_threads_option = true;
    const Inventory back = message_from_line(to_line(message)).inventory;
    CHECK(back.plugin.id == "org.example");
    CHECK(back.plugin.options == message.inventory.plugin.options);
    CHECK(back.devices.at(1).name == "second");
    CHECK(back.has_threads_option);
}

TEST_CASE("a line that is no message is an error, not a crash", "[supervise][message]") {
    for (const char* line :
         {"", "hello", "{}", "[]", R"({"kind":"nonsense","index":0,"text":""})",
          R"({"kind":7,"index":0,"text":""})", R"({"kind":"phase","index":1e300,"text":""})",
          R"({"kind":"phase","index":1.5,"text":""})", R"({"kind":"phase","index":-2,"text":""})",
          R"({"kind":"phase","index":4294967296,"text":""})",
          R"({"kind":"finished","index":0,"text":"","record":{}})"}) {
        INFO(line);
        CHECK_THROWS_AS(message_from_line(line), Error);
    }
}

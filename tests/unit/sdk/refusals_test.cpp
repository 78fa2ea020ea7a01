// SPDX-License-Identifier: Apache-2.0
// What a plugin of the SDK refuses, with which status and message, and that no refusal is a crash.
#include <cstring>
#include <string>

#include <catch2/catch.hpp>

#include "tests/unit/sdk/host_session.hpp"

// Under AddressSanitizer a refused allocation must look as it does without: NULL, not the end.
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {  // NOLINT
    return "allocator_may_return_null=1";
}

namespace {

using Catch::Matchers::Contains;

/// Status of a prepare that must not give an exec.
assay_status refused(Session& session, Problem& problem) {
    assay_exec* exec = nullptr;
    const auto status = session.plugin.op_prepare(session.device, problem.desc(), nullptr, 0, &exec,
                                                  &session.error);
    CHECK(exec == nullptr);
    return status;
}

}  // namespace

TEST_CASE("the entry refuses a host of another major version, and NULL, with a message") {
    const auto entry = entry_of(GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN, SIMULATED_PLUGIN));
    auto host = host_table();
    host.abi_major = 7;
    const assay_plugin* plugin = nullptr;
    assay_error error{};
    CHECK(entry(&host, &plugin, &error) == ASSAY_ERR_UNSUPPORTED);
    CHECK_THAT(error.message, Contains("speaks ABI 0, the host 7"));
    CHECK(entry(nullptr, &plugin, &error) == ASSAY_ERR_INVALID);
    CHECK(entry(&host_table(), nullptr, &error) == ASSAY_ERR_INVALID);
    CHECK(plugin == nullptr);
}

TEST_CASE("the entry called twice gives the same table, with every slot filled") {
    const std::string path = GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN, SIMULATED_PLUGIN);
    const auto& plugin = load(path);
    CHECK(&plugin == &load(path));
    CHECK(plugin.struct_size == sizeof(assay_plugin));
    CHECK(plugin.abi_minor == (path == TEMPLATE_PLUGIN ? 0 : 1));
    CHECK(plugin.min_host_minor == 0);
    void* slots[(sizeof(assay_plugin) - 8) / sizeof(void*)];
    std::memcpy(slots, reinterpret_cast<const char*>(&plugin) + 8, sizeof slots);
    for (void* slot : slots) CHECK(slot != nullptr);
}

TEST_CASE("a device that is not there is invalid") {
    const auto& plugin = load(REFERENCE_PLUGIN);
    auto info = blank<assay_device_info>();
    assay_error error{};
    CHECK(plugin.device_get_info(7, &info, &error) == ASSAY_ERR_INVALID);
    CHECK_THAT(error.message, Contains("no device 7, the plugin has 1"));
    assay_device* device = nullptr;
    CHECK(plugin.device_open(7, nullptr, 0, &device, &error) == ASSAY_ERR_INVALID);
    CHECK(plugin.device_open(0, nullptr, 3, &device, &error) == ASSAY_ERR_INVALID);
    CHECK(device == nullptr);
}

TEST_CASE("NULL handles and out pointers are invalid, and destroying NULL does nothing") {
    const Session session(REFERENCE_PLUGIN);
    const auto& p = session.plugin;
    std::uint64_t bytes = 0;
    assay_event* event = nullptr;
    auto support = blank<assay_op_support>();
    CHECK(p.device_count(nullptr, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.device_open(0, nullptr, 0, nullptr, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.memory_info(session.device, nullptr, &bytes, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.buffer_alloc(session.device, 4, ASSAY_MEM_DEVICE, nullptr, nullptr) ==
          ASSAY_ERR_INVALID);
    CHECK(p.queue_create(nullptr, 0, nullptr, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.event_create(session.device, nullptr, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.event_record(session.queue, event, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.op_query(session.device, nullptr, &support, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.enqueue(session.queue, nullptr, nullptr, 0, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.exec_bind_const(nullptr, 0, nullptr, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.buffer_host_pointer(nullptr) == nullptr);
    CHECK(p.get_extension(nullptr) == nullptr);
    CHECK(p.get_extension("assay.nothing/1") == nullptr);
    p.exec_destroy(nullptr);
    p.event_destroy(nullptr);
    p.buffer_free(nullptr);
    p.queue_destroy(nullptr);
    p.device_close(nullptr);
}

TEST_CASE("memory that no machine has is refused, also where rounding it up would overflow") {
    const Session session(REFERENCE_PLUGIN);
    assay_buffer* buffer = nullptr;
    for (const std::uint64_t bytes : {1ull << 62, ~0ull, ~0ull - 4095, ~0ull - 4096}) {
        CHECK(session.plugin.buffer_alloc(session.device, bytes, ASSAY_MEM_DEVICE, &buffer,
                                          nullptr) == ASSAY_ERR_NO_HOST_MEMORY);
    }
    CHECK(session.plugin.buffer_alloc(session.device, 4, 9, &buffer, nullptr) ==
          ASSAY_ERR_UNSUPPORTED);
    CHECK(buffer == nullptr);
}

TEST_CASE("copies and fills that leave their buffer are refused") {
    Session session(REFERENCE_PLUGIN);
    assay_buffer* eight = session.buffer(8);
    char bytes[16] = {};
    const auto& p = session.plugin;
    CHECK(p.copy_to_device(session.queue, eight, 1, bytes, 8, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.copy_to_host(session.queue, bytes, eight, ~0ull, 8, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.copy_to_host(session.queue, nullptr, eight, 0, 8, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.fill(session.queue, eight, 8, 1, 0, nullptr) == ASSAY_ERR_INVALID);
    CHECK(p.copy_on_device(session.queue, eight, 0, eight, 4, 8, nullptr) == ASSAY_ERR_INVALID);
}

TEST_CASE("a fill repeats its pattern and may end within it") {
    Session session(REFERENCE_PLUGIN);
    assay_buffer* buffer = session.buffer(8);
    session.upload(buffer, Bytes(8, 9));
    REQUIRE(session.plugin.fill(session.queue, buffer, 1, 6, 0x04030201, nullptr) == ASSAY_OK);
    CHECK(session.download(buffer, 8) == Bytes{9, 1, 2, 3, 4, 1, 2, 9});
}

TEST_CASE(
    "an unknown operator, type, activation or flag is unsupported with a reason, not invalid") {
    Session session(GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN));
    Problem problem({2, 3}, {3, 4}, {2, 4});
    SECTION("operator") {
        problem.op.op = 999;
    }
    SECTION("type of A") {
        problem.a.dtype = 77;
    }
    SECTION("type of the output") {
        problem.d.dtype = ASSAY_I2;
    }
    SECTION("activation") {
        problem.attrs.activation = 55;
    }
    SECTION("flag of a tensor") {
        problem.a.flags = 1u << 31;
    }
    SECTION("scale") {
        problem.b.scale = 77;
    }
    const auto support = session.query(problem.desc());
    CHECK(support.level == ASSAY_SUPPORT_NONE);
    CHECK(std::string(support.reason) != "");
    CHECK(refused(session, problem) == ASSAY_ERR_UNSUPPORTED);
    assay_queue* queue = nullptr;
    CHECK(session.plugin.queue_create(session.device, 1, &queue, nullptr) == ASSAY_ERR_UNSUPPORTED);
}

TEST_CASE("shapes that do not agree are invalid, and the message names both") {
    Session session(GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN, SIMULATED_PLUGIN));
    Problem problem({2, 3}, {3, 4}, {2, 4});
    std::string message;
    SECTION("k") {
        problem.b.dims[0] = 5, message = "B is 5 x 4, needed is 3 x 4";
    }
    SECTION("n") {
        problem.b.dims[1] = 5, message = "B is 3 x 5, needed is 3 x 4";
    }
    SECTION("m") {
        problem.d.dims[0] = 5, message = "A is 2 x 3, needed is 5 x 3";
    }
    SECTION("rank") {
        problem.a.rank = 1, message = "two dimensions or more";
    }
    SECTION("too many dimensions") {
        problem.a.rank = 9, message = "rank 9";
    }
    SECTION("a negative dimension") {
        problem.a.dims[0] = -2, message = "dimension 0 is -2";
    }
    SECTION("bias") {
        problem.bias = tensor(ASSAY_F32, {3}), message = "needed are n = 4";
    }
    SECTION("beta without C") {
        problem.attrs.beta = 1, message = "no C";
    }
    CHECK(refused(session, problem) == ASSAY_ERR_INVALID);
    CHECK_THAT(session.error.message, Contains(message));
}

TEST_CASE("batch dimensions must be equal, 1 or missing, and may not overflow") {
    Session session(REFERENCE_PLUGIN);
    Problem wrong({2, 2, 3}, {3, 4}, {5, 2, 4});
    CHECK(refused(session, wrong) == ASSAY_ERR_INVALID);
    CHECK_THAT(session.error.message, Contains("batch dimension 0 of A is 2, needed is 1 or 5"));
    Problem many({5, 2, 3}, {3, 4}, {2, 4});
    CHECK(refused(session, many) == ASSAY_ERR_INVALID);
    Problem huge({1, 1}, {1, 1}, {1ll << 40, 1ll << 40, 1, 1});
    CHECK(refused(session, huge) == ASSAY_ERR_INVALID);
    CHECK_THAT(session.error.message, Contains("overflow"));
}

TEST_CASE("bindings that are missing, empty or too small are refused before anything is written") {
    Session session(GENERATE(REFERENCE_PLUGIN, SIMULATED_PLUGIN));
    Problem problem({2, 3}, {3, 4}, {2, 4});
    assay_exec* exec = session.prepare(problem.desc());
    assay_buffer* memory = session.buffer(64);
    std::vector<assay_binding> io = {{memory, 0, 24}, {memory, 0, 48}, {memory, 0, 32}};
    const auto status = [&] {
        return session.plugin.enqueue(session.queue, exec, io.data(),
                                      static_cast<std::uint32_t>(io.size()), nullptr);
    };
    CHECK(status() == ASSAY_OK);
    io[2].size = 31;
    CHECK(status() == ASSAY_ERR_INVALID);
    io[2].buffer = nullptr;
    CHECK(status() == ASSAY_ERR_INVALID);
    io.pop_back();
    CHECK(status() == ASSAY_ERR_INVALID);
}

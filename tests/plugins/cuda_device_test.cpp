// SPDX-License-Identifier: Apache-2.0
// The cuda plugin's device, memory, queues, events and replays on a pretended device.
#include <cstring>

#include <catch2/catch.hpp>

#include "assay/ext/replay.h"
#include "plugins/cuda/devices.hpp"
#include "tests/plugins/cuda_product.hpp"

namespace {

using namespace assay::test;
using Catch::Contains;
using Bytes = std::vector<std::uint8_t>;

assay_peak_rate peak(assay_dtype operand, std::int32_t unit) {
    for (std::uint32_t i = 0;; ++i) {
        auto rate = sized<assay_peak_rate>();
        assay_error error{};
        require_ok(linked_plugin()->device_get_peak(0, i, &rate, &error), error, "device_get_peak");
        if (rate.operand == operand && rate.unit == unit) return rate;
    }
}

assay_status allocate(const Session& session, std::uint64_t bytes, int kind, assay_error& error) {
    assay_buffer* buffer = nullptr;
    const assay_status status =
        session.table().buffer_alloc(session.device(), bytes, kind, &buffer, &error);
    session.table().buffer_free(buffer);
    return status;
}

}  // namespace

TEST_CASE("cuda says what its device is", "[cuda]") {
    const assay_plugin_info plugin = linked_plugin().info();
    CHECK(std::string(plugin.id) == "org.assay.cuda");
    CHECK(std::string(plugin.libraries) == "cuBLASLt 13.1.0; CUDA runtime 13.0");
    const assay_device_info device = linked_plugin().device_info(0);
    CHECK(device.kind == ASSAY_KIND_GPU);
    CHECK(std::string(device.id) == "GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfeff");
    CHECK(std::string(device.name) == "A pretended device");
    CHECK(std::string(device.arch) == "sm_90");
    CHECK_THAT(std::string(device.driver), Contains("CUDA 13.0, ECC on"));
    CHECK(std::string(device.pci_address) == "0000:3b:00.0");
    CHECK(device.pci_vendor == 0x10de);
    CHECK(device.pci_device == 0x2330);
    CHECK(device.numa_node == -1);
    CHECK(device.compute_units == 132);
    CHECK(device.memory_bytes == std::uint64_t{8} << 30);
    // 2 x 2.619 GHz x 5120 bits / 8, the 3.35 TB/s of the H100's data sheet.
    CHECK(device.memory_bytes_per_s == 3352320000000);
    CHECK(device.last_level_cache_bytes == std::uint64_t{50} << 20);
    CHECK(device.max_clock_hz == 1980000000);
    CHECK(device.timer == ASSAY_TIMER_DEVICE);
}

TEST_CASE("cuda says why there is no device", "[cuda]") {
    auto& machine = cuda_fake::machine();
    struct Row {
        cudaError_t status;
        int driver;
        const char* reason;
    };
    const Row row = GENERATE(
        Row{cudaErrorInsufficientDriver, 0, "no NVIDIA driver is loaded: CUDA driver version is"},
        Row{cudaErrorInsufficientDriver, 12040, "driver of CUDA 12.4: CUDA driver version is"},
        Row{cudaErrorNoDevice, 13000, "see CUDA_VISIBLE_DEVICES"},
        Row{cudaErrorStubLibrary, 13000, "LD_LIBRARY_PATH"}, Row{cudaSuccess, 13000, "nvidia-smi"});
    machine.count_status = row.status;
    machine.driver_version = row.driver;
    machine.devices = 0;
    const assay::cuda::Found found = assay::cuda::find_devices();
    machine.count_status = cudaSuccess;
    machine.driver_version = 13000;
    machine.devices = 1;
    CHECK(found.count == 0);
    CHECK_THAT(found.why_none, Contains(row.reason));
}

TEST_CASE("cuda finds the driver's release in the kernel's words", "[cuda]") {
    using assay::cuda::driver_release;
    CHECK(driver_release("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  "
                         "Release Build  (dvs-builder@U22)  Sun Jul 27 07:00:00 UTC 2025\n"
                         "GCC version:  gcc version 12.3.0") == "580.65.06");
    CHECK(driver_release("NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.256.02  Thu") ==
          "470.256.02");
    CHECK(driver_release("").empty());
    CHECK(driver_release("gcc version 12.3.0 abc.def").empty());
}

TEST_CASE("cuda states peaks at the highest clock", "[cuda]") {
    // The H100's data sheet: 66.9 TFLOP/s of f32 at 1.98 GHz on 132 SMs.
    CHECK(peak(ASSAY_F32, ASSAY_RATE_VECTOR).ops_per_s == Approx(66.9e12).epsilon(0.001));
    CHECK(peak(ASSAY_F32, ASSAY_RATE_VECTOR).source == ASSAY_SOURCE_COMPUTED);
    CHECK(peak(ASSAY_F64, ASSAY_RATE_MATRIX).ops_per_s == Approx(66.9e12).epsilon(0.001));
    // Its 989.4 of f16 are at 1.83 GHz.
    CHECK(peak(ASSAY_F16, ASSAY_RATE_MATRIX).ops_per_s ==
          Approx(989.4e12 * 1.98 / 1.83).epsilon(0.001));
    CHECK(peak(ASSAY_I8, ASSAY_RATE_MATRIX).at_clock_hz == 1980000000);
}

TEST_CASE("cuda gives memory of each kind, where the host sees it or not", "[cuda]") {
    const Pretended device;
    auto& machine = cuda_fake::machine();
    const auto& table = device.session.table();
    const int kind = GENERATE(ASSAY_MEM_DEVICE, ASSAY_MEM_HOST, ASSAY_MEM_SHARED);
    assay_buffer* buffer = nullptr;
    assay_error error{};
    REQUIRE(table.buffer_alloc(device.session.device(), 100, kind, &buffer, &error) == ASSAY_OK);
    CHECK((table.buffer_host_pointer(buffer) == nullptr) == (kind == ASSAY_MEM_DEVICE));
    table.buffer_free(buffer);
    CHECK(allocate(device.session, 0, kind, error) == ASSAY_OK);
    CHECK(allocate(device.session, machine.memory_bytes, kind, error) ==
          (kind == ASSAY_MEM_HOST ? ASSAY_ERR_NO_HOST_MEMORY : ASSAY_ERR_NO_DEVICE_MEMORY));
    CHECK_THAT(std::string(error.message), Contains("choose a smaller case"));
    CHECK(allocate(device.session, 1, 77, error) == ASSAY_ERR_UNSUPPORTED);
    machine.concurrent_managed = false;
    CHECK(allocate(device.session, 1, ASSAY_MEM_SHARED, error) == ASSAY_ERR_UNSUPPORTED);
    machine.concurrent_managed = true;
    CHECK(machine.misuse.empty());
}

TEST_CASE("cuda counts what memory is free", "[cuda]") {
    const Pretended device;
    const auto free_bytes = [&] {
        std::uint64_t free = 0, total = 0;
        device.session.table().memory_info(device.session.device(), &free, &total, nullptr);
        CHECK(total == cuda_fake::machine().memory_bytes);
        return free;
    };
    const std::uint64_t before = free_bytes();
    {
        const Buffer some(device.session, 1000);
        CHECK(free_bytes() == before - 1000);
    }
    CHECK(free_bytes() == before);
}

TEST_CASE("cuda copies parts of buffers and refuses what leaves them", "[cuda]") {
    const Pretended device;
    Buffer from(device.session, 16), to(device.session, 16);
    from.write({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
    to.write(Bytes(16, 99));
    assay_error error{};
    const auto copy = [&](Buffer& target, std::uint64_t at, std::uint64_t begin,
                          std::uint64_t bytes) {
        return device.session.table().copy_on_device(device.session.queue(),
                                                     target.binding().buffer, at,
                                                     from.binding().buffer, begin, bytes, &error);
    };
    CHECK(copy(to, 3, 7, 5) == ASSAY_OK);
    CHECK(to.read() == Bytes{99, 99, 99, 7, 8, 9, 10, 11, 99, 99, 99, 99, 99, 99, 99, 99});
    CHECK(copy(to, 12, 0, 5) == ASSAY_ERR_INVALID);
    CHECK(copy(to, 0, 12, 5) == ASSAY_ERR_INVALID);
    CHECK(copy(to, 0, 17, 0) == ASSAY_ERR_INVALID);
    CHECK(copy(to, 16, 16, 0) == ASSAY_OK);
    CHECK(copy(from, 4, 0, 5) == ASSAY_ERR_INVALID);
    CHECK_THAT(std::string(error.message), Contains("overlap"));
    CHECK(copy(from, 5, 0, 5) == ASSAY_OK);
}

TEST_CASE("cuda fills any range, the pattern beginning where the range does", "[cuda]") {
    const Pretended device;
    const std::uint64_t offset = GENERATE(0, 1, 2, 3, 4), bytes = GENERATE(0, 1, 3, 4, 7, 10);
    const std::uint32_t pattern = GENERATE(0x04030201u, 0x07070707u);
    CAPTURE(offset, bytes, pattern);
    Buffer buffer(device.session, 16);
    buffer.write(Bytes(16, 99));
    assay_error error{};
    require_ok(device.session.table().fill(device.session.queue(), buffer.binding().buffer, offset,
                                           bytes, pattern, &error),
               error, "fill");
    Bytes wanted(16, 99);
    for (std::uint64_t i = 0; i < bytes; ++i) {
        wanted[offset + i] = static_cast<std::uint8_t>(pattern >> (8 * (i % 4)));
    }
    CHECK(buffer.read() == wanted);
    CHECK(cuda_fake::machine().misuse.empty());
}

TEST_CASE("cuda refuses the time of events that were never recorded", "[cuda]") {
    const Pretended device;
    const auto& table = device.session.table();
    assay_event* event = nullptr;
    assay_error error{};
    REQUIRE(table.event_create(device.session.device(), &event, &error) == ASSAY_OK);
    double ns = 0;
    CHECK(table.event_elapsed_ns(device.session.device(), event, event, &ns, &error) ==
          ASSAY_ERR_INVALID);
    CHECK(table.queue_wait_event(device.session.queue(), event, &error) == ASSAY_ERR_INVALID);
    CHECK_THAT(std::string(error.message), Contains("never recorded"));
    table.event_destroy(event);
}

TEST_CASE("cuda replays what was recorded, and nothing else", "[cuda]") {
    const Pretended device;
    const auto& table = device.session.table();
    assay_queue* queue = device.session.queue();
    const auto& replays =
        *static_cast<const assay_ext_replay*>(table.get_extension(ASSAY_EXT_REPLAY));
    CHECK(table.get_extension("assay.replay/2") == nullptr);
    const auto byte = [](const Buffer& buffer) { return buffer.read().front(); };
    const auto fill = [&](const Buffer& buffer, std::uint32_t pattern) {
        return table.fill(queue, buffer.binding().buffer, 0, 4, pattern, nullptr);
    };
    Buffer buffer(device.session, 4);
    buffer.write({1, 1, 1, 1});
    assay_error error{};
    assay_exec* replay = nullptr;
    CHECK(replays.end(queue, &replay, &error) < 0);
    REQUIRE(replays.begin(queue, &error) == ASSAY_OK);
    CHECK(replays.begin(queue, &error) < 0);
    CHECK(fill(buffer, 0x02020202) == ASSAY_OK);
    REQUIRE(replays.end(queue, &replay, &error) == ASSAY_OK);
    CHECK(byte(buffer) == 1);
    CHECK(table.enqueue(queue, replay, nullptr, 0, &error) == ASSAY_OK);
    CHECK(byte(buffer) == 2);
    CHECK(fill(buffer, 0x03030303) == ASSAY_OK);
    CHECK(byte(buffer) == 3);
    CHECK(table.enqueue(queue, replay, nullptr, 0, &error) == ASSAY_OK);
    CHECK(byte(buffer) == 2);
    const assay_binding binding = buffer.binding();
    CHECK(table.enqueue(queue, replay, &binding, 1, &error) == ASSAY_ERR_INVALID);
    auto info = sized<assay_exec_info>();
    CHECK(table.exec_get_info(replay, &info, &error) == ASSAY_OK);
    CHECK(info.launches == 1);
    table.exec_destroy(replay);
    CHECK(device.machine.misuse.empty());
}

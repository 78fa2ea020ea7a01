// SPDX-License-Identifier: Apache-2.0
// See platforms.hpp. UUID and PCI address are extensions that not every driver has; without them
// an id is the device's name and place in the list.
#include "platforms.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <set>

#include <unistd.h>

namespace assay::opencl {
namespace {

constexpr cl_device_info device_uuid = 0x106A;     // CL_DEVICE_UUID_KHR
constexpr cl_device_info device_pci_bus = 0x410F;  // CL_DEVICE_PCI_BUS_INFO_KHR
struct Uuid {
    unsigned char bytes[16];
};
struct PciBus {
    cl_uint domain, bus, device, function;
};

int kind_of(cl_device_id device) {
    const auto type = fact<cl_device_type>(device, CL_DEVICE_TYPE);
    if ((type & CL_DEVICE_TYPE_CPU) != 0) return ASSAY_KIND_CPU;
    if ((type & CL_DEVICE_TYPE_GPU) != 0) return ASSAY_KIND_GPU;
    return ASSAY_KIND_NPU;
}

std::string id_of(cl_device_id device, std::size_t index) {
    if (has_extension(device, "cl_khr_device_uuid")) {
        const auto uuid = fact<Uuid>(device, device_uuid);
        std::string text;
        for (const unsigned char byte : uuid.bytes) {
            char digits[3];
            std::snprintf(digits, sizeof digits, "%02x", byte);
            text += digits;
        }
        if (text.find_first_not_of('0') != std::string::npos) return text;
    }
    return text_fact(device, CL_DEVICE_NAME).substr(0, 48) + "#" + std::to_string(index);
}

std::string pci_address(cl_device_id device) {
    if (!has_extension(device, "cl_khr_pci_bus_info")) return "";
    const auto at = fact<PciBus>(device, device_pci_bus);
    char text[32];
    std::snprintf(text, sizeof text, "%04x:%02x:%02x.%x", at.domain, at.bus, at.device,
                  at.function);
    return text;
}

std::string driver_of(cl_device_id device) {
    const auto platform = fact<cl_platform_id>(device, CL_DEVICE_PLATFORM);
    std::string text = text_fact(device, CL_DRIVER_VERSION);
    if (platform != nullptr) text = text_fact(platform, CL_PLATFORM_NAME) + " " + text;
    return text;
}

/// Takes back what a driver does to the process while it starts: variables that it adds to the
/// environment (PoCL: HWLOC_PLUGINS_PATH) and signal handlers (PoCL: SIGFPE, for integers divided
/// by 0, of which our kernels have none). Both are the host's.
class SameProcess {
public:
    SameProcess() : names_(names()) {
        for (int signal = 1; signal < signals; ++signal)
            sigaction(signal, nullptr, handler(signal));
    }
    ~SameProcess() {
        for (const std::string& name : names()) {
            if (!names_.contains(name)) unsetenv(name.c_str());
        }
        for (int signal = 1; signal < signals; ++signal) {
            if (signal != SIGKILL && signal != SIGSTOP) sigaction(signal, handler(signal), nullptr);
        }
    }
    SameProcess(const SameProcess&) = delete;
    SameProcess& operator=(const SameProcess&) = delete;

private:
    static constexpr int signals = 32;  // the real-time ones are the C library's

    struct sigaction* handler(int signal) {
        return &handlers_[static_cast<std::size_t>(signal)];
    }
    static std::set<std::string> names() {
        std::set<std::string> all;
        for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
            const std::string text = *entry;
            all.insert(text.substr(0, text.find('=')));
        }
        return all;
    }
    std::set<std::string> names_;
    std::array<struct sigaction, signals> handlers_{};
};

}  // namespace

Found find_devices() {
    const SameProcess same;
    Found found;
    cl_uint count = 0;
    const cl_int status = clGetPlatformIDs(0, nullptr, &count);
    if (status != CL_SUCCESS || count == 0) {
        found.why_none = "no platform (" +
                         (status != CL_SUCCESS ? status_name(status) : "the list is empty") +
                         "): install a driver, for a CPU pocl-opencl-icd";
        return found;
    }
    std::vector<cl_platform_id> platforms(count);
    check(clGetPlatformIDs(count, platforms.data(), nullptr), "clGetPlatformIDs");
    for (cl_platform_id platform : platforms) {
        cl_uint here = 0;
        if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, nullptr, &here) != CL_SUCCESS) continue;
        const std::size_t before = found.devices.size();
        found.devices.resize(before + here);
        check(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, here, found.devices.data() + before,
                             nullptr),
              "clGetDeviceIDs");
    }
    if (found.devices.empty()) {
        found.why_none = std::to_string(count) + " platform(s), none with a device";
    }
    return found;
}

assay_device_info describe(cl_device_id device, std::size_t index) {
    auto info = sdk::make<assay_device_info>();
    info.kind = kind_of(device);
    sdk::put(info.id, id_of(device, index));
    sdk::put(info.name, text_fact(device, CL_DEVICE_NAME));
    sdk::put(info.vendor, text_fact(device, CL_DEVICE_VENDOR));
    sdk::put(info.arch, text_fact(device, CL_DEVICE_VERSION));
    sdk::put(info.driver, driver_of(device));
    sdk::put(info.pci_address, pci_address(device));
    info.numa_node = -1;
    info.compute_units = fact<cl_uint>(device, CL_DEVICE_MAX_COMPUTE_UNITS);
    info.memory_bytes = fact<cl_ulong>(device, CL_DEVICE_GLOBAL_MEM_SIZE);
    info.last_level_cache_bytes = fact<cl_ulong>(device, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE);
    info.max_clock_hz =
        fact<cl_uint>(device, CL_DEVICE_MAX_CLOCK_FREQUENCY) * std::uint64_t{1'000'000};
    info.timer = ASSAY_TIMER_DEVICE;
    info.timer_resolution_ns =
        static_cast<double>(fact<std::size_t>(device, CL_DEVICE_PROFILING_TIMER_RESOLUTION, 1));
    info.threads = ASSAY_THREADS_SERIAL;
    info.max_queues = 8;  // chosen: OpenCL has no limit of its own
    info.buffer_alignment = fact<cl_uint>(device, CL_DEVICE_MEM_BASE_ADDR_ALIGN, 1024) / 8;
    return info;
}

}  // namespace assay::opencl

// SPDX-License-Identifier: Apache-2.0
// See devices.hpp.
#include "devices.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "api.hpp"

namespace assay::cuda {
namespace {

/// "13.0" of 13000.
std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string uuid_text(const cudaUUID_t& uuid) {
    std::string text = "GPU-";
    for (int i = 0; i < 16; ++i) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x",
                      static_cast<unsigned>(static_cast<unsigned char>(uuid.bytes[i])));
        text += digits;
        if (i == 3 || i == 5 || i == 7 || i == 9) text += "-";
    }
    return text;
}

std::string pci_address(const cudaDeviceProp& properties) {
    char text[32];
    std::snprintf(
        text, sizeof text, "%04x:%02x:%02x.0", static_cast<unsigned>(properties.pciDomainID),
        static_cast<unsigned>(properties.pciBusID), static_cast<unsigned>(properties.pciDeviceID));
    return text;
}

/// ECC costs bandwidth and memory on some devices, so it belongs to what is compared.
std::string driver_text(const cudaDeviceProp& properties) {
    int version = 0;
    check(cudaDriverGetVersion(&version), "cudaDriverGetVersion");
    std::ifstream file("/proc/driver/nvidia/version");
    std::stringstream text;
    text << file.rdbuf();
    const std::string release = driver_release(text.str());
    return (release.empty() ? "" : release + ", ") + "CUDA " + version_text(version) + ", ECC " +
           (properties.ECCEnabled != 0 ? "on" : "off");
}

std::uint64_t positive(int number) {
    return number > 0 ? static_cast<std::uint64_t>(number) : 0;
}

std::uint64_t clock_hz(int device) {
    return positive(attribute(device, cudaDevAttrClockRate)) * 1000;
}

cudaDeviceProp properties_of(int device) {
    cudaDeviceProp properties{};
    check(cudaGetDeviceProperties(&properties, device), "cudaGetDeviceProperties");
    return properties;
}

/// What one SM does in one clock, multiply and add counted as two. Vector units: CUDA C++
/// Programming Guide, "Throughput of Native Arithmetic Instructions". Matrix units: "NVIDIA A100
/// Tensor Core GPU Architecture" (2020), table 3, and "NVIDIA H100 Tensor Core GPU Architecture"
/// (2022), table 3, dense rates over SMs and clock.
struct Rate {
    int major, minor, unit;
    assay_dtype operand, accumulator;
    int operations;
};
constexpr Rate rates[] = {
    {8, 0, ASSAY_RATE_VECTOR, ASSAY_F32, ASSAY_F32, 128},
    {8, 0, ASSAY_RATE_VECTOR, ASSAY_F64, ASSAY_F64, 64},
    {8, 0, ASSAY_RATE_MATRIX, ASSAY_F64, ASSAY_F64, 128},
    {8, 0, ASSAY_RATE_MATRIX, ASSAY_F16, ASSAY_F32, 2048},
    {8, 0, ASSAY_RATE_MATRIX, ASSAY_BF16, ASSAY_F32, 2048},
    {8, 0, ASSAY_RATE_MATRIX, ASSAY_I8, ASSAY_I32, 4096},
    {8, 6, ASSAY_RATE_VECTOR, ASSAY_F32, ASSAY_F32, 256},
    {8, 6, ASSAY_RATE_VECTOR, ASSAY_F64, ASSAY_F64, 4},
    {8, 9, ASSAY_RATE_VECTOR, ASSAY_F32, ASSAY_F32, 256},
    {8, 9, ASSAY_RATE_VECTOR, ASSAY_F64, ASSAY_F64, 4},
    {9, 0, ASSAY_RATE_VECTOR, ASSAY_F32, ASSAY_F32, 256},
    {9, 0, ASSAY_RATE_VECTOR, ASSAY_F64, ASSAY_F64, 128},
    {9, 0, ASSAY_RATE_MATRIX, ASSAY_F64, ASSAY_F64, 256},
    {9, 0, ASSAY_RATE_MATRIX, ASSAY_F16, ASSAY_F32, 4096},
    {9, 0, ASSAY_RATE_MATRIX, ASSAY_BF16, ASSAY_F32, 4096},
    {9, 0, ASSAY_RATE_MATRIX, ASSAY_I8, ASSAY_I32, 8192},
    {9, 0, ASSAY_RATE_MATRIX, ASSAY_F8E4M3FN, ASSAY_F32, 8192},
    {9, 0, ASSAY_RATE_MATRIX, ASSAY_F8E5M2, ASSAY_F32, 8192},
};

}  // namespace

int attribute(int device, int which) {
    int value = 0;
    const cudaError_t status =
        cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(which), device);
    if (status == cudaSuccess) return value;
    cudaGetLastError();
    if (status != cudaErrorInvalidValue) check(status, "cudaDeviceGetAttribute");
    return 0;
}

Found find_devices() {
    Found found;
    cudaError_t status = cudaGetDeviceCount(&found.count);
    if (status == cudaSuccess && found.count > 0) return found;
    found.count = 0;
    if (status == cudaSuccess) status = cudaErrorNoDevice;
    int driver = 0;
    cudaDriverGetVersion(&driver);  // 0 when there is none
    try {
        check(status, driver == 0 ? "no NVIDIA driver is loaded"
                                  : ("driver of CUDA " + version_text(driver)).c_str());
    } catch (const sdk::Error& error) {
        found.why_none = error.text;
    }
    cudaGetLastError();
    return found;
}

assay_device_info describe(int device) {
    const cudaDeviceProp properties = properties_of(device);
    auto info = sdk::make<assay_device_info>();
    info.kind = ASSAY_KIND_GPU;
    sdk::put(info.id, uuid_text(properties.uuid));
    sdk::put(info.name, properties.name);
    sdk::put(info.vendor, "NVIDIA");
    sdk::put(info.arch,
             "sm_" + std::to_string(properties.major) + std::to_string(properties.minor));
    sdk::put(info.driver, driver_text(properties));
    sdk::put(info.pci_address, pci_address(properties));
    info.pci_vendor = 0x10de;
    info.numa_node = -1;
#if CUDART_VERSION >= 13000
    info.pci_device = properties.gpuPciDeviceID >> 16;  // below it stands the vendor
    info.numa_node = properties.hostNumaId;
#endif
    info.compute_units = static_cast<std::uint32_t>(properties.multiProcessorCount);
    info.memory_bytes = properties.totalGlobalMem;
    // Two transfers in each clock of the memory, as NVIDIA's deviceQuery and data sheets count.
    info.memory_bytes_per_s = 2 * 1000 * positive(attribute(device, cudaDevAttrMemoryClockRate)) *
                              positive(properties.memoryBusWidth) / 8;
    info.last_level_cache_bytes = positive(properties.l2CacheSize);
    info.max_clock_hz = clock_hz(device);
    info.timer = ASSAY_TIMER_DEVICE;
    info.timer_resolution_ns = 500;  // CUDA Runtime API, cudaEventElapsedTime: about 0.5 us
    info.threads = ASSAY_THREADS_SERIAL;
    info.max_queues = 8;          // chosen: CUDA has no limit; each has its workspace
    info.buffer_alignment = 256;  // CUDA C++ Programming Guide, "Device Memory Accesses"
    return info;
}

std::vector<assay_peak_rate> peaks_of(int device) {
    const cudaDeviceProp properties = properties_of(device);
    const std::uint64_t clock = clock_hz(device);
    std::vector<assay_peak_rate> list;
    for (const Rate& rate : rates) {
        if (rate.major != properties.major || rate.minor != properties.minor || clock == 0)
            continue;
        auto peak = sdk::make<assay_peak_rate>();
        peak.unit = rate.unit;
        peak.operand = rate.operand;
        peak.accumulator = rate.accumulator;
        peak.source = ASSAY_SOURCE_COMPUTED;
        peak.ops_per_s = static_cast<double>(rate.operations) * properties.multiProcessorCount *
                         static_cast<double>(clock);
        peak.at_clock_hz = clock;
        list.push_back(peak);
    }
    return list;
}

std::string libraries() {
    int runtime = 0;
    check(cudaRuntimeGetVersion(&runtime), "cudaRuntimeGetVersion");
    const std::size_t lt = cublasLtGetVersion();
    return "cuBLASLt " + std::to_string(lt / 10000) + "." + std::to_string(lt % 10000 / 100) + "." +
           std::to_string(lt % 100) + "; CUDA runtime " + version_text(runtime);
}

std::string driver_release(const std::string& text) {
    // "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build ...": the
    // first word that begins with three digits and a dot.
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const bool number = word.size() > 4 && word[3] == '.' &&
                            word.find_first_not_of("0123456789.") == std::string::npos;
        if (number) return word;
    }
    return "";
}

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
// See nvml.hpp.
#include "nvml.hpp"

#include <cstring>

#include <dlfcn.h>

namespace assay::cuda {

/// NVML's functions by their C types; a handle is a pointer to what only NVML knows. Null: the
/// library does not have it.
struct NvmlCalls {
    int (*init)() = nullptr;
    const char* (*error_string)(int code) = nullptr;
    int (*by_uuid)(const char* uuid, void** device) = nullptr;
    int (*by_pci)(const char* address, void** device) = nullptr;
    int (*uuid)(void* device, char* text, unsigned length) = nullptr;
    int (*energy)(void* device, unsigned long long* millijoules) = nullptr;
    int (*power)(void* device, unsigned* milliwatts) = nullptr;
    int (*temperature)(void* device, unsigned sensor, unsigned* celsius) = nullptr;
    int (*clock)(void* device, unsigned which, unsigned* megahertz) = nullptr;
    int (*throttle)(void* device, unsigned long long* reasons) = nullptr;
};

namespace {

// nvmlReturn_t
constexpr int success = 0, not_supported = 3, no_permission = 4, not_found = 6, gpu_is_lost = 15;
constexpr unsigned of_chip = 0;       // NVML_TEMPERATURE_GPU
constexpr unsigned of_sm = 1;         // NVML_CLOCK_SM
constexpr unsigned uuid_length = 96;  // NVML_DEVICE_UUID_V2_BUFFER_SIZE

/// nvmlClocksThrottleReasons (later: nvmlClocksEventReasons) as the ABI has them. Being idle (1)
/// holds nothing back.
struct Reason {
    unsigned long long bits, cause;
};
constexpr Reason reasons[] = {
    {0x004, ASSAY_THROTTLE_POWER},                        // software power cap
    {0x020 | 0x040, ASSAY_THROTTLE_THERMAL},              // software and hardware thermal slowdown
    {0x080, ASSAY_THROTTLE_EXTERNAL},                     // hardware power brake
    {0x002 | 0x010 | 0x100, ASSAY_THROTTLE_USER_CLOCKS},  // application, sync boost, display
};
constexpr unsigned long long hardware_slowdown = 0x008, hardware_causes = 0x040 | 0x080;

template <class Function>
void find(void* library, Function& to, const char* name, const char* other = nullptr) {
    void* found = dlsym(library, name);
    if (found == nullptr && other != nullptr) found = dlsym(library, other);
    static_assert(sizeof(to) == sizeof(found), "a function's address is an address");
    std::memcpy(&to, &found, sizeof found);
}

NvmlCalls found_in(void* library) {
    NvmlCalls calls;
    find(library, calls.init, "nvmlInit_v2");
    find(library, calls.error_string, "nvmlErrorString");
    find(library, calls.by_uuid, "nvmlDeviceGetHandleByUUID");
    find(library, calls.by_pci, "nvmlDeviceGetHandleByPciBusId_v2");
    find(library, calls.uuid, "nvmlDeviceGetUUID");
    find(library, calls.energy, "nvmlDeviceGetTotalEnergyConsumption");
    find(library, calls.power, "nvmlDeviceGetPowerUsage");
    find(library, calls.temperature, "nvmlDeviceGetTemperature");
    find(library, calls.clock, "nvmlDeviceGetClockInfo");
    find(library, calls.throttle, "nvmlDeviceGetCurrentClocksEventReasons",
         "nvmlDeviceGetCurrentClocksThrottleReasons");
    return calls;
}

assay_status status_of(int code) {
    switch (code) {
        case success:
            return ASSAY_OK;
        case not_supported:
            return ASSAY_ERR_UNSUPPORTED;
        case no_permission:
            return ASSAY_ERR_DENIED;
        case gpu_is_lost:
            return ASSAY_ERR_DEVICE_LOST;
        default:
            return ASSAY_ERR_INTERNAL;
    }
}

}  // namespace

Nvml::Nvml(const char* file) : calls_(std::make_unique<NvmlCalls>()) {
    void* library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        why_not_ = std::string("no library ") + file;
        return;
    }
    const NvmlCalls found = found_in(library);
    if (found.init == nullptr || (found.by_uuid == nullptr && found.by_pci == nullptr)) {
        why_not_ = std::string(file) + " lacks nvmlInit_v2 or its devices";
        return;
    }
    *calls_ = found;
    const int code = found.init();
    if (code != success) why_not_ = "nvmlInit_v2: " + words(code);
}

Nvml::~Nvml() = default;

std::string Nvml::words(int code) const {
    const char* text = calls_->error_string == nullptr ? nullptr : calls_->error_string(code);
    return text == nullptr ? "code " + std::to_string(code) : text;
}

NvmlDevice::NvmlDevice(const Nvml& nvml, const std::string& uuid, const std::string& pci_address)
    : nvml_(nvml), why_not_(nvml.why_not()) {
    if (!why_not_.empty()) return;
    const NvmlCalls& calls = nvml.calls();
    int code = not_found;
    if (calls.by_uuid != nullptr) code = calls.by_uuid(uuid.c_str(), &device_);
    if (code == success) return;
    const bool by_place = calls.by_uuid == nullptr && calls.by_pci != nullptr &&
                          calls.uuid != nullptr && !pci_address.empty();
    if (by_place) {
        char text[uuid_length] = {};
        code = calls.by_pci(pci_address.c_str(), &device_);
        if (code == success) code = calls.uuid(device_, text, uuid_length - 1);
        if (code == success && uuid == text) return;
        if (code == success) {
            why_not_ = "at " + pci_address + " is another device";
            device_ = nullptr;
            return;
        }
    }
    device_ = nullptr;
    why_not_ = "its UUID: " + nvml.words(code);
}

/// `Number`: what the call writes.
template <class Number, class Call, class... Arguments>
NvmlValue NvmlDevice::ask(Call call, double scale, Arguments... arguments) const {
    if (device_ == nullptr || call == nullptr) return {};
    Number number = 0;
    const int code = call(device_, arguments..., &number);
    if (code != success) return {0, status_of(code)};
    return {static_cast<double>(number) * scale, ASSAY_OK};
}

NvmlValue NvmlDevice::joules() const {
    return ask<unsigned long long>(nvml_.calls().energy, 1e-3);
}
NvmlValue NvmlDevice::watts() const {
    return ask<unsigned>(nvml_.calls().power, 1e-3);
}
NvmlValue NvmlDevice::celsius() const {
    return ask<unsigned>(nvml_.calls().temperature, 1, of_chip);
}
NvmlValue NvmlDevice::clock_hz() const {
    return ask<unsigned>(nvml_.calls().clock, 1e6, of_sm);
}

NvmlValue NvmlDevice::throttle() const {
    const NvmlValue raw = ask<unsigned long long>(nvml_.calls().throttle, 1);
    if (raw.status != ASSAY_OK) return raw;
    const auto said = static_cast<unsigned long long>(raw.value);
    unsigned long long causes = 0;
    for (const Reason& each : reasons) {
        if ((said & each.bits) != 0) causes |= each.cause;
    }
    // The hardware slowed down and says no more: its own fast protection against current.
    if ((said & hardware_slowdown) != 0 && (said & hardware_causes) == 0) {
        causes |= ASSAY_THROTTLE_CURRENT;
    }
    return {static_cast<double>(causes), ASSAY_OK};
}

}  // namespace assay::cuda

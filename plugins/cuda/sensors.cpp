// SPDX-License-Identifier: Apache-2.0
// See sensors.hpp.
#include "sensors.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "devices.hpp"

namespace assay::cuda {
namespace {

constexpr const char* library = "libnvidia-ml.so.1";
/// Chosen: boards differ between about 1 and 100 ms, and a worker begins with this.
constexpr std::uint64_t watch_ns = 1000000000;
constexpr std::size_t changes_wanted = 5;
constexpr auto look = std::chrono::microseconds(500);

/// The sensors of all devices, made when first asked for; kept until the process ends.
class All {
public:
    /// Throws sdk::Error INVALID when there is no such device.
    DeviceSensors& of(std::uint32_t device) {
        const std::lock_guard lock(mutex_);
        if (!count_) count_ = find_devices().count;
        if (static_cast<std::int64_t>(device) >= *count_) {
            sdk::fail(ASSAY_ERR_INVALID, "sensors: there is no device %u", device);
        }
        std::unique_ptr<DeviceSensors>& found = devices_[device];
        if (!found) {
            if (!nvml_) nvml_ = std::make_unique<Nvml>(library);
            const assay_device_info info = describe(static_cast<int>(device));
            found = std::make_unique<DeviceSensors>(*nvml_, info.id, info.pci_address);
        }
        return *found;
    }

private:
    std::mutex mutex_;
    std::optional<int> count_;
    std::unique_ptr<Nvml> nvml_;
    std::map<std::uint32_t, std::unique_ptr<DeviceSensors>> devices_;
};

All& all() {
    static auto* one = new All;  // NVML may outlive whatever is static here
    return *one;
}

assay_status ASSAY_CALL get_info(std::uint32_t device, std::uint32_t index, assay_sensor_info* out,
                                 assay_error* err) {
    return sdk::detail::attempt(err, [&] {
        const DeviceSensors& sensors = all().of(device);
        if (index >= sensors.count()) sdk::fail(ASSAY_ERR_INVALID, "sensors: there is no more");
        sdk::write(out, sensors.info(index));
    });
}

assay_status ASSAY_CALL sample(std::uint32_t device, assay_sample* inout, std::uint32_t count,
                               assay_error* err) {
    return sdk::detail::attempt(err, [&] {
        if (inout == nullptr && count > 0) sdk::fail(ASSAY_ERR_INVALID, "sensors: no samples");
        const DeviceSensors& sensors = all().of(device);
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto which = static_cast<std::size_t>(inout[i].sensor);
            const bool known = inout[i].sensor >= 0 && which < sensors.count();
            const NvmlValue got = known ? sensors.read(which) : NvmlValue{0, ASSAY_ERR_INVALID};
            inout[i].value = got.value;
            inout[i].status = got.status;
            inout[i].host_ns = sdk::host.now_ns();
        }
    });
}

constexpr assay_ext_sensors table = {sizeof(assay_ext_sensors), 0, get_info, sample};

}  // namespace

const assay_ext_sensors* sensors_table() {
    return &table;
}

DeviceSensors::DeviceSensors(const Nvml& nvml, const std::string& uuid,
                             const std::string& pci_address)
    : device_(nvml, uuid, pci_address) {
    const bool counts = device_.joules().status != ASSAY_ERR_UNSUPPORTED;
    const bool has_power = device_.watts().status == ASSAY_OK;
    if (counts || !has_power) {
        rows_.push_back({ASSAY_SENSOR_ENERGY_J, "energy", "board", &NvmlDevice::joules});
    } else {
        rows_.push_back({ASSAY_SENSOR_POWER_W, "power", "board", &NvmlDevice::watts});
    }
    rows_.push_back({ASSAY_SENSOR_TEMPERATURE_C, "gpu", "chip", &NvmlDevice::celsius});
    rows_.push_back({ASSAY_SENSOR_CLOCK_HZ, "sm", "chip", &NvmlDevice::clock_hz});
    rows_.push_back({ASSAY_SENSOR_THROTTLE, "clocks", "chip", &NvmlDevice::throttle});
}

std::string DeviceSensors::source() const {
    return device_.why_not().empty() ? "nvml" : "nvml (" + device_.why_not() + ")";
}

assay_sensor_info DeviceSensors::info(std::size_t index) const {
    const Row& row = rows_.at(index);
    auto info = sdk::make<assay_sensor_info>();
    info.kind = row.kind;
    sdk::put(info.name, row.name);
    sdk::put(info.scope, row.scope);
    sdk::put(info.source, source());
    if (row.kind == ASSAY_SENSOR_ENERGY_J) info.update_period_ns = energy_period_ns();
    return info;
}

NvmlValue DeviceSensors::read(std::size_t index) const {
    return (device_.*rows_.at(index).read)();
}

std::uint64_t DeviceSensors::energy_period_ns() const {
    if (watched_) return energy_period_ns_;
    watched_ = true;
    NvmlValue last = device_.joules();
    if (last.status != ASSAY_OK) return 0;
    const std::uint64_t begun = sdk::host.now_ns();
    std::uint64_t changed = 0, now = begun;
    std::vector<std::uint64_t> periods;
    while (periods.size() < changes_wanted && now - begun < watch_ns) {
        std::this_thread::sleep_for(look);
        const NvmlValue next = device_.joules();
        now = sdk::host.now_ns();
        if (next.status != ASSAY_OK) return 0;
        if (next.value == last.value) continue;
        if (changed != 0) periods.push_back(now - changed);
        changed = now;
        last = next;
    }
    std::sort(periods.begin(), periods.end());
    energy_period_ns_ = periods.empty() ? now - begun : periods[periods.size() / 2];
    return energy_period_ns_;
}

}  // namespace assay::cuda

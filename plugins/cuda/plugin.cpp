// SPDX-License-Identifier: Apache-2.0
// NVIDIA devices as an Assay plugin. Without a driver the plugin loads, has no device and says why
// where others name their libraries.
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device.hpp"
#include "devices.hpp"
#include "replay.hpp"
#include "sensors.hpp"

namespace assay::cuda {
namespace {

class Cuda final : public sdk::Plugin {
public:
    void info(assay_plugin_info& info) override {
        sdk::put(info.id, "org.assay.cuda");
        sdk::put(info.name, "NVIDIA devices");
        sdk::put(info.version, ASSAY_PLUGIN_VERSION);
        sdk::put(info.vendor, "Assay");
        sdk::put(info.license, "Apache-2.0");
        sdk::put(info.build, ASSAY_PLUGIN_BUILD);
        sdk::put(info.libraries, found().count > 0 ? libraries() : found().why_none);
    }

    std::vector<assay_device_info> devices() override {
        std::vector<assay_device_info> list;
        for (int i = 0; i < found().count; ++i) list.push_back(describe(i));
        return list;
    }

    std::vector<assay_peak_rate> peaks(std::uint32_t index) override {
        return peaks_of(static_cast<int>(index));
    }

    std::vector<assay_option_info> options() override {
        return {sdk::declare({"algorithm", "enum:fastest|first", "fastest",
                              "of a matmul; fastest: of those that cuBLASLt proposes, timed in "
                              "prepare; first: its favourite, untimed"})};
    }

    std::unique_ptr<sdk::Device> open(std::uint32_t index, const sdk::Options& options) override {
        return std::make_unique<Device>(static_cast<int>(index),
                                        options.text("algorithm") == "fastest");
    }

    const void* extension(const char* id) noexcept override {
        if (std::strcmp(id, ASSAY_EXT_SENSORS) == 0) return sensors_table();
        return std::strcmp(id, ASSAY_EXT_REPLAY) == 0 ? replay_table() : nullptr;
    }

private:
    const Found& found() {
        if (!found_) found_ = find_devices();
        return *found_;
    }

    std::optional<Found> found_;
};

}  // namespace
}  // namespace assay::cuda

ASSAY_PLUGIN(assay::cuda::Cuda)

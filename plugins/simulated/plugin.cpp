// SPDX-License-Identifier: Apache-2.0
// A device whose clock, noise and faults are a script: right answers by plugins/reference's loops,
// durations by clock.cpp, wrong answers and deaths by faults.cpp. README.md lists the options.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "assay/sdk.hpp"
#include "plugins/simulated/device.hpp"
#include "plugins/simulated/options.hpp"

namespace {

namespace sdk = assay::sdk;

constexpr long most_devices = 8;

/// Crashes while the library is being loaded; an option would come too late for that.
[[gnu::constructor]] void crash_while_loading() {
    const char* when = std::getenv("ASSAY_SIMULATED_CRASH_IN");
    if (when != nullptr && std::strcmp(when, "load") == 0) std::raise(SIGSEGV);
}

std::uint32_t device_count() {
    const char* text = std::getenv("ASSAY_SIMULATED_DEVICES");
    const long count = text == nullptr ? 1 : std::strtol(text, nullptr, 10);
    return static_cast<std::uint32_t>(std::clamp(count, 1L, most_devices));
}

/// What options have made of a device once it was opened.
struct Opened {
    int timer = ASSAY_TIMER_VIRTUAL;
    std::uint64_t memory_bytes = 0;
    double peak_gflops = 0;
};

struct Simulated final : sdk::Plugin {
    std::map<std::uint32_t, Opened> opened;

    void info(assay_plugin_info& out) override {
        sdk::put(out.id, "org.assay.simulated");
        sdk::put(out.name, "Simulated");
        sdk::put(out.version, "0.1.0");
        sdk::put(out.vendor, "Assay");
        sdk::put(out.license, "Apache-2.0");
        sdk::put(out.build, __VERSION__);
    }

    std::vector<assay_device_info> devices() override {
        std::vector<assay_device_info> list;
        for (std::uint32_t i = 0; i < device_count(); ++i) {
            const std::string number = std::to_string(i);
            auto device = sdk::host_device_info();
            device.kind = ASSAY_KIND_SIMULATED;
            device.timer = opened[i].timer;
            device.memory_bytes = opened[i].memory_bytes;
            sdk::put(device.id, "simulated" + number);
            sdk::put(device.name, "simulated device " + number);
            sdk::put(device.arch, "script");
            list.push_back(device);
        }
        return list;
    }

    std::unique_ptr<sdk::Device> open(std::uint32_t index, const sdk::Options& options) override {
        const simulated::Script script(options);
        simulated::die_in(script.faults, "open");
        const int timer = script.host_timer ? ASSAY_TIMER_HOST
                          : script.paced    ? ASSAY_TIMER_DEVICE
                                            : ASSAY_TIMER_VIRTUAL;
        opened[index] = {timer, script.memory_bytes, script.peak_gflops};
        return std::make_unique<simulated::Device>(script, index);
    }

    std::vector<assay_peak_rate> peaks(std::uint32_t index) override {
        const double gflops = opened[index].peak_gflops;
        if (gflops == 0) return {};
        std::vector<assay_peak_rate> rates;
        for (const assay_dtype operand : {ASSAY_F64, ASSAY_F32, ASSAY_BF16}) {
            auto rate = sdk::make<assay_peak_rate>();
            rate.unit = ASSAY_RATE_MATRIX;
            rate.operand = operand;
            rate.accumulator = ASSAY_F64;
            rate.source = ASSAY_SOURCE_DATASHEET;
            rate.ops_per_s = gflops * 1e9;
            rates.push_back(rate);
        }
        return rates;
    }

    std::vector<assay_option_info> options() override { return simulated::declared_options(); }
};

}  // namespace

ASSAY_PLUGIN(Simulated)

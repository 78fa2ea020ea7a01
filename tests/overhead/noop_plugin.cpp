// SPDX-License-Identifier: Apache-2.0
// A plugin whose matmul does nothing: what is left of a call is the ABI and the SDK. Never
// installed, and not right: no number of it is a measurement of anything else.
#include <memory>
#include <vector>

#include "assay/sdk.hpp"

namespace {

using namespace assay;

struct Nothing final : sdk::Exec {
    void enqueue(sdk::Queue&, sdk::Bindings bindings) override {
        for (std::uint32_t i = 0; i < bindings.size(); ++i) touch(bindings.data<char>(i));
    }
    void describe(assay_exec_info& info) override { info.level = ASSAY_SUPPORT_NATIVE; }
    /// Keeps the pointers from being computed for nobody, which a compiler would leave out.
    static void touch(char* data) { asm volatile("" : : "r"(data)); }
};

struct Device final : sdk::HostDevice {
    sdk::Support query(const sdk::Op&) override { return sdk::Support::native(ASSAY_F32); }
    std::unique_ptr<sdk::Exec> prepare(const sdk::Op&, const sdk::Options&) override {
        return std::make_unique<Nothing>();
    }
};

struct Noop final : sdk::Plugin {
    void info(assay_plugin_info& out) override { sdk::put(out.id, "org.assay.noop"); }
    std::vector<assay_device_info> devices() override { return {sdk::host_device_info()}; }
    std::unique_ptr<sdk::Device> open(std::uint32_t, const sdk::Options&) override {
        return std::make_unique<Device>();
    }
};

}  // namespace

ASSAY_PLUGIN(Noop)

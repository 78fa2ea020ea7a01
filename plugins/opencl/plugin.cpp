// SPDX-License-Identifier: Apache-2.0
// Any OpenCL device as an Assay plugin. Without a driver the plugin loads, has no device and says
// why where others name their libraries.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device.hpp"
#include "platforms.hpp"

namespace assay::opencl {
namespace {

// No stated peaks: OpenCL does not say how many operations a unit does in a clock.
class OpenCl final : public sdk::Plugin {
public:
    void info(assay_plugin_info& info) override {
        sdk::put(info.id, "org.assay.opencl");
        sdk::put(info.name, "OpenCL devices");
        sdk::put(info.version, ASSAY_PLUGIN_VERSION);
        sdk::put(info.vendor, "Assay");
        sdk::put(info.license, "Apache-2.0");
        sdk::put(info.build, ASSAY_PLUGIN_BUILD);
        const std::string& why_none = found().why_none;
        sdk::put(info.libraries, why_none.empty() ? libraries() : why_none);
    }

    std::vector<assay_device_info> devices() override {
        std::vector<assay_device_info> list;
        for (cl_device_id device : found().devices) list.push_back(describe(device, list.size()));
        return list;
    }

    std::vector<assay_option_info> options() override {
        return {sdk::declare({"gemm", "string", "auto",
                              "the matmul kernel; auto: the fastest of those timed in prepare"})};
    }

    std::unique_ptr<sdk::Device> open(std::uint32_t index, const sdk::Options& options) override {
        return std::make_unique<Device>(found().devices.at(index), options.text("gemm"), clblast());
    }

private:
    const Found& found() {
        if (!found_) found_ = find_devices();
        return *found_;
    }

    const Clblast& clblast() {
        if (!clblast_) clblast_.emplace("libclblast.so.1");
        return *clblast_;
    }
    std::string libraries() {
        const std::string& why_not = clblast().why_not();
        return "libOpenCL; own kernels; " + (why_not.empty() ? clblast().name() : why_not);
    }

    std::optional<Found> found_;
    std::optional<Clblast> clblast_;
};

}  // namespace
}  // namespace assay::opencl

ASSAY_PLUGIN(assay::opencl::OpenCl)

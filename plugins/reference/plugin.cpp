// SPDX-License-Identifier: Apache-2.0
// The reference plugin: matmul in plain loops and double, the truth that is always there.
// Not fast, not threaded. Its arithmetic is gemm.cpp, its element types number.cpp.
#include <memory>
#include <vector>

#include "assay/sdk.hpp"
#include "plugins/reference/gemm.hpp"
#include "plugins/reference/number.hpp"

namespace {

namespace sdk = assay::sdk;

struct Loops final : sdk::Exec {
    reference::Gemm gemm;

    explicit Loops(const sdk::Op& op) : gemm(sdk::Matmul(op)) {}

    void enqueue(sdk::Queue&, sdk::Bindings io) override {
        gemm.multiply(reference::operands(gemm.shape(), io));
    }
    void describe(assay_exec_info& info) override {
        info.level = ASSAY_SUPPORT_NATIVE;
        info.accumulator = reference::is_integer(gemm.shape().a.dtype) ? ASSAY_I32 : ASSAY_F64;
        info.launches = 1;
        info.workspace_bytes = gemm.workspace();
        sdk::put(info.path, info.accumulator == ASSAY_F64 ? "plain loops, double"
                                                          : "plain loops, 64-bit integers");
    }
};

struct Cpu final : sdk::HostDevice {
    sdk::Support query(const sdk::Op& op) override { return reference::gemm_support(op); }
    std::unique_ptr<sdk::Exec> prepare(const sdk::Op& op, const sdk::Options&) override {
        return std::make_unique<Loops>(op);
    }
};

struct Reference final : sdk::Plugin {
    void info(assay_plugin_info& out) override {
        sdk::put(out.id, "org.assay.reference");
        sdk::put(out.name, "Reference");
        sdk::put(out.version, "0.1.0");
        sdk::put(out.vendor, "Assay");
        sdk::put(out.license, "Apache-2.0");
        sdk::put(out.build, __VERSION__);
    }
    std::vector<assay_device_info> devices() override {
        auto cpu = sdk::host_device_info();
        cpu.compute_units = 1;
        sdk::put(cpu.name, "this computer's CPU, one thread");
        return {cpu};
    }
    std::unique_ptr<sdk::Device> open(std::uint32_t, const sdk::Options&) override {
        return std::make_unique<Cpu>();
    }
};

}  // namespace

ASSAY_PLUGIN(Reference)

// SPDX-License-Identifier: Apache-2.0
// The reference plugin: every operator in plain loops and double, the truth that is always there.
// Not fast, not threaded. Its operators are listed in ops.hpp, its element types in number.hpp.
#include <memory>
#include <vector>

#include "assay/sdk.hpp"
#include "plugins/reference/ops.hpp"

namespace {

namespace sdk = assay::sdk;

struct Loops final : sdk::Exec {
    reference::Operator work;

    explicit Loops(const sdk::Op& op) : work(reference::plan_of(op)) {}

    void enqueue(sdk::Queue&, sdk::Bindings io) override {
        work.bind(io);
        work.run();
    }
    void describe(assay_exec_info& info) override {
        info.level = ASSAY_SUPPORT_NATIVE;
        info.accumulator = work.plan().accumulator;
        info.launches = 1;
        info.workspace_bytes = work.plan().workspace();
        sdk::put(info.path, info.accumulator == ASSAY_F64 ? "plain loops, double"
                                                          : "plain loops, 64-bit integers");
    }
};

struct Cpu final : sdk::HostDevice {
    sdk::Support query(const sdk::Op& op) override { return reference::support_of(op); }
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

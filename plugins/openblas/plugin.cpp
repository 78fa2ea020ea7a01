// SPDX-License-Identifier: Apache-2.0
// OpenBLAS as an Assay plugin: a second opinion on the CPU that oneDNN also measures. One device,
// one operator (matmul) in f32 and f64.
#include <memory>
#include <vector>

#include <cblas.h>

#include "assay/sdk.hpp"
#include "assay/sdk/host_cpu.hpp"
#include "gemm_exec.hpp"

namespace assay::openblas {
namespace {

class Cpu final : public sdk::HostDevice {
public:
    sdk::Support query(const sdk::Op& op) override { return support(op); }
    std::unique_ptr<sdk::Exec> prepare(const sdk::Op& op, const sdk::Options&) override {
        return std::make_unique<GemmExec>(op);
    }
};

/// "pthreads", "OpenMP" or "sequential": which of Debian's variants was loaded.
const char* threading() {
    constexpr const char* names[] = {"sequential", "pthreads", "OpenMP"};  // openblas_config.h
    const int kind = openblas_get_parallel();
    return kind >= 0 && kind <= 2 ? names[kind] : "unknown threading";
}

// No stated peaks: the clock a CPU reports is not the one it runs at, so a computed peak would be a
// false one. Peaks are measured.
class OpenBlas final : public sdk::Plugin {
public:
    void info(assay_plugin_info& info) override {
        sdk::put(info.id, "org.assay.openblas");
        sdk::put(info.name, "OpenBLAS on the CPU");
        sdk::put(info.version, ASSAY_PLUGIN_VERSION);
        sdk::put(info.vendor, "Assay");
        sdk::put(info.license, "Apache-2.0");
        sdk::put(info.build, ASSAY_PLUGIN_BUILD);
        sdk::put(info.libraries, std::string(openblas_get_config()) + " (" + threading() + ")");
    }

    std::vector<assay_device_info> devices() override {
        auto info = sdk::host_device_info();
        sdk::describe_host_cpu(info);
        sdk::put(info.arch, openblas_get_corename());
        info.compute_units = static_cast<std::uint32_t>(openblas_get_num_threads());
        return {info};
    }

    std::vector<assay_option_info> options() override {
        return {sdk::declare({"threads", "int", "0",
                              "threads; 0: OPENBLAS_NUM_THREADS or OMP_NUM_THREADS, or one per CPU "
                              "without them"})};
    }

    std::unique_ptr<sdk::Device> open(std::uint32_t, const sdk::Options& options) override {
        constexpr std::int64_t most_threads = 4096;  // chosen: beyond any machine, within an int
        const auto threads = static_cast<int>(options.integer("threads", 0, most_threads));
        if (threads == 0) return std::make_unique<Cpu>();
        openblas_set_num_threads(threads);
        if (openblas_get_num_threads() != threads) {
            sdk::fail(ASSAY_ERR_UNSUPPORTED, "threads: %d asked, this OpenBLAS takes at most %d",
                      threads, openblas_get_num_threads());
        }
        return std::make_unique<Cpu>();
    }
};

}  // namespace
}  // namespace assay::openblas

ASSAY_PLUGIN(assay::openblas::OpenBlas)

// SPDX-License-Identifier: Apache-2.0
// oneDNN on the CPU as an Assay plugin: one device, the operators of README.md. It never sets or
// reads DNNL_VERBOSE, and never asks for GPU engines: Debian's libdnnl would load every OpenCL
// driver.
#include <memory>
#include <vector>

#include "assay/sdk.hpp"
#include "assay/sdk/graph.hpp"
#include "assay/sdk/host_cpu.hpp"
#include "compat.hpp"
#include "graph/graph_exec.hpp"
#include "names.hpp"
#include "operators.hpp"

// libgomp's own, by hand: <omp.h> is the compiler's, and clang's belongs to another run-time.
extern "C" void omp_set_num_threads(int count);
extern "C" int omp_get_max_threads(void);

namespace assay::onednn {
namespace {

class Cpu final : public sdk::HostDevice, public sdk::GraphDevice {
public:
    sdk::Support query(const sdk::Op& op) override { return query_operator(engine_, op); }
    std::unique_ptr<sdk::Exec> prepare(const sdk::Op& op, const sdk::Options&) override {
        return prepare_operator(engine_, op);
    }
    sdk::Support query_node(const sdk::Graph& graph, std::size_t node) override {
        return query_operator(engine_, sdk::Op(graph.nodes.at(node).desc));
    }
    std::unique_ptr<sdk::Exec> compile(const sdk::Graph& graph, const sdk::Options&) override {
        return compile_graph(graph);
    }

private:
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
};

// No stated peaks: the clock a CPU reports is not the one it runs at (28 % off where this was
// written), so a computed peak would be a false one. Peaks are measured.
class OneDnn final : public sdk::Plugin {
public:
    void info(assay_plugin_info& info) override {
        sdk::put(info.id, "org.assay.onednn");
        sdk::put(info.name, "oneDNN on the CPU");
        sdk::put(info.version, ASSAY_PLUGIN_VERSION);
        sdk::put(info.vendor, "Assay");
        sdk::put(info.license, "Apache-2.0");
        sdk::put(info.build, ASSAY_PLUGIN_BUILD);
        sdk::put(info.libraries, compat::library_name() + " (runtime " + runtime_name() + ")");
    }

    std::vector<assay_device_info> devices() override {
        auto info = sdk::host_device_info();
        sdk::describe_host_cpu(info);
        sdk::put(info.arch, isa_name());
        info.compute_units = static_cast<std::uint32_t>(omp_get_max_threads());
        return {info};
    }

    std::vector<assay_option_info> options() override {
        return {sdk::declare({"threads", "int", "0",
                              "OpenMP threads; 0: OMP_NUM_THREADS, or one per CPU without it"})};
    }

    const void* extension(const char* id) noexcept override { return sdk::graph_table<OneDnn>(id); }

    std::unique_ptr<sdk::Device> open(std::uint32_t, const sdk::Options& options) override {
        constexpr std::int64_t most_threads = 4096;  // chosen: beyond any machine, within an int
        const auto threads = static_cast<int>(options.integer("threads", 0, most_threads));
        if (threads > 0 && runtime_name() != "OMP") {
            sdk::fail(ASSAY_ERR_UNSUPPORTED, "threads: this oneDNN runs its threads by %s, not OMP",
                      runtime_name().c_str());
        }
        if (threads > 0) omp_set_num_threads(threads);
        return std::make_unique<Cpu>();
    }
};

}  // namespace
}  // namespace assay::onednn

ASSAY_PLUGIN(assay::onednn::OneDnn)

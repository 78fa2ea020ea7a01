// SPDX-License-Identifier: Apache-2.0
// The same GEMM through all of Assay and by calling oneDNN directly, in turn in one process, both
// with B packed beforehand. Prints one line of JSON for each case; tests/overhead/run collects ten
// processes.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/measure/device_case.hpp"
#include "core/measure/loop.hpp"
#include "core/workload/fill.hpp"
#include "tests/overhead/contest.hpp"
#include "tests/overhead/onednn_directly.hpp"

namespace {

using namespace assay;
using dnnl::memory;
using overhead::Contestant;
using overhead::OnednnDirectly;

struct Contested {
    const char* types;
    std::int64_t size;  ///< m = n = k.
    Dtype operand, result;
    memory::data_type dnnl_operand, dnnl_result;
};
/// Above size 1 one call takes 100 us or more on one or two cores; size 1 is the bare cost.
constexpr Contested cases[] = {
    {"f32", 256, Dtype::f32, Dtype::f32, memory::data_type::f32, memory::data_type::f32},
    {"f32", 512, Dtype::f32, Dtype::f32, memory::data_type::f32, memory::data_type::f32},
    {"f32", 1024, Dtype::f32, Dtype::f32, memory::data_type::f32, memory::data_type::f32},
    {"bf16", 512, Dtype::bf16, Dtype::bf16, memory::data_type::bf16, memory::data_type::bf16},
    {"i8", 512, Dtype::i8, Dtype::i32, memory::data_type::s8, memory::data_type::s32},
    {"f32", 1, Dtype::f32, Dtype::f32, memory::data_type::f32, memory::data_type::f32},
};

Gemm gemm_of(const Contested& one) {
    Gemm gemm;
    gemm.m = gemm.n = gemm.k = one.size;
    gemm.a = gemm.b = one.operand;
    gemm.d = one.result;
    gemm.constant_b = true;
    return gemm;
}

/// The numbers that Assay gives the plugin: the same data for both.
struct Operands {
    std::vector<std::byte> a, b;
};
Operands operands_of(const Gemm& gemm) {
    const GemmElements count = elements(gemm);
    Operands operands{std::vector<std::byte>(bytes(gemm.a, count.a)),
                      std::vector<std::byte>(bytes(gemm.b, count.b))};
    fill(operands.a, gemm.a, {.stream = 0});
    fill(operands.b, gemm.b, {.stream = 1});
    return operands;
}

/// Through all of Assay as a run goes: core/host, the C table, core/measure's prepared case, and
/// the loop that Google Benchmark drives.
class ThroughAssay {
public:
    ThroughAssay(const Device& device, const Gemm& gemm)
        : case_({.workload = gemm}, Rotation{}, device) {}

    void repeat(int calls) { run_turn(case_, {.readings = 1, .invocations = calls}); }
    void require_right() {
        const Check check = case_.check_fresh(1);
        if (!check.passed) throw std::runtime_error("through Assay: " + check.reason);
    }
    const std::string& path() { return case_.prepared().path; }

private:
    DeviceCase case_;
};

/// A comparison of different work is none.
void require_same(ThroughAssay& assay, const OnednnDirectly& direct) {
    if (!assay.path().starts_with(direct.implementation())) {
        throw std::runtime_error("different implementations: " + assay.path() + " and " +
                                 direct.implementation());
    }
    assay.require_right();
}

void compare(const Device& device, const Contested& one, int rounds) {
    const Gemm gemm = gemm_of(one);
    if (const Support support = device.query(Operator(op_of(gemm))); support.level == "none") {
        std::fprintf(stderr, "direct_onednn: %s %lld left out: %s\n", one.types,
                     static_cast<long long>(one.size), support.reason.c_str());
        return;
    }
    ThroughAssay assay(device, gemm);
    const Operands operands = operands_of(gemm);
    OnednnDirectly direct(one.size, one.dnnl_operand, one.dnnl_result, operands.a, operands.b);
    require_same(assay, direct);
    const Contestant by_hand{"direct", [&](int calls) {
                                 for (int i = 0; i < calls; ++i) direct.run();
                             }};
    const Contestant by_assay{"assay", [&](int calls) { assay.repeat(calls); }};
    // Outside stands what Google Benchmark does before and after a turn, tens of microseconds. A
    // turn of a run takes 150 ms; chosen: a tenth of that, for more rounds.
    constexpr double reading_ns = 15e6;
    const overhead::Contest result = overhead::contest(by_hand, by_assay, rounds, reading_ns);
    std::printf(
        "{\"types\": \"%s\", \"size\": %lld, \"ratio\": %.6f, \"direct_ns\": %.1f, "
        "\"assay_ns\": %.1f, \"calls\": %d, \"rounds\": %d, \"path\": \"%s\"}\n",
        one.types, static_cast<long long>(one.size), result.ratio, result.first_ns,
        result.second_ns, result.calls, result.rounds, assay.path().c_str());
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) try {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 40;
    if (rounds < 1) throw std::runtime_error("usage: direct_onednn [ROUNDS], 1 or more");
    const Plugin plugin = Plugin::load(ASSAY_ONEDNN_PLUGIN);
    const Device device = plugin.open(0, {});
    for (const Contested& one : cases) compare(device, one, rounds);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "direct_onednn: %s\n", error.what());
    return 1;
}

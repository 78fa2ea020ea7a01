// SPDX-License-Identifier: Apache-2.0
// What one call costs that does no work: the ABI and the SDK over a direct call of a function in
// the same program, and what the loop adds. One line of JSON for each way.
#include <cstdio>
#include <exception>
#include <vector>

#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/measure/gemm_case.hpp"
#include "core/measure/loop.hpp"
#include "tests/overhead/contest.hpp"
#include "tests/plugins/abi_client.hpp"

namespace {

using namespace assay;
using overhead::Contestant;

constexpr int calls = 1000000;
constexpr int repetitions = 15;

/// noinline and with an asm statement, so that the call is made though it does nothing.
__attribute__((noinline)) void nothing(const assay_binding* bindings) {
    asm volatile("" : : "r"(bindings) : "memory");
}

std::vector<Contestant> ways(const test::Session& session, test::Prepared& prepared,
                             const assay_binding* bindings, GemmCase& looped) {
    const assay_plugin& table = session.table();
    return {
        {"empty function, called directly",
         [=](int count) {
             for (int i = 0; i < count; ++i) nothing(bindings);
         }},
        {"enqueue of a no-op matmul, 3 bindings",
         [&session, &prepared, &table, bindings](int count) {
             assay_error error{};
             for (int i = 0; i < count; ++i)
                 test::require_ok(
                     table.enqueue(session.queue(), prepared.get(), bindings, 3, &error), error,
                     "enqueue");
         }},
        {"the same in Google Benchmark's loop, as a run goes",
         [&looped](int count) { run_turn(looped, {.readings = 1, .invocations = count}); }},
        {"enqueue, each followed by queue_wait",
         [&session, &prepared, &table, bindings](int count) {
             assay_error error{};
             for (int i = 0; i < count; ++i) {
                 test::require_ok(
                     table.enqueue(session.queue(), prepared.get(), bindings, 3, &error), error,
                     "enqueue");
                 test::require_ok(
                     table.queue_wait(session.queue(), UINT64_MAX, ASSAY_WAIT_BLOCK, &error), error,
                     "queue_wait");
             }
         }},
    };
}

/// The ways take turns, so that a slow second of the machine falls on all of them.
void report(const std::vector<Contestant>& all) {
    std::vector<std::vector<double>> times(all.size());
    for (int repetition = 0; repetition <= repetitions; ++repetition) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const double ns = overhead::time_calls(all[i], calls);
            if (repetition > 0) times[i].push_back(ns);  // the first one is the warm-up
        }
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::printf("{\"way\": \"%s\", \"ns_per_call\": %.3f}\n", all[i].name.c_str(),
                    overhead::median(times[i]));
    }
}

}  // namespace

int main() try {
    const test::LoadedPlugin plugin(ASSAY_NOOP_PLUGIN);
    const test::Session session(plugin);
    const test::MatmulDesc desc({.m = 4, .n = 4, .k = 4});
    test::Prepared prepared(session, desc.get());
    const test::Buffer a(session, 64), b(session, 64), d(session, 64);
    const assay_binding bindings[] = {a.binding(), b.binding(), d.binding()};
    const Plugin same = Plugin::load(ASSAY_NOOP_PLUGIN);
    const Device device = same.open(0, {});
    Gemm gemm;
    gemm.m = gemm.n = gemm.k = 4;
    GemmCase looped(gemm, Protocol{}, Rotation{}, device);
    report(ways(session, prepared, bindings, looped));
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "per_call: %s\n", error.what());
    return 1;
}

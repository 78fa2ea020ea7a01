// SPDX-License-Identifier: Apache-2.0
// What one call costs that does no work: the ABI and the SDK over a direct call of a function in
// the same program, and what the loop adds. One line of JSON for each way.
#include <array>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/measure/device_case.hpp"
#include "core/measure/loop.hpp"
#include "tests/overhead/contest.hpp"

namespace {

using namespace assay;

constexpr int many_calls = 1'000'000, turns = 1'000;
constexpr int repetitions = 15;

/// noinline and with an asm statement, so that the call is made though it does nothing.
__attribute__((noinline)) void nothing(const assay_binding* bindings) {
    asm volatile("" : : "r"(bindings) : "memory");
}

/// A no-op matmul on the device, bound to three buffers.
struct Prepared {
    explicit Prepared(const Device& on, const Gemm& gemm)
        : device(on), exec(on.prepare(Operator(op_of(gemm)))), queue(on.queue()) {
        for (Buffer* each : {&a, &b, &d}) *each = on.alloc(size);
        bindings = {assay_binding{a.get(), 0, size}, {b.get(), 0, size}, {d.get(), 0, size}};
    }
    static constexpr std::uint64_t size = 64;
    const Device& device;
    Exec exec;
    Queue queue;
    Buffer a, b, d;
    std::array<assay_binding, 3> bindings;
};

struct Way {
    std::string name;
    std::function<void(int)> repeat;
    int calls = many_calls;  ///< In one repetition.
};

std::vector<Way> ways(const Prepared& no_op, DeviceCase& looped) {
    return {
        {"empty function, called directly",
         [&no_op](int count) {
             for (int i = 0; i < count; ++i) nothing(no_op.bindings.data());
         }},
        {"enqueue of a no-op matmul, 3 bindings",
         [&no_op](int count) {
             for (int i = 0; i < count; ++i)
                 no_op.device.enqueue(no_op.queue, no_op.exec, no_op.bindings);
         }},
        {"the same in Google Benchmark's loop, as a run goes",
         [&looped](int count) { run_turn(looped, {.readings = 1, .invocations = count}); }},
        {"a turn of one call: what Google Benchmark does around it",
         [&looped](int count) {
             for (int i = 0; i < count; ++i) run_turn(looped, {});
         },
         turns},
        {"enqueue, each followed by queue_wait",
         [&no_op](int count) {
             for (int i = 0; i < count; ++i) {
                 no_op.device.enqueue(no_op.queue, no_op.exec, no_op.bindings);
                 no_op.device.wait(no_op.queue);
             }
         }},
    };
}

/// The ways take turns, so that a slow second of the machine falls on all of them.
void report(const std::vector<Way>& all) {
    std::vector<std::vector<double>> times(all.size());
    for (int repetition = 0; repetition <= repetitions; ++repetition) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            const double ns = overhead::time_calls({all[i].name, all[i].repeat}, all[i].calls);
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
    const Plugin plugin = Plugin::load(ASSAY_NOOP_PLUGIN);
    const Device device = plugin.open(0, {});
    Gemm gemm;
    gemm.m = gemm.n = gemm.k = 4;
    const Prepared no_op(device, gemm);
    DeviceCase looped({.workload = gemm}, Rotation{}, device);
    report(ways(no_op, looped));
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "per_call: %s\n", error.what());
    return 1;
}

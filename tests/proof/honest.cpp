// SPDX-License-Identifier: Apache-2.0
// Honest answers of random problems: none may be refused. Half come from the simulated device (sums
// in double), the others from sums in f32 in three orders.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/host/device.hpp"
#include "core/measure/proof.hpp"
#include "core/workload/exact.hpp"
#include "core/workload/single_products.hpp"
#include "tests/proof/bench.hpp"
#include "tests/proof/proof.hpp"
#include "tests/unit/workload/problem.hpp"

namespace proof {
namespace {

using namespace assay;

struct Types {
    Dtype a, b, d;
};
constexpr Types all_types[] = {
    {Dtype::f64, Dtype::f64, Dtype::f64},       {Dtype::f32, Dtype::f32, Dtype::f32},
    {Dtype::f16, Dtype::f16, Dtype::f16},       {Dtype::f16, Dtype::f16, Dtype::f32},
    {Dtype::bf16, Dtype::bf16, Dtype::bf16},    {Dtype::bf16, Dtype::bf16, Dtype::f32},
    {Dtype::f8e4m3, Dtype::f8e4m3, Dtype::f16}, {Dtype::f8e4m3, Dtype::f8e4m3, Dtype::f8e4m3},
    {Dtype::f8e5m2, Dtype::f8e5m2, Dtype::f32}, {Dtype::f8e5m2, Dtype::f8e5m2, Dtype::f8e5m2},
    {Dtype::i8, Dtype::i8, Dtype::i32},         {Dtype::i8, Dtype::i8, Dtype::i8},
    {Dtype::u8, Dtype::i8, Dtype::i32},         {Dtype::u8, Dtype::u8, Dtype::i32},
    {Dtype::i4, Dtype::i4, Dtype::i32},         {Dtype::u4, Dtype::i4, Dtype::i32}};

/// 1 to 400, small ones as likely as large ones.
std::int64_t size(Random& random) {
    return static_cast<std::int64_t>(std::floor(std::exp(random.uniform() * std::log(400.0))));
}

Gemm random_gemm(Random& random) {
    const Types& types = all_types[random.below(std::size(all_types))];
    Gemm gemm{.m = size(random), .n = size(random), .k = size(random)};
    gemm.a = types.a;
    gemm.b = types.b;
    gemm.d = types.d;
    if (bits(gemm.a) == 4) {  // rows of an odd length are padded in the ABI, and not here
        for (std::int64_t* each : {&gemm.m, &gemm.n, &gemm.k}) *each += *each % 2;
    }
    gemm.transpose_a = random.below(2) == 1;
    gemm.transpose_b = random.below(2) == 1;
    // Batches of small matrices only, so that ten thousand cases take minutes.
    const bool small = flop(gemm) < 1e5;
    gemm.batch = small ? 1 + random.below(6) : 1;
    gemm.broadcast_a = small && random.below(4) == 0;
    gemm.broadcast_b = small && random.below(4) == 0;
    gemm.constant_b = random.below(3) == 0;
    if (random.below(4) == 0) gemm.bias = is_integer(gemm.d) ? Dtype::i32 : Dtype::f32;
    if (random.below(4) == 0) gemm.activation = Activation::relu;
    if (random.below(6) == 0 && !is_integer(gemm.d)) gemm.activation = Activation::gelu;
    return gemm;
}

/// What refused it, or "".
std::string refused_on_device(const Case& each, const Device& device, std::uint64_t seed) try {
    const CacheState cache = each.protocol.cache;
    const Rotation rotation = rotation_for(each.workload, cache, 1U << 16U);
    DeviceCase on_device(each, rotation, device);
    on_device.invoke_once();
    on_device.remember();
    on_device.invoke_once();
    Proof proof(seed);
    if (const Check check = proof.before(on_device, true); !check.passed) return check.reason;
    if (std::string wrong = proof.between(on_device); !wrong.empty()) return wrong;
    return proof.after(on_device).reason;
} catch (const PluginError& error) {
    return error.what();
}

/// Sums in f32, forwards, backwards and in sixteen lanes.
std::string refused_in_f32(const Case& each, std::uint64_t seed) {
    const Gemm& gemm = std::get<Gemm>(each.workload);
    const test::Dot dots[] = {test::dot_f32, test::dot_f32_backwards, test::dot_f32_lanes};
    const bool exact = is_integer(gemm.a) || gemm.a == Dtype::f64;
    const test::Dot& dot = exact ? test::Dot(test::dot_f64) : dots[seed % std::size(dots)];
    test::Problem problem(gemm, seed, each.protocol.distribution);
    if (Check check = problem.answer(dot).check({}, seed); !check.passed) return check.reason;
    if (shows_precision(gemm) && gemm.bias == Dtype::none) {
        const SingleProducts probe(gemm, seed);
        problem.a.assign(probe.a().begin(), probe.a().end());
        problem.b.assign(probe.b().begin(), probe.b().end());
        const double error = probe.error(problem.answer(dot).d);
        if (precision_of(gemm.a, error) != name(gemm.a)) return fmt::format("precision {}", error);
    }
    if (!no_exact_answer(gemm, {}).empty()) return "";
    const ExactGemm integers(gemm, seed);
    problem.a.assign(integers.a().begin(), integers.a().end());
    problem.b.assign(integers.b().begin(), integers.b().end());
    problem.bias.assign(integers.bias().begin(), integers.bias().end());
    return integers.check(problem.answer(dot).d).reason;
}

Case random_case(Random& random) {
    Case each;
    each.workload = random_gemm(random);
    each.id = short_name(each.workload);
    each.protocol.distribution = static_cast<Distribution>(random.below(3));
    each.protocol.cache = static_cast<CacheState>(random.below(3));
    each.protocol.seed = random.word();
    return each;
}

/// Data that proves nothing is rightly refused; that it happens to tiny problems only is seen here.
bool rightly_mistrusted(const Case& each, const std::string& refusal) {
    return refusal.starts_with("MISTRUSTED") && elements(std::get<Gemm>(each.workload)).d < 2000;
}

}  // namespace

int print_honest(int cases) {
    const Device device = simulated().open(0, {{"median_ns", "20000"}});
    int refused = 0, mistrusted = 0, on_device = 0;
    Random random(20261129, 1);
    for (int i = 1; i <= cases; ++i) {
        const Case each = random_case(random);
        const auto seed = static_cast<std::uint64_t>(i);
        const bool simulated_one = i % 2 == 0;
        on_device += simulated_one ? 1 : 0;
        const std::string refusal =
            simulated_one ? refused_on_device(each, device, seed) : refused_in_f32(each, seed);
        if (refusal.empty()) continue;
        const bool rightly = rightly_mistrusted(each, refusal);
        ++(rightly ? mistrusted : refused);
        if (!rightly) fmt::print("refused: case {}, {}: {}\n", i, each.id, refusal);
    }
    fmt::print(
        "{} honest cases, {} of them on the simulated device with every proof of a pass, the "
        "others "
        "with sums in f32 in three orders: {} refused; {} more were called MISTRUSTED, all small "
        "and "
        "nearly all zeros.\n\n",
        cases, on_device, refused, mistrusted);
    return refused;
}

}  // namespace proof

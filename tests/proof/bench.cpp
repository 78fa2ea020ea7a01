// SPDX-License-Identifier: Apache-2.0
#include "tests/proof/bench.hpp"

#include <algorithm>
#include <cmath>

#include "core/host/device.hpp"
#include "core/measure/proof.hpp"
#include "core/workload/exact.hpp"
#include "core/workload/freivalds.hpp"
#include "core/workload/single_products.hpp"

namespace proof {
namespace {

using namespace assay;

/// One prepared GEMM with its buffers, nothing between the test and the device.
class Bench {
public:
    Bench(const Case& each, const KeyValues& options)
        : gemm_(std::get<Gemm>(each.workload)),
          device_(simulated().open(0, options)),
          queue_(device_.queue()),
          op_(op_of(gemm_)),
          exec_(device_.prepare(Operator(op_))) {
        for (const TensorType& type : op_.inputs) {
            if (type.present()) buffers_.push_back(device_.alloc(byte_count(type)));
        }
        buffers_.push_back(device_.alloc(byte_count(op_.outputs.front())));
    }

    /// The answer for these operands, poisoned before.
    Bytes answer(std::span<const std::byte> a, std::span<const std::byte> b) {
        device_.upload(queue_, buffers_[0], a);
        device_.upload(queue_, buffers_[1], b);
        Bytes d(byte_count(op_.outputs.front()), std::byte{0xFF});
        device_.upload(queue_, buffers_[2], d);
        const assay_binding bindings[] = {{buffers_[0].get(), 0, a.size()},
                                          {buffers_[1].get(), 0, b.size()},
                                          {buffers_[2].get(), 0, d.size()}};
        device_.enqueue(queue_, exec_, bindings);
        device_.download(queue_, d, buffers_[2]);
        return d;
    }

    [[nodiscard]] const Gemm& gemm() const { return gemm_; }

private:
    Gemm gemm_;
    Device device_;
    Queue queue_;
    Op op_;
    Exec exec_;
    std::vector<Buffer> buffers_;
};

bool has_nan(const Bytes& d, Dtype dtype) {
    std::vector<double> values(d.size() * 8 / static_cast<std::uint64_t>(bits(dtype)));
    load_range(d, dtype, 0, values);
    return std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); });
}

/// The checks of one answer on random numbers.
void see_answer(Bench& bench, std::uint64_t seed, std::vector<bool>& refused) {
    const Gemm& gemm = bench.gemm();
    const GemmElements count = elements(gemm);
    Bytes a(bytes(gemm.a, count.a)), b(bytes(gemm.b, count.b));
    fill(a, gemm.a, {.seed = seed, .stream = 0});
    fill(b, gemm.b, {.seed = seed, .stream = 1});
    const Bytes d = bench.answer(a, b);
    const GemmData data{a, b, {}, d};
    const bool unwritten = has_nan(d, gemm.d);
    const Check check = check_gemm(gemm, data, {}, seed);
    Random random(seed, 1);
    const auto put = [&](Sight sight, bool value) {
        refused[static_cast<std::size_t>(sight)] = value;
    };
    const bool zeros = check.reason.find("compared results are 0") != std::string::npos;
    put(Sight::poison, unwritten);
    put(Sight::elements, check.worst > 1 || zeros);
    put(Sight::precision, check.rms_limit > 0 && check.rms_error > check.rms_limit);
    put(Sight::freivalds, !unwritten && !freivalds_fault(gemm, data, {}, random).empty());
}

void see_exactly(Bench& bench, std::uint64_t seed, std::vector<bool>& refused) {
    const ExactGemm exact(bench.gemm(), seed);
    refused[static_cast<std::size_t>(Sight::integers)] =
        !exact.check(bench.answer(exact.a(), exact.b())).passed;
    if (!shows_precision(bench.gemm())) return;
    const SingleProducts probe(bench.gemm(), seed);
    const double error = probe.error(bench.answer(probe.a(), probe.b()));
    refused[static_cast<std::size_t>(Sight::products)] =
        precision_of(bench.gemm().a, error) != name(bench.gemm().a);
}

/// What a prepared case sees between timed batches.
void see_calls(const Case& each, const KeyValues& options, std::uint64_t seed,
               std::vector<bool>& refused) {
    const Device device = simulated().open(0, options);
    DeviceCase on_device(each, Rotation{}, device);
    Random random(seed, 2);
    const double call_s = on_device.invoke_once() * 1e-9;
    on_device.invoke_once();
    on_device.arm(1, random);
    on_device.invoke_once();
    refused[static_cast<std::size_t>(Sight::look)] = !on_device.look(seed).empty();
    refused[static_cast<std::size_t>(Sight::changed)] = !on_device.challenge(random).wrong.empty();
    refused[static_cast<std::size_t>(Sight::guards)] = !on_device.trespass().empty();
    refused[static_cast<std::size_t>(Sight::peak)] =
        !implausible(each.workload, call_s, simulated().peaks(0)).empty();
}

CaseRecord run_pass_of(const Case& each, const KeyValues& options, std::uint64_t seed, int pass) {
    Job job;
    job.profile = *find_profile("default");
    job.order_seed = seed;
    job.pass = pass;
    job.last_level_cache_bytes = 1U << 20U;
    job.cases = {each};
    job.orders = job.indices = {0};
    CaseRecord found;
    const Device device = simulated().open(0, options);
    job.peaks = simulated().peaks(0);  // as the supervisor hands them over
    run_pass(job, device,
             {.phase = [](int, const char*) {},
              .finished = [&](int, const CaseRecord& record) { found = record; },
              .stop = [] { return false; }});
    return found;
}

/// Ten passes, each with a device of its own, as processes are; which calls are hit differs.
void see_run(const Case& each, const KeyValues& options, std::uint64_t seed,
             std::vector<bool>& refused) {
    for (int pass = 0; pass < find_profile("default")->passes; ++pass) {
        KeyValues own = options;
        own.emplace_back("seed", std::to_string(seed * 100 + static_cast<std::uint64_t>(pass)));
        const CaseRecord record = run_pass_of(each, own, seed, pass);
        if (record.outcome.state == State::failed) {
            refused[static_cast<std::size_t>(Sight::run)] = true;
            return;
        }
        for (const std::string& warning : record.warnings) {
            if (!warning.starts_with("possible caching")) continue;
            refused[static_cast<std::size_t>(Sight::caching)] = true;
            return;
        }
    }
}

}  // namespace

const Plugin& simulated() {
    // Never shut down: a plugin cannot be used again after that.
    static const Plugin& plugin = *new Plugin(Plugin::load(SIMULATED_PLUGIN, HostEvents{}));
    return plugin;
}

Case large_case(Dtype dtype) {
    Gemm gemm{.m = 150, .n = 144, .k = 100};
    gemm.a = gemm.b = gemm.d = dtype;
    Case each;
    each.workload = gemm;
    each.id = short_name(gemm);
    return each;
}

std::string_view title(Sight sight) {
    constexpr std::string_view titles[] = {"poison",    "elements",       "precision class",
                                           "Freivalds", "integers",       "single products",
                                           "one look",  "changed inputs", "guards",
                                           "peak",      "default run",    "warning"};
    return titles[static_cast<std::size_t>(sight)];
}

std::vector<bool> refused_by(const Case& each, const KeyValues& options, std::uint64_t seed) {
    std::vector<bool> refused(static_cast<std::size_t>(Sight::count));
    KeyValues own = options;
    own.emplace_back("seed", std::to_string(seed));
    Bench bench(each, own);
    see_answer(bench, seed, refused);
    see_exactly(bench, seed, refused);
    see_calls(each, own, seed, refused);
    see_run(each, options, seed, refused);
    return refused;
}

}  // namespace proof

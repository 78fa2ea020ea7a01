// SPDX-License-Identifier: Apache-2.0
#include "core/measure/proof.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/result/roofs.hpp"
#include "core/stat/sample.hpp"
#include "core/unit/scale.hpp"

namespace assay {
namespace {

/// research/statistics 5.5: 2 % for what clocks and peaks are off.
constexpr double most_of_peak = 1.02;
/// Chosen: uploads before either call leave caches alike; a kept answer is far quicker than this.
constexpr double cached_factor = 3;
constexpr double cached_slack_ns = 20000;
constexpr std::size_t least_pairs = 3;

/// Adds the time until it goes out of scope.
class Spent {
public:
    explicit Spent(double& seconds) : seconds_(seconds), begun_ns_(now_ns()) {}
    ~Spent() { seconds_ += static_cast<double>(now_ns() - begun_ns_) * 1e-9; }
    Spent(const Spent&) = delete;
    Spent& operator=(const Spent&) = delete;

private:
    double& seconds_;
    std::uint64_t begun_ns_;
};

}  // namespace

Check Proof::before(DeviceCase& on_device, bool exactly) {
    const Spent spent(record_.seconds);
    Check check = on_device.check_fresh(seed_);
    if (!check.passed) return check;
    record_.repeats = on_device.repeats();
    if (!exactly) {
        record_.not_exact = "done in the first pass";
        return check;
    }
    const Check exact = on_device.prove(seed_, record_);
    return exact.passed ? check : exact;
}

void Proof::arm(DeviceCase& on_device, std::int64_t invocations) {
    const Spent spent(record_.seconds);
    if (on_device.sees_elements()) on_device.arm(invocations, random_);
}

std::string Proof::look(DeviceCase& on_device) {
    const Spent spent(record_.seconds);
    if (!on_device.sees_elements()) return "";
    ++record_.calls_seen;
    return on_device.look(random_.word64());
}

std::string Proof::between(DeviceCase& on_device) {
    if (!on_device.sees_elements()) return "";
    DeviceCase::Challenge challenge;
    {
        const Spent spent(record_.seconds);
        challenge = on_device.challenge(random_);
    }
    record_.seconds -= challenge.host_s;  // turns begin with some calls anyway
    if (challenge.done) ++record_.calls_seen;
    if (!challenge.wrong.empty()) return challenge.wrong;
    arm(on_device, 1);
    const double known_ns = on_device.invoke_once();
    if (challenge.done) {
        new_ns_.push_back(challenge.ns);
        known_ns_.push_back(known_ns);
    }
    return look(on_device);
}

Check Proof::after(DeviceCase& on_device) {
    const Spent spent(record_.seconds);
    Check check = on_device.check_last(seed_ + 1);
    if (!check.passed) return check;
    check.reason = on_device.trespass();
    if (check.reason.empty() && !on_device.sees_elements()) {
        const DeviceCase::Challenge challenge = on_device.challenge(random_);
        if (challenge.done) ++record_.calls_seen;
        if (!challenge.wrong.empty()) check.reason = "with changed inputs: " + challenge.wrong;
    }
    check.passed = check.reason.empty();
    return check;
}

std::string Proof::caching() const {
    if (new_ns_.size() < least_pairs) return "";
    // Kept answers make every new call slow; a busy machine makes some so.
    const double fresh = std::ranges::min(new_ns_), known = median(known_ns_);
    if (fresh <= cached_factor * known + cached_slack_ns) return "";
    return fmt::format("possible caching: a call with new inputs takes {}, with known ones {}",
                       format(fresh * 1e-9, Unit::second, 3),
                       format(known * 1e-9, Unit::second, 3));
}

std::string implausible(const Workload& workload, double call_s,
                        const std::vector<PeakRecord>& peaks) {
    // Other operators may rightly do fewer operations than are counted (Winograd, padding), and
    // other math modes have other peaks.
    const auto* gemm = std::get_if<Gemm>(&workload);
    if (gemm == nullptr || gemm->math != Math::strict) return "";
    const double peak = highest_peak(peaks, gemm->a);
    const double rate = flop(*gemm) / call_s;
    if (peak == 0 || rate <= most_of_peak * peak) return "";
    const Unit unit =
        counts_integer_operations(workload) ? Unit::op_per_second : Unit::flop_per_second;
    return fmt::format("implausible: {} is more than the stated peak of {}", format(rate, unit, 4),
                       format(peak, unit, 4));
}

}  // namespace assay

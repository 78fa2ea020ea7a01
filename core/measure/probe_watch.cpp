// SPDX-License-Identifier: Apache-2.0
#include "core/measure/probe_watch.hpp"

#include <algorithm>

#include "core/base/clock.hpp"

namespace assay {
namespace {

// chosen: a neighbour stays for about a second (research/performance 5)
constexpr std::uint64_t stale_after_ns = 20'000'000;

}  // namespace

ProbeWatch::ProbeWatch(const DeviceRecord& device) {
    if (device.kind != "cpu" || device.timer == "virtual") return;
    probe_ =
        std::make_unique<InterferenceProbe>(static_cast<int>(std::max(device.compute_units, 1U)));
}

std::optional<ProbeReading> ProbeWatch::before() {
    if (probe_ && last_ns_ > 0 && now_ns() - last_ns_ < stale_after_ns) return last_;
    return after();
}

std::optional<ProbeReading> ProbeWatch::after() {
    if (!probe_) return std::nullopt;
    last_ = probe_->read();
    last_ns_ = now_ns();
    return last_;
}

Boxed<ProbeRecord> ProbeWatch::series() const {
    if (!probe_) return {};
    ProbeRecord series;
    series.kind = InterferenceProbe::kind();
    series.threads = probe_->threads();
    return series;
}

void add_turn(Boxed<ProbeRecord>& series, const std::optional<ProbeReading>& before,
              const std::optional<ProbeReading>& after) {
    if (!series || !before || !after) return;
    series->before_ns.push_back(before->work_ns);
    series->after_ns.push_back(after->work_ns);
    // The shorter: an interruption lengthens one of them, a slower clock both.
    series->spent_s += after->spent_s;
    series->chain_ns.push_back(std::min(before->chain_ns, after->chain_ns));
}

}  // namespace assay

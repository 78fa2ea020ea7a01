// SPDX-License-Identifier: Apache-2.0
// The probe around turns: what stands after one turn stands before the next, so that it is asked
// once between two. Only host CPUs have a probe; other devices tell their clocks by sensors.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/measure/probe.hpp"
#include "core/result/record.hpp"

namespace assay {

class ProbeWatch {
public:
    /// Without a probe when the device is no CPU of this host, or its clock is not the host's.
    explicit ProbeWatch(const DeviceRecord& device);

    /// What is heard before a turn: the last reading, unless it is stale. Nothing without a probe.
    std::optional<ProbeReading> before();
    /// What is heard after it.
    std::optional<ProbeReading> after();
    /// A series without turns yet, for a sample; nothing without a probe.
    [[nodiscard]] Boxed<ProbeRecord> series() const;

private:
    std::unique_ptr<InterferenceProbe> probe_;
    ProbeReading last_;
    std::uint64_t last_ns_ = 0;
};

/// Adds a turn to the series; nothing happens when one of them is missing.
void add_turn(Boxed<ProbeRecord>& series, const std::optional<ProbeReading>& before,
              const std::optional<ProbeReading>& after);

}  // namespace assay

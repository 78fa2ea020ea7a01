// SPDX-License-Identifier: Apache-2.0
// The proofs of one case in one pass: that its answers are exact where they can be, that it works
// again each time, and that it writes nothing else. It says what is wrong; the case's run decides.
// What each of them catches, and how surely: docs/proof.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/measure/device_case.hpp"
#include "core/result/record.hpp"

namespace assay {

class Proof {
public:
    /// `seed` is not known to anybody while answers are made.
    explicit Proof(std::uint64_t seed) : seed_(seed), random_(seed, 0x70726f6f66) {}

    /// The check before timing: the answer, whether it repeats, and when `exactly` the exact runs
    /// (two or three invocations). The first check that did not pass, else the one of the answer.
    Check before(DeviceCase& on_device, bool exactly);
    /// Between timed batches: a call with other inputs and one with its own, both looked at. What
    /// is wrong, or "". Nothing is done where single elements cannot be seen.
    std::string between(DeviceCase& on_device);
    /// Around a batch of `invocations`.
    void arm(DeviceCase& on_device, std::int64_t invocations);
    std::string look(DeviceCase& on_device);
    /// The check after timing; and what else was written, as a check that did not pass.
    Check after(DeviceCase& on_device);

    [[nodiscard]] const ProofRecord& record() const { return record_; }
    /// "possible caching: …" when calls with inputs seen before are much shorter, else "".
    [[nodiscard]] std::string caching() const;

private:
    std::uint64_t seed_;
    Random random_;
    ProofRecord record_;
    std::vector<double> new_ns_, known_ns_;  ///< Calls with changed inputs, and with their own.
};

/// A rate above the highest peak that the device states for these operands is no measurement:
/// "implausible: …", or "". `call_s` is the time of one invocation.
std::string implausible(const Workload& workload, double call_s,
                        const std::vector<PeakRecord>& peaks);

}  // namespace assay

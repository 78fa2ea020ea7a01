// SPDX-License-Identifier: Apache-2.0
// A case prepared on a device: its work and the clock around it. RAII; decides nothing about how
// often it is measured (case_run.hpp) and judges nothing but its answers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/measure/device_work.hpp"
#include "core/measure/loop.hpp"

namespace assay {

class DeviceCase : public Timed {
public:
    /// Prepares, repacks constants, uploads. Throws PluginError when the plugin cannot.
    DeviceCase(const Case& each, const Rotation& rotation, const Device& device);

    /// One invocation, waited for, on the clock of the sample; rotates like the timed ones.
    double invoke_once();

    void begin() override;
    void invoke() override;
    Reading end() override;

    /// Poisons the output, invokes once with copy `next`, and compares the answer.
    [[nodiscard]] Check check_fresh(std::uint64_t seed);
    /// Poisons the output that the last of the next `invocations` invocations will write.
    void poison_before(std::int64_t invocations) const;
    /// Compares what the last timed invocation left.
    [[nodiscard]] Check check_last(std::uint64_t seed) const;

    [[nodiscard]] PreparedRecord& prepared() { return prepared_; }
    /// "host", "device" or "virtual".
    [[nodiscard]] const std::string& clock() const { return clock_; }
    [[nodiscard]] bool waits_each() const { return waits_each_; }

private:
    const Device* device_;
    Queue queue_;
    Event from_, to_;
    std::unique_ptr<DeviceWork> work_;
    PreparedRecord prepared_;
    std::string clock_;
    bool device_clock_ = false, host_bracket_ = true, waits_each_ = false;
    int next_ = 0, last_ = 0;
    std::uint64_t begun_ns_ = 0;
};

}  // namespace assay

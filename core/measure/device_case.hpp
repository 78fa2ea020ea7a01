// SPDX-License-Identifier: Apache-2.0
// A case prepared on a device: operator, tensors, and the timed calls. RAII; measures nothing
// by itself (turns.hpp) and judges nothing but its answers (check()).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/host/device.hpp"
#include "core/measure/loop.hpp"
#include "core/measure/tensors.hpp"
#include "core/result/record.hpp"
#include "core/workload/check.hpp"

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
    void prepare_execs(const Operator& op);
    /// Binds what the plugin repacks of copy `set`; which inputs those are.
    [[nodiscard]] std::vector<bool> bind_constants(const Exec& exec, int set) const;
    [[nodiscard]] Check check_set(int set, std::uint64_t seed) const;

    Workload workload_;
    Op op_;
    const Device* device_;
    Queue queue_;
    Event from_, to_;
    Tensors tensors_;
    std::vector<Exec> execs_;                           ///< One, or one for each bound copy.
    std::vector<std::vector<assay_binding>> bindings_;  ///< By set.
    std::vector<const Exec*> exec_of_set_;
    PreparedRecord prepared_;
    std::string clock_;
    bool device_clock_ = false, host_bracket_ = true, waits_each_ = false;
    int next_ = 0, last_ = 0;
    std::uint64_t begun_ns_ = 0;
};

}  // namespace assay

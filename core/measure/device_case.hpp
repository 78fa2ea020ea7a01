// SPDX-License-Identifier: Apache-2.0
// A case prepared on a device: its work and the clock around it. RAII; decides nothing about how
// often it is measured (case_run.hpp) and judges nothing but its answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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

    /// Invocations that nobody times or looks at; rotates through the same copies again afterwards.
    void keep_busy(std::int64_t invocations);

    /// Poisons the output, invokes once with copy `next`, and compares the answer.
    [[nodiscard]] Check check_fresh(std::uint64_t seed);
    /// Keeps the answer of the first invocation, for check_fresh to compare with.
    void remember() { work_->remember(); }
    /// Whether the checked answer was that of the first invocation, bit for bit.
    [[nodiscard]] std::optional<bool> repeats() { return work_->repeats(last_); }
    /// Runs it on operands whose answer is known exactly.
    [[nodiscard]] Check prove(std::uint64_t seed, ProofRecord& proof) {
        return work_->prove(queue_, seed, proof);
    }
    [[nodiscard]] bool sees_elements() const { return work_->sees_elements(); }
    /// Poisons elements that the last of the next `invocations` will write; look() says what is
    /// wrong with them after those, or "".
    void arm(std::int64_t invocations, Random& random);
    [[nodiscard]] std::string look(std::uint64_t seed) { return work_->look(last_, seed); }
    /// One invocation on inputs that were changed a little, looked at.
    struct Challenge {
        bool done = false;
        double ns = 0;      ///< On the clock of the sample.
        double host_s = 0;  ///< The host's time of the call alone.
        std::string wrong;
    };
    [[nodiscard]] Challenge challenge(Random& random);
    /// What was written that is no output, or "".
    [[nodiscard]] std::string trespass() const { return work_->trespass(last_); }
    /// Poisons the output that the last of the next `invocations` invocations will write.
    void poison_before(std::int64_t invocations) const;
    /// Compares what the last timed invocation left.
    [[nodiscard]] Check check_last(std::uint64_t seed) const;

    [[nodiscard]] PreparedRecord& prepared() { return prepared_; }
    /// "host", "device" or "virtual".
    [[nodiscard]] const std::string& clock() const { return clock_; }
    [[nodiscard]] bool waits_each() const { return waits_each_; }

private:
    [[nodiscard]] int set_after(std::int64_t invocations) const;

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

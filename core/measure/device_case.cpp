// SPDX-License-Identifier: Apache-2.0
#include "core/measure/device_case.hpp"

#include "core/base/clock.hpp"

namespace assay {
namespace {

/// Which clock the readings of this device are on.
std::string clock_of(const DeviceRecord& device, bool has_events) {
    if (device.timer == "virtual") return "virtual";
    return device.timer == "device" && has_events ? "device" : "host";
}

std::unique_ptr<DeviceWork> work_on(const Case& each, const Rotation& rotation,
                                    const Device& device, const Queue& queue) {
    if (std::holds_alternative<Inference>(each.workload)) return model_on(each, device, queue);
    if (std::holds_alternative<Transfer>(each.workload)) {
        return transfer_on(each, rotation, device, queue);
    }
    return operator_on(each, rotation, device, queue);
}

}  // namespace

DeviceCase::DeviceCase(const Case& each, const Rotation& rotation, const Device& device)
    : device_(&device),
      queue_(device.queue()),
      clock_(clock_of(device.record(), device.has_events())),
      device_clock_(clock_ != "host"),
      host_bracket_(clock_ != "virtual"),
      waits_each_(each.protocol.measure == Measure::latency) {
    if (device_clock_) {
        from_ = device.event();
        to_ = device.event();
    }
    const std::uint64_t start = now_ns();
    work_ = work_on(each, rotation, device, queue_);
    prepared_ = work_->prepared();
    prepared_.prepare_ns = static_cast<double>(now_ns() - start);
}

double DeviceCase::invoke_once() {
    begin();
    invoke();
    return end().ns;
}

void DeviceCase::keep_busy(std::int64_t invocations) {
    const int next = next_, last = last_;
    for (std::int64_t i = 0; i < invocations; ++i) invoke();
    device_->wait(queue_);
    next_ = next;
    last_ = last;
}

void DeviceCase::begin() {
    // The host's bracket is the outer one: a device time longer than it is a fault.
    if (host_bracket_) begun_ns_ = now_ns();
    if (device_clock_) device_->record_event(queue_, from_);
}

void DeviceCase::invoke() {
    work_->enqueue(queue_, next_);
    if (waits_each_) device_->wait(queue_);
    last_ = next_;
    if (++next_ == work_->sets()) next_ = 0;
}

Reading DeviceCase::end() {
    Reading reading;
    if (device_clock_) device_->record_event(queue_, to_);
    device_->wait(queue_);
    if (host_bracket_) reading.host_ns = static_cast<double>(now_ns() - begun_ns_);
    reading.ns = device_clock_ ? device_->elapsed_ns(from_, to_) : reading.host_ns;
    return reading;
}

Check DeviceCase::check_fresh(std::uint64_t seed) {
    work_->poison(next_);
    invoke();
    device_->wait(queue_);
    return work_->check(last_, seed);
}

void DeviceCase::poison_before(std::int64_t invocations) const {
    work_->poison(set_after(invocations));
}

/// The copy that the last of them will use.
int DeviceCase::set_after(std::int64_t invocations) const {
    return static_cast<int>((next_ + invocations - 1) % work_->sets());
}

void DeviceCase::arm(std::int64_t invocations, Random& random) {
    work_->arm(set_after(invocations), random);
}

DeviceCase::Challenge DeviceCase::challenge(Random& random) {
    const int set = next_;
    Challenge challenge;
    challenge.done = work_->alter(set, random);
    if (!challenge.done) return challenge;
    work_->arm(set, random);
    const std::uint64_t begun = now_ns();
    challenge.ns = invoke_once();
    challenge.host_s = static_cast<double>(now_ns() - begun) * 1e-9;
    challenge.wrong = work_->look(set, random.word64());
    work_->put_back(set);
    return challenge;
}

Check DeviceCase::check_last(std::uint64_t seed) const {
    return work_->check(last_, seed);
}

}  // namespace assay

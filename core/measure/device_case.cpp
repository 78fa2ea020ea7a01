// SPDX-License-Identifier: Apache-2.0
#include "core/measure/device_case.hpp"

#include <algorithm>

#include "core/base/clock.hpp"
#include "core/workload/op_check.hpp"

namespace assay {
namespace {

/// Which clock the readings of this device are on.
std::string clock_of(const DeviceRecord& device, bool has_events) {
    if (device.timer == "virtual") return "virtual";
    return device.timer == "device" && has_events ? "device" : "host";
}

}  // namespace

DeviceCase::DeviceCase(const Case& each, const Rotation& rotation, const Device& device)
    : workload_(each.workload),
      op_(op_of(each.workload)),
      device_(&device),
      queue_(device.queue()),
      tensors_(each, op_, rotation, device, queue_),
      clock_(clock_of(device.record(), device.has_events())),
      device_clock_(clock_ != "host"),
      host_bracket_(clock_ != "virtual"),
      waits_each_(each.protocol.measure == Measure::latency) {
    if (device_clock_) {
        from_ = device.event();
        to_ = device.event();
    }
    const std::uint64_t start = now_ns();
    prepare_execs(Operator(op_));
    prepared_.prepare_ns = static_cast<double>(now_ns() - start);
    prepared_.rotated_bytes = rotation.rotated_bytes;
    prepared_.rotated_sets = rotation.sets;
}

void DeviceCase::prepare_execs(const Operator& op) {
    const Support support = device_->query(op);
    execs_.push_back(device_->prepare(op));
    // Repacked constants live in the executable: each rotated B needs its own.
    const std::vector<bool> bound = bind_constants(execs_.front(), 0);
    const bool any = std::find(bound.begin(), bound.end(), true) != bound.end();
    for (int set = 1; any && set < tensors_.sets(); ++set) {
        execs_.push_back(device_->prepare(op));
        if (bind_constants(execs_.back(), set) != bound) {
            throw PluginError(ASSAY_ERR_INTERNAL,
                              "exec_bind_const: refused a second constant after a first one");
        }
    }
    for (int set = 0; set < tensors_.sets(); ++set) {
        bindings_.push_back(tensors_.bindings(set, bound));
        exec_of_set_.push_back(&execs_[any ? static_cast<std::size_t>(set) : 0]);
    }
    prepared_ = device_->describe(execs_.front());
    prepared_.deterministic = support.deterministic;
    prepared_.note = support.reason;
}

std::vector<bool> DeviceCase::bind_constants(const Exec& exec, int set) const {
    std::vector<bool> bound(op_.inputs.size());
    for (std::size_t i = 0; i < bound.size(); ++i) {
        if (!op_.has(i) || !op_.inputs[i].constant) continue;
        bound[i] =
            device_->bind_const(exec, static_cast<std::uint32_t>(i), tensors_.input(set, i));
    }
    return bound;
}

double DeviceCase::invoke_once() {
    begin();
    invoke();
    return end().ns;
}

void DeviceCase::begin() {
    // The host's bracket is the outer one: a device time longer than it is a fault.
    if (host_bracket_) begun_ns_ = now_ns();
    if (device_clock_) device_->record_event(queue_, from_);
}

void DeviceCase::invoke() {
    const auto set = static_cast<std::size_t>(next_);
    device_->enqueue(queue_, *exec_of_set_[set], bindings_[set]);
    if (waits_each_) device_->wait(queue_);
    last_ = next_;
    if (++next_ == tensors_.sets()) next_ = 0;
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
    tensors_.poison(next_);
    invoke();
    device_->wait(queue_);
    return check_set(last_, seed);
}

void DeviceCase::poison_before(std::int64_t invocations) const {
    const std::int64_t last = (next_ + invocations - 1) % tensors_.sets();
    tensors_.poison(static_cast<int>(last));
}

Check DeviceCase::check_last(std::uint64_t seed) const {
    return check_set(last_, seed);
}

Check DeviceCase::check_set(int set, std::uint64_t seed) const {
    const std::vector<Bytes>& in = tensors_.host(set);
    const std::vector<Bytes> out = tensors_.results(set);
    const Arithmetic arithmetic{prepared_.accumulator, prepared_.math};
    if (const auto* gemm = std::get_if<Gemm>(&workload_)) {
        const Bytes none;
        return check_gemm(*gemm, {in[0], in[1], in.size() > 2 ? in[2] : none, out[0]}, arithmetic,
                          seed);
    }
    const std::vector<std::span<const std::byte>> inputs(in.begin(), in.end());
    const std::vector<std::span<const std::byte>> outputs(out.begin(), out.end());
    return check_op(op_, inputs, outputs, arithmetic, seed);
}

}  // namespace assay

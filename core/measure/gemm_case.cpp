// SPDX-License-Identifier: Apache-2.0
#include "core/measure/gemm_case.hpp"

#include <fmt/format.h>

#include "core/base/clock.hpp"

namespace assay {
namespace {

/// Input 1 of a matmul is B.
constexpr std::uint32_t weights_input = 1;

/// Which clock the readings of this device are on.
std::string clock_of(const DeviceRecord& device, bool has_events) {
    if (device.timer == "virtual") return "virtual";
    return device.timer == "device" && has_events ? "device" : "host";
}

}  // namespace

GemmCase::GemmCase(const Gemm& gemm, const Protocol& protocol, const Rotation& rotation,
                   const Device& device)
    : gemm_(gemm),
      device_(&device),
      queue_(device.queue()),
      tensors_(gemm, protocol, rotation, device, queue_),
      clock_(clock_of(device.record(), device.has_events())),
      device_clock_(clock_ != "host"),
      host_bracket_(clock_ != "virtual"),
      waits_each_(protocol.measure == Measure::latency) {
    if (device_clock_) {
        from_ = device.event();
        to_ = device.event();
    }
    const std::uint64_t start = now_ns();
    prepare_execs(Operator(gemm));
    prepared_.prepare_ns = static_cast<double>(now_ns() - start);
    prepared_.rotated_bytes = rotation.rotated_bytes;
    prepared_.rotated_sets = rotation.sets;
}

void GemmCase::prepare_execs(const Operator& op) {
    const Support support = device_->query(op);
    execs_.push_back(device_->prepare(op));
    // Repacked constants live in the executable: each rotated B needs its own.
    const bool bound = gemm_.constant_b && bind_weights(execs_.front(), 0);
    for (int set = 1; bound && set < tensors_.sets(); ++set) {
        execs_.push_back(device_->prepare(op));
        if (!bind_weights(execs_.back(), set)) {
            throw PluginError(ASSAY_ERR_INTERNAL,
                              "exec_bind_const: refused a second constant after a first one");
        }
    }
    for (int set = 0; set < tensors_.sets(); ++set) {
        bindings_.push_back(tensors_.bindings(set, bound));
        exec_of_set_.push_back(&execs_[bound ? static_cast<std::size_t>(set) : 0]);
    }
    prepared_ = device_->describe(execs_.front());
    prepared_.deterministic = support.deterministic;
    prepared_.note = support.reason;
}

bool GemmCase::bind_weights(const Exec& exec, int set) const {
    return device_->bind_const(exec, weights_input, tensors_.weights(set));
}

double GemmCase::invoke_once() {
    begin();
    invoke();
    return end().ns;
}

void GemmCase::begin() {
    // The host's bracket is the outer one: a device time longer than it is a fault.
    if (host_bracket_) begun_ns_ = now_ns();
    if (device_clock_) device_->record_event(queue_, from_);
}

void GemmCase::invoke() {
    const auto set = static_cast<std::size_t>(next_);
    device_->enqueue(queue_, *exec_of_set_[set], bindings_[set]);
    if (waits_each_) device_->wait(queue_);
    last_ = next_;
    if (++next_ == tensors_.sets()) next_ = 0;
}

Reading GemmCase::end() {
    Reading reading;
    if (device_clock_) device_->record_event(queue_, to_);
    device_->wait(queue_);
    if (host_bracket_) reading.host_ns = static_cast<double>(now_ns() - begun_ns_);
    reading.ns = device_clock_ ? device_->elapsed_ns(from_, to_) : reading.host_ns;
    return reading;
}

Check GemmCase::check_fresh(std::uint64_t seed) {
    tensors_.poison(next_);
    invoke();
    device_->wait(queue_);
    return check_set(last_, seed);
}

void GemmCase::poison_before(std::int64_t invocations) const {
    const std::int64_t last = (next_ + invocations - 1) % tensors_.sets();
    tensors_.poison(static_cast<int>(last));
}

Check GemmCase::check_last(std::uint64_t seed) const {
    return check_set(last_, seed);
}

Check GemmCase::check_set(int set, std::uint64_t seed) const {
    const HostTensors& in = tensors_.host(set);
    const Bytes out = tensors_.result(set);
    return check_gemm(gemm_, {in.a, in.b, in.bias, out}, {prepared_.accumulator, prepared_.math},
                      seed);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// What a case puts on a device: one operator, a model's graph, or a copy. It enqueues, poisons and
// checks; it times nothing (device_case.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/random.hpp"
#include "core/host/device.hpp"
#include "core/measure/tensors.hpp"
#include "core/result/record.hpp"
#include "core/workload/check.hpp"

namespace assay {

class DeviceWork {
public:
    virtual ~DeviceWork() = default;
    /// Copies that invocations rotate over.
    [[nodiscard]] virtual int sets() const = 0;
    /// One invocation with copy `set`, not waited for.
    virtual void enqueue(const Queue& queue, int set) = 0;
    /// Fills what copy `set` will write with a pattern that no right answer holds.
    virtual void poison(int set) = 0;
    /// The answer that stands in copy `set`, held against the exact one.
    [[nodiscard]] virtual Check check(int set, std::uint64_t seed) = 0;
    // Proof that work is done (docs/proof.md); a model has none of these.
    /// Keeps the answer in copy 0; repeats(): whether that of copy `set`, of the same inputs, is
    /// the same bit for bit.
    virtual void remember() {}
    [[nodiscard]] virtual std::optional<bool> repeats(int /*set*/) { return std::nullopt; }
    /// Other inputs in copy 0, whose answer is known exactly, run and checked; copy 0 is as before
    /// afterwards. What was found is added to `proof`.
    [[nodiscard]] virtual Check prove(const Queue& /*queue*/, std::uint64_t /*seed*/,
                                      ProofRecord& /*proof*/) {
        Check check;
        check.passed = true;
        return check;
    }
    /// Whether single elements of an answer can be held against the truth, which is cheap.
    [[nodiscard]] virtual bool sees_elements() const { return false; }
    /// Changes the inputs of copy `set` a little; false when it cannot. put_back() undoes it.
    virtual bool alter(int /*set*/, Random& /*random*/) { return false; }
    virtual void put_back(int /*set*/) {}
    /// Poisons some elements that copy `set` will write (after alter(): some that must differ);
    /// look() says what is wrong with them then, or "".
    virtual void arm(int /*set*/, Random& /*random*/) {}
    [[nodiscard]] virtual std::string look(int /*set*/, std::uint64_t /*seed*/) { return ""; }
    /// What was written that is no output of copy 0 or `set`, or "".
    [[nodiscard]] virtual std::string trespass(int /*set*/) const { return ""; }
    /// What the plugin made of it: support, path, bytes; no times of the host clock.
    [[nodiscard]] virtual PreparedRecord prepared() const = 0;
};

/// A GEMM or an operator, with rotated copies of its tensors. Throws PluginError when the plugin
/// cannot. `queue` and `device` outlive it.
std::unique_ptr<DeviceWork> operator_on(const Case& each, const Rotation& rotation,
                                        const Device& device, const Queue& queue);

/// A copy between host and device. Throws PluginError UNSUPPORTED where the host sees the device's
/// memory itself: nothing comes and goes there.
std::unique_ptr<DeviceWork> transfer_on(const Case& each, const Rotation& rotation,
                                        const Device& device, const Queue& queue);

/// A model. Throws PluginError UNSUPPORTED that names all nodes which the plugin does not have.
std::unique_ptr<DeviceWork> model_on(const Case& each, const Device& device, const Queue& queue);

}  // namespace assay

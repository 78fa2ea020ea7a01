// SPDX-License-Identifier: Apache-2.0
// What a case puts on a device: one operator, or a model's graph. It enqueues, poisons and checks;
// it times nothing (device_case.hpp).
#pragma once

#include <cstdint>
#include <memory>

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
    /// What the plugin made of it: support, path, bytes; no times of the host clock.
    [[nodiscard]] virtual PreparedRecord prepared() const = 0;
};

/// A GEMM or an operator, with rotated copies of its tensors. Throws PluginError when the plugin
/// cannot. `queue` and `device` outlive it.
std::unique_ptr<DeviceWork> operator_on(const Case& each, const Rotation& rotation,
                                        const Device& device, const Queue& queue);

/// A model. Throws PluginError UNSUPPORTED that names all nodes which the plugin does not have.
std::unique_ptr<DeviceWork> model_on(const Case& each, const Device& device, const Queue& queue);

}  // namespace assay

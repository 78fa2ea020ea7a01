// SPDX-License-Identifier: Apache-2.0
// What a plugin author derives from. Virtual tables stay inside the plugin; the glue calls them.
// Threads, errors and life times are those of the C slot of the same name in assay/plugin.h.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "assay/plugin.h"
#include "assay/sdk/op.hpp"
#include "assay/sdk/options.hpp"

namespace assay {
namespace sdk {

struct Buffer {
    virtual ~Buffer() = default;
    /// Where the host sees it; null for device memory.
    virtual void* host_pointer() { return nullptr; }
    /// Where the plugin's own kernels see it: what Bindings::data() counts from.
    virtual void* address() { return host_pointer(); }
};

struct Event {
    virtual ~Event() = default;
};

/// The bindings of one enqueue: inputs, then outputs; absent inputs and bound constants are
/// skipped.
class Bindings {
public:
    Bindings(const assay_binding* bindings, std::uint32_t count)
        : bindings_(bindings), count_(bindings == nullptr ? 0 : count) {}

    std::uint32_t size() const { return count_; }

    /// Binding i. Throws Error INVALID when the host gave too few, or no buffer.
    const assay_binding& operator[](std::uint32_t i) const {
        if (i >= count_) fail(ASSAY_ERR_INVALID, "binding %u is missing", i);
        if (bindings_[i].buffer == nullptr) fail(ASSAY_ERR_INVALID, "binding %u has no buffer", i);
        return bindings_[i];
    }

    Buffer& buffer(std::uint32_t i) const { return *reinterpret_cast<Buffer*>((*this)[i].buffer); }

    /// Where binding i lies: Buffer::address() and the offset. Throws Error INVALID when it is
    /// smaller than `bytes`.
    template <class T>
    T* data(std::uint32_t i, std::uint64_t bytes = 0) const {
        const assay_binding& binding = (*this)[i];
        if (binding.size < bytes) fail(ASSAY_ERR_INVALID, "binding %u is too small", i);
        return reinterpret_cast<T*>(static_cast<char*>(buffer(i).address()) + binding.offset);
    }

private:
    const assay_binding* bindings_;
    std::uint32_t count_;
};

struct Queue {
    virtual ~Queue() = default;
    /// Returns false when the time ran out.
    virtual bool wait(std::uint64_t timeout_ns, bool spin) = 0;
    virtual void to_device(Buffer& to, std::uint64_t offset, const void* from,
                           std::uint64_t bytes) = 0;
    virtual void to_host(void* to, Buffer& from, std::uint64_t offset, std::uint64_t bytes) = 0;
    virtual void on_device(Buffer& to, std::uint64_t to_offset, Buffer& from,
                           std::uint64_t from_offset, std::uint64_t bytes) = 0;
    virtual void fill(Buffer& to, std::uint64_t offset, std::uint64_t bytes,
                      std::uint32_t pattern) = 0;
    virtual void record(Event& event) = 0;
    virtual void wait_event(Event& event) = 0;
};

struct Exec {
    virtual ~Exec() = default;
    /// The timed call: allocates nothing, logs nothing.
    virtual void enqueue(Queue& queue, Bindings bindings) = 0;
    virtual void describe(assay_exec_info&) {}
    virtual void bind_const(std::uint32_t, const assay_binding&) {
        fail(ASSAY_ERR_UNSUPPORTED, "constants are not repacked");
    }
};

struct Device {
    virtual ~Device() = default;
    virtual void memory(std::uint64_t& free_bytes, std::uint64_t& total_bytes) = 0;
    virtual std::unique_ptr<Buffer> alloc(std::uint64_t bytes, int kind) = 0;
    virtual std::unique_ptr<Queue> queue() = 0;
    virtual std::unique_ptr<Event> event() = 0;
    virtual double elapsed_ns(Event& from, Event& to) = 0;
    /// Says whether and how. Throwing Error UNSUPPORTED or NEWER answers "no" with that reason.
    virtual Support query(const Op& op) = 0;
    /// Called only after query said yes.
    virtual std::unique_ptr<Exec> prepare(const Op& op, const Options& options) = 0;
    /// Returns false when the time ran out.
    virtual bool wait_all(std::uint64_t timeout_ns) = 0;
    virtual void cancel() noexcept {}  ///< [A]
};

struct Plugin {
    virtual ~Plugin() = default;
    virtual void info(assay_plugin_info& out) = 0;
    /// Called at first use, and again after each open, because options may change what a device is.
    virtual std::vector<assay_device_info> devices() = 0;
    /// Options have the declared defaults filled in and their types checked.
    virtual std::unique_ptr<Device> open(std::uint32_t index, const Options& options) = 0;
    virtual std::vector<assay_peak_rate> peaks(std::uint32_t) { return {}; }
    virtual std::vector<assay_option_info> options() { return {}; }
    virtual const void* extension(const char*) noexcept { return nullptr; }
};

}  // namespace sdk
}  // namespace assay

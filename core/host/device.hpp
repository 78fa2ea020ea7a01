// SPDX-License-Identifier: Apache-2.0
// An open device and what lives on it, as RAII over the C ABI. Children die before the device:
// declare them after it. All calls throw PluginError. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "assay/plugin.h"
#include "core/host/operator.hpp"
#include "core/host/plugin.hpp"

namespace assay {

/// Owns one opaque object and the function that destroys it.
template <class T>
class Handle {
public:
    Handle() = default;
    Handle(T* object, void (*destroy)(T*)) : object_(object), destroy_(destroy) {}
    ~Handle() { reset(); }
    Handle(Handle&& other) noexcept : object_(other.object_), destroy_(other.destroy_) {
        other.object_ = nullptr;
    }
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset();
            object_ = other.object_;
            destroy_ = other.destroy_;
            other.object_ = nullptr;
        }
        return *this;
    }
    [[nodiscard]] T* get() const { return object_; }

private:
    void reset() {
        if (object_ != nullptr) destroy_(object_);
        object_ = nullptr;
    }
    T* object_ = nullptr;
    void (*destroy_)(T*) = nullptr;
};

using Buffer = Handle<assay_buffer>;
using Queue = Handle<assay_queue>;
using Event = Handle<assay_event>;
using Exec = Handle<assay_exec>;

/// What op_query answered.
struct Support {
    std::string level;  ///< "none", "native", "emulated", "host".
    std::string reason;
    Dtype accumulator = Dtype::none;
    Math math = Math::strict;
    bool deterministic = false;
    std::uint64_t workspace_bytes = 0;
};

class Device {
public:
    /// Made by Plugin::open. Takes `device`; closes it even when it throws.
    Device(const Plugin& plugin, std::uint32_t index, assay_device* device,
           KeyValues prepare_options = {});

    [[nodiscard]] const DeviceRecord& record() const { return record_; }
    [[nodiscard]] const assay_plugin& table() const { return *table_; }

    [[nodiscard]] Support query(const Operator& op) const;
    [[nodiscard]] Exec prepare(const Operator& op) const;
    /// What was prepared: support, path, accumulator …; times on the host clock are left 0.
    [[nodiscard]] PreparedRecord describe(const Exec& exec) const;
    /// Binds constant input `input`; false when the plugin does not repack.
    bool bind_const(const Exec& exec, std::uint32_t input, const assay_binding& binding) const;

    /// Of ASSAY_MEM_DEVICE, or another kind.
    [[nodiscard]] Buffer alloc(std::uint64_t bytes, std::int32_t kind = ASSAY_MEM_DEVICE) const;
    /// Where the host sees it; null: it does not.
    [[nodiscard]] void* host_pointer(const Buffer& buffer) const;
    [[nodiscard]] Queue queue() const;
    [[nodiscard]] Event event() const;  ///< Only when has_events().
    [[nodiscard]] bool has_events() const;

    /// Copies and waits.
    void upload(const Queue& queue, const Buffer& to, std::span<const std::byte> from,
                std::uint64_t offset = 0) const;
    void download(const Queue& queue, std::span<std::byte> to, const Buffer& from,
                  std::uint64_t offset = 0) const;
    /// Enqueued, not waited for: the host's side stays as it is until the queue was waited for.
    void send(const Queue& queue, const Buffer& to, std::span<const std::byte> from) const;
    void fetch(const Queue& queue, std::span<std::byte> to, const Buffer& from) const;
    void copy(const Queue& queue, const Buffer& to, const Buffer& from, std::uint64_t bytes) const;
    /// Fills with a repeated 4-byte pattern; enqueued, not waited for.
    void fill(const Queue& queue, const Buffer& to, std::uint64_t bytes,
              std::uint32_t pattern) const;

    /// The timed calls: inline, one indirect call each.
    void enqueue(const Queue& queue, const Exec& exec,
                 std::span<const assay_binding> bindings) const {
        const assay_status status =
            table_->enqueue(queue.get(), exec.get(), bindings.data(),
                            static_cast<std::uint32_t>(bindings.size()), &error_);
        if (status != ASSAY_OK) fail(status, "enqueue");
    }
    void wait(const Queue& queue) const {
        const assay_status status =
            table_->queue_wait(queue.get(), ~0ULL, ASSAY_WAIT_SPIN, &error_);
        if (status != ASSAY_OK) fail(status, "queue_wait");
    }
    void record_event(const Queue& queue, const Event& event) const;
    [[nodiscard]] double elapsed_ns(const Event& from, const Event& to) const;
    /// Waits for ALL work of the device, hidden streams too.
    void wait_all() const;

private:
    [[noreturn]] void fail(assay_status status, const char* call) const;
    void check(assay_status status, const char* call) const;
    void wait_idle(const Queue& queue) const;

    const assay_plugin* table_;
    Handle<assay_device> device_;  ///< Before what may throw while a Device is made.
    DeviceRecord record_;
    KeyValues prepare_options_;
    mutable assay_error error_{};
};

}  // namespace assay

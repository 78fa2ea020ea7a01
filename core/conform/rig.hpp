// SPDX-License-Identifier: Apache-2.0
// An open device of a guest with one queue: raw handles, owned. Every call
// that does not say OK ends the check.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/conform/guest.hpp"
#include "core/host/device.hpp"

namespace assay {

using Block = std::vector<std::byte>;

/// `count` random bytes.
Block random_block(std::uint64_t count, std::uint64_t seed, std::uint64_t stream = 0);

class Rig {
public:
    /// Throws Stop skipped when the plugin finds no device.
    /// `host`: instead of the guest's own; outlives it.
    explicit Rig(const Candidate& candidate, const assay_host* host = nullptr);

    [[nodiscard]] Guest& guest() { return guest_; }
    [[nodiscard]] const Guest& guest() const { return guest_; }
    [[nodiscard]] const assay_plugin& table() const { return guest_.table(); }
    [[nodiscard]] assay_device* device() const { return device_.get(); }
    [[nodiscard]] assay_queue* queue() const { return queue_.get(); }
    [[nodiscard]] const assay_device_info& info() const { return info_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }

    /// Another opening of device `index`. Nothing and the status in `status` when it is refused.
    [[nodiscard]] Handle<assay_device> open(std::uint32_t index, assay_status& status) const;

    [[nodiscard]] Buffer alloc(std::uint64_t bytes, std::int32_t kind = ASSAY_MEM_DEVICE) const;
    [[nodiscard]] Queue new_queue() const;
    [[nodiscard]] Event new_event() const;
    [[nodiscard]] bool has_events() const { return info_.timer != ASSAY_TIMER_NONE; }

    /// Copies, and waits.
    void upload(const Buffer& to, std::span<const std::byte> from, std::uint64_t offset = 0) const;
    [[nodiscard]] Block download(const Buffer& from, std::uint64_t bytes,
                                 std::uint64_t offset = 0) const;
    /// Not waited for.
    void fill(const Buffer& to, std::uint64_t offset, std::uint64_t bytes,
              std::uint32_t pattern) const;
    /// `bytes` from the start of `from` to `offset` of `to`; not waited for.
    void copy(const Buffer& to, std::uint64_t offset, const Buffer& from,
              std::uint64_t bytes) const;
    void wait() const { wait(queue_.get()); }
    void wait(assay_queue* queue) const;
    void record(const Event& event) const;
    [[nodiscard]] double elapsed_ns(const Event& from, const Event& to) const;

    [[nodiscard]] assay_op_support query(const assay_op_desc& desc) const;
    /// The status and, when it is OK, the executable.
    [[nodiscard]] std::pair<assay_status, Exec> try_prepare(const assay_op_desc& desc) const;
    [[nodiscard]] Exec prepare(const assay_op_desc& desc) const;
    [[nodiscard]] assay_exec_info describe(const Exec& exec) const;
    void enqueue(const Exec& exec, std::span<const assay_binding> bindings) const;

private:
    Guest guest_;
    KeyValues prepare_options_;
    std::uint64_t seed_;
    Handle<assay_device> device_;
    assay_device_info info_{};
    Queue queue_;
};

}  // namespace assay

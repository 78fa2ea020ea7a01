// SPDX-License-Identifier: Apache-2.0
// The simulated device: time passes when work is enqueued, the arithmetic is done when somebody
// looks.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>

#include "assay/sdk.hpp"
#include "plugins/simulated/clock.hpp"
#include "plugins/simulated/faults.hpp"
#include "plugins/simulated/neighbours.hpp"
#include "plugins/simulated/options.hpp"

namespace simulated {

class Operation;

constexpr std::size_t most_bindings = 16;  // chosen: a concat of 15 tensors

/// One enqueue whose answer nobody has looked at yet.
struct Pending {
    Operation* operation = nullptr;
    std::array<assay_binding, most_bindings> bindings{};
    std::uint32_t count = 0;
    Spoil spoil;
};

/// What all queues and operations of one device share.
class Engine {
public:
    Engine(const Script& told, std::uint32_t index)
        : script(told), neighbours_(told.neighbours, index) {}

    const Script script;
    std::int64_t enqueues = 0;
    std::uint64_t bytes_in_use = 0;
    int shared_buffers = 0;

    double now_ns() const { return now_ns_; }

    /// Lets `duration_ns` pass. A repetition of the pending call replaces it: the answer is the
    /// same.
    void add(const Pending& next, double duration_ns);
    /// A copy from or to the host.
    void add_copy(std::uint64_t bytes);
    /// Does the arithmetic that is due.
    void flush();
    /// Paced: returns when all that was added has had its time; NOT_READY is false.
    bool wait(std::uint64_t timeout_ns);
    /// Whether finished work shows at once: on the host's clock, or in memory that it shares.
    bool watched() const;

private:
    bool repeats(const Pending& next) const;

    void pass_time(double duration_ns);

    double now_ns_ = 0;
    std::uint64_t busy_until_ns_ = 0;  ///< paced: of the host's clock
    double rest_ns_ = 0;               ///< paced: what did not make a whole nanosecond yet
    Neighbours neighbours_;
    Pending pending_;
};

/// A prepared operator.
class Operation final : public assay::sdk::Exec {
public:
    Operation(Engine& engine, const assay::sdk::Op& op, const Work& work);
    ~Operation() override { engine_.flush(); }  // the work that is due may be its own

    void enqueue(assay::sdk::Queue& queue, assay::sdk::Bindings io) override;
    void describe(assay_exec_info& info) override;

    /// Computes the answer of an enqueue.
    void run(const Pending& due);
    /// Whether computing it twice is the same as once: no output is bound where an input is. A
    /// scatter, which works in place, writes the same again.
    bool repeatable(const Pending& call) const;

private:
    bool seen_before(const Pending& call, bool contents);
    bool spoil(Pending& next);
    Engine& engine_;
    Answers answers_;
    Timeline timeline_;
    std::uint32_t outputs_;
    bool idempotent_;
    std::set<std::uint64_t> seen_;  ///< hashes of what was bound before: of `once` and `cache`
    std::int64_t count_ = 0;
};

class Device final : public assay::sdk::HostDevice {
public:
    Device(const Script& script, std::uint32_t index) : engine_(script, index), index_(index) {}

    void memory(std::uint64_t& free_bytes, std::uint64_t& total_bytes) override;
    std::unique_ptr<assay::sdk::Buffer> alloc(std::uint64_t bytes, int kind) override;
    std::unique_ptr<assay::sdk::Queue> queue() override;
    std::unique_ptr<assay::sdk::Event> event() override;
    double elapsed_ns(assay::sdk::Event& from, assay::sdk::Event& to) override;
    assay::sdk::Support query(const assay::sdk::Op& op) override;
    std::unique_ptr<assay::sdk::Exec> prepare(const assay::sdk::Op& op,
                                              const assay::sdk::Options& options) override;
    bool wait_all(std::uint64_t timeout_ns) override;

private:
    Engine engine_;
    std::uint32_t index_;
};

}  // namespace simulated

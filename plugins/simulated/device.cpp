// SPDX-License-Identifier: Apache-2.0
#include "plugins/simulated/device.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>
#include <vector>

namespace simulated {
namespace {

namespace sdk = assay::sdk;

struct VirtualEvent final : sdk::HostEvent {
    double virtual_ns = 0;
};

/// Memory that counts against the device's. Device memory is not the host's to look at.
class Memory final : public sdk::HostBuffer {
public:
    Memory(std::uint64_t bytes, int kind, Engine& engine)
        : HostBuffer(bytes), shared_(kind != ASSAY_MEM_DEVICE), engine_(engine) {
        engine_.bytes_in_use += bytes;
        engine_.shared_buffers += shared_;
    }
    ~Memory() override {
        engine_.flush();  // the work that is due may use it
        engine_.bytes_in_use -= bytes();
        engine_.shared_buffers -= shared_;
    }
    void* host_pointer() override { return shared_ ? address() : nullptr; }

private:
    bool shared_;
    Engine& engine_;
};

/// Whoever touches memory sees finished work.
class Queue final : public sdk::HostQueue {
public:
    explicit Queue(Engine& engine) : engine_(engine) {}

    bool wait(std::uint64_t timeout_ns, bool) override {
        die_in(engine_.script.faults, "wait");
        if (engine_.watched()) engine_.flush();
        return engine_.wait(timeout_ns);
    }
    void to_device(sdk::Buffer& to, std::uint64_t offset, const void* from,
                   std::uint64_t bytes) override {
        engine_.flush();
        HostQueue::to_device(to, offset, from, bytes);
        engine_.add_copy(bytes);
    }
    void to_host(void* to, sdk::Buffer& from, std::uint64_t offset, std::uint64_t bytes) override {
        engine_.flush();
        HostQueue::to_host(to, from, offset, bytes);
        engine_.add_copy(bytes);
    }
    void on_device(sdk::Buffer& to, std::uint64_t to_offset, sdk::Buffer& from,
                   std::uint64_t from_offset, std::uint64_t bytes) override {
        engine_.flush();
        HostQueue::on_device(to, to_offset, from, from_offset, bytes);
    }
    void fill(sdk::Buffer& to, std::uint64_t offset, std::uint64_t bytes,
              std::uint32_t pattern) override {
        engine_.flush();
        HostQueue::fill(to, offset, bytes, pattern);
    }
    void record(sdk::Event& event) override {
        if (engine_.script.host_timer) engine_.flush();
        HostQueue::record(event);
        static_cast<VirtualEvent&>(event).virtual_ns = engine_.now_ns();
    }

private:
    Engine& engine_;
};

bool overlap(const assay_binding& a, const assay_binding& b) {
    return a.buffer == b.buffer && a.offset < b.offset + b.size && b.offset < a.offset + a.size;
}

/// Eight bytes at a time: FNV-1a's multiplication, with the high bits folded down.
std::uint64_t hash_of_bytes(const char* data, std::uint64_t bytes) {
    std::uint64_t hash = bytes;
    for (std::uint64_t at = 0; at < bytes; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data + at, std::min<std::uint64_t>(8, bytes - at));
        hash = (hash ^ word) * 0x100000001b3u;
        hash ^= hash >> 29;
    }
    return hash;
}

void chatter(const Faults& faults, const char* call) {
    if (!faults.stdout_noise) return;
    std::printf("simulated: %s on stdout\n{\"not\": \"a result", call);
    std::fflush(stdout);
    std::fprintf(stderr, "simulated: %s on stderr\n", call);
}

}  // namespace

// ---------------------------------------------------------------- Engine

bool Engine::repeats(const Pending& next) const {
    return next.operation == pending_.operation && next.operation->repeatable(next) &&
           next.spoil.fault == Fault::none && pending_.spoil.fault == Fault::none &&
           next.count == pending_.count &&
           std::memcmp(next.bindings.data(), pending_.bindings.data(),
                       next.count * sizeof(assay_binding)) == 0;
}

/// The clock moves on at once; paced, the host waits for it.
void Engine::pass_time(double duration_ns) {
    if (script.paced) {
        const std::uint64_t now = sdk::host.now_ns();
        duration_ns *= 1 + script.sharing_cost * neighbours_.busy(now);
        rest_ns_ += duration_ns;
        const auto whole = static_cast<std::uint64_t>(rest_ns_);
        rest_ns_ -= static_cast<double>(whole);
        busy_until_ns_ = std::max(busy_until_ns_, now) + whole;
        neighbours_.tell(busy_until_ns_);
    }
    now_ns_ += duration_ns;
}

bool Engine::wait(std::uint64_t timeout_ns) {
    if (!script.paced) return true;
    const std::uint64_t now = sdk::host.now_ns();
    const std::uint64_t left = busy_until_ns_ > now ? busy_until_ns_ - now : 0;
    std::this_thread::sleep_for(std::chrono::nanoseconds(std::min(left, timeout_ns)));
    return left <= timeout_ns;
}

void Engine::add_copy(std::uint64_t bytes) {
    if (script.link_bytes_per_ns > 0) {
        pass_time(static_cast<double>(bytes) / script.link_bytes_per_ns);
    }
}

void Engine::add(const Pending& next, double duration_ns) {
    pass_time(duration_ns);
    if (!repeats(next)) flush();
    pending_ = next;
}

void Engine::flush() {
    const Pending due = pending_;
    pending_ = Pending{};
    if (due.operation != nullptr) due.operation->run(due);
}

bool Engine::watched() const {
    return script.host_timer || script.paced || shared_buffers > 0;
}

// ---------------------------------------------------------------- Operation

Operation::Operation(Engine& engine, const sdk::Op& op, const Work& work)
    : engine_(engine),
      answers_(op, engine.script.faults.fault),
      timeline_(engine.script.timing, work),
      outputs_(static_cast<std::uint32_t>(op.outputs())),
      idempotent_(op.kind() == ASSAY_OP_SCATTER) {}

bool Operation::repeatable(const Pending& call) const {
    if (idempotent_) return true;
    const std::uint32_t inputs = call.count - outputs_;
    for (std::uint32_t i = 0; i < inputs; ++i) {
        for (std::uint32_t o = inputs; o < call.count; ++o) {
            if (overlap(call.bindings[i], call.bindings[o])) return false;
        }
    }
    return true;
}

void Operation::enqueue(sdk::Queue&, sdk::Bindings io) {
    const Faults& faults = engine_.script.faults;
    die_at(faults, ++engine_.enqueues);
    answers_.check(io);  // refuses bindings that are missing or too small
    Pending next;
    next.operation = this;
    next.count = std::min<std::uint32_t>(io.size(), next.bindings.size());
    for (std::uint32_t i = 0; i < next.count; ++i) next.bindings[i] = io[i];
    const double told = spoil(next) ? 0.1 : 1;
    engine_.add(next, timeline_.next() * told);
}

/// Whether something with this address, or these contents, was bound here before.
bool Operation::seen_before(const Pending& call, bool contents) {
    const sdk::Bindings io(call.bindings.data(), call.count);
    std::vector<std::uint64_t> words;
    const std::uint32_t inputs = call.count - outputs_;
    for (std::uint32_t i = 0; i < inputs; ++i) {
        const char* data = io.data<const char>(i);
        words.push_back(contents ? hash_of_bytes(data, io[i].size)
                                 : reinterpret_cast<std::uintptr_t>(data));
    }
    return !seen_.insert(hash_of(words)).second;
}

/// Settles what is wrong with this enqueue. True when it tells a tenth of its time.
bool Operation::spoil(Pending& next) {
    const Faults& faults = engine_.script.faults;
    next.spoil = {fault_of(faults, ++count_), faults.seed, static_cast<std::uint64_t>(faults.bit),
                  static_cast<std::uint64_t>(count_)};
    Fault& fault = next.spoil.fault;
    if (fault == Fault::once) fault = seen_before(next, false) ? Fault::skip : Fault::none;
    if (fault != Fault::cache) return fault == Fault::short_time;
    engine_.flush();  // the work that is due may write what is read now
    fault = Fault::none;
    return seen_before(next, true);
}

void Operation::run(const Pending& due) {
    answers_.compute(sdk::Bindings(due.bindings.data(), due.count), due.spoil);
}

void Operation::describe(assay_exec_info& info) {
    info.level = ASSAY_SUPPORT_NATIVE;
    info.accumulator = answers_.accumulator();
    info.launches = 1;
    sdk::put(info.path, "a script; plain loops for the answers");
}

// ---------------------------------------------------------------- Device

void Device::memory(std::uint64_t& free_bytes, std::uint64_t& total_bytes) {
    total_bytes = engine_.script.memory_bytes;
    free_bytes = total_bytes == 0 ? 0 : total_bytes - engine_.bytes_in_use;
}

std::unique_ptr<sdk::Buffer> Device::alloc(std::uint64_t bytes, int kind) {
    const std::uint64_t total = engine_.script.memory_bytes;
    if (total != 0 && bytes > total - engine_.bytes_in_use) {
        sdk::fail(ASSAY_ERR_NO_DEVICE_MEMORY, "%llu bytes are not free of %llu",
                  static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(total));
    }
    if (kind < ASSAY_MEM_DEVICE || kind > ASSAY_MEM_SHARED) {
        sdk::fail(ASSAY_ERR_UNSUPPORTED, "memory of kind %d", kind);
    }
    return std::make_unique<Memory>(bytes, kind, engine_);
}

std::unique_ptr<sdk::Queue> Device::queue() {
    return std::make_unique<Queue>(engine_);
}

std::unique_ptr<sdk::Event> Device::event() {
    return std::make_unique<VirtualEvent>();
}

double Device::elapsed_ns(sdk::Event& from, sdk::Event& to) {
    if (engine_.script.host_timer) return HostDevice::elapsed_ns(from, to);
    return static_cast<VirtualEvent&>(to).virtual_ns - static_cast<VirtualEvent&>(from).virtual_ns;
}

sdk::Support Device::query(const sdk::Op& op) {
    const reference::Plan plan = reference::plan_of(op);
    if (op.inputs() + op.outputs() > most_bindings) return sdk::Support::no("too many tensors");
    for (const assay_dtype refused : engine_.script.faults.unsupported) {
        for (const auto* list : {&plan.views.in, &plan.views.out}) {
            for (const reference::View& view : *list) {
                if (view.dtype == refused) {
                    return sdk::Support::no("option unsupported names a type");
                }
            }
        }
    }
    return reference::support_of(op);
}

std::unique_ptr<sdk::Exec> Device::prepare(const sdk::Op& op, const sdk::Options&) {
    const Faults& faults = engine_.script.faults;
    chatter(faults, "prepare");
    die_in(faults, "prepare");
    if (!faults.fail_prepare.empty()) sdk::fail(ASSAY_ERR_BUILD, "%s", faults.fail_prepare.c_str());
    const reference::Plan plan = reference::plan_of(op);
    Work work;
    work.flop = flop_of(op, plan);
    work.shape_hash = hash_of(op, plan);
    work.pass = current_pass();
    work.device = index_;
    return std::make_unique<Operation>(engine_, op, work);
}

bool Device::wait_all(std::uint64_t timeout_ns) {
    if (engine_.watched()) engine_.flush();
    return engine_.wait(timeout_ns);
}

}  // namespace simulated

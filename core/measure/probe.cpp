// SPDX-License-Identifier: Apache-2.0
#include "core/measure/probe.hpp"

#include <algorithm>
#include <atomic>
#include <ctime>
#include <thread>
#include <vector>

#include "core/base/clock.hpp"
#include "core/measure/probe_work.hpp"

namespace assay {
namespace {

constexpr std::uint64_t most_quiet_wait_ns = 15'000'000;  // chosen: a tenth of a turn
constexpr std::uint64_t most_gather_ns = 2'000'000;  // chosen: then the threads start as they are

std::uint64_t process_cpu_ns() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_nsec);
}

/// Thread pools spin for a while after their work (OpenMP, OpenBLAS): the probe must not take the
/// plugin's own threads for neighbours.
void wait_until_others_sleep() {
    constexpr timespec nap{0, 200'000};
    const std::uint64_t begun = now_ns();
    while (now_ns() - begun < most_quiet_wait_ns) {
        const std::uint64_t cpu = process_cpu_ns();
        const std::uint64_t from = now_ns();
        nanosleep(&nap, nullptr);
        // While this thread slept, did another one of the process run?
        if (process_cpu_ns() - cpu < (now_ns() - from) / 4) return;
    }
}

double timed(void (*work)()) {
    const std::uint64_t from = now_ns();
    work();
    return static_cast<double>(now_ns() - from);
}

}  // namespace

/// Threads that sleep until a round begins, gather, and work at the same time.
class InterferenceProbe::Crew {
public:
    explicit Crew(int threads) : took_ns_(static_cast<std::size_t>(threads)) {
        for (std::size_t i = 1; i < took_ns_.size(); ++i) {
            others_.emplace_back([this, i] { serve(i); });
        }
    }
    ~Crew() {
        over_ = true;
        next_round();
        for (std::thread& each : others_) each.join();
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    [[nodiscard]] std::size_t size() const { return took_ns_.size(); }

    /// The slowest thread's time: a parallel operator too waits for its last thread.
    double round() {
        gathered_ = 0;
        ready_ = 0;
        next_round();
        work(0);
        for (std::size_t done = ready_; done < size(); done = ready_) ready_.wait(done);
        return *std::max_element(took_ns_.begin(), took_ns_.end());
    }

private:
    void next_round() {
        ++round_;
        round_.notify_all();
    }

    void serve(std::size_t index) {
        for (std::uint64_t seen = 0;; ++seen) {
            round_.wait(seen);
            if (over_) return;
            work(index);
        }
    }

    void work(std::size_t index) {
        ++gathered_;
        const std::uint64_t from = now_ns();
        while (gathered_ < size() && now_ns() - from < most_gather_ns) {
        }
        took_ns_[index] = timed(probe_multiply_adds);
        ++ready_;
        ready_.notify_all();
    }

    std::vector<double> took_ns_;
    std::atomic<std::uint64_t> round_{0};
    std::atomic<std::size_t> gathered_{0}, ready_{0};
    std::atomic<bool> over_{false};
    std::vector<std::thread> others_;  ///< Last: they use all of the above.
};

InterferenceProbe::InterferenceProbe(int threads)
    : crew_(std::make_unique<Crew>(std::max(threads, 1))) {}

InterferenceProbe::~InterferenceProbe() = default;

ProbeReading InterferenceProbe::read() {
    const std::uint64_t begun = now_ns();
    if (crew_->size() > 1) wait_until_others_sleep();
    ProbeReading reading;
    reading.chain_ns = timed(probe_chain);  // first: a core that slept has its clock back after it
    reading.work_ns = crew_->round();
    reading.spent_s = static_cast<double>(now_ns() - begun) * 1e-9;
    return reading;
}

int InterferenceProbe::threads() const {
    return static_cast<int>(crew_->size());
}

std::string InterferenceProbe::kind() {
    return probe_kind();
}

}  // namespace assay

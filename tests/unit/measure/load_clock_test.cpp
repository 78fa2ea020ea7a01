// SPDX-License-Identifier: Apache-2.0
// The host's clock as the load generator uses it, and a load through it. No time decides here: a
// wait may be as late as the machine likes, but never early.
#include "core/measure/load_clock.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "core/measure/load.hpp"
#include "core/workload/arrivals.hpp"

using namespace assay;

namespace {

/// Answers from another thread, as a device's callback does.
class ThreadServer : public Server {
public:
    explicit ThreadServer(LoadClock& clock) : clock_(clock) {}
    ~ThreadServer() override {
        for (std::thread& each : threads_) each.join();
    }
    void issue(std::int64_t query, std::int64_t) override {
        threads_.emplace_back([this, query] {
            const std::lock_guard lock(mutex_);
            done_.push_back({query, clock_.now_ns()});
            changed_.notify_one();
        });
    }
    void collect(std::int64_t, std::vector<Completion>& done) override {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !done_.empty(); });
        done.swap(done_);
        done_.clear();
    }

private:
    LoadClock& clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Completion> done_;
    std::vector<std::thread> threads_;
};

}  // namespace

TEST_CASE("the host's clock waits until then and not less", "[measure][load]") {
    HostClock clock;
    for (const std::int64_t ahead_ns : {-1'000'000, 0, 1'000, 150'000, 1'000'000, 5'000'000}) {
        const std::int64_t at = clock.now_ns() + ahead_ns;
        clock.wait_until(at);
        CHECK(clock.now_ns() >= at);
    }
}

TEST_CASE("the virtual clock moves when it is told to, and never back", "[measure][load]") {
    VirtualClock clock;
    CHECK(clock.now_ns() == 0);
    clock.wait_until(500);
    clock.wait_until(100);
    CHECK(clock.now_ns() == 500);
}

TEST_CASE("a load in real time issues no query before it is due", "[measure][load]") {
    HostClock clock;
    ThreadServer server(clock);
    LoadPlan plan;
    plan.scenario = Scenario::server;
    plan.arrivals_ns = poisson_arrivals({.rate = 2000, .min_queries = 40, .seed = 1});
    const LoadLog log = run_load(plan, server, clock);
    REQUIRE(log.due_ns == plan.arrivals_ns);
    CHECK(log.unfinished() == 0);
    for (std::size_t i = 0; i < log.due_ns.size(); ++i) {
        CHECK(log.issued_ns[i] >= log.due_ns[i]);
        CHECK(log.done_ns[i] >= log.issued_ns[i]);
    }
    CHECK(std::is_sorted(log.issued_ns.begin(), log.issued_ns.end()));
}

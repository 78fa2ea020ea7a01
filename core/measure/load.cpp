// SPDX-License-Identifier: Apache-2.0
#include "core/measure/load.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

std::int64_t nanoseconds(double seconds) {
    return static_cast<std::int64_t>(std::min(seconds, 9e9) * 1e9);  // 9e9 s: no overflow
}

/// One load as it goes on.
class Load {
public:
    Load(const LoadPlan& plan, Server& server, LoadClock& clock)
        : plan_(plan), server_(server), clock_(clock), start_ns_(clock.now_ns()) {}

    void open_loop();
    void closed_loop();
    [[nodiscard]] LoadLog take() { return std::move(log_); }

private:
    [[nodiscard]] std::int64_t now_ns() { return clock_.now_ns() - start_ns_; }
    [[nodiscard]] bool goes_on();
    void issue(std::int64_t due_ns, std::int64_t issued_ns);
    void drain();
    void hear(const Completion& completion);

    const LoadPlan& plan_;
    Server& server_;
    LoadClock& clock_;
    std::int64_t start_ns_;
    std::int64_t outstanding_ = 0;
    LoadLog log_;
    std::vector<Completion> heard_;
};

/// Completions are collected when all is issued: nothing stands between two queries.
void Load::open_loop() {
    log_.due_ns.reserve(plan_.arrivals_ns.size());
    log_.issued_ns.reserve(plan_.arrivals_ns.size());
    log_.done_ns.reserve(plan_.arrivals_ns.size());
    for (const std::int64_t due : plan_.arrivals_ns) {
        clock_.wait_until(start_ns_ + due);
        issue(due, now_ns());
    }
    drain();
}

void Load::closed_loop() {
    while (goes_on()) {
        const std::int64_t now = now_ns();
        issue(now, now);
        drain();
        if (outstanding_ > 0) return;  // It will not become better by asking for more.
    }
}

bool Load::goes_on() {
    const auto queries = static_cast<std::int64_t>(log_.due_ns.size());
    if (plan_.scenario == Scenario::offline) return queries < 1;
    if (queries >= plan_.most_queries) return false;
    return queries < plan_.min_queries || now_ns() < nanoseconds(plan_.min_seconds);
}

void Load::issue(std::int64_t due_ns, std::int64_t issued_ns) {
    const auto query = static_cast<std::int64_t>(log_.due_ns.size());
    log_.due_ns.push_back(due_ns);
    log_.issued_ns.push_back(issued_ns);
    log_.done_ns.push_back(never_ns);
    ++outstanding_;
    server_.issue(query, plan_.samples_per_query);
}

void Load::drain() {
    const std::int64_t until_ns = clock_.now_ns() + nanoseconds(plan_.patience_seconds);
    while (outstanding_ > 0) {
        heard_.clear();
        server_.collect(until_ns, heard_);
        for (const Completion& completion : heard_) hear(completion);
        if (heard_.empty() && clock_.now_ns() >= until_ns) return;
    }
}

void Load::hear(const Completion& completion) {
    const auto queries = static_cast<std::int64_t>(log_.due_ns.size());
    const auto at = static_cast<std::size_t>(completion.query);
    const std::int64_t done_ns = completion.at_ns - start_ns_;
    const char* wrong = nullptr;
    if (completion.query < 0 || completion.query >= queries) {
        wrong = "which was never issued";
    } else if (log_.done_ns[at] != never_ns) {
        wrong = "which was done before";
    } else if (done_ns < log_.issued_ns[at]) {
        wrong = "as done before it was issued";
    }
    if (wrong != nullptr) {
        throw Error(fmt::format("load: the server reports query {}, {}: its completions are wrong",
                                completion.query, wrong));
    }
    log_.done_ns[at] = done_ns;
    --outstanding_;
}

}  // namespace

std::int64_t LoadLog::unfinished() const {
    return std::count(done_ns.begin(), done_ns.end(), never_ns);
}

LoadLog run_load(const LoadPlan& plan, Server& server, LoadClock& clock) {
    Load load(plan, server, clock);
    is_open_loop(plan.scenario) ? load.open_loop() : load.closed_loop();
    return load.take();
}

}  // namespace assay

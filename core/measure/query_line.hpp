// SPDX-License-Identifier: Apache-2.0
// Servers of one device: queries wait in one line and are served one after the other. What serving
// is, the caller says; when queries come is the load generator's business (load.hpp).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "core/measure/load.hpp"

namespace assay {

/// Serves one query and returns when it is done. Gives nanoseconds only if its clock is virtual.
using Serve = std::function<std::int64_t(std::int64_t samples)>;

/// Serves within issue(): for scenarios that wait for each query, and for a virtual clock, in which
/// a line costs nothing.
class DirectServer : public Server {
public:
    DirectServer(LoadClock& clock, bool is_virtual, Serve serve)
        : clock_(clock), is_virtual_(is_virtual), serve_(std::move(serve)) {}

    void issue(std::int64_t query, std::int64_t samples) override;
    void collect(std::int64_t until_ns, std::vector<Completion>& done) override;

private:
    LoadClock& clock_;
    bool is_virtual_;
    Serve serve_;
    std::int64_t free_at_ns_ = 0;
    std::deque<Completion> line_;
};

/// A line between two threads: the generator issues, the thread that may call the plugin serves.
class QueryLine : public Server {
public:
    explicit QueryLine(LoadClock& clock) : clock_(clock) {}

    void issue(std::int64_t query, std::int64_t samples) override;
    void collect(std::int64_t until_ns, std::vector<Completion>& done) override;

    /// Serves until close() was called. What `serve` throws passes through; the generator then
    /// gets an Error from its next call.
    void serve(const Serve& serve);
    /// No more queries come; what still waits in the line is not served.
    void close();

private:
    struct Query {
        std::int64_t number, samples;
    };
    bool next(Query& query);

    LoadClock& clock_;
    std::mutex mutex_;
    std::condition_variable arrived_, completed_;
    std::deque<Query> waiting_;
    std::vector<Completion> done_;
    bool closed_ = false, broken_ = false;
};

}  // namespace assay

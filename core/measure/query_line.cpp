// SPDX-License-Identifier: Apache-2.0
#include "core/measure/query_line.hpp"

#include <algorithm>
#include <chrono>

#include "core/base/error.hpp"

namespace assay {

void DirectServer::issue(std::int64_t query, std::int64_t samples) {
    const std::int64_t spent_ns = serve_(samples);
    free_at_ns_ = is_virtual_ ? std::max(free_at_ns_, clock_.now_ns()) + spent_ns : clock_.now_ns();
    line_.push_back({query, free_at_ns_});
}

void DirectServer::collect(std::int64_t until_ns, std::vector<Completion>& done) {
    while (!line_.empty() && line_.front().at_ns <= until_ns) {
        done.push_back(line_.front());
        line_.pop_front();
    }
    clock_.wait_until(done.empty() ? until_ns : done.back().at_ns);
}

void QueryLine::issue(std::int64_t query, std::int64_t samples) {
    {
        const std::lock_guard lock(mutex_);
        if (broken_) throw Error("load: the server failed");
        waiting_.push_back({query, samples});
    }
    arrived_.notify_one();
}

void QueryLine::collect(std::int64_t until_ns, std::vector<Completion>& done) {
    std::unique_lock lock(mutex_);
    const std::int64_t left_ns = std::max<std::int64_t>(until_ns - clock_.now_ns(), 0);
    completed_.wait_for(lock, std::chrono::nanoseconds(left_ns),
                        [&] { return !done_.empty() || broken_; });
    if (broken_) throw Error("load: the server failed");
    done.insert(done.end(), done_.begin(), done_.end());
    done_.clear();
}

bool QueryLine::next(Query& query) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
    if (closed_) return false;
    query = waiting_.front();
    waiting_.pop_front();
    return true;
}

void QueryLine::serve(const Serve& serve) {
    Query query{};
    while (next(query)) {
        try {
            serve(query.samples);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            broken_ = true;
            completed_.notify_one();
            throw;
        }
        const std::int64_t at_ns = clock_.now_ns();
        const std::lock_guard lock(mutex_);
        done_.push_back({query.number, at_ns});
        completed_.notify_one();
    }
}

void QueryLine::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    arrived_.notify_one();
}

}  // namespace assay

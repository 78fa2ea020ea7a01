// SPDX-License-Identifier: Apache-2.0
// A simulated server whose capacity is known: queries wait in one line, one is served at a time,
// and the time that takes is constant (M/D/1) or exponential (M/M/1). In virtual time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/base/random.hpp"
#include "core/measure/load.hpp"

namespace assay_tests {

enum class Service { constant, exponential };

class QueueServer : public assay::Server {
public:
    /// Serves `rate` samples per second when it is never idle.
    QueueServer(assay::VirtualClock& clock, Service service, double rate, std::uint64_t seed)
        : clock_(clock), service_(service), mean_ns_(1e9 / rate), seed_(seed) {}

    void issue(std::int64_t query, std::int64_t samples) override {
        const auto now = static_cast<double>(clock_.now_ns());
        free_at_ns_ = std::max(free_at_ns_, now);
        for (std::int64_t i = 0; i < samples; ++i) free_at_ns_ += one_service_ns();
        line_.push_back({query, static_cast<std::int64_t>(free_at_ns_ + 0.5)});
    }

    /// In the order of the line: its first query is done first.
    void collect(std::int64_t until_ns, std::vector<assay::Completion>& done) override {
        while (next_ < line_.size() && line_[next_].at_ns <= until_ns) {
            done.push_back(line_[next_++]);
        }
        clock_.wait_until(done.empty() ? until_ns : done.back().at_ns);
    }

private:
    double one_service_ns() {
        if (service_ == Service::constant) return mean_ns_;
        if (at_ == words_.size()) {
            assay::random_words(seed_, 0x717565, first_word_, words_);
            first_word_ += words_.size();
            at_ = 0;
        }
        return -mean_ns_ * assay::portable_log(assay::uniform_from(words_[at_++]));
    }

    assay::VirtualClock& clock_;
    Service service_;
    double mean_ns_;
    std::uint64_t seed_, first_word_ = 0;
    std::array<std::uint32_t, 256> words_{};
    std::size_t at_ = words_.size();
    double free_at_ns_ = 0;
    std::vector<assay::Completion> line_;
    std::size_t next_ = 0;
};

/// What becomes of one load on such a server.
inline assay::LoadLog served(const assay::LoadPlan& plan, Service service, double rate,
                             std::uint64_t seed) {
    assay::VirtualClock clock;
    QueueServer server(clock, service, rate, seed);
    return assay::run_load(plan, server, clock);
}

}  // namespace assay_tests

// SPDX-License-Identifier: Apache-2.0
// The search for the largest rate that a server sustains: a state machine that says what to try and
// hears how it went. It issues no query and knows no clock (core/measure/load.hpp does).
// Method: research/statistics 1.10: bracket, bisect, then confirm with runs that chose nothing; the
// last again from above, for the upper end.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/stat/overlatency.hpp"

namespace assay {

struct MaxRatePlan {
    double first_rate = 1;     ///< Queries per second that are tried first, > 0.
    double resolution = 0.02;  ///< Bisect until high / low <= 1 + resolution.
    double step = 0.01;        ///< By which a rate is moved when one of its runs goes wrong.
    int confirmations = 5;     ///< Runs that must all be met at the rate that is claimed.
    int refutations = 5;       ///< Runs that must all exceed at the upper rate; 0: no upper rate.
    int most_attempts = 15;    ///< Rates to confirm, and as many to refute.
    int most_doublings = 20;   ///< Up or down from first_rate.
    std::int64_t probe_queries = 1000;
    std::int64_t confirm_queries = 4000;
    double probe_seconds = 0;    ///< A probe is as long at least, of scheduled time.
    double confirm_seconds = 0;  ///< So is a confirmation or refutation; MLPerf: 600.
    /// Of scheduled time in all: a trial that would exceed it is not begun.
    double most_seconds = 3600;
    std::uint64_t seed = 0;
};

enum class TrialPurpose { bracket, bisect, confirm, refute };
std::string_view name(TrialPurpose purpose);

/// What to do: issue queries at `rate` per second by the Poisson schedule of `seed`, a new one for
/// each trial, until there are min_queries and min_seconds.
struct Trial {
    TrialPurpose purpose = TrialPurpose::bracket;
    double rate = 0;
    std::int64_t min_queries = 0;
    double min_seconds = 0;
    std::uint64_t seed = 0;
    Kept kept = Kept::undecided;  ///< Once heard.
    bool exceeded = false;        ///< Likewise: a larger part beyond the bound than 1 - percentile.
    [[nodiscard]] double seconds() const {  ///< Of scheduled time, on average.
        return std::max(static_cast<double>(min_queries) / rate, min_seconds);
    }
};

enum class SearchEnd {
    running,
    sustained,          ///< Every confirmation at `rate` was met.
    nothing_sustained,  ///< Not even the lowest rate tried was met.
    never_missed,       ///< Sustained, and no rate tried failed: it may be far more.
    not_confirmed,      ///< Every rate that was to be confirmed failed.
    out_of_time,        ///< Nothing was confirmed within most_seconds.
};
std::string_view name(SearchEnd end);

/// What the search claims. Without `sustained` or `never_missed` there is no rate, only trials.
struct MaxRate {
    SearchEnd end = SearchEnd::running;
    double rate = 0;         ///< The claim: the lower end of the interval.
    double failed_rate = 0;  ///< The lowest rate that was tried and not met; 0: none.
    double upper_rate = 0;   ///< Where every refutation exceeded; 0: none.
    /// Of "rate <= the largest sustained rate <= upper_rate" (without an upper rate: of the first
    /// part): 1 - attempts / 2^runs for each end. It takes trials as independent, but not their
    /// queries: one trial may be wrong half the time.
    double confidence = 0;
    double seconds = 0;  ///< Of scheduled time, all trials.
    std::vector<Trial> trials;
};

class MaxRateSearch {
public:
    explicit MaxRateSearch(const MaxRatePlan& plan);

    /// The trial to do now; nothing when the search has ended.
    [[nodiscard]] std::optional<Trial> next() const { return pending_; }

    /// How that trial went. `exceeded`: a larger part of the queries was beyond the bound than
    /// 1 - percentile. Undecided counts as not met, and does not refute.
    void hear(Kept kept, bool exceeded);

    [[nodiscard]] MaxRate result() const;

private:
    void bracketed(bool met);
    void bisected(bool met);
    void confirmed(bool met);
    void refuted(bool exceeded);
    void narrow();
    void attempt(double rate);
    void attempt_above(double rate);
    void propose(TrialPurpose purpose, double rate);
    void finish(SearchEnd end);
    [[nodiscard]] double lowest_failed_above(double rate) const;

    MaxRatePlan plan_;
    std::optional<Trial> pending_;
    std::vector<Trial> trials_;
    SearchEnd end_ = SearchEnd::running;
    double low_ = 0, high_ = 0;     ///< Met and not met; 0: none yet.
    double claim_ = 0, upper_ = 0;  ///< 0: none yet.
    double seconds_ = 0;
    int doublings_ = 0, attempts_ = 0, attempts_above_ = 0, in_a_row_ = 0;
};

struct SearchCost {
    int trials = 0;
    double seconds = 0;  ///< Of scheduled time.
    SearchEnd end = SearchEnd::running;
};

/// What the search takes when the server sustains exactly `rate` and every verdict is right; never
/// more than plan.most_seconds.
SearchCost expected_cost(const MaxRatePlan& plan, double rate);

}  // namespace assay

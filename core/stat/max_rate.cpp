// SPDX-License-Identifier: Apache-2.0
#include "core/stat/max_rate.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace assay {

std::string_view name(TrialPurpose purpose) {
    constexpr std::array<std::string_view, 4> names = {"bracket", "bisect", "confirm", "refute"};
    return names[static_cast<std::size_t>(purpose)];
}

std::string_view name(SearchEnd end) {
    constexpr std::array<std::string_view, 6> names = {"running",           "sustained",
                                                       "nothing_sustained", "never_missed",
                                                       "not_confirmed",     "out_of_time"};
    return names[static_cast<std::size_t>(end)];
}

MaxRateSearch::MaxRateSearch(const MaxRatePlan& plan) : plan_(plan) {
    propose(TrialPurpose::bracket, plan_.first_rate);
}

void MaxRateSearch::hear(Kept kept, bool exceeded) {
    if (!pending_) return;
    pending_->kept = kept;
    pending_->exceeded = exceeded;
    trials_.push_back(*pending_);
    const bool met = kept == Kept::met;
    switch (std::exchange(pending_, std::nullopt)->purpose) {
        case TrialPurpose::bracket:
            return bracketed(met);
        case TrialPurpose::bisect:
            return bisected(met);
        case TrialPurpose::confirm:
            return confirmed(met);
        case TrialPurpose::refute:
            return refuted(exceeded);
    }
}

/// Doubles from a rate that is met, halves from one that is not, until there are both.
void MaxRateSearch::bracketed(bool met) {
    const double rate = trials_.back().rate;
    (met ? low_ : high_) = rate;
    if (low_ > 0 && high_ > 0) return narrow();
    if (doublings_++ < plan_.most_doublings) {
        return propose(TrialPurpose::bracket, met ? 2 * rate : rate / 2);
    }
    met ? attempt(rate) : finish(SearchEnd::nothing_sustained);
}

void MaxRateSearch::bisected(bool met) {
    (met ? low_ : high_) = trials_.back().rate;
    narrow();
}

/// Bisects the logarithm of the rate.
void MaxRateSearch::narrow() {
    if (high_ / low_ <= 1 + plan_.resolution) return attempt(low_);
    propose(TrialPurpose::bisect, std::sqrt(low_ * high_));
}

/// One run that is not met takes the rate back; what was met before it counts no more.
void MaxRateSearch::confirmed(bool met) {
    const double rate = trials_.back().rate;
    if (!met) return attempt(rate * (1 - plan_.step));
    if (++in_a_row_ < plan_.confirmations) return propose(TrialPurpose::confirm, rate);
    claim_ = rate;
    const double above = lowest_failed_above(rate);
    if (above == 0) return finish(SearchEnd::never_missed);
    attempt_above(above);
}

void MaxRateSearch::attempt(double rate) {
    in_a_row_ = 0;
    if (attempts_ >= plan_.most_attempts) return finish(SearchEnd::not_confirmed);
    ++attempts_;
    propose(TrialPurpose::confirm, rate);
}

/// As confirmed(), upwards. The claim stays, whatever comes of it.
void MaxRateSearch::refuted(bool exceeded) {
    const double rate = trials_.back().rate;
    if (!exceeded) return attempt_above(rate * (1 + plan_.step));
    if (++in_a_row_ < plan_.refutations) return propose(TrialPurpose::refute, rate);
    upper_ = rate;
    finish(SearchEnd::sustained);
}

void MaxRateSearch::attempt_above(double rate) {
    in_a_row_ = 0;
    if (plan_.refutations <= 0 || attempts_above_ >= plan_.most_attempts) {
        return finish(SearchEnd::sustained);
    }
    ++attempts_above_;
    propose(TrialPurpose::refute, rate);
}

void MaxRateSearch::propose(TrialPurpose purpose, double rate) {
    const bool evidence = purpose == TrialPurpose::confirm || purpose == TrialPurpose::refute;
    Trial trial;
    trial.purpose = purpose;
    trial.rate = rate;
    trial.min_queries = evidence ? plan_.confirm_queries : plan_.probe_queries;
    trial.min_seconds = evidence ? plan_.confirm_seconds : plan_.probe_seconds;
    trial.seed = plan_.seed + trials_.size();
    if (seconds_ + trial.seconds() > plan_.most_seconds) {
        return finish(claim_ > 0 ? SearchEnd::sustained : SearchEnd::out_of_time);
    }
    seconds_ += trial.seconds();
    pending_ = trial;
}

void MaxRateSearch::finish(SearchEnd end) {
    end_ = end;
}

double MaxRateSearch::lowest_failed_above(double rate) const {
    double lowest = 0;
    for (const Trial& trial : trials_) {
        if (trial.kept == Kept::met || trial.rate <= rate) continue;
        if (lowest == 0 || trial.rate < lowest) lowest = trial.rate;
    }
    return lowest;
}

MaxRate MaxRateSearch::result() const {
    MaxRate found;
    found.end = end_;
    found.rate = claim_;
    found.failed_rate = lowest_failed_above(0);
    found.upper_rate = upper_;
    found.seconds = seconds_ - (pending_ ? pending_->seconds() : 0);
    found.trials = trials_;
    if (claim_ == 0) return found;
    // Wrong: all runs of one of the attempts went the wrong way, each with probability 1/2 at most.
    const double below = attempts_ * std::pow(0.5, plan_.confirmations);
    const double above = attempts_above_ * std::pow(0.5, plan_.refutations);
    found.confidence = std::max(0.0, 1 - below - (upper_ > 0 ? above : 0));
    return found;
}

SearchCost expected_cost(const MaxRatePlan& plan, double rate) {
    MaxRateSearch search(plan);
    while (const auto trial = search.next()) {
        const bool met = trial->rate <= rate;
        search.hear(met ? Kept::met : Kept::missed, !met);
    }
    const MaxRate found = search.result();
    return {static_cast<int>(found.trials.size()), found.seconds, found.end};
}

}  // namespace assay

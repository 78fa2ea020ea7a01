// SPDX-License-Identifier: Apache-2.0
#include "core/stat/max_rate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace assay {
namespace {

void lower(double& lowest, double rate) {
    if (lowest == 0 || rate < lowest) lowest = rate;
}

}  // namespace

std::string_view name(TrialPurpose purpose) {
    constexpr std::array<std::string_view, 3> names = {"bracket", "bisect", "confirm"};
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

void MaxRateSearch::hear(Kept kept) {
    if (!pending_) return;
    pending_->kept = kept;
    trials_.push_back(*pending_);
    const bool met = kept == Kept::met;
    switch (std::exchange(pending_, std::nullopt)->purpose) {
        case TrialPurpose::bracket:
            return bracketed(met);
        case TrialPurpose::bisect:
            return bisected(met);
        case TrialPurpose::confirm:
            return confirmed(met);
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
    if (!met) return attempt(rate * (1 - plan_.step_back));
    if (++met_in_a_row_ < plan_.confirmations) return propose(TrialPurpose::confirm, rate);
    finish(high_ > 0 || attempts_ > 1 ? SearchEnd::sustained : SearchEnd::never_missed);
}

void MaxRateSearch::attempt(double rate) {
    met_in_a_row_ = 0;
    if (attempts_++ >= plan_.most_attempts) return finish(SearchEnd::not_confirmed);
    propose(TrialPurpose::confirm, rate);
}

void MaxRateSearch::propose(TrialPurpose purpose, double rate) {
    const bool confirms = purpose == TrialPurpose::confirm;
    Trial trial;
    trial.purpose = purpose;
    trial.rate = rate;
    trial.min_queries = confirms ? plan_.confirm_queries : plan_.probe_queries;
    trial.min_seconds = confirms ? plan_.confirm_seconds : plan_.probe_seconds;
    trial.seed = plan_.seed + trials_.size();
    if (seconds_ + trial.seconds() > plan_.most_seconds) return finish(SearchEnd::out_of_time);
    seconds_ += trial.seconds();
    pending_ = trial;
}

void MaxRateSearch::finish(SearchEnd end) {
    end_ = end;
}

MaxRate MaxRateSearch::result(const TailRule& rule) const {
    MaxRate found;
    found.end = end_;
    found.seconds = seconds_ - (pending_ ? pending_->seconds() : 0);
    found.trials = trials_;
    const bool claims = end_ == SearchEnd::sustained || end_ == SearchEnd::never_missed;
    if (claims) found.rate = trials_.back().rate;
    for (const Trial& trial : trials_) {
        if (trial.kept != Kept::met) lower(found.failed_rate, trial.rate);
        if (trial.kept == Kept::missed && trial.rate > found.rate) {
            lower(found.upper_rate, trial.rate);
        }
    }
    if (!claims) return found;
    // Wrong below: all confirmations of one of the attempts wrongly met. Wrong above: one of the
    // trials wrongly missed.
    const double below = attempts_ * std::pow(1 - rule.confidence, plan_.confirmations);
    const double above = static_cast<double>(trials_.size()) * (1 - rule.miss_confidence);
    found.confidence = std::max(0.0, 1 - below - (found.upper_rate > 0 ? above : 0));
    return found;
}

SearchCost expected_cost(const MaxRatePlan& plan, double rate) {
    MaxRateSearch search(plan);
    while (const auto trial = search.next()) {
        search.hear(trial->rate <= rate ? Kept::met : Kept::missed);
    }
    const MaxRate found = search.result({});
    return {static_cast<int>(found.trials.size()), found.seconds, found.end};
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/stat/overlatency.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/stat/distribution.hpp"

namespace assay {
namespace {

std::int64_t sum(const std::vector<std::int64_t>& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

/// How much the windows differ: by count, with equal weight for every query.
struct Spread {
    double windows = 0;  ///< Those with queries.
    double squares = 0;  ///< Sum of (over - fraction * queries)^2.
};

Spread spread_of(const Windows& windows, double fraction) {
    Spread spread;
    for (std::size_t i = 0; i < windows.queries.size(); ++i) {
        const auto queries = static_cast<double>(windows.queries[i]);
        const double miss = static_cast<double>(windows.over[i]) - fraction * queries;
        spread.squares += miss * miss;
        spread.windows += queries > 0 ? 1 : 0;
    }
    return spread;
}

/// The numbers of independent queries that n and t are worth: over is rounded up, queries down.
Kept kept_if_correlated(double queries, double over, const TailRule& rule) {
    return kept(static_cast<std::int64_t>(queries), static_cast<std::int64_t>(std::ceil(over)),
                rule);
}

}  // namespace

std::int64_t Windows::all_queries() const {
    return sum(queries);
}
std::int64_t Windows::all_over() const {
    return sum(over);
}

Windows windows_of(std::span<const std::int64_t> due_ns, const std::vector<bool>& over, int count) {
    const auto size = static_cast<std::size_t>(count);
    Windows windows{std::vector<std::int64_t>(size), std::vector<std::int64_t>(size)};
    if (due_ns.empty()) return windows;
    const double scale = count / (static_cast<double>(due_ns.back()) + 1);
    for (std::size_t i = 0; i < due_ns.size(); ++i) {
        const auto at = static_cast<std::size_t>(static_cast<double>(due_ns[i]) * scale);
        ++windows.queries[std::min(at, size - 1)];
        windows.over[std::min(at, size - 1)] += over[i] ? 1 : 0;
    }
    return windows;
}

std::string_view name(Kept kept) {
    switch (kept) {
        case Kept::met:
            return "met";
        case Kept::missed:
            return "missed";
        case Kept::undecided:
            break;
    }
    return "undecided";
}

Kept kept(std::int64_t queries, std::int64_t over, const TailRule& rule) {
    if (queries <= 0) return Kept::undecided;
    if (proves_met(queries, over, rule)) return Kept::met;
    if (over == 0) return Kept::undecided;
    // P(X >= over) = 1 - P(X <= over - 1) = I_{1-p}(over, queries - over + 1): DLMF 8.17.5.
    const double chance = incomplete_beta(
        static_cast<double>(over), static_cast<double>(queries - over + 1), 1 - rule.percentile);
    return chance <= 1 - rule.confidence ? Kept::missed : Kept::undecided;
}

StrictVerdict strictly_kept(const Windows& windows, const TailRule& rule) {
    StrictVerdict verdict;
    const auto queries = static_cast<double>(windows.all_queries());
    const auto over = static_cast<double>(windows.all_over());
    if (queries <= 0) return verdict;
    verdict.fraction = over / queries;
    const Spread spread = spread_of(windows, verdict.fraction);
    if (spread.windows < 2) return verdict;
    // Variance of the sum of all windows, as that of a ratio estimator (Cochran 1977, 6.4).
    const double variance = spread.squares * spread.windows / (spread.windows - 1);
    const double if_independent = queries * verdict.fraction * (1 - verdict.fraction);
    verdict.tau = if_independent > 0 ? std::max(1.0, variance / if_independent) : 1;
    verdict.upper = verdict.fraction + student_quantile(rule.confidence, spread.windows - 1) *
                                           std::sqrt(variance) / queries;
    const double allowed = 1 - rule.percentile;
    verdict.long_enough = queries / verdict.tau >= 10 / allowed * (1 - 1e-12);
    verdict.kept = kept_if_correlated(queries / verdict.tau, over / verdict.tau, rule);
    const bool certified = verdict.upper <= allowed && verdict.long_enough &&
                           proves_met(windows.all_queries(), windows.all_over(), rule);
    if (verdict.kept == Kept::met && !certified) verdict.kept = Kept::undecided;
    return verdict;
}

}  // namespace assay

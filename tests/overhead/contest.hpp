// SPDX-License-Identifier: Apache-2.0
// Two ways of doing the same work, timed in turn in one process. Not a test: it reports, and no
// time passes or fails. Why in turn: the same work differs by 4-7 % between processes on a virtual
// machine, by 1.5 % between neighbours in one process.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace assay::overhead {

/// One way of doing the work. `repeat(n)` does it n times, one after the other, to completion; the
/// loop is inside so that its cost is the contestant's own.
struct Contestant {
    std::string name;
    std::function<void(int)> repeat;
};

struct Contest {
    double first_ns = 0, second_ns = 0;  ///< Median time of one call.
    /// Median over rounds of first / second, both of the same round: above 1 the second is faster.
    /// Not the ratio of the medians, because the clock of a core drifts over a second, not over a
    /// round.
    double ratio = 0;
    int rounds = 0;
    int calls = 0;  ///< In one reading.
};

/// Rounds of four readings, 1 2 2 1 and 2 1 1 2 in turn, each of at least `reading_ns`.
Contest contest(const Contestant& first, const Contestant& second, int rounds, double reading_ns);

/// Nanoseconds for one call, mean over `calls`.
double time_calls(const Contestant& contestant, int calls);

double median(std::vector<double> values);

}  // namespace assay::overhead

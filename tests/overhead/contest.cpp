// SPDX-License-Identifier: Apache-2.0
// See contest.hpp.
#include "tests/overhead/contest.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace assay::overhead {
namespace {

/// Calls that make a reading long enough, found by doubling: this also warms both up.
int calls_for(const Contestant& contestant, double reading_ns) {
    constexpr int most_calls = 1 << 28;
    int calls = 1;
    while (calls < most_calls && time_calls(contestant, calls) * calls < reading_ns) calls *= 2;
    return calls;
}

}  // namespace

double time_calls(const Contestant& contestant, int calls) {
    const auto begin = std::chrono::steady_clock::now();
    contestant.repeat(calls);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
    return took.count() / calls;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    if (values.size() % 2 == 1) return values[middle];
    return (values[middle - 1] + values[middle]) / 2;
}

Contest contest(const Contestant& first, const Contestant& second, int rounds, double reading_ns) {
    const int calls = std::max(calls_for(first, reading_ns), calls_for(second, reading_ns));
    std::vector<double> first_times, second_times, ratios;
    for (int round = 0; round < rounds; ++round) {
        const bool flipped = round % 2 == 1;
        const Contestant& outer = flipped ? second : first;
        const Contestant& inner = flipped ? first : second;
        const double begin = time_calls(outer, calls);
        const double inside = (time_calls(inner, calls) + time_calls(inner, calls)) / 2;
        const double outside = (begin + time_calls(outer, calls)) / 2;
        first_times.push_back(flipped ? inside : outside);
        second_times.push_back(flipped ? outside : inside);
        ratios.push_back(first_times.back() / second_times.back());
    }
    return {median(first_times), median(second_times), median(ratios), rounds, calls};
}

}  // namespace assay::overhead

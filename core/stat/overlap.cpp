// SPDX-License-Identifier: Apache-2.0
#include "core/stat/overlap.hpp"

#include <algorithm>

namespace assay {
namespace {

/// What lies in a span of both, in order and apart as they are.
std::vector<TimeSpan> common(const std::vector<TimeSpan>& one, const std::vector<TimeSpan>& other) {
    std::vector<TimeSpan> both;
    for (const TimeSpan& here : one) {
        for (const TimeSpan& there : other) {
            const TimeSpan shared{std::max(here.begin_ns, there.begin_ns),
                                  std::min(here.end_ns, there.end_ns)};
            if (shared.length_ns() > 0) both.push_back(shared);
        }
    }
    return both;
}

}  // namespace

std::uint64_t overlapped_ns(const TimeSpan& window, std::span<const std::vector<TimeSpan>> others) {
    std::vector<TimeSpan> left{window};
    for (const std::vector<TimeSpan>& each : others) left = common(left, each);
    std::uint64_t sum = 0;
    for (const TimeSpan& each : left) sum += each.length_ns();
    return sum;
}

}  // namespace assay

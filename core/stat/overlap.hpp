// SPDX-License-Identifier: Apache-2.0
// How much of a span of time fell together with work elsewhere. Pure functions of stamps of one
// clock. Source: research/plugin-abi 5.5, "only overlapping time counts".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace assay {

/// From `begin` to `end`, nanoseconds of one clock; empty unless begin < end.
struct TimeSpan {
    std::uint64_t begin_ns = 0, end_ns = 0;
    [[nodiscard]] std::uint64_t length_ns() const {
        return end_ns > begin_ns ? end_ns - begin_ns : 0;
    }
};

/// Nanoseconds of `window` in which every one of `others` was in one of its spans, which are in
/// order and apart. Without others all of it.
std::uint64_t overlapped_ns(const TimeSpan& window, std::span<const std::vector<TimeSpan>> others);

}  // namespace assay

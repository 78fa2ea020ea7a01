// SPDX-License-Identifier: Apache-2.0
// A prepared case under the load that its protocol asks for, in this process: the device serves on
// the calling thread, queries come from another one where they do not wait for each other.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/measure/device_case.hpp"
#include "core/result/record.hpp"
#include "core/suite/case.hpp"

namespace assay {

/// What a load left: readings and clock as in SampleRecord.
struct LoadOutcome {
    LoadRecord record;
    std::string metric;  ///< "latency" of a query, "time" (offline), "time at the largest rate".
    std::string clock;   ///< "host" or "virtual".
    std::int64_t invocations = 1;  ///< In one reading.
    std::vector<double> readings_ns;
    std::string invalid;  ///< Why there is no number; "" if there is.
};

struct LoadOrder {
    double call_s = 0;            ///< What one invocation took, > 0: where a search begins.
    std::uint64_t seed = 0;       ///< Of the schedule, and of a search's.
    std::function<void()> alive;  ///< Called between queries, on the calling thread.
};

/// Seconds that the load is expected to take at least.
double expected_load_seconds(const Case& each, double call_s);

/// Runs it. Exceptions of the device pass through.
LoadOutcome run_load_case(const Case& each, DeviceCase& on_device, const LoadOrder& order);

}  // namespace assay

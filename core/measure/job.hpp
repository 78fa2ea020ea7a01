// SPDX-License-Identifier: Apache-2.0
// What a worker is told to do: one pass of one subject. The supervisor writes it, a worker reads
// it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/result/record.hpp"

namespace assay {

struct Job {
    std::string plugin_name, plugin_path;
    KeyValues options;
    std::uint32_t device = 0;
    int subject = 0, pass = 0;
    std::string affinity;     ///< CPU list the worker binds itself to; "" none.
    std::string status_path;  ///< Where it says what it is doing (supervise/status.hpp).
    bool lockstep = false;    ///< Another worker with the same cases takes turns with this one,
    bool goes_first = false;  ///< which begins where both may.
    /// Devices that are to be at work at once, each with a worker that has the same cases, and
    /// which of the workers this is; 0: this one alone.
    int together = 0, seat = 0;
    std::uint64_t order_seed = 0;
    Profile profile;
    std::vector<PeakRecord> peaks;             ///< Of the device, as the plugin states them.
    std::uint64_t last_level_cache_bytes = 0;  ///< The host's; a device's own is preferred.
    bool open_device = false;  ///< Without cases: say what the opened device is, options applied.
    std::vector<Case> cases;   ///< In the order of this pass; none: say what is there and stop.
    std::vector<int> orders;   ///< Their positions in the pass.
    std::vector<int> indices;  ///< Their positions in the suite.
};

Json to_json(const Job& job);
/// Throws Error for what is not a job.
Job job_from_json(const Json& json);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// One worker process from start to end: gives it a job, hears its messages, says how it ended.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/descriptor.hpp"
#include "core/base/error.hpp"
#include "core/measure/job.hpp"
#include "core/supervise/message.hpp"
#include "core/supervise/status.hpp"
#include "core/supervise/worker.hpp"

namespace assay {

struct SessionSettings {
    std::filesystem::path program{};  ///< Started as `program worker`.
    std::string log_path{};           ///< Its stdout and stderr are appended here; "" our stderr.
    std::vector<std::pair<std::string, std::string>> environment{};
    std::optional<double> hang_seconds{};  ///< Silence in any phase; unset: a limit for each.
    std::shared_ptr<Descriptor>
        baton{};  ///< The worker's end of a lockstep; closed once it has it.
    LoadedPlugins* in_process = nullptr;  ///< Set: no worker, the same code here.
    std::function<void(const Message&)> hear{};
    std::function<bool()> interrupted{};
};

struct SessionEnd {
    bool done = false;         ///< It said that it finished.
    bool interrupted = false;  ///< We ended it because the user asked.
    bool hung = false;         ///< We ended it because it was silent for too long.
    std::string reason;        ///< Why, unless it ended well: "worker killed by signal 9 (Killed)".
    Doing doing;               ///< What it was doing then.
};

/// The worker said what it cannot say: thrown by SessionSettings::hear, it ends the worker. Any
/// other exception of hear() ends the session and goes on to the caller.
class WorkerFault : public Error {
public:
    using Error::Error;
};

SessionEnd run_session(const SessionSettings& settings, const Job& job);

}  // namespace assay

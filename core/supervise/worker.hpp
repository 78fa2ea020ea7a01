// SPDX-License-Identifier: Apache-2.0
// The worker's work: load the plugin, open the device, run one pass. The same code serves
// --in-process, where the messages go to a function instead of a pipe.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/host/plugin.hpp"
#include "core/measure/job.hpp"
#include "core/supervise/message.hpp"

namespace assay {

/// The exit code of a worker that cannot write to its supervisor any more.
constexpr int lost_channel_code = 121;  // chosen: of no meaning to shells

struct WorkerEvents {
    std::function<void(const Message&)> send;
    std::function<bool()> stop;  ///< Between turns: end early.
};

/// Plugins that this process has loaded. A plugin is shut down once, at the end: --in-process runs
/// many jobs on it.
class LoadedPlugins {
public:
    /// The plugin of that file; `events` hears it until the next call.
    const Plugin& get(const std::string& path, const HostEvents& events);

private:
    struct Entry {
        HostEvents events;
        std::optional<Plugin> plugin;
    };
    std::map<std::string, std::unique_ptr<Entry>> entries_;
};

/// Runs the job. What goes wrong with one case is its record; what ends the worker is a message
/// `fatal`. Does not throw for a bad plugin.
void run_job(const Job& job, LoadedPlugins& plugins, const WorkerEvents& events);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// What a worker tells its supervisor: one JSON line each, on descriptor 4.
#pragma once

#include <functional>
#include <string>

#include "core/base/json.hpp"
#include "core/result/record.hpp"

namespace assay {

/// What is on a machine, as a plugin says: the first message.
struct Inventory {
    PluginRecord plugin;
    std::vector<DeviceRecord> devices;
    std::vector<std::vector<PeakRecord>> peaks;  ///< By device.
    bool has_threads_option = false;
};

/// One message. `kind` decides which other fields mean something.
struct Message {
    enum class Kind {
        inventory,
        phase,     ///< index, text: a case entered a phase.
        alive,     ///< text: still at work (turns, a plugin's progress).
        finished,  ///< index, record.
        done,      ///< The pass is over.
        fatal,     ///< text: this worker cannot go on.
    };
    Kind kind = Kind::alive;
    int index = -1;
    std::string text;
    CaseRecord record;
    Inventory inventory;
};

std::string to_line(const Message& message);
/// Throws Error for a line that is no message.
Message message_from_line(const std::string& line);

}  // namespace assay

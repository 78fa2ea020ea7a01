// SPDX-License-Identifier: Apache-2.0
// What a plugin has, asked in a worker, and which of its devices is meant.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/supervise/message.hpp"
#include "core/supervise/session.hpp"
#include "core/supervise/supervise.hpp"

namespace assay {

/// Those that `wanted` names, in the order of the plugin: a list with commas of indices, ids,
/// patterns with * and ? of a whole id or name, and parts of names; "" is the first. Throws Error
/// with the list when something in it names none.
std::vector<DeviceRecord> choose_devices(const std::vector<DeviceRecord>& devices,
                                         const std::string& wanted, const std::string& label);

/// Starts a worker that loads the plugin and tells what is there. Throws Error with the reason why
/// not: one line that names the file. With `opened`, that device is opened with the options first.
/// `settings.hear` is not used.
Inventory take_inventory(const SessionSettings& settings, const SubjectOptions& subject,
                         std::optional<int> opened = std::nullopt);

}  // namespace assay

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

/// The device of that index, id, or part of a name; the first for "". Throws Error with the list.
const DeviceRecord& choose_device(const std::vector<DeviceRecord>& devices,
                                  const std::string& wanted, const std::string& label);

/// Starts a worker that loads the plugin and tells what is there. Throws Error with the reason why
/// not: one line that names the file. With `opened`, that device is opened with the options first.
/// `settings.hear` is not used.
Inventory take_inventory(const SessionSettings& settings, const SubjectOptions& subject,
                         std::optional<int> opened = std::nullopt);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Options given by a person, held against those that a plugin declares. Private to this folder.
#pragma once

#include <string>
#include <vector>

#include "core/host/plugin.hpp"

namespace assay {

/// Throws Error "PLUGIN: no option 'thread' (did you mean 'threads'? …)" or "PLUGIN: option
/// 'threads': 'many' is not an integer".
void check_against(const std::vector<OptionInfo>& declared, const KeyValues& chosen,
                   const std::string& plugin);

/// The option of that key, or nullptr.
const OptionInfo* find_option(const std::vector<OptionInfo>& declared, const std::string& key);

}  // namespace assay

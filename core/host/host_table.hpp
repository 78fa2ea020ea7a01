// SPDX-License-Identifier: Apache-2.0
// The table of functions that a plugin may call, on top of HostEvents. Private to this folder.
#pragma once

#include "assay/plugin.h"
#include "core/host/plugin.hpp"

namespace assay {

/// A new table. It is never freed: a plugin may call it until shutdown() returns, and one that
/// breaks the rule later must not crash us. Events are called one at a time, from any thread of
/// the plugin.
const assay_host& make_host_table(HostEvents events);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Is a plugin's table whole? For this folder and core/conform.
#pragma once

#include <string>

#include "assay/plugin.h"

namespace assay {

/// "" when the table has every mandatory slot and is not too new; else a clause: "gives a table
/// without op_prepare, …". Reads no more than `struct_size` bytes.
std::string why_not_a_table(const assay_plugin& table);

}  // namespace assay

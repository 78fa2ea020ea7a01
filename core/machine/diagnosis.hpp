// SPDX-License-Identifier: Apache-2.0
// What of this machine disturbs a measurement, and what to do about it. Pure: facts in, words out.
#pragma once

#include <string>
#include <vector>

#include "core/machine/machine.hpp"
#include "core/machine/quiet.hpp"

namespace assay {

/// "unknown": the kernel does not say, as often in virtual machines. "note": cannot be helped here,
/// or is a matter of choice. "disturbed": expect wider intervals or other numbers tomorrow.
enum class Health { good, note, disturbed, unknown };
std::string_view name(Health health);

struct Finding {
    std::string subject;  ///< "governor".
    Health health = Health::unknown;
    std::string found;   ///< "powersave".
    std::string remedy;  ///< "" when there is nothing to do.
};

/// Every subject is named, good ones too: that nothing was found says what was looked at.
std::vector<Finding> diagnose(const Machine& machine, const Quiet& quiet);

}  // namespace assay

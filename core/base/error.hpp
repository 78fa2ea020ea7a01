// SPDX-License-Identifier: Apache-2.0
// The one exception type of the core. What it says is meant for the person at the terminal:
// where, what, and what to do, in one line.
#pragma once

#include <stdexcept>
#include <string>

namespace assay {

/// Thrown when a whole command cannot go on (exit 1). A single case that cannot run is not an
/// error: it is an Outcome.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace assay

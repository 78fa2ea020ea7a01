// SPDX-License-Identifier: Apache-2.0
// The one exception type of the core. What it says is meant for the person at the terminal:
// where, what, and what to do, in one line that a terminal can show.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace assay {

/// Thrown when a whole command cannot go on (exit 1). A single case that cannot run is not an
/// error: it is an Outcome. Messages quote files, paths and plugins, so what() is printable(), and
/// of one beyond 2,000 bytes the first and the last 1,000.
class Error : public std::runtime_error {
public:
    explicit Error(std::string_view what);
};

}  // namespace assay

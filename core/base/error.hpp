// SPDX-License-Identifier: Apache-2.0
// The one exception type of the core. What it says is meant for the person at the terminal:
// where, what, and what to do, in one line that a terminal can show.
#pragma once

#include <stdexcept>
#include <string_view>

#include "core/base/text.hpp"

namespace assay {

/// Thrown when a whole command cannot go on (exit 1). A single case that cannot run is not an
/// error: it is an Outcome. Messages quote files, paths and plugins: what() is printable(what),
/// at most 2,000 characters (chosen: the longest are lists of what there is).
class Error : public std::runtime_error {
public:
    explicit Error(std::string_view what) : std::runtime_error(printable(what, 2000)) {}
};

}  // namespace assay

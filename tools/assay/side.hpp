// SPDX-License-Identifier: Apache-2.0
// "FILE" and "FILE@SUBJECT" of `assay compare`, its percentages and durations.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/compare/compare.hpp"

namespace assay {

/// Reads each file once; the Sides it gives borrow from it.
class Sides {
public:
    /// Reads all of these sides' files at once, a thread each; the first that fails is the Error.
    void read_ahead(const std::vector<std::string>& sides);
    /// One side: FILE when the file has one subject, else FILE@LABEL or FILE@INDEX.
    /// Throws Error that lists the subjects when it is not clear which is meant.
    Side side(const std::string& text);
    /// Both subjects of a file with exactly two. Throws Error.
    std::vector<Side> both(const std::string& file);

    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    const Run& read(const std::string& file);
    std::map<std::string, Run> runs_;
};

/// "2%" and "0.02" are 0.02. Throws UsageError outside 0 < x < 1; `flag` is named in it.
double fraction(const std::string& text, const std::string& flag);

/// "90s", "10m", "1.5h" and "90" (seconds), in seconds. Throws UsageError for anything else, and
/// for what is not above 0; `flag` is named in it.
double duration(const std::string& text, const std::string& flag);

}  // namespace assay

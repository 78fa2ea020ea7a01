// SPDX-License-Identifier: Apache-2.0
// A result file, read: its records, and whether it is whole. Result files from strangers are
// hostile input: sizes, depths and counts are limited, every string is printable() before use.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result/aside.hpp"
#include "core/result/record.hpp"

namespace assay {

/// Where the next record belongs.
struct FileTail {
    std::uint64_t bytes = 0;         ///< Of whole records; what follows was cut while written.
    bool lacks_end_of_line = false;  ///< The last whole record's.
    std::string sha256;              ///< Of the last whole record's line.
};

struct Run {
    std::filesystem::path path;
    RunRecord header;
    std::vector<CaseRecord> records;
    /// Where the samples' readings are when they are not in `records` (whole.hpp); null: there.
    std::shared_ptr<const Aside> aside;
    std::optional<EndRecord> end;       ///< Absent: cut short.
    std::vector<std::string> warnings;  ///< "cut short: …", "line 7 dropped: …".
    FileTail tail;

    /// Records of one subject.
    [[nodiscard]] std::vector<const CaseRecord*> of_subject(int subject) const;
};

/// What to keep of a file in memory.
enum class Keep {
    everything,
    aside,     ///< All but the readings, which wait in a temporary file: any size of file.
    readings,  ///< No warm-up and no host brackets.
    records    ///< No readings at all: nothing to summarise.
};

/// Reads a file. A torn last line is dropped with a warning; anything else that is wrong (a broken
/// hash chain, an unknown schema, a malformed record) throws Error "FILE:LINE: what".
Run read_run(const std::filesystem::path& path, Keep keep = Keep::everything);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// What a worker is doing right now, in a small shared file: a store to memory for the worker, read
// by the supervisor only after a death. A message for every turn would wake it while others time.
#pragma once

#include <filesystem>
#include <string>

namespace assay {

/// A case of the job (-1: none yet) and its phase.
struct Doing {
    int index = -1;
    std::string phase = "load";
};

/// The worker's end. Keeps the mapping for its life; without a path it does nothing.
class StatusWriter {
public:
    explicit StatusWriter(const std::filesystem::path& path);
    ~StatusWriter();
    StatusWriter(const StatusWriter&) = delete;
    StatusWriter& operator=(const StatusWriter&) = delete;

    void now(int index, const char* phase);

private:
    void* page_ = nullptr;
};

/// The supervisor's end: what was written last; a default Doing when there is none.
Doing read_status(const std::filesystem::path& path);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// What plugins said of themselves the last time they were asked, so that `assay list` need not
// start them again. Only good answers are kept. Never used by `assay run`.
#pragma once

#include <filesystem>
#include <string>

#include "core/base/json.hpp"
#include "core/supervise/supervise.hpp"

namespace assay {

/// A probe as JSON, and back. Throws Error "WHERE: …" for anything else.
Json to_json(const Probe& probe);
Probe probe_from_json(const Json& json, const std::string& where);

class ProbeCache {
public:
    /// Reads `folder`/probe.json; a missing, damaged or foreign file is an empty cache.
    explicit ProbeCache(const std::filesystem::path& folder);

    /// The remembered answer, or asks in a worker of `program`. An answer is remembered for the
    /// plugin's path, size and time, the program's, this boot (drivers change with it) and the
    /// variables that choose libraries and devices (LD_*, *VISIBLE_DEVICES).
    Probe probe(const std::filesystem::path& program, const SubjectOptions& subject);

    /// Writes what is new. A cache that cannot be written is no error.
    void save() const;

private:
    std::filesystem::path file_;
    Json entries_ = Json::object();
    bool changed_ = false;
};

}  // namespace assay

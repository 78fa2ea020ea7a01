// SPDX-License-Identifier: Apache-2.0
// What `assay aa` found out about the sessions of machines: one line each in
// $XDG_STATE_HOME/assay/sessions.jsonl. The file is a stranger's when it is read: what is odd in it
// is left out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result/run.hpp"
#include "core/result/session.hpp"
#include "core/stat/sessions.hpp"

namespace assay {

/// One session as it is kept: a case's key and its moments.
struct StoredSession {
    std::string run_id, utc, boot_id;
    std::string machine;  ///< machine_key.
    std::string plugin;   ///< Its id.
    std::string group;    ///< Digest of what must be equal for sessions to be compared.
    std::vector<std::pair<std::string, SessionMoments>> cases;
};

/// Digest of host name, architecture, processor, its number of CPUs and the hypervisor: kernels and
/// microcode may change, and then it is another group. "" without a host name (anonymous files).
std::string machine_key(const Machine& machine);

/// The first subject of a run as a session; nothing when no case was measured, or when its times
/// are of a virtual clock that is not the simulated plugin's own.
std::optional<StoredSession> session_of(const Run& run);

/// The spread of these sessions, those of one group held against each other.
std::optional<SessionSpread> spread_of(const std::vector<StoredSession>& sessions);

class SessionStore {
public:
    /// $XDG_STATE_HOME/assay/sessions.jsonl, else ~/.local/state/assay/sessions.jsonl; "" when
    /// there is neither variable.
    static std::filesystem::path default_file();

    /// Reads the file. A missing one is empty; damage is one `warning()` and costs those lines.
    explicit SessionStore(std::filesystem::path file);

    /// Appends the sessions of runs that it does not have yet. Throws Error.
    void add(const std::vector<StoredSession>& sessions);
    [[nodiscard]] std::optional<SessionSpread> spread(const std::string& machine,
                                                      const std::string& plugin) const;
    [[nodiscard]] const std::string& warning() const { return warning_; }
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

private:
    [[nodiscard]] bool has(const std::string& run_id) const;

    std::filesystem::path file_;
    std::vector<StoredSession> sessions_;
    std::string warning_;
    bool torn_ = false;  ///< The last line has no end.
};

/// What the default file keeps of the machine and the plugins of a run; damage is one line on
/// stderr.
KnownSessions known_sessions(const Run& run);

}  // namespace assay

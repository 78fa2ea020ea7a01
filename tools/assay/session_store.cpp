// SPDX-License-Identifier: Apache-2.0
#include "tools/assay/session_store.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/result/json_records.hpp"
#include "core/result/summary.hpp"

namespace assay {
namespace fs = std::filesystem;
namespace {

constexpr const char* schema = "assay/session/1";
constexpr std::uint64_t limit_bytes = 64U << 20U;  // chosen: tens of thousands of sessions
constexpr std::string_view simulated_plugin = "org.assay.simulated";

/// What sessions must share to be compared: all that is meant to change times.
std::string group_of(const Run& run) {
    const RunRecord& header = run.header;
    const Subject& subject = header.subjects.front();
    Json parts = Json::array({header.profile.name, header.machine.kernel, header.machine.microcode,
                              subject.plugin.version, subject.plugin.libraries, subject.device.id,
                              subject.device.name, subject.device.driver, subject.threads,
                              subject.affinity, header.tool.version});
    for (const auto& [key, value] : subject.plugin.options) parts.push_back(key + "=" + value);
    return sha256_hex(dump_json(parts));
}

/// Mean and variance of the logarithms of the pass medians.
SessionMoments moments_of(const std::vector<double>& medians) {
    SessionMoments moments{static_cast<int>(medians.size()), 0, 0};
    const auto count = static_cast<double>(medians.size());
    for (const double median : medians) moments.mean_log += std::log(median) / count;
    for (const double median : medians) {
        const double off = std::log(median) - moments.mean_log;
        if (medians.size() > 1) moments.variance_log += off * off / (count - 1);
    }
    return moments;
}

bool of_virtual_clock(const Run& run) {
    return std::ranges::any_of(run.records, [](const CaseRecord& record) {
        return record.sample && record.sample->clock == "virtual";
    });
}

Json to_json(const StoredSession& session) {
    Json json{{"schema", schema},           {"run_id", session.run_id},
              {"utc", session.utc},         {"boot_id", session.boot_id},
              {"machine", session.machine}, {"plugin", session.plugin},
              {"group", session.group},     {"cases", Json::array()}};
    for (const auto& [key, moments] : session.cases) {
        json["cases"].push_back({{"key", key},
                                 {"passes", moments.passes},
                                 {"mean_log", moments.mean_log},
                                 {"variance_log", moments.variance_log}});
    }
    return json;
}

/// Logarithms of seconds between 1e-43 and 1e43; a spread of e^10 within a session is no spread.
void check(const SessionMoments& moments) {
    const bool sane = moments.passes >= 1 && moments.passes <= 1'000'000 &&
                      std::abs(moments.mean_log) < 100 && moments.variance_log >= 0 &&
                      moments.variance_log < 100;
    if (!sane) throw Error("out of range");
}

StoredSession session_from(const Json& json) {
    if (json.at("schema").get<std::string>() != schema) throw Error("another schema");
    StoredSession session;
    for (const auto& [key, text] : {std::pair{"run_id", &session.run_id},
                                    {"utc", &session.utc},
                                    {"boot_id", &session.boot_id},
                                    {"machine", &session.machine},
                                    {"plugin", &session.plugin},
                                    {"group", &session.group}}) {
        *text = json.at(key).get<std::string>();
    }
    for (const Json& each : json.at("cases")) {
        const SessionMoments moments{each.at("passes").get<int>(),
                                     each.at("mean_log").get<double>(),
                                     each.at("variance_log").get<double>()};
        check(moments);
        session.cases.emplace_back(each.at("key").get<std::string>(), moments);
    }
    return session;
}

}  // namespace

std::string machine_key(const Machine& machine) {
    if (machine.host_name.empty()) return "";
    return sha256_hex(
        dump_json(Json::array({machine.host_name, machine.architecture, machine.cpu_vendor,
                               machine.cpu_model, machine.cpus_online, machine.hypervisor})));
}

std::optional<StoredSession> session_of(const Run& run) {
    const Subject& subject = run.header.subjects.at(0);
    if (of_virtual_clock(run) && subject.plugin.id != simulated_plugin) return std::nullopt;
    StoredSession session{run.header.run_id,
                          run.header.started_utc,
                          run.header.machine.boot_id,
                          machine_key(run.header.machine),
                          subject.plugin.id,
                          group_of(run),
                          {}};
    for (const CaseSummary& each : summarise(run)) {
        if (each.subject != subject.index || each.pass_medians.empty()) continue;
        session.cases.emplace_back(each.key, moments_of(each.pass_medians));
    }
    if (session.cases.empty()) return std::nullopt;
    return session;
}

std::optional<SessionSpread> spread_of(const std::vector<StoredSession>& sessions) {
    std::map<std::string, std::map<std::string, std::vector<SessionMoments>>> sorted;
    for (const StoredSession& session : sessions)
        for (const auto& [key, moments] : session.cases)
            sorted[session.group][key].push_back(moments);
    std::vector<SessionGroup> groups;
    for (const auto& [name, cases] : sorted) {
        SessionGroup& group = groups.emplace_back();
        for (const auto& [key, moments] : cases) group.cases.push_back(moments);
    }
    return session_spread(groups);
}

fs::path SessionStore::default_file() {
    const char* state = std::getenv("XDG_STATE_HOME");
    if (state != nullptr && *state == '/') return fs::path{state} / "assay/sessions.jsonl";
    const char* home = std::getenv("HOME");
    if (home != nullptr && *home == '/')
        return fs::path{home} / ".local/state/assay/sessions.jsonl";
    return {};
}

SessionStore::SessionStore(fs::path file) : file_(std::move(file)) {
    std::error_code failed;
    if (file_.empty() || !fs::exists(file_, failed)) return;
    int odd = 0;
    try {
        const std::string text = read_file(file_, limit_bytes);
        torn_ = !text.empty() && text.back() != '\n';
        for (const std::string& line : split(text, '\n')) {
            if (line.empty()) continue;
            try {
                StoredSession session = session_from(parse_json(line, "", {.max_depth = 8}));
                if (!has(session.run_id)) sessions_.push_back(std::move(session));
            } catch (const std::exception&) {
                ++odd;
            }
        }
    } catch (const Error& error) {
        warning_ = fmt::format("{}; its sessions are not used", error.what());
    }
    if (odd > 0)
        warning_ = fmt::format("{}: {} {} ignored: not of assay aa", printable(file_.string()), odd,
                               odd == 1 ? "line is" : "lines are");
}

bool SessionStore::has(const std::string& run_id) const {
    return std::ranges::find(sessions_, run_id, &StoredSession::run_id) != sessions_.end();
}

void SessionStore::add(const std::vector<StoredSession>& sessions) {
    if (file_.empty()) throw Error("no HOME and no XDG_STATE_HOME: the sessions are not kept");
    std::error_code failed;
    fs::create_directories(file_.parent_path(), failed);
    AppendFile out(
        file_, fs::exists(file_, failed) ? AppendFile::Open::extend : AppendFile::Open::create_new);
    for (const StoredSession& session : sessions) {
        if (has(session.run_id)) continue;
        out.append(fmt::format("{}{}\n", torn_ ? "\n" : "", dump_json(to_json(session))));
        torn_ = false;
        sessions_.push_back(session);
    }
}

std::optional<SessionSpread> SessionStore::spread(const std::string& machine,
                                                  const std::string& plugin) const {
    if (machine.empty()) return std::nullopt;
    std::vector<StoredSession> found;
    for (const StoredSession& each : sessions_)
        if (each.machine == machine && each.plugin == plugin) found.push_back(each);
    return spread_of(found);
}

KnownSessions known_sessions(const Run& run) {
    const SessionStore store(SessionStore::default_file());
    if (!store.warning().empty()) fmt::print(stderr, "assay: {}\n", store.warning());
    KnownSessions known;
    for (const Subject& subject : run.header.subjects)
        known.push_back(store.spread(machine_key(run.header.machine), subject.plugin.id));
    return known;
}

}  // namespace assay

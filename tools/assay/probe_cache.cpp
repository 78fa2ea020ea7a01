// SPDX-License-Identifier: Apache-2.0
// What plugins said of themselves the last time they were asked.
#include "tools/assay/probe_cache.hpp"

#include <chrono>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/sha256.hpp"
#include "core/result/json_records.hpp"

namespace assay {
namespace fs = std::filesystem;
namespace {

constexpr const char* cache_schema = "assay/probe-cache/1";
constexpr std::uint64_t cache_limit_bytes = 16U << 20U;  // chosen: a thousand plugins

/// "PATH SIZE TIME" of a file: it changes when the file does.
std::string state_of(const fs::path& file) {
    std::error_code failed;
    const auto time = fs::last_write_time(file, failed).time_since_epoch();
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
    return fmt::format("{} {} {}", file.string(), fs::file_size(file, failed), ns);
}

/// The variables that choose which libraries and devices a plugin sees.
std::string choosing_variables() {
    std::string text;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view variable = *entry;
        const std::string_view name = variable.substr(0, variable.find('='));
        if (name.substr(0, 3) == "LD_" || name.ends_with("VISIBLE_DEVICES"))
            text += std::string{variable} + "\n";
    }
    return text;
}

std::string boot() {
    try {
        return read_file("/proc/sys/kernel/random/boot_id", 100);
    } catch (const Error&) {
        return "";
    }
}

std::string entry_name(const fs::path& program, const fs::path& plugin) {
    return sha256_hex(state_of(plugin) + "\n" + state_of(program) + "\n" + boot() +
                      choosing_variables());
}

}  // namespace

Json to_json(const Probe& probe) {
    Json devices = Json::array();
    for (std::size_t i = 0; i < probe.devices.size(); ++i)
        devices.push_back(to_json(Subject{.index = static_cast<int>(i),
                                          .label = probe.plugin.name,
                                          .plugin = probe.plugin,
                                          .device = probe.devices[i],
                                          .peaks = probe.peaks.at(i),
                                          .threads = 0,
                                          .affinity = ""}));
    return Json{{"devices", devices}};
}

Probe probe_from_json(const Json& json, const std::string& where) {
    if (!json.is_object() || !json.contains("devices") || !json.at("devices").is_array() ||
        json.at("devices").empty())
        throw Error(where + ": not a remembered probe");
    Probe probe;
    for (const Json& device : json.at("devices")) {
        const Subject subject = subject_from_json(device, where);
        probe.plugin = subject.plugin;
        probe.devices.push_back(subject.device);
        probe.peaks.push_back(subject.peaks);
    }
    return probe;
}

ProbeCache::ProbeCache(const fs::path& folder) {
    if (folder.empty()) return;
    file_ = folder / "probe.json";
    try {
        Json read = parse_json(read_file(file_, cache_limit_bytes), file_.string());
        if (read.is_object() && read.value("schema", "") == cache_schema &&
            read.contains("entries") && read.at("entries").is_object())
            entries_ = read.at("entries");
    } catch (const std::exception&) {
        // Missing or damaged: it is asked again, and the file is written anew.
    }
}

Probe ProbeCache::probe(const fs::path& program, const SubjectOptions& subject) {
    const std::string name = entry_name(program, subject.path);
    if (entries_.contains(name)) {
        try {
            return probe_from_json(entries_.at(name), file_.string());
        } catch (const Error&) {
            entries_.erase(name);
        }
    }
    Probe fresh = probe_plugin(program, subject);
    if (fresh.error.empty() && !fresh.devices.empty()) {
        // One entry a plugin: answers for its earlier builds are of no more use.
        for (auto entry = entries_.begin(); entry != entries_.end();)
            entry = entry->value("path", "") == subject.path.string() ? entries_.erase(entry)
                                                                      : std::next(entry);
        entries_[name] = to_json(fresh);
        entries_[name]["path"] = subject.path.string();
        changed_ = true;
    }
    return fresh;
}

void ProbeCache::save() const {
    if (!changed_ || file_.empty()) return;
    try {
        fs::create_directories(file_.parent_path());
        write_whole(file_, pretty_json(Json{{"schema", cache_schema}, {"entries", entries_}}));
    } catch (const std::exception&) {
        // A read-only home: the next call asks the plugins again.
    }
}

}  // namespace assay

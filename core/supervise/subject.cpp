// SPDX-License-Identifier: Apache-2.0
// From "onednn:threads=1" to a plugin file, its options, and the device that is meant.
#include "core/supervise/subject.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fnmatch.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/host/search.hpp"
#include "core/supervise/session.hpp"

namespace assay {
namespace {

KeyValues parse_options(const std::string& text, const std::string& whole) {
    KeyValues options;
    for (const std::string& part : split(text, ',')) {
        const std::size_t equals = part.find('=');
        if (equals == 0 || equals == std::string::npos) {
            throw Error("--plugin " + whole + ": '" + part + "' is not KEY=VALUE");
        }
        options.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
    return options;
}

/// The index that `text` is, or -1.
int as_index(const std::string& text) {
    int value = -1;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc() && result.ptr == end ? value : -1;
}

/// One part of what was asked for. A pattern is fnmatch()'s: only * ? [ make one.
bool is_meant(const DeviceRecord& device, const std::string& part) {
    if (device.index == as_index(part) || device.id == part) return true;
    if (as_index(part) >= 0 || part.empty()) return false;
    if (part.find_first_of("*?[") == std::string::npos) {
        return device.name.find(part) != std::string::npos;
    }
    return fnmatch(part.c_str(), device.id.c_str(), 0) == 0 ||
           fnmatch(part.c_str(), device.name.c_str(), 0) == 0;
}

std::string device_list(const std::vector<DeviceRecord>& devices) {
    std::vector<std::string> names;
    for (const DeviceRecord& each : devices) {
        names.push_back(fmt::format("{} ({}, {})", each.index, each.id, each.name));
    }
    return join(names, ", ");
}

}  // namespace

SubjectOptions parse_subject(const std::string& text,
                             const std::vector<std::filesystem::path>& plugin_folders) {
    const std::size_t colon = text.find(':');
    SubjectOptions subject;
    subject.label = text;
    subject.name = text.substr(0, colon);
    if (colon != std::string::npos) subject.options = parse_options(text.substr(colon + 1), text);
    subject.path = find_plugin(subject.name, plugin_folders);
    return subject;
}

std::vector<DeviceRecord> choose_devices(const std::vector<DeviceRecord>& devices,
                                         const std::string& wanted, const std::string& label) {
    if (devices.empty()) {
        throw Error(label + ": it finds no device on this machine; why: assay list plugins");
    }
    if (wanted.empty()) return {devices.front()};
    std::vector<bool> chosen(devices.size());
    for (const std::string& part : split(wanted, ',')) {
        bool any = false;
        for (std::size_t i = 0; i < devices.size(); ++i) {
            if (!is_meant(devices[i], part)) continue;
            any = chosen[i] = true;
        }
        if (any) continue;
        throw Error(fmt::format("{}: no device '{}'; there is {}", label, printable(part),
                                device_list(devices)));
    }
    std::vector<DeviceRecord> found;
    for (std::size_t i = 0; i < devices.size(); ++i) {
        if (chosen[i]) found.push_back(devices[i]);
    }
    return found;
}

Inventory take_inventory(const SessionSettings& settings, const SubjectOptions& subject,
                         std::optional<int> opened) {
    Inventory inventory;
    SessionSettings listening = settings;
    listening.hear = [&](const Message& message) {
        if (message.kind == Message::Kind::inventory) inventory = message.inventory;
    };
    Job job;
    job.plugin_name = subject.name;
    job.plugin_path = std::filesystem::absolute(subject.path).string();
    job.options = subject.options;
    job.open_device = opened.has_value();
    job.device = static_cast<std::uint32_t>(opened.value_or(0));
    const SessionEnd end = run_session(listening, job);
    if (end.done) return inventory;
    throw Error(end.reason.find(subject.path.filename().string()) != std::string::npos
                    ? end.reason
                    : subject.path.string() + ": " + end.reason);
}

Probe probe_plugin(const std::filesystem::path& program, const SubjectOptions& subject) {
    Probe probe;
    try {
        Inventory inventory =
            take_inventory({.program = program, .log_path = "/dev/null"}, subject);
        probe.plugin = std::move(inventory.plugin);
        probe.devices = std::move(inventory.devices);
        probe.peaks = std::move(inventory.peaks);
    } catch (const Error& error) {
        probe.error = error.what();
    }
    return probe;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Plugins and devices. Every plugin is asked in a worker: a broken one is a row with its reason.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/host/search.hpp"
#include "core/report/table.hpp"
#include "core/result/json_records.hpp"
#include "core/unit/scale.hpp"
#include "tools/assay/list.hpp"
#include "tools/assay/paths.hpp"
#include "tools/assay/probe_cache.hpp"

namespace assay {
namespace {

struct Found {
    std::filesystem::path path;
    Probe probe;
    [[nodiscard]] std::string name() const { return path.stem().string(); }
};

std::vector<Found> probe_all(const ListOptions& options) {
    ProbeCache cache{options.fresh ? std::filesystem::path{} : cache_folder()};
    std::vector<Found> found;
    for (const auto& path : list_plugins(plugin_folders(options.plugin_path))) {
        const std::string name = path.stem().string();
        const SubjectOptions subject{
            .label = name, .name = name, .path = path, .options = {}, .device = ""};
        found.push_back({path, cache.probe(program_file(), subject)});
    }
    cache.save();
    return found;
}

std::string reason(const Found& each) {
    if (!each.probe.error.empty()) return printable(each.probe.error);
    if (!each.probe.devices.empty()) return "";
    const std::string& on = each.probe.plugin.libraries;  // which may say what is missing
    return on.empty() ? "no device here" : "no device here: " + printable(on);
}

Json plugin_json(const Found& each) {
    const PluginRecord& plugin = each.probe.plugin;
    return {{"name", each.name()},
            {"path", each.path.string()},
            {"usable", reason(each) == ""},
            {"reason", reason(each)},
            {"id", plugin.id},
            {"title", plugin.title},
            {"version", plugin.version},
            {"vendor", plugin.vendor},
            {"libraries", plugin.libraries},
            {"abi_minor", plugin.abi_minor},
            {"devices", each.probe.devices.size()}};
}

Json device_json(const Found& each, std::size_t index) {
    const Subject subject{.index = static_cast<int>(index),
                          .label = each.name(),
                          .plugin = each.probe.plugin,
                          .device = each.probe.devices[index],
                          .peaks = each.probe.peaks.at(index),
                          .threads = 0,
                          .affinity = ""};
    Json json = to_json(subject);
    return {{"plugin", each.name()},
            {"device", json.value("device", Json::object())},
            {"peaks", json.value("peaks", Json::array())}};
}

std::vector<std::string> device_cells(const Found& each, const DeviceRecord& device) {
    const auto memory = static_cast<double>(device.memory_bytes);
    return {each.name(),
            std::to_string(device.index),
            device.kind,
            device.name,
            device.arch,
            device.driver,
            memory > 0 ? format(memory, Unit::byte, 3) : ""};
}

int print_json(const Json& answer) {
    print_answer(pretty_json(answer) + "\n");
    return 0;
}

}  // namespace

int list_plugins(const ListOptions& options) {
    const std::vector<Found> found = probe_all(options);
    if (options.json) {
        Json answer = Json::array();
        for (const Found& each : found) answer.push_back(plugin_json(each));
        return print_json(answer);
    }
    Table table({{"plugin"}, {"version"}, {"devices", Align::right}, {"built on"}, {"file"}});
    for (const Found& each : found) {
        const std::string why = reason(each);
        table.add({each.name(), each.probe.plugin.version,
                   std::to_string(each.probe.devices.size()),
                   why.empty() ? each.probe.plugin.libraries : why, each.path.string()});
    }
    print_answer(table.text(Dialect::terminal));
    if (found.empty()) fmt::print(stderr, "assay: no plugin found; --plugin-path says where\n");
    return 0;
}

int list_devices(const ListOptions& options) {
    const std::vector<Found> found = probe_all(options);
    Json answer = Json::array();
    Table table({{"plugin"},
                 {"device", Align::right},
                 {"kind"},
                 {"name"},
                 {"arch"},
                 {"driver"},
                 {"memory", Align::right}});
    for (const Found& each : found) {
        for (std::size_t i = 0; i < each.probe.devices.size(); ++i) {
            answer.push_back(device_json(each, i));
            table.add(device_cells(each, each.probe.devices[i]));
        }
        if (const std::string why = reason(each); !why.empty())
            fmt::print(stderr, "assay: {}: {}\n", each.name(), why);
    }
    if (options.json) return print_json(answer);
    print_answer(table.text(Dialect::terminal));
    return 0;
}

}  // namespace assay

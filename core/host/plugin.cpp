// SPDX-License-Identifier: Apache-2.0
// Loading, and what a plugin says of itself. Everything it says is checked before it is believed.
#include "core/host/plugin.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/host/codes.hpp"
#include "core/host/device.hpp"
#include "core/host/elf.hpp"
#include "core/host/host_table.hpp"
#include "core/host/library.hpp"
#include "core/host/option_check.hpp"
#include "core/host/records.hpp"
#include "core/host/slots.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

/// chosen: far more than any plugin declares; ends a list that never says INVALID.
constexpr std::uint32_t max_listed = 1000;

/// How many Plugins of one file live in this process. shutdown() is the last call ever (R8), so a
/// file that was shut down cannot be used again.
struct Use {
    int alive = 0;
    bool shut_down = false;
};
struct Uses {
    std::mutex mutex;
    std::map<fs::path, Use> by_file;
};
Uses& uses() {
    static auto& all = *new Uses;
    return all;
}

void count_one_more(const fs::path& file) {
    const std::lock_guard lock(uses().mutex);
    ++uses().by_file[file].alive;
}

/// True when that was the last one.
bool count_one_less(const fs::path& file) {
    const std::lock_guard lock(uses().mutex);
    Use& use = uses().by_file[file];
    use.shut_down = --use.alive == 0;
    return use.shut_down;
}

void require_not_shut_down(const fs::path& file) {
    const std::lock_guard lock(uses().mutex);
    if (uses().by_file[file].shut_down) {
        throw Error("was shut down in this process, and a plugin cannot be used after that");
    }
}

/// The entry's answer. Throws Error, a clause.
const assay_plugin& ask_entry(assay_plugin_entry_fn entry, const assay_host& host) {
    const assay_plugin* table = nullptr;
    assay_error error{};
    assay_status status = ASSAY_OK;
    try {
        status = entry(&host, &table, &error);
    } catch (const std::exception& thrown) {
        throw Error("threw an exception across the C line: " + printable(thrown.what()));
    } catch (...) {
        throw Error("threw an exception across the C line");
    }
    try {
        check_status(status, error, ASSAY_ENTRY_SYMBOL);
    } catch (const PluginError& refused) {
        throw Error(std::string("refuses: ") + refused.what());
    }
    if (table == nullptr) throw Error("gives no table (NULL)");
    const std::string why = why_not_a_table(*table);
    if (!why.empty()) throw Error(why);
    return *table;
}

/// Calls get(0), get(1) … until the plugin says INVALID.
template <class Struct, class Get>
std::vector<Struct> list(const char* call, const Get& get) {
    std::vector<Struct> all;
    for (std::uint32_t i = 0; i < max_listed; ++i) {
        Struct out{};
        out.struct_size = sizeof(out);
        assay_error error{};
        const assay_status status = get(i, &out, &error);
        if (status == ASSAY_ERR_INVALID) return all;
        check_status(status, error, call);
        all.push_back(out);
    }
    plugin_misbehaves(std::string(call) + ": its list does not end within " +
                      std::to_string(max_listed) + " entries");
}

}  // namespace

Plugin Plugin::load(const fs::path& file, HostEvents events) {
    try {
        const std::string why = why_not_a_plugin(file);
        if (!why.empty()) throw Error(why);
        Plugin plugin;
        plugin.file_ = fs::canonical(file);
        require_not_shut_down(plugin.file_);
        const auto entry = open_entry(plugin.file_);
        const assay_plugin& table = ask_entry(entry, make_host_table(std::move(events)));
        count_one_more(plugin.file_);
        plugin.table_ = &table;
        return plugin;
    } catch (const Error& clause) {
        throw Error(file.string() + ": cannot be loaded: it " + clause.what());
    }
}

Plugin::Plugin(Plugin&& other) noexcept : file_(std::move(other.file_)), table_(other.table_) {
    other.table_ = nullptr;
}

Plugin::~Plugin() {
    if (table_ != nullptr && count_one_less(file_)) table_->shutdown();
}

PluginRecord Plugin::record(const std::string& name, const KeyValues& chosen) const {
    assay_plugin_info info{};
    info.struct_size = sizeof(info);
    assay_error error{};
    check_status(table_->get_info(&info, &error), error, "get_info");
    PluginRecord record{.name = name,
                        .path = file_.string(),
                        .sha256 = sha256_file(file_),
                        .id = text_of(info.id, "get_info: id"),
                        .title = text_of(info.name, "get_info: name"),
                        .version = text_of(info.version, "get_info: version"),
                        .vendor = text_of(info.vendor, "get_info: vendor"),
                        .license = text_of(info.license, "get_info: license"),
                        .build = text_of(info.build, "get_info: build"),
                        .libraries = text_of(info.libraries, "get_info: libraries"),
                        .abi_minor = table_->abi_minor,
                        .options = {}};
    for (const auto& option : options()) {
        if (!option.affects_results) continue;
        const auto own = std::find_if(chosen.begin(), chosen.end(),
                                      [&](const auto& each) { return each.first == option.key; });
        record.options.emplace_back(option.key,
                                    own == chosen.end() ? option.default_value : own->second);
    }
    return record;
}

std::vector<OptionInfo> Plugin::options() const {
    std::vector<OptionInfo> options;
    if (!has(&assay_plugin::option_get)) return options;
    for (const auto& info : list<assay_option_info>("option_get", table_->option_get)) {
        options.push_back(option_from(info));
    }
    return options;
}

std::uint32_t Plugin::device_count() const {
    std::uint32_t count = 0;
    assay_error error{};
    check_status(table_->device_count(&count, &error), error, "device_count");
    if (count > max_listed) {
        plugin_misbehaves("device_count: says " + std::to_string(count) + " devices");
    }
    return count;
}

DeviceRecord Plugin::device_record(std::uint32_t index) const {
    assay_device_info info{};
    info.struct_size = sizeof(info);
    info.numa_node = -1;
    assay_error error{};
    check_status(table_->device_get_info(index, &info, &error), error, "device_get_info");
    return device_from(index, info);
}

std::vector<PeakRecord> Plugin::peaks(std::uint32_t index) const {
    std::vector<PeakRecord> peaks;
    if (!has(&assay_plugin::device_get_peak)) return peaks;
    const auto get = [&](std::uint32_t i, assay_peak_rate* out, assay_error* error) {
        return table_->device_get_peak(index, i, out, error);
    };
    for (const auto& peak : list<assay_peak_rate>("device_get_peak", get)) {
        if (can_be_recorded(peak)) peaks.push_back(peak_from(peak));
    }
    return peaks;
}

void Plugin::check_options(const KeyValues& options) const {
    check_against(this->options(), options, file_.stem().string());
}

Device Plugin::open(std::uint32_t index, const KeyValues& options) const {
    check_options(options);
    const auto declared = this->options();
    std::vector<assay_kv> of_device;
    KeyValues of_prepare;
    for (const auto& [key, value] : options) {
        if (find_option(declared, key)->of_device) {
            of_device.push_back({key.c_str(), value.c_str()});
        } else {
            of_prepare.emplace_back(key, value);
        }
    }
    assay_device* device = nullptr;
    assay_error error{};
    check_status(table_->device_open(index, of_device.data(),
                                     static_cast<std::uint32_t>(of_device.size()), &device, &error),
                 error, "device_open");
    if (device == nullptr) plugin_misbehaves("device_open: says OK but gives no device");
    return {*this, index, device, std::move(of_prepare)};
}

}  // namespace assay

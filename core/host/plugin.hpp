// SPDX-License-Identifier: Apache-2.0
// A loaded plugin. With this folder's device.hpp the only code that opens a shared library or calls
// through the C ABI. A plugin is loaded in a worker, never in the supervisor, and never unloaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "assay/plugin.h"
#include "core/host/plugin_error.hpp"
#include "core/result/record.hpp"

namespace assay {

class Device;

/// An option that a plugin declares.
struct OptionInfo {
    std::string key, type, default_value, help;
    bool of_device = true;  ///< Else of prepare.
    bool affects_results = false;
};

/// What a plugin may tell the host while it works.
struct HostEvents {
    std::function<void(int level, const std::string& text)> log;  ///< ASSAY_LOG_*.
    std::function<void(double fraction, const std::string& what)> progress;
    std::function<bool()> cancelled;
};

class Plugin {
public:
    /// Loads (rtld_now | rtld_local), calls the entry, checks every mandatory slot.
    /// Throws Error "FILE: cannot be loaded: …" naming what is wrong.
    static Plugin load(const std::filesystem::path& file, HostEvents events = {});

    /// Calls shutdown(). All Devices must be gone.
    ~Plugin();
    Plugin(Plugin&&) noexcept;
    Plugin& operator=(Plugin&&) = delete;

    /// info and options (with `chosen` laid over the defaults), path and hash.
    [[nodiscard]] PluginRecord record(const std::string& name, const KeyValues& chosen) const;
    [[nodiscard]] std::vector<OptionInfo> options() const;
    /// May be 0: `device_count` gives the reason in its Error when the plugin has one.
    [[nodiscard]] std::uint32_t device_count() const;
    [[nodiscard]] DeviceRecord device_record(std::uint32_t index) const;
    [[nodiscard]] std::vector<PeakRecord> peaks(std::uint32_t index) const;

    /// Throws Error for an option that the plugin does not declare (names the nearest) or a value
    /// of the wrong type.
    void check_options(const KeyValues& options) const;
    /// Opens a device with checked options. The Plugin must outlive it.
    [[nodiscard]] Device open(std::uint32_t index, const KeyValues& options) const;

    [[nodiscard]] const assay_plugin& table() const { return *table_; }
    /// True when the table has the slot: it is within struct_size and not NULL.
    template <class F>
    [[nodiscard]] bool has(F assay_plugin::*slot) const {
        const auto* begin = reinterpret_cast<const char*>(table_);
        const auto* end = reinterpret_cast<const char*>(&(table_->*slot)) + sizeof(F);
        return static_cast<std::uint64_t>(end - begin) <= table_->struct_size &&
               table_->*slot != nullptr;
    }

private:
    Plugin() = default;
    std::filesystem::path file_;
    const assay_plugin* table_ = nullptr;
};

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// A plugin loaded to be checked: its table as it is, and a host that remembers what was called.
// Below core/host/plugin.hpp, which believes nothing and hides the C interface: here it is the
// matter. Only in a process that may die.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "assay/plugin.h"
#include "core/conform/conform.hpp"

namespace assay {

/// A host table and what was done with it.
class WatchedHost {
public:
    WatchedHost();
    WatchedHost(const WatchedHost&) = delete;
    WatchedHost& operator=(const WatchedHost&) = delete;

    assay_host table{};
    std::atomic<int> calls = 0;           ///< Of any of its functions, since it was made.
    std::atomic<int> progress_calls = 0;  ///< Of progress().
    std::atomic<bool> cancelled = false;  ///< What cancel_requested() answers.
};

/// The entry of the candidate's library. Throws Stop when it cannot be loaded.
assay_plugin_entry_fn load_entry(const Candidate& candidate);

/// Whether the table has a slot that it may lack.
template <class F>
bool has_slot(const assay_plugin& table, F assay_plugin::*slot) {
    const auto* begin = reinterpret_cast<const char*>(&table);
    const auto* end = reinterpret_cast<const char*>(&(table.*slot)) + sizeof(F);
    return static_cast<std::uint64_t>(end - begin) <= table.struct_size && table.*slot != nullptr;
}

/// A struct of the ABI with its size set, the rest zero.
template <class Struct>
Struct sized_struct() {
    Struct made{};
    made.struct_size = sizeof(made);
    return made;
}

class Guest {
public:
    /// Loads it and calls the entry. Throws Stop when that fails or the table is not whole.
    /// `host`: instead of its own; outlives it.
    explicit Guest(const Candidate& candidate, const assay_host* host = nullptr);

    [[nodiscard]] const assay_plugin& table() const { return *table_; }
    [[nodiscard]] WatchedHost& host() { return host_; }
    [[nodiscard]] Introduction introduction() const;
    [[nodiscard]] std::uint32_t device_count() const;
    [[nodiscard]] assay_device_info device_info(std::uint32_t index) const;
    [[nodiscard]] std::vector<assay_option_info> options() const;
    [[nodiscard]] std::vector<assay_peak_rate> peaks(std::uint32_t index) const;
    /// An extension's table by its id, or nullptr.
    template <class Table>
    [[nodiscard]] const Table* extension(const char* id) const {
        return static_cast<const Table*>(table_->get_extension(id));
    }

private:
    WatchedHost host_;
    const assay_plugin* table_ = nullptr;
};

}  // namespace assay

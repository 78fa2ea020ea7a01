// SPDX-License-Identifier: Apache-2.0
// The host's services: log, clock, cancel, progress. A host older than this header has a shorter
// table, so each slot is looked for before it is called.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "assay/host.h"

namespace assay {
namespace sdk {

class Host {
public:
    void set(const assay_host* table) { table_ = table; }

    /// Whether the host offers this slot.
    template <class F>
    bool has(F assay_host::*slot) const {
        if (table_ == nullptr) return false;
        const auto* begin = reinterpret_cast<const char*>(table_);
        const auto* end = reinterpret_cast<const char*>(&(table_->*slot)) + sizeof(F);
        return end - begin <= static_cast<std::ptrdiff_t>(table_->struct_size) &&
               table_->*slot != nullptr;
    }

    /// One line for the log; level: ASSAY_LOG_*. Never from enqueue.
    void log(int level, const std::string& text) const {
        if (has(&assay_host::log)) table_->log(table_->ctx, level, text.c_str());
    }

    /// The clock that results use: monotonic nanoseconds.
    std::uint64_t now_ns() const {
        if (has(&assay_host::now_ns)) return table_->now_ns(table_->ctx);
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        return static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
    }

    /// Whether the user wants to stop: poll it in a long prepare.
    bool cancelled() const {
        return has(&assay_host::cancel_requested) && table_->cancel_requested(table_->ctx) != 0;
    }

    /// How far a long prepare is, 0..1; also tells the watchdog that it is alive.
    void progress(double fraction, const char* what) const {
        if (has(&assay_host::progress)) table_->progress(table_->ctx, fraction, what);
    }

private:
    const assay_host* table_ = nullptr;
};

/// The host of this plugin. One per shared library: plugins export nothing but their entry.
inline Host host;

}  // namespace sdk
}  // namespace assay

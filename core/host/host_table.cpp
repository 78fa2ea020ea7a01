// SPDX-License-Identifier: Apache-2.0
// Trampolines from C to HostEvents. No exception leaves them: what an event throws is dropped, the
// plugin can do nothing about it.
#include "core/host/host_table.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/text.hpp"

namespace assay {
namespace {

struct HostContext {
    HostEvents events;
    std::mutex one_at_a_time;
    assay_host table{};
};

template <class Call>
void guarded(void* context, const Call& call) noexcept {
    auto& host = *static_cast<HostContext*>(context);
    try {
        const std::lock_guard lock(host.one_at_a_time);
        call(host.events);
    } catch (...) {  // See the head of the file.
    }
}

std::string text_or_nothing(const char* text) {
    return text == nullptr ? "" : printable(text);
}

void on_log(void* context, std::int32_t level, const char* text) noexcept {
    guarded(context, [&](const HostEvents& events) {
        const std::int32_t known = std::clamp(level, ASSAY_LOG_DEBUG, ASSAY_LOG_ERROR);
        if (events.log) events.log(known, text_or_nothing(text));
    });
}

std::uint64_t on_now_ns(void* /*context*/) noexcept {
    return now_ns();
}

std::int32_t on_cancel_requested(void* context) noexcept {
    bool cancelled = false;
    guarded(context,
            [&](const HostEvents& events) { cancelled = events.cancelled && events.cancelled(); });
    return cancelled ? 1 : 0;
}

void on_progress(void* context, double fraction, const char* what) noexcept {
    guarded(context, [&](const HostEvents& events) {
        const double known = std::isfinite(fraction) ? std::clamp(fraction, 0.0, 1.0) : 0.0;
        if (events.progress) events.progress(known, text_or_nothing(what));
    });
}

/// No host extension is defined yet.
const void* on_get_extension(void* /*context*/, const char* /*id*/) noexcept {
    return nullptr;
}

}  // namespace

const assay_host& make_host_table(HostEvents events) {
    auto host = std::make_unique<HostContext>();
    host->events = std::move(events);
    host->table = {.struct_size = sizeof(assay_host),
                   .abi_major = ASSAY_ABI_MAJOR,
                   .abi_minor = ASSAY_TARGET_MINOR,
                   .ctx = host.get(),
                   .name = "assay",
                   .version = ASSAY_VERSION,
                   .log = on_log,
                   .now_ns = on_now_ns,
                   .cancel_requested = on_cancel_requested,
                   .progress = on_progress,
                   .get_extension = on_get_extension};
    static auto& kept = *new std::vector<std::unique_ptr<HostContext>>;
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(host));
    return kept.back()->table;
}

}  // namespace assay

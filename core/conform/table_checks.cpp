// SPDX-License-Identifier: Apache-2.0
// Group B: the entry, the tables, and what a plugin says of itself. Opens no device (B10 does).
#include <array>
#include <cstddef>
#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/process_state.hpp"
#include "core/conform/samples.hpp"
#include "core/conform/stand.hpp"
#include "core/host/codes.hpp"

namespace assay {
namespace {

/// Bytes that this process has printed: its stdout and stderr are one file.
std::uint64_t printed_bytes() {
    std::fflush(nullptr);
    struct stat state {};
    return fstat(1, &state) == 0 ? static_cast<std::uint64_t>(state.st_size) : 0;
}

constexpr std::array extension_ids{"assay.cache/1",  "assay.clock/1",   "assay.collectives/1",
                                   "assay.graph/1",  "assay.program/1", "assay.random/1",
                                   "assay.replay/1", "assay.sensors/1", "assay.serialize/1"};

// ---------------------------------------------------------------- B10

constexpr int trapped = 99;  // chosen: an exit code that nothing else gives

/// An exception would be caught by the plugin.
[[noreturn]] void beyond_the_end() {
    _exit(trapped);
}
void trap_log(void* /*ctx*/, std::int32_t /*level*/, const char* /*text*/) {
    beyond_the_end();
}
std::uint64_t trap_now(void* /*ctx*/) {
    beyond_the_end();
}
std::int32_t trap_cancel(void* /*ctx*/) {
    beyond_the_end();
}
void trap_progress(void* /*ctx*/, double /*fraction*/, const char* /*what*/) {
    beyond_the_end();
}
const void* trap_extension(void* /*ctx*/, const char* /*id*/) {
    beyond_the_end();
}

/// `whole` with everything from `size` on replaced by functions that end the process.
assay_host truncated(const assay_host& whole, std::size_t size) {
    assay_host host = whole;
    host.struct_size = static_cast<std::uint32_t>(size);
    if (size <= offsetof(assay_host, log)) host.log = trap_log;
    if (size <= offsetof(assay_host, now_ns)) host.now_ns = trap_now;
    if (size <= offsetof(assay_host, cancel_requested)) host.cancel_requested = trap_cancel;
    if (size <= offsetof(assay_host, progress)) host.progress = trap_progress;
    if (size <= offsetof(assay_host, get_extension)) host.get_extension = trap_extension;
    return host;
}

/// Opens a device, and runs an operator and an event on it, in a process of its own.
void require_use_with(const Candidate& candidate, const assay_host& host) {
    const std::string which = fmt::format("a host of ABI {}.{} whose table has {} bytes",
                                          host.abi_major, host.abi_minor, host.struct_size);
    const auto use = [&]() -> std::string {
        const Rig rig(candidate, &host);
        const SampleOp sample = offered_sample(rig);
        const Stand stand(rig, sample.op, sample.hints);
        if (rig.has_events()) rig.record(rig.new_event());
        stand.require_right(sample.name);
        return "";
    };
    const Elsewhere end = run_elsewhere(use, 30);
    require(end.exit_code != trapped, "it calls functions that are beyond the end of " + which);
    require(end.in_time && end.signal == 0, "it does not survive " + which);
}

}  // namespace

std::string check_loading(const Candidate& candidate) {
    constexpr double most_ms = 100;
    const std::uint64_t printed = printed_bytes();
    const int threads = thread_count();
    const std::uint64_t start = now_ns();
    const Guest guest(candidate);
    const double took_ms = static_cast<double>(now_ns() - start) * 1e-6;
    const auto nodes = open_device_nodes();
    require(nodes.empty(), "it opens " + join(nodes, ", ") + " when it is loaded");
    require(printed_bytes() == printed, "it prints when it is loaded");
    if (thread_count() > threads) {
        return fmt::format("it starts {} threads when it is loaded (or a library of its does)",
                           thread_count() - threads);
    }
    return took_ms > most_ms
               ? fmt::format("it takes {:.0f} ms to load, more than {:g}", took_ms, most_ms)
               : "";
}

std::string check_refusals_of_entry(const Candidate& candidate) {
    const auto entry = load_entry(candidate);
    const WatchedHost host;
    const auto refuses = [&](const char* what, const assay_host* given, const assay_plugin** out) {
        assay_error error{};
        require(entry(given, out, &error) != ASSAY_OK, std::string("the entry accepts ") + what);
        require(!bounded_text(error.message).empty(),
                std::string("the entry gives no message for ") + what);
        require(entry(given, out, nullptr) != ASSAY_OK, std::string("the entry accepts ") + what);
    };
    const assay_plugin* table = nullptr;
    refuses("a NULL host", nullptr, &table);
    refuses("a NULL place for its table", &host.table, nullptr);
    assay_host stranger = host.table;
    stranger.abi_major = ASSAY_ABI_MAJOR + 99;
    refuses("a host of ABI major 99", &stranger, &table);
    return "";
}

std::string check_table(const Candidate& candidate) {
    const Guest guest(candidate);
    const assay_plugin& table = guest.table();
    const assay_plugin* again = nullptr;
    const WatchedHost host;
    require(load_entry(candidate)(&host.table, &again, nullptr) == ASSAY_OK,
            "the entry refuses its second call");
    require(again == &table, "the entry gives another table the second time");
    constexpr std::uint32_t most_bytes = 16384;  // chosen: 60 times today's
    require(table.struct_size <= most_bytes && table.struct_size % sizeof(void*) == 0,
            fmt::format("struct_size is {}", table.struct_size));
    require(table.abi_minor < 1000, fmt::format("abi_minor is {}", table.abi_minor));
    require(table.min_host_minor <= table.abi_minor,
            fmt::format("min_host_minor {} is above abi_minor {}", table.min_host_minor,
                        table.abi_minor));
    return "";
}

std::string check_short_host(const Candidate& candidate) {
    const WatchedHost whole;
    constexpr std::array sizes{offsetof(assay_host, log),
                               offsetof(assay_host, now_ns),
                               offsetof(assay_host, cancel_requested),
                               offsetof(assay_host, progress),
                               offsetof(assay_host, get_extension),
                               sizeof(assay_host)};
    for (const std::size_t size : sizes) {
        require_use_with(candidate, truncated(whole.table, size));
    }
    for (std::uint16_t minor = 0; minor < ASSAY_ABI_MINOR; ++minor) {
        assay_host host = whole.table;
        host.abi_minor = minor;
        require_use_with(candidate, host);
    }
    return "";
}

std::string check_extension_ids(const Candidate& candidate) {
    const Guest guest(candidate);
    const auto is_none = [&](const std::string& id) {
        require(guest.table().get_extension(id.c_str()) == nullptr,
                "get_extension: knows '" + id + "'");
    };
    for (const char* id : {"", "x", "assay", "assay.", "org.example.nothing/1", "%s%n"})
        is_none(id);
    for (const std::string id : extension_ids) {
        for (const char* suffix : {"x", "0", "/1", " "}) is_none(id + suffix);
        is_none(id.substr(0, id.size() - 1));
        is_none("x" + id);
    }
    return "";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Group D: the list of devices, opening and closing, the numbers they state.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/process_state.hpp"
#include "core/conform/rig.hpp"
#include "core/conform/samples.hpp"
#include "core/host/codes.hpp"

namespace assay {
namespace {

std::string ids_of(const Guest& guest) {
    std::string all;
    for (std::uint32_t i = 0; i < guest.device_count(); ++i) {
        all += std::string(bounded_text(guest.device_info(i).id)) + "\n";
    }
    return all;
}

/// What a process holds that closing a device must give back.
struct Held {
    int threads, descriptors;
    std::uint64_t resident;
};
Held held() {
    return {thread_count(), open_descriptors(), resident_bytes()};
}

/// Opens, works, and closes: everything of it dies with the function.
void use_once(const Guest& guest, const Candidate& candidate) {
    assay_device* device = nullptr;
    require(guest.table().device_open(candidate.device, nullptr, 0, &device, nullptr) == ASSAY_OK,
            "device_open: fails after the device was closed");
    const Handle<assay_device> opened(device, guest.table().device_close);
    assay_queue* queue = nullptr;
    require(guest.table().queue_create(device, 0, &queue, nullptr) == ASSAY_OK,
            "queue_create: fails");
    const Queue owned_queue(queue, guest.table().queue_destroy);
    assay_buffer* buffer = nullptr;
    require(guest.table().buffer_alloc(device, 1U << 20U, ASSAY_MEM_DEVICE, &buffer, nullptr) ==
                ASSAY_OK,
            "buffer_alloc: fails");
    const Buffer owned_buffer(buffer, guest.table().buffer_free);
    require(guest.table().fill(queue, buffer, 0, 1U << 20U, 7, nullptr) == ASSAY_OK, "fill: fails");
    require(guest.table().queue_wait(queue, ~0ULL, ASSAY_WAIT_BLOCK, nullptr) == ASSAY_OK,
            "queue_wait: fails");
}

void require_plausible(const assay_peak_rate& peak) {
    require(peak.unit == ASSAY_RATE_VECTOR || peak.unit == ASSAY_RATE_MATRIX,
            fmt::format("device_get_peak: unit {}", peak.unit));
    require(peak.source == ASSAY_SOURCE_DATASHEET || peak.source == ASSAY_SOURCE_COMPUTED,
            fmt::format("device_get_peak: source {}", peak.source));
    require(is_known_dtype(peak.operand),
            fmt::format("device_get_peak: operand type {}", peak.operand));
    require(std::isfinite(peak.ops_per_s) && peak.ops_per_s >= 1e6 && peak.ops_per_s <= 1e20,
            fmt::format("device_get_peak: {:g} operations a second", peak.ops_per_s));
}

struct Range {
    const char* name;
    double value, least, most;  ///< 0 is "unknown" and always allowed.
};

/// Bounds are chosen: no device is within a factor of 10 of them.
void require_plausible(const assay_device_info& info) {
    for (const Range& each : {
             Range{"memory_bytes", static_cast<double>(info.memory_bytes), 1024, 1e16},
             Range{"memory_bytes_per_s", static_cast<double>(info.memory_bytes_per_s), 1e6, 1e16},
             Range{"last_level_cache_bytes", static_cast<double>(info.last_level_cache_bytes), 1,
                   1e12},
             Range{"max_clock_hz", static_cast<double>(info.max_clock_hz), 1e5, 1e12},
             Range{"power_limit_mw", static_cast<double>(info.power_limit_mw), 1, 1e9},
             Range{"compute_units", static_cast<double>(info.compute_units), 1, 1e8},
             Range{"max_queues", static_cast<double>(info.max_queues), 1, 1e9},
             Range{"timer_resolution_ns", info.timer_resolution_ns, 1e-3, 1e9},
         }) {
        const bool fits = each.value == 0 || (each.value >= each.least && each.value <= each.most);
        require(fits, fmt::format("device_get_info: {} is {:g}", each.name, each.value));
    }
    const std::uint32_t alignment = info.buffer_alignment;
    require((alignment & (alignment - 1)) == 0,
            fmt::format("device_get_info: buffer_alignment {} is no power of two", alignment));
    require(info.numa_node >= -1, fmt::format("device_get_info: numa_node {}", info.numa_node));
    require(kind_from(info.kind) != "other", fmt::format("device_get_info: kind {}", info.kind));
    require(info.timer >= ASSAY_TIMER_NONE && info.timer <= ASSAY_TIMER_VIRTUAL,
            fmt::format("device_get_info: timer {}", info.timer));
    require(info.threads == ASSAY_THREADS_SERIAL || info.threads == ASSAY_THREADS_QUEUE,
            fmt::format("device_get_info: threads {}", info.threads));
}

}  // namespace

std::string check_device_list(const Candidate& candidate) {
    const Guest guest(candidate);
    const std::uint32_t count = guest.device_count();
    double slowest_ms = 0;
    for (int i = 0; i < 10; ++i) {
        require(guest.device_count() == count, "device_count: changes from call to call");
        for (std::uint32_t device = 0; device < count; ++device) {
            const std::uint64_t start = now_ns();
            (void)guest.device_info(device);
            const double ms = static_cast<double>(now_ns() - start) * 1e-6;
            if (i > 0) slowest_ms = std::max(slowest_ms, ms);
        }
    }
    for (const std::uint32_t beyond : {count, count + 1, 0xffffffffU}) {
        auto info = sized_struct<assay_device_info>();
        require(guest.table().device_get_info(beyond, &info, nullptr) == ASSAY_ERR_INVALID,
                fmt::format("device_get_info: device {} of {} is not INVALID", beyond, count));
        assay_device* device = nullptr;
        require(guest.table().device_open(beyond, nullptr, 0, &device, nullptr) != ASSAY_OK,
                fmt::format("device_open: opens device {} of {}", beyond, count));
        auto peak = sized_struct<assay_peak_rate>();
        if (!has_slot(guest.table(), &assay_plugin::device_get_peak)) continue;
        require(guest.table().device_get_peak(beyond, 0, &peak, nullptr) != ASSAY_OK,
                fmt::format("device_get_peak: has one of device {} of {}", beyond, count));
    }
    constexpr double most_ms = 50;
    return slowest_ms > most_ms
               ? fmt::format("device_get_info takes {:.0f} ms, more than {:g}", slowest_ms, most_ms)
               : "";
}

std::string check_device_ids(const Candidate& candidate) {
    const Elsewhere other = run_elsewhere([&] { return ids_of(Guest(candidate)); }, 30);
    const Guest guest(candidate);
    const std::string here = ids_of(guest);
    if (here.empty()) skip_check("the plugin finds no device on this machine");
    require(ids_of(guest) == here, "device_get_info: ids change from call to call");
    require(other.in_time && other.text == here, "device_get_info: another process sees other ids");
    const auto list = split(trim(here), '\n');
    require(std::set<std::string>(list.begin(), list.end()).size() == list.size(),
            "device_get_info: two devices have one id");
    return "";
}

std::string check_reopening(const Candidate& candidate) {
    constexpr int warm = 10, times = 50;
    const Guest guest(candidate);
    if (guest.device_count() == 0) skip_check("the plugin finds no device on this machine");
    for (int i = 0; i < warm; ++i) use_once(guest, candidate);
    const Held before = held();
    for (int i = 0; i < times; ++i) use_once(guest, candidate);
    const Held after = held();
    require(after.threads <= before.threads,
            fmt::format("{} threads more after {} times open and close",
                        after.threads - before.threads, times));
    require(after.descriptors <= before.descriptors,
            fmt::format("{} file descriptors more after {} times open and close",
                        after.descriptors - before.descriptors, times));
    // chosen: half a buffer a time is a leak; an allocator's own growth is far below.
    constexpr std::uint64_t most = std::uint64_t{times} * 512 * 1024;
    require(after.resident < before.resident + most,
            fmt::format("{} MiB of memory more after {} times open and close",
                        (after.resident - before.resident) >> 20U, times));
    return "";
}

std::string check_opening(const Candidate& candidate) {
    const Rig rig(candidate);
    const assay_plugin& table = rig.table();
    assay_status status = ASSAY_OK;
    std::vector<Handle<assay_device>> all;
    for (std::uint32_t i = 0; i < rig.guest().device_count(); ++i) {
        all.push_back(rig.open(i, status));
        require(
            status == ASSAY_OK || status == ASSAY_ERR_BUSY,
            fmt::format("device_open: status {} for device {} while others are open", status, i));
    }
    for (const assay_option_info& option : rig.guest().options()) {
        if (option.scope != ASSAY_OPTION_DEVICE) continue;
        const std::string key(bounded_text(option.key)), value(bounded_text(option.default_value));
        const assay_kv given{key.c_str(), value.c_str()};
        assay_device* device = nullptr;
        status = table.device_open(candidate.device, &given, 1, &device, nullptr);
        const Handle<assay_device> opened(status == ASSAY_OK ? device : nullptr,
                                          table.device_close);
        require(status == ASSAY_OK || status == ASSAY_ERR_BUSY,
                fmt::format("device_open: refuses the default of option {}", printable(key)));
        const std::string type(bounded_text(option.type));
        if (type != "int" && type != "float" && type.rfind("enum:", 0) != 0) continue;
        const assay_kv wrong{key.c_str(), "assay-no-such-value"};
        device = nullptr;
        status = table.device_open(candidate.device, &wrong, 1, &device, nullptr);
        require(status != ASSAY_OK,
                fmt::format("device_open: takes a wrong value of option {}", printable(key)));
    }
    return "";
}

std::string check_numbers(const Candidate& candidate) {
    Rig rig(candidate);
    for (std::uint32_t i = 0; i < rig.guest().device_count(); ++i) {
        require_plausible(rig.guest().device_info(i));
        for (const assay_peak_rate& peak : rig.guest().peaks(i)) require_plausible(peak);
    }
    return "";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// The slots of assay_plugin: all mandatory but those that plugin.h calls optional.
#include "core/host/slots.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace assay {
namespace {

struct Slot {
    const char* name;
    std::size_t offset;
};

#define ASSAY_SLOT(name)                    \
    Slot {                                  \
#name, offsetof(assay_plugin, name) \
    }

constexpr std::array mandatory{
    ASSAY_SLOT(get_info),
    ASSAY_SLOT(device_count),
    ASSAY_SLOT(device_get_info),
    ASSAY_SLOT(device_open),
    ASSAY_SLOT(device_close),
    ASSAY_SLOT(shutdown),
    ASSAY_SLOT(get_extension),
    ASSAY_SLOT(request_cancel),
    ASSAY_SLOT(device_wait),
    ASSAY_SLOT(memory_info),
    ASSAY_SLOT(buffer_alloc),
    ASSAY_SLOT(buffer_free),
    ASSAY_SLOT(buffer_host_pointer),
    ASSAY_SLOT(queue_create),
    ASSAY_SLOT(queue_destroy),
    ASSAY_SLOT(queue_wait),
    ASSAY_SLOT(copy_to_device),
    ASSAY_SLOT(copy_to_host),
    ASSAY_SLOT(copy_on_device),
    ASSAY_SLOT(fill),
    ASSAY_SLOT(op_query),
    ASSAY_SLOT(op_prepare),
    ASSAY_SLOT(exec_get_info),
    ASSAY_SLOT(exec_destroy),
    ASSAY_SLOT(enqueue),
};

/// All of them or none.
constexpr std::array events{
    ASSAY_SLOT(event_create),     ASSAY_SLOT(event_destroy),    ASSAY_SLOT(event_record),
    ASSAY_SLOT(queue_wait_event), ASSAY_SLOT(event_elapsed_ns),
};

#undef ASSAY_SLOT

/// The oldest table there is: everything up to and with enqueue.
constexpr std::size_t least_size = offsetof(assay_plugin, enqueue) + sizeof(void*);

bool is_there(const assay_plugin& table, const Slot& slot) {
    std::uintptr_t function = 0;
    std::memcpy(&function, reinterpret_cast<const char*>(&table) + slot.offset, sizeof(function));
    return function != 0;
}

const Slot* first_missing(const assay_plugin& table, std::span<const Slot> slots) {
    const auto found = std::find_if(slots.begin(), slots.end(),
                                    [&](const Slot& slot) { return !is_there(table, slot); });
    return found == slots.end() ? nullptr : &*found;
}

}  // namespace

std::string why_not_a_table(const assay_plugin& table) {
    if (table.struct_size < least_size) {
        return "gives a table of " + std::to_string(table.struct_size) + " bytes, ABI " +
               std::to_string(ASSAY_ABI_MAJOR) + " needs at least " + std::to_string(least_size);
    }
    if (table.min_host_minor > ASSAY_TARGET_MINOR) {
        const std::string major = std::to_string(ASSAY_ABI_MAJOR) + ".";
        return "is too new: needs host ABI " + major + std::to_string(table.min_host_minor) +
               ", this is " + major + std::to_string(ASSAY_TARGET_MINOR);
    }
    if (const Slot* slot = first_missing(table, mandatory)) {
        return "gives a table without " + std::string(slot->name) + ", which is mandatory";
    }
    const auto present = std::count_if(events.begin(), events.end(),
                                       [&](const Slot& slot) { return is_there(table, slot); });
    if (present != 0 && static_cast<std::size_t>(present) != events.size()) {
        return "gives a table without " + std::string(first_missing(table, events)->name) +
               " but with other event functions: it needs all or none";
    }
    return "";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// The plugin's table and entry, made from the author's Plugin class.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "assay/sdk/thunks.hpp"

namespace assay {
namespace sdk {
namespace detail {

/// P: a class derived from Plugin. It is made on first use and destroyed by shutdown(), never by a
/// static destructor: those run when the vendor's library may be gone already.
template <class P>
struct Glue {
    static P& plugin() {
        static P* made = new P;
        return *made;
    }
    static std::vector<assay_device_info>& devices() {
        static auto* list = new std::vector<assay_device_info>(plugin().devices());
        return *list;
    }
    static const assay_device_info& device(std::uint32_t index) {
        if (index >= devices().size()) {
            fail(ASSAY_ERR_INVALID, "there is no device %u, the plugin has %zu", index,
                 devices().size());
        }
        return devices()[index];
    }

    static assay_status ASSAY_CALL get_info(assay_plugin_info* out, assay_error* err) {
        return attempt(err, [&] {
            auto info = make<assay_plugin_info>();
            plugin().info(info);
            write(out, info);
        });
    }
    static assay_status ASSAY_CALL device_count(uint32_t* count, assay_error* err) {
        return attempt(err, [&] { target(count) = static_cast<std::uint32_t>(devices().size()); });
    }
    static assay_status ASSAY_CALL device_get_info(uint32_t index, assay_device_info* out,
                                                   assay_error* err) {
        return attempt(err, [&] { write(out, device(index)); });
    }
    static assay_status ASSAY_CALL device_open(uint32_t index, const assay_kv* options,
                                               uint32_t num_options, assay_device** out,
                                               assay_error* err) {
        return attempt(err, [&] {
            device(index);
            const Options given(options, num_options, plugin().options(), ASSAY_OPTION_DEVICE);
            auto opened = plugin().open(index, given);
            devices()[index] = plugin().devices().at(index);
            give(target(out), std::move(opened));
        });
    }
    static void ASSAY_CALL shutdown() {
        attempt(nullptr, [] {
            delete &devices();
            delete &plugin();
        });
        host.set(nullptr);
    }
    static const void* ASSAY_CALL get_extension(const char* id) {
        return id == nullptr ? nullptr : plugin().extension(id);
    }
    static assay_status ASSAY_CALL op_prepare(assay_device* device, const assay_op_desc* desc,
                                              const assay_kv* options, uint32_t num_options,
                                              assay_exec** out, assay_error* err) {
        return attempt(err, [&] {
            const Op op(desc);
            const Support support = as<Device>(device).query(op);
            if (support.level == ASSAY_SUPPORT_NONE) {
                throw Error(ASSAY_ERR_UNSUPPORTED, support.reason);
            }
            const Options given(options, num_options, plugin().options(), ASSAY_OPTION_PREPARE);
            give(target(out), as<Device>(device).prepare(op, given));
        });
    }
    static assay_status ASSAY_CALL device_get_peak(uint32_t index, uint32_t row,
                                                   assay_peak_rate* out, assay_error* err) {
        return attempt(err, [&] {
            device(index);
            list_row(out, plugin().peaks(index), row, "peak rate");
        });
    }
    static assay_status ASSAY_CALL option_get(uint32_t row, assay_option_info* out,
                                              assay_error* err) {
        return attempt(err, [&] { list_row(out, plugin().options(), row, "option"); });
    }

    static const assay_plugin* table() {
        // In the order of assay_plugin: the compiler checks the types, tests/unit/sdk the rest.
        // clang-format off
        static const assay_plugin made = {
            sizeof(assay_plugin), ASSAY_TARGET_MINOR, 0, get_info, device_count, device_get_info,
            device_open, device_close, shutdown, get_extension, request_cancel, device_wait,
            memory_info, buffer_alloc, buffer_free, buffer_host_pointer, queue_create,
            queue_destroy, queue_wait, copy_to_device, copy_to_host, copy_on_device, fill,
            event_create, event_destroy, event_record, queue_wait_event, event_elapsed_ns,
            op_query, op_prepare, exec_get_info, exec_bind_const, exec_destroy, enqueue,
            device_get_peak, option_get};
        // clang-format on
        return &made;
    }

private:
    template <class Row>
    static void list_row(Row* out, const std::vector<Row>& rows, std::uint32_t index,
                         const char* what) {
        if (index >= rows.size()) fail(ASSAY_ERR_INVALID, "there is no %s %u", what, index);
        write(out, rows[index]);
    }
};

template <class P>
assay_status entry(const assay_host* table, const assay_plugin** out, assay_error* err) {
    return attempt(err, [&] {
        if (table == nullptr) fail(ASSAY_ERR_INVALID, "the host's table is NULL");
        const assay_plugin*& result = target(out);
        if (table->abi_major != ASSAY_ABI_MAJOR) {
            fail(ASSAY_ERR_UNSUPPORTED, "the plugin speaks ABI %d, the host %d", ASSAY_ABI_MAJOR,
                 table->abi_major);
        }
        host.set(table);
        result = Glue<P>::table();
    });
}

}  // namespace detail
}  // namespace sdk
}  // namespace assay

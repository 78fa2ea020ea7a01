// SPDX-License-Identifier: Apache-2.0
#include "core/conform/guest.hpp"

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/host/codes.hpp"
#include "core/host/elf.hpp"
#include "core/host/library.hpp"
#include "core/host/plugin_error.hpp"
#include "core/host/slots.hpp"

namespace assay {
namespace {

/// chosen: far more than any plugin lists; a list that never says INVALID fails the check.
constexpr std::uint32_t longest_list = 1000;

WatchedHost& noted(void* context) {
    auto& host = *static_cast<WatchedHost*>(context);
    ++host.calls;
    return host;
}

void on_log(void* context, std::int32_t /*level*/, const char* /*text*/) {
    noted(context);
}

std::uint64_t on_now_ns(void* context) {
    noted(context);
    return now_ns();
}

std::int32_t on_cancel_requested(void* context) {
    return noted(context).cancelled ? 1 : 0;
}

void on_progress(void* context, double /*fraction*/, const char* /*what*/) {
    ++noted(context).progress_calls;
}

const void* on_get_extension(void* context, const char* /*id*/) {
    noted(context);
    return nullptr;
}

/// Calls get(0), get(1) … until INVALID.
template <class Struct, class Get>
std::vector<Struct> list_of(const char* call, const Get& get) {
    std::vector<Struct> all;
    for (std::uint32_t i = 0; i < longest_list; ++i) {
        auto out = sized_struct<Struct>();
        assay_error error{};
        const assay_status status = get(i, &out, &error);
        if (status == ASSAY_ERR_INVALID) return all;
        check_status(status, error, call);
        all.push_back(out);
    }
    fail_check(std::string(call) + ": its list does not end");
}

const assay_plugin* ask_entry(assay_plugin_entry_fn entry, const assay_host& host) {
    const assay_plugin* table = nullptr;
    assay_error error{};
    const assay_status status = entry(&host, &table, &error);
    if (status != ASSAY_OK) {
        fail_check("the entry refuses a sound host: " + text_of(error.message, "error"));
    }
    require(table != nullptr, "the entry says OK and gives no table");
    const std::string why = why_not_a_table(*table);
    require(why.empty(), "the entry " + why);
    return table;
}

}  // namespace

WatchedHost::WatchedHost() {
    table = {.struct_size = sizeof(assay_host),
             .abi_major = ASSAY_ABI_MAJOR,
             .abi_minor = ASSAY_ABI_MINOR,
             .ctx = this,
             .name = "assay",
             .version = "conform",
             .log = on_log,
             .now_ns = on_now_ns,
             .cancel_requested = on_cancel_requested,
             .progress = on_progress,
             .get_extension = on_get_extension};
}

assay_plugin_entry_fn load_entry(const Candidate& candidate) {
    const std::string why = why_not_a_plugin(candidate.file);
    require(why.empty(), "it " + why);
    try {
        return open_entry(std::filesystem::canonical(candidate.file));
    } catch (const Error& clause) {
        fail_check(std::string("it ") + clause.what());
    }
}

Guest::Guest(const Candidate& candidate, const assay_host* host)
    : table_(ask_entry(load_entry(candidate), host == nullptr ? host_.table : *host)) {}

Introduction Guest::introduction() const {
    auto info = sized_struct<assay_plugin_info>();
    assay_error error{};
    check_status(table_->get_info(&info, &error), error, "get_info");
    // Whatever it says: B12 says what is wrong with it.
    return {printable(bounded_text(info.id)), printable(bounded_text(info.name)),
            printable(bounded_text(info.version))};
}

std::uint32_t Guest::device_count() const {
    std::uint32_t count = 0;
    assay_error error{};
    check_status(table_->device_count(&count, &error), error, "device_count");
    require(count <= longest_list, "device_count: says " + std::to_string(count));
    return count;
}

assay_device_info Guest::device_info(std::uint32_t index) const {
    auto info = sized_struct<assay_device_info>();
    info.numa_node = -1;
    assay_error error{};
    check_status(table_->device_get_info(index, &info, &error), error, "device_get_info");
    return info;
}

std::vector<assay_option_info> Guest::options() const {
    if (!has_slot(*table_, &assay_plugin::option_get)) return {};
    return list_of<assay_option_info>("option_get", table_->option_get);
}

std::vector<assay_peak_rate> Guest::peaks(std::uint32_t index) const {
    if (!has_slot(*table_, &assay_plugin::device_get_peak)) return {};
    return list_of<assay_peak_rate>("device_get_peak",
                                    [&](std::uint32_t i, assay_peak_rate* out, assay_error* error) {
                                        return table_->device_get_peak(index, i, out, error);
                                    });
}

}  // namespace assay

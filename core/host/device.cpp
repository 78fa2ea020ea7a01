// SPDX-License-Identifier: Apache-2.0
// Calls of an open device. A plugin's OK is believed only with the object that it promised.
#include "core/host/device.hpp"

#include <cmath>
#include <utility>

#include "core/host/codes.hpp"

namespace assay {
namespace {

constexpr std::uint64_t for_ever = ~0ULL;

/// The device may say that it stamps events only when the plugin has event functions.
void require_events(const DeviceRecord& record, const assay_plugin& table) {
    if (record.timer != "none" && table.event_create == nullptr) {
        plugin_misbehaves("device_get_info: device " + std::to_string(record.index) + " has a '" +
                          record.timer + "' timer, but the plugin has no event functions");
    }
}

/// Wraps what a create function gave.
template <class T>
Handle<T> owned(T* object, void (*destroy)(T*), const char* call) {
    if (object == nullptr) {
        plugin_misbehaves(std::string(call) + ": says OK but gives no object");
    }
    return {object, destroy};
}

}  // namespace

Device::Device(const Plugin& plugin, std::uint32_t index, assay_device* device,
               KeyValues prepare_options)
    : table_(&plugin.table()),
      device_(device, plugin.table().device_close),
      record_(plugin.device_record(index)),
      prepare_options_(std::move(prepare_options)) {
    require_events(record_, *table_);
}

void Device::fail(assay_status status, const char* call) const {
    const assay_error error = std::exchange(error_, assay_error{});
    check_status(status, error, call);
    throw PluginError(status, std::string(call) + ": failed");  // not reached: status is not OK
}

void Device::check(assay_status status, const char* call) const {
    if (status != ASSAY_OK) fail(status, call);
}

Support Device::query(const Operator& op) const {
    assay_op_support out{};
    out.struct_size = sizeof(out);
    check(table_->op_query(device_.get(), &op.desc(), &out, &error_), "op_query");
    return {.level = support_from(out.level, "op_query"),
            .reason = text_of(out.reason, "op_query: reason"),
            .accumulator = dtype_from(out.accumulator, "op_query"),
            .math = math_from(out.math, "op_query"),
            .deterministic = out.deterministic != 0,
            .workspace_bytes = out.workspace_bytes};
}

Exec Device::prepare(const Operator& op) const {
    std::vector<assay_kv> options;
    for (const auto& [key, value] : prepare_options_) {
        options.push_back({key.c_str(), value.c_str()});
    }
    assay_exec* exec = nullptr;
    check(table_->op_prepare(device_.get(), &op.desc(), options.data(),
                             static_cast<std::uint32_t>(options.size()), &exec, &error_),
          "op_prepare");
    return owned(exec, table_->exec_destroy, "op_prepare");
}

PreparedRecord Device::describe(const Exec& exec) const {
    assay_exec_info info{};
    info.struct_size = sizeof(info);
    check(table_->exec_get_info(exec.get(), &info, &error_), "exec_get_info");
    if (info.level == ASSAY_SUPPORT_NONE) {
        plugin_misbehaves("exec_get_info: support level is none of what it has prepared");
    }
    PreparedRecord record;
    record.support = support_from(info.level, "exec_get_info");
    record.path = text_of(info.path, "exec_get_info: path");
    record.accumulator = dtype_from(info.accumulator, "exec_get_info");
    record.math = math_from(info.math, "exec_get_info");
    record.workspace_bytes = info.workspace_bytes;
    record.constant_bytes = info.constant_bytes;
    record.build_ns = static_cast<double>(info.build_ns);
    record.tune_ns = static_cast<double>(info.tune_ns);
    return record;
}

bool Device::bind_const(const Exec& exec, std::uint32_t input, const assay_binding& binding) const {
    if (table_->exec_bind_const == nullptr) return false;
    const assay_status status = table_->exec_bind_const(exec.get(), input, &binding, &error_);
    if (status == ASSAY_ERR_UNSUPPORTED) return false;
    check(status, "exec_bind_const");
    return true;
}

Buffer Device::alloc(std::uint64_t bytes, std::int32_t kind) const {
    assay_buffer* buffer = nullptr;
    check(table_->buffer_alloc(device_.get(), bytes, kind, &buffer, &error_), "buffer_alloc");
    return owned(buffer, table_->buffer_free, "buffer_alloc");
}

void* Device::host_pointer(const Buffer& buffer) const {
    return table_->buffer_host_pointer(buffer.get());
}

Queue Device::queue() const {
    assay_queue* queue = nullptr;
    check(table_->queue_create(device_.get(), 0, &queue, &error_), "queue_create");
    return owned(queue, table_->queue_destroy, "queue_create");
}

bool Device::has_events() const {
    return record_.timer != "none";
}

Event Device::event() const {
    if (!has_events()) throw Error("device " + record_.name + " has no timer, so no events");
    assay_event* event = nullptr;
    check(table_->event_create(device_.get(), &event, &error_), "event_create");
    return owned(event, table_->event_destroy, "event_create");
}

void Device::wait_idle(const Queue& queue) const {
    check(table_->queue_wait(queue.get(), for_ever, ASSAY_WAIT_BLOCK, &error_), "queue_wait");
}

void Device::upload(const Queue& queue, const Buffer& to, std::span<const std::byte> from,
                    std::uint64_t offset) const {
    check(table_->copy_to_device(queue.get(), to.get(), offset, from.data(), from.size(), &error_),
          "copy_to_device");
    wait_idle(queue);
}

void Device::download(const Queue& queue, std::span<std::byte> to, const Buffer& from,
                      std::uint64_t offset) const {
    check(table_->copy_to_host(queue.get(), to.data(), from.get(), offset, to.size(), &error_),
          "copy_to_host");
    wait_idle(queue);
}

void Device::send(const Queue& queue, const Buffer& to, std::span<const std::byte> from) const {
    check(table_->copy_to_device(queue.get(), to.get(), 0, from.data(), from.size(), &error_),
          "copy_to_device");
}

void Device::fetch(const Queue& queue, std::span<std::byte> to, const Buffer& from) const {
    check(table_->copy_to_host(queue.get(), to.data(), from.get(), 0, to.size(), &error_),
          "copy_to_host");
}

void Device::copy(const Queue& queue, const Buffer& to, const Buffer& from,
                  std::uint64_t bytes) const {
    check(table_->copy_on_device(queue.get(), to.get(), 0, from.get(), 0, bytes, &error_),
          "copy_on_device");
}

void Device::fill(const Queue& queue, const Buffer& to, std::uint64_t bytes,
                  std::uint32_t pattern) const {
    check(table_->fill(queue.get(), to.get(), 0, bytes, pattern, &error_), "fill");
}

void Device::record_event(const Queue& queue, const Event& event) const {
    check(table_->event_record(queue.get(), event.get(), &error_), "event_record");
}

double Device::elapsed_ns(const Event& from, const Event& to) const {
    double ns = 0;
    check(table_->event_elapsed_ns(device_.get(), from.get(), to.get(), &ns, &error_),
          "event_elapsed_ns");
    if (!std::isfinite(ns) || ns < 0) {
        plugin_misbehaves("event_elapsed_ns: gives " + std::to_string(ns) +
                          ", which is no length of time");
    }
    return ns;
}

void Device::wait_all() const {
    check(table_->device_wait(device_.get(), for_ever, &error_), "device_wait");
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// C functions over the interface classes: memory, queues, events, operators. Everything that does
// not need to know the plugin's own class (that is glue.hpp).
#pragma once

#include <cstdint>

#include "assay/sdk/guard.hpp"
#include "assay/sdk/interface.hpp"

namespace assay {
namespace sdk {
namespace detail {

// ---------------------------------------------------------------- device and memory

inline assay_status ready(bool done) {
    return done ? ASSAY_OK : ASSAY_NOT_READY;
}

inline void ASSAY_CALL device_close(assay_device* device) {
    destroy<Device>(device);
}

inline void ASSAY_CALL request_cancel(assay_device* device) {
    if (device != nullptr) reinterpret_cast<Device*>(device)->cancel();
}

inline assay_status ASSAY_CALL device_wait(assay_device* device, uint64_t timeout_ns,
                                           assay_error* err) {
    return guard(err, [&] { return ready(as<Device>(device).wait_all(timeout_ns)); });
}

inline assay_status ASSAY_CALL memory_info(assay_device* device, uint64_t* free_bytes,
                                           uint64_t* total_bytes, assay_error* err) {
    return attempt(err,
                   [&] { as<Device>(device).memory(target(free_bytes), target(total_bytes)); });
}

inline assay_status ASSAY_CALL buffer_alloc(assay_device* device, uint64_t bytes, int32_t kind,
                                            assay_buffer** out, assay_error* err) {
    return attempt(err, [&] { give(target(out), as<Device>(device).alloc(bytes, kind)); });
}

inline void ASSAY_CALL buffer_free(assay_buffer* buffer) {
    destroy<Buffer>(buffer);
}

inline void* ASSAY_CALL buffer_host_pointer(assay_buffer* buffer) {
    void* pointer = nullptr;
    attempt(nullptr, [&] { pointer = as<Buffer>(buffer).host_pointer(); });
    return pointer;
}

// ---------------------------------------------------------------- queues

inline assay_status ASSAY_CALL queue_create(assay_device* device, uint32_t flags, assay_queue** out,
                                            assay_error* err) {
    return attempt(err, [&] {
        if (flags != 0) fail(ASSAY_ERR_UNSUPPORTED, "queue flags 0x%x", flags);
        give(target(out), as<Device>(device).queue());
    });
}

inline void ASSAY_CALL queue_destroy(assay_queue* queue) {
    destroy<Queue>(queue);
}

inline assay_status ASSAY_CALL queue_wait(assay_queue* queue, uint64_t timeout_ns, int32_t how,
                                          assay_error* err) {
    return guard(err,
                 [&] { return ready(as<Queue>(queue).wait(timeout_ns, how == ASSAY_WAIT_SPIN)); });
}

inline assay_status ASSAY_CALL copy_to_device(assay_queue* queue, assay_buffer* dst,
                                              uint64_t offset, const void* src, uint64_t bytes,
                                              assay_error* err) {
    return attempt(err, [&] { as<Queue>(queue).to_device(as<Buffer>(dst), offset, src, bytes); });
}

inline assay_status ASSAY_CALL copy_to_host(assay_queue* queue, void* dst, assay_buffer* src,
                                            uint64_t offset, uint64_t bytes, assay_error* err) {
    return attempt(err, [&] { as<Queue>(queue).to_host(dst, as<Buffer>(src), offset, bytes); });
}

inline assay_status ASSAY_CALL copy_on_device(assay_queue* queue, assay_buffer* dst,
                                              uint64_t dst_offset, assay_buffer* src,
                                              uint64_t src_offset, uint64_t bytes,
                                              assay_error* err) {
    return attempt(err, [&] {
        as<Queue>(queue).on_device(as<Buffer>(dst), dst_offset, as<Buffer>(src), src_offset, bytes);
    });
}

inline assay_status ASSAY_CALL fill(assay_queue* queue, assay_buffer* buffer, uint64_t offset,
                                    uint64_t bytes, uint32_t pattern, assay_error* err) {
    return attempt(err, [&] { as<Queue>(queue).fill(as<Buffer>(buffer), offset, bytes, pattern); });
}

// ---------------------------------------------------------------- events

inline assay_status ASSAY_CALL event_create(assay_device* device, assay_event** out,
                                            assay_error* err) {
    return attempt(err, [&] { give(target(out), as<Device>(device).event()); });
}

inline void ASSAY_CALL event_destroy(assay_event* event) {
    destroy<Event>(event);
}

inline assay_status ASSAY_CALL event_record(assay_queue* queue, assay_event* event,
                                            assay_error* err) {
    return attempt(err, [&] { as<Queue>(queue).record(as<Event>(event)); });
}

inline assay_status ASSAY_CALL queue_wait_event(assay_queue* queue, assay_event* event,
                                                assay_error* err) {
    return attempt(err, [&] { as<Queue>(queue).wait_event(as<Event>(event)); });
}

inline assay_status ASSAY_CALL event_elapsed_ns(assay_device* device, assay_event* from,
                                                assay_event* to, double* ns, assay_error* err) {
    return attempt(
        err, [&] { target(ns) = as<Device>(device).elapsed_ns(as<Event>(from), as<Event>(to)); });
}

// ---------------------------------------------------------------- operators

/// A device's answer. What is too new or too strange for it is "no", with the reason.
template <class Ask>
Support asked(const Ask& ask) {
    try {
        return ask();
    } catch (const Error& error) {
        if (error.code != ASSAY_ERR_NEWER && error.code != ASSAY_ERR_UNSUPPORTED) throw;
        return Support::no(error.what());
    }
}

inline assay_op_support support_struct(const Support& support) {
    auto result = make<assay_op_support>();
    result.level = support.level;
    result.accumulator = support.accumulator;
    result.math = support.math;
    result.deterministic = support.deterministic ? 1 : 0;
    result.workspace_bytes = support.workspace;
    put(result.reason, support.reason);
    return result;
}

inline assay_status ASSAY_CALL op_query(assay_device* device, const assay_op_desc* desc,
                                        assay_op_support* out, assay_error* err) {
    return attempt(err, [&] {
        write(out, support_struct(asked([&] { return as<Device>(device).query(Op(desc)); })));
    });
}

inline assay_status ASSAY_CALL exec_get_info(assay_exec* exec, assay_exec_info* out,
                                             assay_error* err) {
    return attempt(err, [&] {
        auto info = make<assay_exec_info>();
        as<Exec>(exec).describe(info);
        write(out, info);
    });
}

inline assay_status ASSAY_CALL exec_bind_const(assay_exec* exec, uint32_t input,
                                               const assay_binding* binding, assay_error* err) {
    return attempt(err, [&] {
        if (binding == nullptr || binding->buffer == nullptr) {
            fail(ASSAY_ERR_INVALID, "the constant has no buffer");
        }
        as<Exec>(exec).bind_const(input, *binding);
    });
}

inline void ASSAY_CALL exec_destroy(assay_exec* exec) {
    destroy<Exec>(exec);
}

inline assay_status ASSAY_CALL enqueue(assay_queue* queue, assay_exec* exec,
                                       const assay_binding* bindings, uint32_t count,
                                       assay_error* err) {
    return attempt(err,
                   [&] { as<Exec>(exec).enqueue(as<Queue>(queue), Bindings(bindings, count)); });
}

}  // namespace detail
}  // namespace sdk
}  // namespace assay

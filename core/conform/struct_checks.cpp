// SPDX-License-Identifier: Apache-2.0
// Group C: rules R2, R5 and R9 of assay/abi.h.
#include <array>
#include <cstddef>
#include <functional>

#include <fmt/format.h>

#include "core/conform/checks.hpp"
#include "core/conform/guarded.hpp"
#include "core/conform/rig.hpp"
#include "core/conform/samples.hpp"
#include "core/host/codes.hpp"
#include "core/host/operator.hpp"

namespace assay {
namespace {

// ---------------------------------------------------------------- OUT structs

/// A call that fills one OUT struct, whatever its type.
struct OutCall {
    const char* name;
    std::uint32_t size;
    std::function<assay_status(void*)> call;
};

std::vector<OutCall> out_calls(const Rig& rig, const Candidate& candidate, const Stand& stand,
                               const assay_op_desc& desc) {
    const assay_plugin& table = rig.table();
    std::vector<OutCall> calls{
        {"get_info", sizeof(assay_plugin_info),
         [&](void* out) { return table.get_info(static_cast<assay_plugin_info*>(out), nullptr); }},
        {"device_get_info", sizeof(assay_device_info),
         [&](void* out) {
             return table.device_get_info(candidate.device, static_cast<assay_device_info*>(out),
                                          nullptr);
         }},
        {"op_query", sizeof(assay_op_support),
         [&](void* out) {
             return table.op_query(rig.device(), &desc, static_cast<assay_op_support*>(out),
                                   nullptr);
         }},
        {"exec_get_info", sizeof(assay_exec_info), [&](void* out) {
             return table.exec_get_info(stand.exec().get(), static_cast<assay_exec_info*>(out),
                                        nullptr);
         }}};
    if (has_slot(table, &assay_plugin::option_get)) {
        calls.push_back({"option_get", sizeof(assay_option_info), [&](void* out) {
                             return table.option_get(0, static_cast<assay_option_info*>(out),
                                                     nullptr);
                         }});
    }
    if (has_slot(table, &assay_plugin::device_get_peak)) {
        calls.push_back({"device_get_peak", sizeof(assay_peak_rate), [&](void* out) {
                             return table.device_get_peak(
                                 candidate.device, 0, static_cast<assay_peak_rate*>(out), nullptr);
                         }});
    }
    return calls;
}

/// One size, with set bytes behind it; behind those a page that nobody may touch.
void check_out_size(const OutCall& each, std::uint32_t size, const GuardedPages& pages) {
    constexpr std::uint32_t canary = 64;
    const std::uint32_t behind = size % 8 == 0 ? 0 : canary;  // structs stay aligned
    std::byte* at = size % 8 == 0 ? pages.last(size) : pages.begin();
    std::memset(at, 0xab, size + behind);
    std::memcpy(at, &size, sizeof(size));
    if (each.call(at) != ASSAY_OK) return;  // too small for it, or there is no such row
    std::uint32_t left = 0;
    std::memcpy(&left, at, sizeof(left));
    require(left == size,
            fmt::format("{}: changes struct_size from {} to {}", each.name, size, left));
    for (std::uint32_t i = size; i < size + behind; ++i) {
        require(at[i] == std::byte{0xab},
                fmt::format("{}: writes byte {} of a struct of {}", each.name, i, size));
    }
}

// ---------------------------------------------------------------- IN structs

struct Reaction {
    assay_status queried = ASSAY_OK;
    assay_op_support support{};
    assay_status prepared = ASSAY_OK;
};

Reaction react(const Rig& rig, const assay_op_desc& desc) {
    Reaction reaction;
    reaction.support = sized_struct<assay_op_support>();
    reaction.queried = rig.table().op_query(rig.device(), &desc, &reaction.support, nullptr);
    reaction.prepared = rig.try_prepare(desc).first;
    return reaction;
}

/// NONE with a reason, or the status; and nothing is prepared.
void require_refused(const Reaction& reaction, assay_status allowed, const std::string& what) {
    const bool none = reaction.queried == ASSAY_OK && reaction.support.level == ASSAY_SUPPORT_NONE;
    require(none || reaction.queried == allowed,
            fmt::format("op_query: {}: status {}, level {}", what, reaction.queried,
                        reaction.support.level));
    require(!none || !bounded_text(reaction.support.reason).empty(),
            "op_query: " + what + ": no reason given");
    require(reaction.prepared == allowed || reaction.prepared == ASSAY_ERR_UNSUPPORTED,
            fmt::format("op_prepare: {}: status {}", what, reaction.prepared));
}

// ---------------------------------------------------------------- constants

/// A field that holds one of a list, by where it lies in its attributes.
struct EnumField {
    OpKind kind;
    std::size_t offset;
    const char* name;
};
constexpr std::array enum_fields{
    EnumField{OpKind::matmul, offsetof(assay_matmul_attrs, activation), "activation of a matmul"},
    EnumField{OpKind::conv, offsetof(assay_conv_attrs, activation), "activation of a conv"},
    EnumField{OpKind::conv, offsetof(assay_conv_attrs, layout), "layout of a conv"},
    EnumField{OpKind::norm, offsetof(assay_norm_attrs, kind), "kind of a norm"},
    EnumField{OpKind::norm, offsetof(assay_norm_attrs, activation), "activation of a norm"},
    EnumField{OpKind::elementwise, offsetof(assay_elementwise_attrs, function), "function"},
    EnumField{OpKind::reduce, offsetof(assay_reduce_attrs, function), "function of a reduce"},
    EnumField{OpKind::gather, offsetof(assay_gather_attrs, bag), "bag of a gather"},
    EnumField{OpKind::pool, offsetof(assay_pool_attrs, function), "function of a pool"},
    EnumField{OpKind::pool, offsetof(assay_pool_attrs, layout), "layout of a pool"},
    EnumField{OpKind::copy, offsetof(assay_copy_attrs, function), "function of a copy"},
    EnumField{OpKind::resize, offsetof(assay_resize_attrs, mode), "mode of a resize"},
    EnumField{OpKind::resize, offsetof(assay_resize_attrs, coordinates), "coordinates"},
};
constexpr std::int32_t unknown = 9999;

/// `desc` with a change; the copies live in the arena.
template <class Change>
void require_unknown(const Rig& rig, const assay_op_desc& desc, const std::string& what,
                     const Change& change) {
    Arena arena;
    const LongerOp copy(desc, 0, arena);
    auto& own = const_cast<assay_op_desc&>(copy.desc());
    change(own);
    require_refused(react(rig, own), ASSAY_ERR_UNSUPPORTED, "unknown " + what);
}

void check_constants_of_any(const Rig& rig, const assay_op_desc& desc) {
    require_unknown(rig, desc, "operator", [](auto& op) { op.op = unknown; });
    require_unknown(rig, desc, "accumulator", [](auto& op) { op.accumulator = unknown; });
    require_unknown(rig, desc, "math", [](auto& op) { op.math = unknown; });
    const auto input = [](auto& op) -> assay_tensor_desc& {
        return const_cast<assay_tensor_desc&>(*op.inputs[0]);
    };
    require_unknown(rig, desc, "element type", [&](auto& op) { input(op).dtype = unknown; });
    require_unknown(rig, desc, "output type", [&](auto& op) {
        const_cast<assay_tensor_desc&>(*op.outputs[0]).dtype = unknown;
    });
    require_unknown(rig, desc, "scaling", [&](auto& op) { input(op).scale = unknown; });
    require_unknown(rig, desc, "tensor flag", [&](auto& op) { input(op).flags = 1U << 30U; });
}

}  // namespace

std::string check_out_structs(const Candidate& candidate) {
    const Rig rig(candidate);
    const SampleOp sample = offered_sample(rig);
    const Stand stand(rig, sample.op, sample.hints);
    const Operator asked(sample.op);
    const GuardedPages pages(16384);
    for (const OutCall& each : out_calls(rig, candidate, stand, asked.desc())) {
        for (std::uint32_t size = 8; size <= each.size + 16; ++size) {
            check_out_size(each, size, pages);
        }
    }
    return "";
}

std::string check_newer_structs(const Candidate& candidate) {
    constexpr std::uint32_t longer = 24;
    const Rig rig(candidate);
    const SampleOp sample = offered_sample(rig);
    const Operator asked(sample.op);
    Arena arena;
    const LongerOp newer(asked.desc(), longer, arena);
    const Reaction known = react(rig, asked.desc()), zero = react(rig, newer.desc());
    require(zero.queried == ASSAY_OK && zero.support.level == known.support.level,
            "op_query: another answer when structs are longer, though the tail is zero");
    require(zero.prepared == ASSAY_OK,
            "op_prepare: refuses longer structs, though the tail is zero");
    for (const LongerOp::Part& part : newer.parts()) {
        for (std::uint32_t i = 0; i < longer; ++i) {
            std::byte& tail = part.begin[part.known + i];
            tail = std::byte{1};
            require_refused(react(rig, newer.desc()), ASSAY_ERR_NEWER,
                            fmt::format("byte {} beyond the known end of {} is set", i, part.name));
            tail = std::byte{0};
        }
    }
    return "";
}

std::string check_unset_sizes(const Candidate& candidate) {
    const Rig rig(candidate);
    const SampleOp sample = offered_sample(rig);
    const Stand stand(rig, sample.op, sample.hints);
    const Operator asked(sample.op);
    const GuardedPages pages(16384);
    for (const OutCall& each : out_calls(rig, candidate, stand, asked.desc())) {
        for (const std::uint32_t size : {0U, 4U}) {
            std::memset(pages.begin(), 0, each.size);
            std::memcpy(pages.begin(), &size, sizeof(size));
            require(each.call(pages.begin()) == ASSAY_ERR_INVALID,
                    fmt::format("{}: struct_size {} is not INVALID", each.name, size));
        }
    }
    Arena arena;
    const LongerOp copy(asked.desc(), 0, arena);
    for (const LongerOp::Part& part : copy.parts()) {
        for (const std::uint32_t size : {0U, 4U}) {
            std::memcpy(part.begin, &size, sizeof(size));
            const Reaction reaction = react(rig, copy.desc());
            require(reaction.queried == ASSAY_ERR_INVALID && reaction.prepared == ASSAY_ERR_INVALID,
                    fmt::format("op_query, op_prepare: struct_size {} of {}: status {}, {}", size,
                                part.name, reaction.queried, reaction.prepared));
        }
        std::memcpy(part.begin, &part.known, sizeof(part.known));
    }
    return "";
}

std::string check_unknown_constants(const Candidate& candidate) {
    const Rig rig(candidate);
    const SampleOp any = offered_sample(rig);
    check_constants_of_any(rig, Operator(any.op).desc());
    for (const SampleOp& sample : sample_operators(Dtype::f32)) {
        if (!offers(rig, sample.op)) continue;
        for (const EnumField& field : enum_fields) {
            if (field.kind != sample.op.kind()) continue;
            require_unknown(rig, Operator(sample.op).desc(), field.name, [&](auto& op) {
                auto* attrs = static_cast<std::byte*>(const_cast<void*>(op.attrs));
                std::memcpy(attrs + field.offset, &unknown, sizeof(unknown));
            });
        }
    }
    assay_buffer* buffer = nullptr;
    require(rig.table().buffer_alloc(rig.device(), 64, unknown, &buffer, nullptr) ==
                ASSAY_ERR_UNSUPPORTED,
            "buffer_alloc: memory of an unknown kind is not UNSUPPORTED");
    assay_queue* queue = nullptr;
    require(
        rig.table().queue_create(rig.device(), 1U << 30U, &queue, nullptr) == ASSAY_ERR_UNSUPPORTED,
        "queue_create: an unknown flag is not UNSUPPORTED");
    return "";
}

std::string check_input_lifetime(const Candidate& candidate) {
    const Rig rig(candidate);
    const SampleOp sample = offered_sample(rig);
    const Operator asked(sample.op);
    {
        Arena lent;
        const LongerOp copy(asked.desc(), 0, lent);
        const auto support = rig.query(copy.desc());
        lent.take_away();
        require(support.level != ASSAY_SUPPORT_NONE, "op_query: another answer the second time");
    }
    Arena lent;
    const LongerOp copy(asked.desc(), 0, lent);
    auto* key = lent.put_text("");
    const assay_kv option{key, key};
    assay_exec* exec = nullptr;
    require(rig.table().op_prepare(rig.device(), &copy.desc(), lent.put(option), 0, &exec,
                                   nullptr) == ASSAY_OK,
            "op_prepare: fails for what op_query offers");
    lent.take_away();
    const Exec kept(exec, rig.table().exec_destroy);
    // Its own executable runs with the tensors of a stand made in ordinary memory.
    const Stand stand(rig, sample.op, sample.hints);
    stand.poison();
    rig.enqueue(kept, stand.bindings());
    rig.wait();
    const Check check = stand.judge(stand.outputs());
    require(check.passed,
            "a wrong answer when the descriptors of op_prepare are gone: " + check.reason);
    const auto info = rig.describe(kept);
    require(info.level != ASSAY_SUPPORT_NONE, "exec_get_info: level NONE of what is prepared");
    return "";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Group C: what a plugin does not know it must refuse: rules R2 and R9 of assay/abi.h.
#include <array>
#include <cstddef>
#include <cstring>

#include <fmt/format.h>

#include "core/conform/checks.hpp"
#include "core/conform/guarded.hpp"
#include "core/conform/reaction.hpp"
#include "core/conform/samples.hpp"
#include "core/host/codes.hpp"
#include "core/host/operator.hpp"

namespace assay {
namespace {

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

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Group C: rules R2 and R5 of assay/abi.h.
#include <cstring>
#include <functional>

#include <fmt/format.h>

#include "core/conform/checks.hpp"
#include "core/conform/guarded.hpp"
#include "core/conform/reaction.hpp"
#include "core/conform/samples.hpp"
#include "core/host/codes.hpp"
#include "core/host/operator.hpp"

namespace assay {
namespace {

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

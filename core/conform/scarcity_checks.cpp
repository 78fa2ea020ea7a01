// SPDX-License-Identifier: Apache-2.0
// Group I: every allocation of the plugin's own fails once, and it must say so.
#include <fmt/format.h>

#include "core/conform/checks.hpp"
#include "core/conform/samples.hpp"
#include "core/conform/scarce_memory.hpp"
#include "core/host/operator.hpp"

namespace assay {
namespace {

/// Destroys in the right order whatever was made.
struct Made {
    const assay_plugin& table;
    assay_device* device = nullptr;
    assay_queue* queue = nullptr;
    assay_buffer* buffer = nullptr;
    assay_event* event = nullptr;
    assay_exec* exec = nullptr;

    explicit Made(const assay_plugin& of) : table(of) {}
    Made(const Made&) = delete;
    Made& operator=(const Made&) = delete;
    ~Made() {
        table.exec_destroy(exec);
        if (event != nullptr) table.event_destroy(event);
        table.buffer_free(buffer);
        table.queue_destroy(queue);
        table.device_close(device);
    }
};

/// A status that a plugin may give when memory is short. What it makes is there when it says OK.
void require_honest(const char* call, assay_status status, const void* made) {
    require(status <= 0, fmt::format("{}: status {} when memory is short", call, status));
    require((status == ASSAY_OK) == (made != nullptr),
            fmt::format("{}: status {} when memory is short, and {} object", call, status,
                        made == nullptr ? "no" : "an"));
}

/// Opens, makes one of each, and gives up at the first failure, as a host does.
void make_all(const Rig& rig, const Candidate& candidate, const assay_op_desc& desc) {
    const assay_plugin& t = rig.table();
    Made made(t);
    assay_error error{};
    const auto made_well = [](const char* call, assay_status status, const void* object) {
        require_honest(call, status, object);
        return status == ASSAY_OK;
    };
    assay_status status = t.device_open(candidate.device, nullptr, 0, &made.device, &error);
    if (!made_well("device_open", status, made.device)) return;
    status = t.queue_create(made.device, 0, &made.queue, &error);
    if (!made_well("queue_create", status, made.queue)) return;
    status = t.buffer_alloc(made.device, 4096, ASSAY_MEM_DEVICE, &made.buffer, &error);
    if (!made_well("buffer_alloc", status, made.buffer)) return;
    if (rig.has_events()) {
        status = t.event_create(made.device, &made.event, &error);
        if (!made_well("event_create", status, made.event)) return;
    }
    auto support = sized_struct<assay_op_support>();
    if (t.op_query(made.device, &desc, &support, &error) != ASSAY_OK) return;
    status = t.op_prepare(made.device, &desc, nullptr, 0, &made.exec, &error);
    (void)made_well("op_prepare", status, made.exec);
}

}  // namespace

std::string check_short_memory(const Candidate& candidate) {
    constexpr int most = 200;
    const Rig rig(candidate);
    const SampleOp sample = offered_sample(rig);
    const Operator asked(sample.op);
    const ScarceMemory memory(std::filesystem::canonical(candidate.file));
    if (memory.imports() == 0) skip_check("it calls no allocation function by itself");
    for (const bool for_good : {false, true}) {
        bool reached = true;
        for (int n = 1; n <= most && reached; ++n) {
            ScarceMemory::fail_at(n, for_good);
            make_all(rig, candidate, asked.desc());
            reached = ScarceMemory::enough() >= n;
        }
    }
    Stand(rig, sample.op, sample.hints).require_right("after memory was short, " + sample.name);
    return "";
}

}  // namespace assay

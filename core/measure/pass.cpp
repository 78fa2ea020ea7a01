// SPDX-License-Identifier: Apache-2.0
#include "core/measure/pass.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <vector>

#include "core/measure/case_run.hpp"

namespace assay {
namespace {

/// Cases that take turns together: few enough that a turn comes round within a second or two.
constexpr std::size_t group_size = 6;
/// And small enough together that a machine with little memory is not pushed into swap.
constexpr std::uint64_t group_bytes = 1ULL << 30U;

using Group = std::vector<std::unique_ptr<CaseRun>>;

class Pass {
public:
    Pass(const Job& job, const Device& device, const PassEvents& events)
        : job_(job), device_(device), events_(events), probe_(device.record()) {}

    void run() {
        while (next_ < static_cast<int>(job_.cases.size()) && !events_.stop()) {
            Group group = prepare_group();
            take_turns(group);
        }
    }

private:
    /// Runs one step of a case; what it throws becomes the case's outcome.
    template <class Step>
    void guarded(CaseRun& each, const char* phase, Step step) {
        events_.phase(each.index(), phase);
        try {
            step();
        } catch (...) {
            each.end_with(phase, std::current_exception());
        }
        if (each.done()) events_.finished(each.index(), each.record());
    }

    Group prepare_group() {
        Group group;
        std::uint64_t bytes = 0;
        while (next_ < static_cast<int>(job_.cases.size()) && group.size() < group_size) {
            auto each = std::make_unique<CaseRun>(job_, next_, device_);
            if (!group.empty() && bytes + each->memory() > group_bytes) break;
            ++next_;
            bytes += each->memory();
            guarded(*each, "prepare", [&] { each->prepare(); });
            if (each->done()) continue;
            warm_up(*each);
            if (!each->done()) group.push_back(std::move(each));
            if (events_.stop()) break;
        }
        return group;
    }

    void warm_up(CaseRun& each) {
        double seconds = job_.profile.warmup_seconds;
        if (!device_is_warm_) seconds = std::max(seconds, job_.profile.device_warmup_seconds);
        device_is_warm_ = true;
        guarded(each, "warm-up", [&] { each.warm_up(seconds); });
    }

    void take_turns(Group& group) {
        while (!group.empty() && !events_.stop()) {
            for (const auto& each : group) {
                guarded(*each, "measure", [&] { each->take_turn(probe_); });
            }
            std::erase_if(group, [](const auto& each) { return each->done(); });
        }
    }

    const Job& job_;
    const Device& device_;
    const PassEvents& events_;
    ProbeWatch probe_;
    int next_ = 0;
    bool device_is_warm_ = false;
};

}  // namespace

void run_pass(const Job& job, const Device& device, const PassEvents& events) {
    Pass(job, device, events).run();
}

}  // namespace assay

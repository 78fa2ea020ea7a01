// SPDX-License-Identifier: Apache-2.0
#include "core/measure/pass.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/measure/case_run.hpp"
#include "core/suite/model_case.hpp"

namespace assay {
namespace {

/// Cases that take turns together: few enough that a turn comes round within a second or two.
constexpr std::size_t group_size = 6;
/// And small enough together that a machine with little memory is not pushed into swap.
constexpr std::uint64_t group_bytes = 1ULL << 30U;
/// Positions: the group's first case, then 0 or 1 + round, then the case and which of its two
/// steps.
constexpr int stage_bits = 12, case_bits = 21;

using Group = std::vector<std::unique_ptr<CaseRun>>;

class Pass {
public:
    Pass(const Job& job, const Device& device, const PassEvents& events)
        : job_(job),
          device_(device),
          events_(events),
          sensors_(device),
          probe_(device.record()),
          weights_(device.record().memory_bytes / 2) {}

    void run() {
        if (job_.pass == 0) sensors_.listen(events_.stop);
        while (next_ < static_cast<int>(job_.cases.size()) && !events_.stop()) {
            Group group = prepare_group();
            take_turns(group);
            group.clear();
            if (weights_.bytes() > 0) weights_.keep_only(wanted());
        }
    }

private:
    /// Runs one step of a case; what it throws becomes the case's outcome.
    template <class Work>
    void guarded(CaseRun& each, const char* phase, Work step) {
        events_.phase(each.index(), phase);
        try {
            step();
        } catch (...) {
            each.end_with(phase, std::current_exception());
        }
        if (each.done()) events_.finished(each.index(), each.record());
    }

    /// In step with other workers: returns when it is our turn.
    void await(int stage, int index, int which, int round) {
        if (!events_.before_step) return;
        const std::int64_t group = (std::int64_t{first_} << stage_bits) | stage;
        const bool prepares = stage == 0 && which == 0;
        events_.before_step({(group << case_bits) | (index * 2 + which), round, prepares});
    }

    /// Workers that hold their cases at the same time, this one included.
    [[nodiscard]] std::uint64_t workers() const {
        return static_cast<std::uint64_t>(job_.lockstep ? 2 : std::max(job_.together, 1));
    }

    /// Workers in step must form the same groups, whatever their devices refuse: there every case
    /// counts.
    [[nodiscard]] std::size_t members(const Group& group) const {
        return workers() > 1 ? static_cast<std::size_t>(next_ - first_) : group.size();
    }

    /// In step by the host's cache, for all devices alike, and once for each.
    [[nodiscard]] std::uint64_t memory_of(const CaseRun& each) const {
        if (workers() == 1) return each.memory();
        const Case& work = job_.cases[static_cast<std::size_t>(each.index())];
        const std::uint64_t cache = job_.last_level_cache_bytes;
        const Rotation rotation = rotation_for(work.workload, work.protocol.cache, cache);
        return workers() * memory_bytes(work.workload, rotation);
    }

    /// Whose weights a case still to come asks for.
    [[nodiscard]] std::set<std::string> wanted() const {
        std::set<std::string> owners;
        for (std::size_t i = static_cast<std::size_t>(next_); i < job_.cases.size(); ++i) {
            owners.insert(weights_of(job_.cases[i]));
        }
        return owners;
    }

    /// Bytes of weights that a case of the group holds already. Workers in step must form the same
    /// groups, whatever their devices refuse, so nothing is counted on there.
    [[nodiscard]] std::uint64_t held_by(const Group& group, const CaseRun& each) const {
        if (workers() > 1) return 0;
        const Case& work = job_.cases[static_cast<std::size_t>(each.index())];
        const auto* run = std::get_if<Inference>(&work.workload);
        if (run == nullptr) return 0;
        const auto same = [&](const auto& other) {
            const Case& its = job_.cases[static_cast<std::size_t>(other->index())];
            return weights_of(its) == weights_of(work) &&
                   std::get<Inference>(its.workload).weights == run->weights;
        };
        return std::ranges::any_of(group, same) ? run->weight_bytes : 0;
    }

    Group prepare_group() {
        Group group;
        std::uint64_t bytes = 0;
        first_ = next_;
        while (next_ < static_cast<int>(job_.cases.size()) && members(group) < group_size) {
            auto each = std::make_unique<CaseRun>(job_, next_, device_, sensors_, &weights_);
            const std::uint64_t needed = memory_of(*each) - held_by(group, *each);
            if (members(group) > 0 && bytes + needed > group_bytes) break;
            await(0, next_, 0, 0);
            ++next_;
            bytes += needed;
            guarded(*each, "prepare", [&] { each->prepare(); });
            if (each->done()) continue;
            await(0, each->index(), 1, 0);
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
        for (int round = 0; !group.empty() && !events_.stop(); ++round) {
            for (const auto& each : group) {
                await(1 + round, each->index(), 0, round);
                const auto alive = [&] { events_.phase(each->index(), "measure"); };
                const bool alone = round > 0 && group.size() == 1 && workers() == 1;
                guarded(*each, "measure", [&] {
                    if (events_.company != nullptr)
                        each->take_shared_turn(*events_.company, alive);
                    else
                        each->take_turn(probe_, alive, alone);
                });
            }
            std::erase_if(group, [](const auto& each) { return each->done(); });
        }
    }

    const Job& job_;
    const Device& device_;
    const PassEvents& events_;
    Sensors sensors_;
    ProbeWatch probe_;
    WeightStore weights_;
    int next_ = 0, first_ = 0;  ///< Case to take; first of the group.
    bool device_is_warm_ = false;
};

}  // namespace

void run_pass(const Job& job, const Device& device, const PassEvents& events) {
    Pass(job, device, events).run();
}

}  // namespace assay

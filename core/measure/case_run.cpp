// SPDX-License-Identifier: Apache-2.0
#include "core/measure/case_run.hpp"

#include <algorithm>
#include <new>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/measure/load_case.hpp"
#include "core/stat/sample.hpp"
#include "core/stat/steady.hpp"
#include "core/suite/model_case.hpp"
#include "core/unit/scale.hpp"

namespace assay {
namespace {

constexpr int least_warm_batches = 3;
/// Batches of the warm-up whose last answer is looked at.
constexpr int most_settling_looks = 4;
/// A load may take so long when its case sets no max_seconds: MLPerf's runs are of 600 s.
constexpr double most_load_seconds = 1200;
/// A clock that shows nothing for a call still needs a plan.
constexpr double least_call_s = 1e-9;
/// How far a guess from a small twin may be off before a large case is refused unseen.
constexpr double guess_factor = 4;
/// Calls of a twin, of which the shortest counts: one alone may fall on a busy moment.
constexpr int guess_calls = 3;
/// Of a shorter call nothing is concluded, the twin grows: on a busy machine a call of microseconds
/// may wait for some ticks of the scheduler, every time.
constexpr double telling_call_s = 0.05;

std::uint64_t cache_bytes(const Job& job, const Workload& workload, const Device& device) {
    const std::uint64_t own = device.record().last_level_cache_bytes;
    // A copy's other end is the host's memory: neither cache is to hold the data.
    if (std::holds_alternative<Transfer>(workload)) {
        return std::max(own, job.last_level_cache_bytes);
    }
    return own > 0 ? own : job.last_level_cache_bytes;
}

/// What a call computes in some milliseconds is proven exactly in every pass, more in the first.
constexpr double exact_in_every_pass_flop = 1e9;

}  // namespace

std::uint64_t CaseRun::check_seed(const Job& job, int index) {
    return job.order_seed * 1000003ULL + static_cast<std::uint64_t>(job.pass) * 8191ULL +
           static_cast<std::uint64_t>(index) * 2ULL;
}

CaseRun::CaseRun(const Job& job, int index, const Device& device, const Sensors& sensors,
                 WeightStore* weights)
    : job_(&job),
      index_(index),
      device_(&device),
      weights_(weights),
      telemetry_(sensors),
      proof_(check_seed(job, index)),
      begun_ns_(now_ns()) {
    rotation_ = rotation_for(the_case().workload, the_case().protocol.cache,
                             cache_bytes(job, the_case().workload, device));
    record_.subject = job.subject;
    record_.pass = job.pass;
    record_.order = job.orders[static_cast<std::size_t>(index)];
    record_.index = job.indices[static_cast<std::size_t>(index)];
    record_.key = key_of(the_case());
    record_.id = the_case().id;
    record_.group = the_case().group;
    if (the_case().roof) record_.roof = true;
    record_.workload = the_case().workload;
    record_.protocol = the_case().protocol;
}

const Case& CaseRun::the_case() const {
    return job_->cases[static_cast<std::size_t>(index_)];
}

std::uint64_t CaseRun::memory() const {
    return memory_bytes(the_case().workload, rotation_);
}

void CaseRun::end(State state, const char* phase, std::string reason) {
    record_.outcome = {state, std::move(reason), phase};
    if (!record_.sample) record_.load.reset();
    record_.elapsed_s = static_cast<double>(now_ns() - begun_ns_) * 1e-9;
    if (on_device_) record_.prepared = on_device_->prepared();
    if (record_.check && is_operator(the_case().workload)) {
        record_.proof = proof_.record();
    }
    on_device_.reset();
    done_ = true;
}

void CaseRun::end_with(const char* phase, const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const PluginError& refusal) {
        if (refusal.device_lost()) throw;
        end(refusal.is_skip() ? State::skipped : State::failed, phase, refusal.what());
    } catch (const std::bad_alloc&) {
        end(State::skipped, phase, "out of host memory");
    } catch (const std::exception& other) {
        end(State::failed, phase, other.what());
    }
}

std::string CaseRun::guess_too_slow() const {
    const double whole = flop(the_case().workload);
    if (!is_operator(the_case().workload) || whole < try_flop) return "";
    const double cap = cap_seconds(the_case(), job_->profile);
    Case twin = the_case();
    for (std::int64_t scale = 1;; scale *= 2) {
        twin.workload = small_twin(the_case().workload, scale);
        if (flop(twin.workload) * 2 > whole) return "";  // then it may as well be tried
        const double call_s = shortest_call_s(twin);
        const double rate = flop(twin.workload) / call_s;
        const double seconds = whole / rate;
        if (too_slow(seconds, cap * guess_factor, job_->profile).empty()) return "";
        if (call_s < telling_call_s) continue;
        return fmt::format(
            "too slow: a small {} ran at {}, so one invocation would take about {}; {} "
            "readings do not fit into the cap of {}",
            short_name(twin.workload), format(rate, Unit::flop_per_second, 3),
            format(seconds, Unit::second, 2), job_->profile.floor_readings,
            format(cap, Unit::second, 2));
    }
}

double CaseRun::shortest_call_s(const Case& twin) const {
    DeviceCase small(twin, Rotation{}, *device_);
    double shortest_ns = small.invoke_once();
    for (int i = 1; i < guess_calls; ++i) {
        shortest_ns = std::min(shortest_ns, small.invoke_once());
    }
    return shortest_ns * 1e-9;
}

std::string CaseRun::slowness(double call_s) const {
    if (!the_case().protocol.load) {
        return too_slow(call_s, cap_seconds(the_case(), job_->profile), job_->profile);
    }
    const bool is_virtual = on_device_->clock() == "virtual";
    const double own = the_case().max_seconds;
    const bool says_itself = is_search(*the_case().protocol.load) && own == 0;
    const double cap = own > 0 ? own : most_load_seconds;
    const double seconds = expected_load_seconds(the_case(), call_s);
    if (is_virtual || says_itself || seconds <= cap) return "";
    return fmt::format(
        "too slow: the load takes about {}, the cap is {}; ask for fewer queries, "
        "or set max_seconds",
        format(seconds, Unit::second, 2), format(cap, Unit::second, 2));
}

std::string CaseRun::refusal() const {
    if (!is_operator(the_case().workload)) return "";
    // Asked first: a refusal should not cost making and uploading the inputs.
    const Support support = device_->query(Operator(op_of(the_case().workload)));
    return support.level == "none" ? support.reason : "";
}

void CaseRun::prepare() {
    if (!the_case().model_error.empty()) {
        end(State::skipped, "prepare", "model: " + the_case().model_error);
        return;
    }
    if (std::string reason = refusal(); !reason.empty()) {
        end(State::skipped, "prepare", "unsupported: " + reason);
        return;
    }
    if (std::string reason = guess_too_slow(); !reason.empty()) {
        end(State::skipped, "prepare", std::move(reason));
        return;
    }
    if (weights_ != nullptr) weights_->begin(shared_with(), memory());
    on_device_ = std::make_unique<DeviceCase>(the_case(), rotation_, *device_, weights_);
    first_calls();
    if (!done_) check_first();
}

/// Whose weights stay for others of the pass; "" where no other case wants them.
std::string CaseRun::shared_with() const {
    const std::string mine = weights_of(the_case());
    if (mine.empty()) return "";
    const auto wants = [&](const Case& each) { return weights_of(each) == mine; };
    return std::ranges::count_if(job_->cases, wants) > 1 ? mine : "";
}

/// The first call may build and fault in memory; a second one says what a call takes, where that
/// costs little or decides something.
void CaseRun::first_calls() {
    const double first_ns = on_device_->invoke_once();
    on_device_->remember();
    on_device_->prepared().first_invocation_ns = first_ns;
    double call_s = first_ns * 1e-9;
    if (call_s < long_call_s || !slowness(call_s).empty()) {
        call_s = std::min(call_s, on_device_->invoke_once() * 1e-9);
    }
    if (std::string reason = slowness(call_s); !reason.empty()) {
        end(State::skipped, "prepare", std::move(reason));
        return;
    }
    first_call_s_ = std::max(call_s, least_call_s);
}

void CaseRun::check_first() {
    const bool small = flop(the_case().workload) <= exact_in_every_pass_flop;
    record_.check = proof_.before(*on_device_, job_->pass == 0 || small);
    if (!record_.check->passed) {
        end(State::failed, "check", "wrong answer: " + record_.check->reason);
    }
}

/// False, and the case ends, when something is wrong.
bool CaseRun::right(const std::string& wrong, const char* phase) {
    if (wrong.empty()) return true;
    end(State::failed, phase, "wrong answer: " + wrong);
    return false;
}

double CaseRun::settle(double seconds) {
    double busy = 0;
    double call_s = first_call_s_;
    // A virtual clock may stand still: bound the batches as well as the time.
    constexpr int most_batches = 10000;
    // The calls before and in the check were the warm-up of what takes so long.
    const bool long_call = call_s >= long_call_s;
    if (long_call) busy = call_s;
    const int least = long_call ? 0 : least_warm_batches;
    for (int i = 0; i < most_batches && (busy < seconds || i < least); ++i) {
        TurnPlan one = plan_turn(call_s, the_case().protocol.measure, job_->profile);
        one.readings = 1;
        const bool looked_at = i < most_settling_looks;
        if (looked_at) proof_.arm(*on_device_, one.invocations);
        const double reading_s = run_turn(*on_device_, one).readings.front().ns * 1e-9;
        if (looked_at && !right(proof_.look(*on_device_), "warm-up")) return call_s;
        call_s = std::max(reading_s / static_cast<double>(one.invocations), least_call_s);
        sample_.settling_ns->push_back(reading_s * 1e9 / static_cast<double>(one.invocations));
        busy += reading_s;
    }
    return call_s;
}

void CaseRun::warm_up(double seconds) {
    sample_.settling_ns.emplace();
    call_s_ = settle(seconds / 2);
    if (done_) return;
    plan_ = plan_turn(call_s_, the_case().protocol.measure, job_->profile);
    sample_.invocations = plan_.invocations;
    sample_.clock = on_device_->clock();
    // The second half has the batches of the readings that follow, and is kept beside them.
    TurnPlan plan = plan_;
    const double reading_s = job_->profile.turn_seconds / plan_.readings;
    plan.readings = std::clamp(static_cast<int>(seconds / 2 / reading_s), 1, max_turn_readings);
    for (const Reading& reading : run_turn(*on_device_, plan).readings) {
        sample_.warmup_ns.push_back(reading.ns);
    }
}

}  // namespace assay

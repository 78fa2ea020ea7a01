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
#include "core/unit/scale.hpp"

namespace assay {
namespace {

/// Between turns other cases ran: untimed calls bring caches and clocks back.
constexpr double rewarm_seconds = 0.004;
constexpr int least_warm_batches = 3;
/// Batches of the warm-up whose last answer is looked at.
constexpr int most_settling_looks = 4;
/// A load may take so long when its case sets no max_seconds: MLPerf's runs are of 600 s.
constexpr double most_load_seconds = 1200;
/// A clock that shows nothing for a call still needs a plan.
constexpr double least_call_s = 1e-9;
/// How far a guess from a small twin may be off before a large case is refused unseen.
constexpr double guess_factor = 4;
/// Calls of the twin, of which the shortest counts: one alone may fall on a busy moment.
constexpr int guess_calls = 6;

std::uint64_t cache_bytes(const Job& job, const Workload& workload, const Device& device) {
    const std::uint64_t own = device.record().last_level_cache_bytes;
    // A copy's other end is the host's memory: neither cache is to hold the data.
    if (std::holds_alternative<Transfer>(workload)) {
        return std::max(own, job.last_level_cache_bytes);
    }
    return own > 0 ? own : job.last_level_cache_bytes;
}

/// What answers are checked with: not known to the plugin while they are made.
std::uint64_t check_seed(const Job& job, int index) {
    return job.order_seed * 1000003ULL + static_cast<std::uint64_t>(job.pass) * 8191ULL +
           static_cast<std::uint64_t>(index) * 2ULL;
}

/// What a call computes in some milliseconds is proven exactly in every pass, more in the first.
constexpr double exact_in_every_pass_flop = 1e9;

/// A device clock may not outlast the host's bracket around it; 1 us and 1 % for its resolution.
std::string clock_fault(const Reading& reading, const std::string& clock) {
    if (clock != "device" || reading.ns <= reading.host_ns * 1.01 + 1000) return "";
    return fmt::format("clock: the device reports {} within a host bracket of {}",
                       format(reading.ns * 1e-9, Unit::second),
                       format(reading.host_ns * 1e-9, Unit::second));
}

}  // namespace

CaseRun::CaseRun(const Job& job, int index, const Device& device, const Sensors& sensors)
    : job_(&job),
      index_(index),
      device_(&device),
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
    if (!is_operator(the_case().workload) || flop(the_case().workload) < try_flop) return "";
    Case twin = the_case();
    twin.workload = small_twin(twin.workload);
    DeviceCase small(twin, Rotation{}, *device_);
    double shortest_ns = small.invoke_once();
    for (int i = 1; i < guess_calls; ++i) {
        shortest_ns = std::min(shortest_ns, small.invoke_once());
    }
    const double rate = flop(twin.workload) / (shortest_ns * 1e-9);
    const double seconds = flop(the_case().workload) / rate;
    const double cap = cap_seconds(the_case(), job_->profile);
    if (too_slow(seconds, cap * guess_factor, job_->profile).empty()) return "";
    return fmt::format(
        "too slow: a small {} ran at {}, so one invocation would take about {}; {} "
        "readings do not fit into the cap of {}",
        short_name(twin.workload), format(rate, Unit::flop_per_second, 3),
        format(seconds, Unit::second, 2), job_->profile.floor_readings,
        format(cap, Unit::second, 2));
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
    on_device_ = std::make_unique<DeviceCase>(the_case(), rotation_, *device_);
    const double first_ns = on_device_->invoke_once();
    on_device_->remember();
    on_device_->prepared().first_invocation_ns = first_ns;
    const double call_s = std::min(first_ns, on_device_->invoke_once()) * 1e-9;
    if (std::string reason = slowness(call_s); !reason.empty()) {
        end(State::skipped, "prepare", std::move(reason));
        return;
    }
    first_call_s_ = std::max(call_s, least_call_s);
    check_first();
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
    for (int i = 0; i < most_batches && (busy < seconds || i < least_warm_batches); ++i) {
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

void CaseRun::rewarm() {
    const bool quick = call_s_ < rewarm_seconds, seen = on_device_->sees_elements();
    // Where the caches matter, a call before those that are compared with each other.
    if (quick && seen) on_device_->invoke_once();
    if (!right(proof_.between(*on_device_), "measure")) return;
    const int least = !seen ? 2 : quick ? 1 : 0;
    double busy = 0;
    for (int i = 0; i < least || (quick && busy < rewarm_seconds && i < 1000); ++i) {
        busy += on_device_->invoke_once() * 1e-9;
    }
}

void CaseRun::take_turn(ProbeWatch& probe, const std::function<void()>& alive) {
    if (sample_.turns.empty()) sample_.probe = probe.series();
    const std::optional<ProbeReading> heard = probe.before();
    rewarm();
    if (done_) return;
    the_case().protocol.load ? take_load(alive) : take_readings();
    add_turn(sample_.probe, heard, probe.after());
    if (!done_ && enough()) finish();
}

/// A load is one turn, and so are as many readings as are kept.
bool CaseRun::may_take_more() const {
    const bool load = the_case().protocol.load.has_value();
    return !(load && satisfied_) && std::ssize(sample_.readings_ns) < max_readings;
}

void CaseRun::take_shared_turn(Company& company, const std::function<void()>& alive) {
    if (!record_.sharing) record_.sharing = SharingRecord{.devices = company.devices()};
    rewarm();
    if (done_) return;
    company.start();
    window_ = {};
    if (may_take_more()) the_case().protocol.load ? take_load(alive) : take_readings();
    if (done_) return;
    satisfied_ = satisfied_ || enough();
    share(company, alive);
}

/// Keeps the device busy for the others, and ends with them.
void CaseRun::share(Company& company, const std::function<void()>& alive) {
    company.has_readings(window_, !satisfied_);
    TimeSpan busy{now_ns(), 0};
    while (company.others_at_work()) {
        on_device_->keep_busy(plan_.invocations);
        alive();
    }
    busy.end_ns = now_ns();
    const Company::Shared shared = company.end_turn(busy);
    ++record_.sharing->turns;
    record_.sharing->measured_s += static_cast<double>(window_.length_ns()) * 1e-9;
    record_.sharing->overlapped_s += static_cast<double>(shared.overlapped_ns) * 1e-9;
    if (satisfied_ && !shared.go_on) finish();
}

void CaseRun::take_readings() {
    TurnPlan plan = plan_;
    const int left = max_readings - static_cast<int>(sample_.readings_ns.size());
    plan.readings = std::min(plan.readings, left);
    on_device_->poison_before(plan.readings * plan.invocations);
    proof_.arm(*on_device_, plan.readings * plan.invocations);
    Turn turn;
    hear([&] { turn = run_turn(*on_device_, plan); });
    if (right(proof_.look(*on_device_), "measure")) keep(turn);
}

void CaseRun::hear(const std::function<void()>& work) {
    const Counters before = read_counters();
    const Sensors::Snapshot begun = telemetry_.read();
    window_.begin_ns = now_ns();
    work();
    window_.end_ns = now_ns();
    telemetry_.add_turn(begun, telemetry_.read());
    record_.counters = record_.counters + (read_counters() - before);
}

void CaseRun::take_load(const std::function<void()>& alive) {
    on_device_->poison_before(1);  // hot: all invocations write to the same place
    const std::uint64_t seed = check_seed(*job_, index_);
    LoadOutcome load;
    hear([&] { load = run_load_case(the_case(), *on_device_, {call_s_, seed, alive}); });
    if (!load.invalid.empty()) {
        end(State::failed, "load", std::move(load.invalid));
        return;
    }
    sample_.metric = load.metric;
    sample_.clock = load.clock;
    sample_.invocations = load.invocations;
    sample_.readings_ns = std::move(load.readings_ns);
    sample_.turns = {static_cast<int>(sample_.readings_ns.size())};
    record_.load = std::move(load.record);
}

void CaseRun::keep(const Turn& turn) {
    for (const Reading& reading : turn.readings) {
        if (std::string fault = clock_fault(reading, sample_.clock); !fault.empty()) {
            end(State::failed, "measure", std::move(fault));
            return;
        }
        sample_.readings_ns.push_back(reading.ns);
        if (sample_.clock == "device") sample_.host_ns.push_back(reading.host_ns);
        measured_s_ += reading.ns * 1e-9;
    }
    sample_.turns.push_back(static_cast<int>(turn.readings.size()));
}

std::string CaseRun::reason_to_stop() {
    const Profile& profile = job_->profile;
    const auto readings = static_cast<int>(sample_.readings_ns.size());
    if (readings >= max_readings) return "reading cap";
    const double cap = cap_seconds(the_case(), profile) * (extended_to_ > 0 ? 2 : 1);
    if (measured_s_ >= cap) return "time cap";
    const bool look = readings >= std::max({next_look_, profile.min_readings, extended_to_});
    if (!look || measured_s_ < profile.min_seconds) return "";
    const StoppingRule rule{profile.min_readings, profile.precision};
    next_look_ = rule.next_look(readings);
    const auto kept =
        std::span<const double>(sample_.readings_ns).subspan(steady_part(sample_.readings_ns).cut);
    return rule.satisfied(kept) ? "precise" : "";
}

bool CaseRun::unsteady_once() {
    if (extended_to_ > 0 || steady_part(sample_.readings_ns).reached) return false;
    // research/statistics 1.2: the run is doubled once; then it is what it is.
    extended_to_ = 2 * static_cast<int>(sample_.readings_ns.size());
    return true;
}

bool CaseRun::enough() {
    if (the_case().protocol.load) {
        sample_.stop = "load";
        return true;
    }
    sample_.stop = reason_to_stop();
    if (sample_.stop.empty()) return false;
    if (sample_.stop == "reading cap" || !unsteady_once()) return true;
    sample_.stop.clear();
    return false;
}

std::string CaseRun::impossible_rate() const {
    if (record_.load) return "";  // its readings are not of the device alone
    const double call_s =
        median(sample_.readings_ns) * 1e-9 / static_cast<double>(sample_.invocations);
    return implausible(the_case().workload, call_s, job_->peaks);
}

void CaseRun::finish() {
    record_.check_after = proof_.after(*on_device_);
    if (!right(record_.check_after->reason, "check after")) return;
    if (std::string rate = impossible_rate(); !rate.empty()) {
        end(State::failed, "measure", std::move(rate));
        return;
    }
    if (std::string caching = proof_.caching(); !caching.empty()) {
        record_.warnings.push_back(std::move(caching));
    }
    if (!record_.load) {  // of a queue's latencies a long tail is no oddity
        for (std::string& oddity : oddities(sample_.readings_ns)) {
            record_.warnings.push_back(std::move(oddity));
        }
    }
    record_.sample = std::move(sample_);
    record_.sensors = telemetry_.records();
    end(State::measured, "", "");
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// The turns of a case: before each one a few untimed calls, then readings or a load, alone or at
// one instant with other devices; when there are enough, the check after. Preparing and warming up:
// case_run.cpp.
#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/measure/case_run.hpp"
#include "core/measure/load_case.hpp"
#include "core/stat/sample.hpp"
#include "core/stat/steady.hpp"
#include "core/unit/scale.hpp"

namespace assay {
namespace {

/// Between turns other cases ran: untimed calls bring caches and clocks back.
constexpr double rewarm_seconds = 0.004;

/// A device clock may not outlast the host's bracket around it; 1 us and 1 % for its resolution.
std::string clock_fault(const Reading& reading, const std::string& clock) {
    if (clock != "device" || reading.ns <= reading.host_ns * 1.01 + 1000) return "";
    return fmt::format("clock: the device reports {} within a host bracket of {}",
                       format(reading.ns * 1e-9, Unit::second),
                       format(reading.host_ns * 1e-9, Unit::second));
}

}  // namespace

void CaseRun::rewarm(bool alone) {
    const bool quick = call_s_ < rewarm_seconds, seen = on_device_->sees_elements();
    // Where the caches matter, a call before those that are compared with each other.
    if (quick && seen) on_device_->invoke_once();
    if (!right(proof_.between(*on_device_), "measure")) return;
    const bool cold = !alone && call_s_ < long_call_s;
    const int least = quick ? (seen ? 1 : 2) : (!seen && cold ? 1 : 0);
    double busy = 0;
    for (int i = 0; i < least || (quick && busy < rewarm_seconds && i < 1000); ++i) {
        busy += on_device_->invoke_once() * 1e-9;
    }
}

void CaseRun::take_turn(ProbeWatch& probe, const std::function<void()>& alive, bool alone) {
    if (sample_.turns.empty()) sample_.probe = probe.series();
    const std::optional<ProbeReading> heard = probe.before();
    rewarm(alone);
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
    rewarm(false);
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

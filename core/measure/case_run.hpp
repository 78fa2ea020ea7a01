// SPDX-License-Identifier: Apache-2.0
// One case on its way through a pass: prepare, check, warm up, take turns until the interval is
// narrow, check again. It owns the case's device memory and builds its record. Preparing is in
// case_run.cpp, the turns are in case_turns.cpp.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/host/device.hpp"
#include "core/measure/company.hpp"
#include "core/measure/device_case.hpp"
#include "core/measure/job.hpp"
#include "core/measure/plan.hpp"
#include "core/measure/probe_watch.hpp"
#include "core/measure/proof.hpp"
#include "core/measure/telemetry.hpp"

namespace assay {

class CaseRun {
public:
    /// `index` is its place in job.cases. All others outlive it. `weights` is where a model's come
    /// from, null: its own.
    CaseRun(const Job& job, int index, const Device& device, const Sensors& sensors,
            WeightStore* weights = nullptr);

    /// Up to the passed check. After a refusal or a failure done() is true and the record says why.
    void prepare();
    /// At least `seconds` of busy time; all readings are kept, marked as warm-up.
    void warm_up(double seconds);
    /// One turn of timed batches, or the load, with the probe before and after it. A load calls
    /// `alive` between queries. `alone`: nothing else was called since the turn before.
    void take_turn(ProbeWatch& probe, const std::function<void()>& alive, bool alone = false);
    /// One turn that begins at one instant with those of other devices, and is kept up until they
    /// have their readings. Without the probe, which would hear them.
    void take_shared_turn(Company& company, const std::function<void()>& alive);
    /// The check after timing; the record is final.
    void finish();

    [[nodiscard]] bool done() const { return done_; }
    [[nodiscard]] int index() const { return index_; }
    [[nodiscard]] const CaseRecord& record() const { return record_; }
    /// Device and host memory that it needs, in bytes.
    [[nodiscard]] std::uint64_t memory() const;

    /// Ends the case with the error as its outcome; rethrows a lost device.
    void end_with(const char* phase, const std::exception_ptr& error);

private:
    /// A call so long begins cold for less than half a percent of it: a call more would be waste.
    static constexpr double long_call_s = 1;

    /// What answers are checked with: not known to the plugin while they are made.
    static std::uint64_t check_seed(const Job& job, int index);
    [[nodiscard]] const Case& the_case() const;
    /// Why the plugin does not have it, or "".
    [[nodiscard]] std::string refusal() const;
    [[nodiscard]] std::string guess_too_slow() const;
    [[nodiscard]] double shortest_call_s(const Case& twin) const;
    [[nodiscard]] std::string slowness(double call_s) const;
    void end(State state, const char* phase, std::string reason);
    void check_first();
    void first_calls();
    [[nodiscard]] std::string shared_with() const;
    double settle(double seconds);
    void rewarm(bool alone);
    [[nodiscard]] bool right(const std::string& wrong, const char* phase);
    void keep(const Turn& turn);
    void take_readings();
    void take_load(const std::function<void()>& alive);
    [[nodiscard]] bool may_take_more() const;
    void share(Company& company, const std::function<void()>& alive);
    void hear(const std::function<void()>& work);
    [[nodiscard]] std::string reason_to_stop();
    [[nodiscard]] bool enough();
    [[nodiscard]] bool unsteady_once();
    [[nodiscard]] std::string impossible_rate() const;

    const Job* job_;
    int index_;
    const Device* device_;
    WeightStore* weights_;
    Telemetry telemetry_;
    Rotation rotation_;
    std::unique_ptr<DeviceCase> on_device_;
    Proof proof_;
    TurnPlan plan_;
    CaseRecord record_;
    SampleRecord sample_;
    double first_call_s_ = 0, call_s_ = 0, measured_s_ = 0;
    int next_look_ = 0;
    int extended_to_ = 0;     ///< Readings to take where the first ones were not steady.
    TimeSpan window_;         ///< Of the latest turn's readings, on the host's clock.
    bool satisfied_ = false;  ///< Has what it wants, but others may want more turns.
    std::uint64_t begun_ns_ = 0;
    bool done_ = false;
};

}  // namespace assay

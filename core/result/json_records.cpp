// SPDX-License-Identifier: Apache-2.0
// Records to and from JSON, and what must hold between the fields of one record: no number without
// a passed check, as many host brackets as readings, a key that is the key of its work.
#include "core/result/json_records.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/result/described.hpp"
#include "core/result/load_check.hpp"

namespace assay {

namespace {

constexpr std::string_view state_names[] = {"measured", "skipped", "failed"};

std::optional<Check> storable(const std::optional<Check>& check) {
    return check ? std::optional(storable(*check)) : check;
}

/// Calls `refuse` for a record whose sample contradicts itself.
void examine(const SampleRecord& sample, const Place& place) {
    if (sample.invocations < 1) refuse(place, "has fewer than one invocation");
    if (sample.readings_ns.empty()) refuse(place, "has no readings");
    if (!sample.host_ns.empty() && sample.host_ns.size() != sample.readings_ns.size()) {
        refuse(place, "has not one host_ns for each of readings_ns");
    }
    for (const std::string_view clock : {"host", "device", "virtual"}) {
        if (sample.clock == clock) return;
    }
    refuse(place, "has the unknown clock '" + sample.clock + "'");
}

/// The turns are read from a stranger: sums are made in 64 bits, and nothing may be negative.
bool turns_agree(const SampleRecord& sample) {
    if (sample.turns.empty()) return true;
    if (std::ranges::any_of(sample.turns, [](int turn) { return turn < 0; })) return false;
    const std::uint64_t sum =
        std::accumulate(sample.turns.begin(), sample.turns.end(), std::uint64_t{0},
                        [](std::uint64_t total, int turn) { return total + std::uint64_t(turn); });
    return sum == sample.readings_ns.size();
}

/// One number of each kind for each turn, none of them 0: readings are divided by them.
bool probe_agrees(const SampleRecord& sample) {
    if (!sample.probe) return true;
    const ProbeRecord& probe = *sample.probe;
    for (const auto* each : {&probe.before_ns, &probe.after_ns, &probe.chain_ns}) {
        if (each->size() != sample.turns.size()) return false;
        if (!std::ranges::all_of(*each, [](double ns) { return ns > 0; })) return false;
    }
    return true;
}

void examine(const SharingRecord& sharing, const Place& place) {
    const bool possible = sharing.devices >= 2 && sharing.turns >= 0 && sharing.overlapped_s >= 0 &&
                          sharing.measured_s >= sharing.overlapped_s;
    if (!possible) refuse(place, "has times that cannot be");
}

void examine(const CaseRecord& record, const Place& place) {
    if (record.subject < 0 || record.pass < 0 || record.order < 0 || record.index < 0) {
        refuse(place, "has a negative subject, pass, order or index");
    }
    Case same;
    same.workload = record.workload;
    same.protocol = record.protocol;
    if (record.key != key_of(same)) {
        refuse(place, "has a key that is not that of its workload and protocol");
    }
    if (record.sample) {
        const Place here{place.where, &place, "sample"};
        examine(*record.sample, here);
        if (!turns_agree(*record.sample)) refuse(here, "has turns that do not add up");
        if (!probe_agrees(*record.sample)) refuse(here, "has not one probe for each turn");
    }
    if (std::string wrong = load_fault(record); !wrong.empty()) {
        refuse(Place{place.where, &place, "load"}, wrong);
    }
    if (record.sharing) examine(*record.sharing, Place{place.where, &place, "sharing"});
    if (record.outcome.state != State::measured) return;
    if (!record.sample) refuse(place, "says measured but has no sample");
    if (!record.check || !record.check->passed) refuse(place, "says measured without passed check");
}

template <class Record>
Record from(const Json& json, const std::string& where) {
    Record record;
    described_from_json(json, record, Place{&where});
    return record;
}

}  // namespace

Check storable(Check check) {
    for (double* error :
         {&check.max_error, &check.tolerance, &check.worst, &check.rms_error, &check.rms_limit}) {
        if (!std::isfinite(*error)) *error = std::numeric_limits<double>::max();
    }
    return check;
}

std::string_view name(State state) {
    return state_names[static_cast<std::size_t>(state)];
}

Json to_json(const RunRecord& record) {
    return described_to_json(record);
}
Json to_json(const EndRecord& record) {
    return described_to_json(record);
}
Json to_json(const Subject& subject) {
    return described_to_json(subject);
}
Json to_json(const Case& each) {
    return described_to_json(each);
}
Json to_json(const Profile& profile) {
    return described_to_json(profile);
}

Json to_json(const CaseRecord& record) {
    CaseRecord written = record;
    written.check = storable(record.check);
    written.check_after = storable(record.check_after);
    return described_to_json(written);
}

RunRecord run_from_json(const Json& json, const std::string& where) {
    auto record = from<RunRecord>(json, where);
    for (std::size_t i = 0; i < record.subjects.size(); ++i) {
        if (record.subjects[i].index != static_cast<int>(i)) {
            throw Error(where + ": subjects are not numbered 0, 1, 2 …");
        }
        const int other = record.subjects[i].together_of.value_or(0);
        if (other < 0 || std::cmp_greater_equal(other, record.subjects.size())) {
            throw Error(where + ": a subject is together_of one that is not there");
        }
    }
    return record;
}

CaseRecord case_from_json(const Json& json, const std::string& where) {
    auto record = from<CaseRecord>(json, where);
    examine(record, Place{&where});
    return record;
}

EndRecord end_from_json(const Json& json, const std::string& where) {
    auto record = from<EndRecord>(json, where);
    if (record.status != "complete" && record.status != "interrupted") {
        throw Error(where + ": status is neither \"complete\" nor \"interrupted\"");
    }
    return record;
}

Subject subject_from_json(const Json& json, const std::string& where) {
    return from<Subject>(json, where);
}
Case case_description_from_json(const Json& json, const std::string& where) {
    return from<Case>(json, where);
}
Profile profile_from_json(const Json& json, const std::string& where) {
    return from<Profile>(json, where);
}

}  // namespace assay

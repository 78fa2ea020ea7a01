// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/together.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <memory>

#include "core/supervise/meeting.hpp"

namespace assay {
namespace {

constexpr const char* not_together = "not measured together: ";

/// Of a run that was taken up: what one worker has measured already, the others cannot measure with
/// it any more.
void keep_what_all_have_left(PassWork& work, std::vector<SubjectPass>& runs) {
    std::map<int, std::size_t> left;
    for (const SubjectPass& each : runs) {
        for (const int index : each.job.indices) ++left[index];
    }
    for (SubjectPass& each : runs) {
        SubjectPass lonely = each;
        std::vector<bool> of_all, of_some;
        for (const int index : each.job.indices) {
            of_all.push_back(left.at(index) == runs.size());
            of_some.push_back(!of_all.back());
        }
        lonely.job = remaining_job(each.job, of_all);
        each.job = remaining_job(each.job, of_some);
        work.give_up(lonely, std::string(not_together) +
                                 "the run was resumed where the others had it already");
    }
}

/// Nobody goes together with a plugin that keeps losing its workers.
void give_up_without(PassWork& work, std::vector<SubjectPass>& runs,
                     const std::vector<std::string>& labels) {
    for (std::size_t i = 0; i < runs.size(); ++i) {
        if (!work.is_quarantined(runs[i].job.subject)) continue;
        for (SubjectPass& each : runs) {
            work.give_up(each, std::string(not_together) + "quarantined: " + labels[i] +
                                   " lost its worker three times in a row");
        }
        return;
    }
}

/// One worker, until it ended: then nobody waits for it.
void sit(PassWork& work, SubjectPass& run, const MeetingRoom& room) {
    const int seat = run.job.seat;
    try {
        work.run_worker(run, std::make_shared<Descriptor>(room.share()));
    } catch (...) {
        room.leave(seat);
        throw;
    }
    room.leave(seat);
}

/// Returns when every worker has ended, and throws the first thing that one of them threw.
void meet(PassWork& work, std::vector<SubjectPass>& runs) {
    const MeetingRoom room(static_cast<int>(runs.size()));
    std::vector<std::future<void>> all;
    for (SubjectPass& each : runs) {
        all.push_back(std::async(std::launch::async, [&] { sit(work, each, room); }));
    }
    for (const std::future<void>& each : all) each.wait();
    for (std::future<void>& each : all) each.get();
}

}  // namespace

bool work_together(PassWork& work, std::vector<SubjectPass>& runs,
                   const std::vector<std::string>& labels) {
    keep_what_all_have_left(work, runs);
    give_up_without(work, runs, labels);
    const bool any = !runs.front().job.cases.empty();
    for (std::size_t i = 0; i < runs.size(); ++i) {
        runs[i].job.together = static_cast<int>(runs.size());
        runs[i].job.seat = static_cast<int>(i);
    }
    if (any) meet(work, runs);
    for (SubjectPass& each : runs) {
        work.give_up(each, not_together + each.ended);
        work.finish(each);  // nothing is left: keeps or drops its log
    }
    return any;
}

}  // namespace assay

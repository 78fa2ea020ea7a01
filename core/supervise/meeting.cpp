// SPDX-License-Identifier: Apache-2.0
// A seat's progress is one number that only grows: four times the position of its step in the pass,
// plus how far it is in that step. So every wait is a comparison, and nobody has to answer.
#include "core/supervise/meeting.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <new>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"

namespace assay {

/// Each on a cache line of its own.
struct alignas(64) Seat {
    std::atomic<std::int64_t> progress{std::numeric_limits<std::int64_t>::min()};
    std::atomic<bool> gone{false};
    std::atomic<bool> wants_more{false};
    /// Of the latest turn: readings, and what the device was kept busy with after them.
    std::atomic<std::uint64_t> begin_ns{0}, end_ns{0}, busy_begin_ns{0}, busy_end_ns{0};
};

struct MeetingTable {
    std::int64_t seats = 0;
    /// When the turn at `start_position` begins, of the host's clock.
    std::atomic<std::int64_t> start_position{-1};
    std::atomic<std::uint64_t> start_ns{0};
    std::array<Seat, MeetingRoom::most_seats> seat{};
};

static_assert(std::atomic<std::int64_t>::is_always_lock_free, "processes share no locks");

namespace {

enum Phase : std::int64_t { coming = 0, armed = 1, has_read = 2, at_end = 3, phases = 4 };

constexpr std::int64_t finished = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t start_delay_ns = 200'000;  // chosen: longer than a waiter's nap
/// Chosen: between turns nobody is to notice who waits; before one nobody is to be late.
constexpr auto first_nap = std::chrono::microseconds(50),
               longest_nap = std::chrono::microseconds(2000);
constexpr std::uint64_t second_ns = 1'000'000'000;

[[noreturn]] void fail(const char* what) {
    throw Error(std::string("a table for workers that meet: ") + what + ": " +
                std::strerror(errno));
}

}  // namespace

MeetingRoom::MeetingRoom(int seats) : memory_(memfd_create("assay-meeting", MFD_CLOEXEC)) {
    if (seats < 2 || seats > most_seats) {
        throw Error("together: from 2 to " + std::to_string(most_seats) + " devices, not " +
                    std::to_string(seats));
    }
    if (!memory_.valid()) fail("memfd_create");
    if (ftruncate(memory_.get(), sizeof(MeetingTable)) != 0) fail("ftruncate");
    map();
    new (table_) MeetingTable;
    table_->seats = seats;
}

MeetingRoom::MeetingRoom(Descriptor descriptor) : memory_(std::move(descriptor)) {
    map();
}

MeetingRoom::~MeetingRoom() {
    munmap(table_, sizeof(MeetingTable));
}

void MeetingRoom::map() {
    void* const seen =
        mmap(nullptr, sizeof(MeetingTable), PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), 0);
    if (seen == MAP_FAILED) fail("mmap");
    table_ = static_cast<MeetingTable*>(seen);
}

Descriptor MeetingRoom::share() const {
    // Numbered clear of a child's 0 … 5, as base/process.hpp's pipes are.
    Descriptor copy(fcntl(memory_.get(), F_DUPFD_CLOEXEC, 10));
    if (!copy.valid()) fail("dup");
    return copy;
}

void MeetingRoom::leave(int seat) const {
    table_->seat.at(static_cast<std::size_t>(seat)).gone = true;
}

Meeting::Meeting(const MeetingRoom& room, int seat, std::function<void()> waiting)
    : table_(room.table()), seat_(seat), waiting_(std::move(waiting)) {
    if (seat < 0 || seat >= table_.seats) throw Error("a meeting has no seat of that number");
}

int Meeting::devices() const {
    return static_cast<int>(table_.seats);
}

void Meeting::set_progress(int phase) {
    table_.seat.at(static_cast<std::size_t>(seat_)).progress = position_ * phases + phase;
}

/// Of those that are there: holds(seat number, its progress).
template <class Predicate>
bool Meeting::all_others(const Predicate& holds) const {
    for (int i = 0; i < table_.seats; ++i) {
        const Seat& each = table_.seat.at(static_cast<std::size_t>(i));
        if (i != seat_ && !each.gone && !holds(i, each.progress.load())) return false;
    }
    return true;
}

template <class Condition>
void Meeting::wait_for(const Condition& condition, Patience patience) {
    std::uint64_t told_ns = now_ns();
    auto nap = first_nap;
    while (!condition()) {
        std::this_thread::sleep_for(nap);
        if (patience == Patience::long_waits) nap = std::min(2 * nap, longest_nap);
        if (now_ns() - told_ns < second_ns) continue;
        told_ns = now_ns();
        waiting_();
    }
}

void Meeting::before(const PassStep& step) {
    position_ = step.position;
    set_progress(coming);
    const std::int64_t here = position_ * phases;
    const auto may_go = [&](int seat, std::int64_t progress) {
        return progress > here || (progress == here && !(step.prepares && seat < seat_));
    };
    wait_for([&] { return all_others(may_go); }, Patience::long_waits);
}

void Meeting::finish() {
    table_.seat.at(static_cast<std::size_t>(seat_)).progress = finished;
}

/// Of those that wait to begin this turn; the dead leave that to the next.
bool Meeting::is_first_of_turn() const {
    const std::int64_t here = position_ * phases + armed;
    return all_others(
        [&](int seat, std::int64_t progress) { return seat > seat_ || progress != here; });
}

void Meeting::start() {
    set_progress(armed);
    const std::int64_t here = position_ * phases;
    const auto is_here = [&](int, std::int64_t progress) { return progress > here; };
    wait_for([&] { return all_others(is_here); }, Patience::about_to_begin);
    // From here on nobody joins: whoever is elsewhere has another step.
    const auto has_begun = [&] {
        if (table_.start_position == position_) return true;
        if (!is_first_of_turn()) return false;
        table_.start_ns = now_ns() + start_delay_ns;
        table_.start_position = position_;
        return true;
    };
    wait_for(has_begun, Patience::about_to_begin);
    partners_.clear();
    for (int i = 0; i < table_.seats; ++i) {
        const Seat& each = table_.seat.at(static_cast<std::size_t>(i));
        const std::int64_t progress = each.progress;
        const bool of_this_turn = progress / phases == position_ && progress >= 0;
        if (i != seat_ && of_this_turn) partners_.push_back(i);
    }
    while (now_ns() < table_.start_ns) {
    }
}

void Meeting::has_readings(const TimeSpan& window, bool wants_more) {
    Seat& own = table_.seat.at(static_cast<std::size_t>(seat_));
    window_ = window;
    own.begin_ns = window.begin_ns;
    own.end_ns = window.end_ns;
    own.busy_begin_ns = own.busy_end_ns = 0;
    own.wants_more = wants_more;
    set_progress(has_read);
}

bool Meeting::others_at_work() {
    const std::int64_t at_work = position_ * phases + armed;
    return !all_others([&](int, std::int64_t progress) { return progress != at_work; });
}

Company::Shared Meeting::end_turn(const TimeSpan& kept_busy) {
    Seat& own = table_.seat.at(static_cast<std::size_t>(seat_));
    own.busy_begin_ns = kept_busy.begin_ns;
    own.busy_end_ns = kept_busy.end_ns;
    set_progress(at_end);
    const std::int64_t end = position_ * phases + at_end;
    const auto has_ended = [&](int, std::int64_t progress) { return progress >= end; };
    wait_for([&] { return all_others(has_ended); }, Patience::about_to_begin);
    Shared shared;
    shared.go_on = own.wants_more;
    std::vector<std::vector<TimeSpan>> others;
    for (const int partner : partners_) {
        const Seat& each = table_.seat.at(static_cast<std::size_t>(partner));
        // One that died in its turn has left no times of it: nothing is known to be shared.
        if (each.progress < end) continue;
        others.push_back({{each.begin_ns, each.end_ns}, {each.busy_begin_ns, each.busy_end_ns}});
        shared.go_on |= each.wants_more;
    }
    const bool all_there = std::cmp_equal(others.size() + 1, table_.seats);
    shared.overlapped_ns = all_there ? overlapped_ns(window_, others) : 0;
    return shared;
}

}  // namespace assay

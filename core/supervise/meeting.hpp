// SPDX-License-Identifier: Apache-2.0
// Workers that are at work at one instant (--together): a table in memory that all of them see, a
// seat each. A worker writes to its own seat alone; the supervisor marks the seats of those that
// have ended, so that nobody waits for the dead. The neighbour for turns one after the other is
// baton.hpp. Source: research/plugin-abi 5.5.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/base/descriptor.hpp"
#include "core/measure/company.hpp"
#include "core/measure/pass.hpp"

namespace assay {

struct MeetingTable;  ///< In shared memory.

/// The table, made and seen by one process.
class MeetingRoom {
public:
    static constexpr int most_seats = 32;  ///< Chosen: more devices than a node has.

    /// A new one, for that many. Throws Error.
    explicit MeetingRoom(int seats);
    /// That of `descriptor` (ours from now on), made by another process. Throws Error.
    explicit MeetingRoom(Descriptor descriptor);
    ~MeetingRoom();
    MeetingRoom(const MeetingRoom&) = delete;
    MeetingRoom& operator=(const MeetingRoom&) = delete;

    /// Another descriptor of the same table, for a child.
    [[nodiscard]] Descriptor share() const;
    /// Nobody waits for this seat any more.
    void leave(int seat) const;
    [[nodiscard]] MeetingTable& table() const { return *table_; }

private:
    void map();
    Descriptor memory_;
    MeetingTable* table_ = nullptr;
};

/// One worker's seat.
class Meeting final : public Company {
public:
    /// `waiting` is called about once a second of waiting. `room` outlives it.
    Meeting(const MeetingRoom& room, int seat, std::function<void()> waiting);

    /// Returns when nobody is behind this step, and of a step that prepares when all with a lower
    /// seat have done theirs.
    void before(const PassStep& step);
    /// This worker has nothing more to do: the others go on without it.
    void finish();

    void start() override;
    void has_readings(const TimeSpan& window, bool wants_more) override;
    bool others_at_work() override;
    Shared end_turn(const TimeSpan& kept_busy) override;
    [[nodiscard]] int devices() const override;

private:
    enum class Patience : std::uint8_t { long_waits, about_to_begin };
    template <class Condition>
    void wait_for(const Condition& condition, Patience patience);
    template <class Predicate>
    [[nodiscard]] bool all_others(const Predicate& holds) const;
    [[nodiscard]] bool is_first_of_turn() const;
    void set_progress(int phase);

    MeetingTable& table_;
    int seat_;
    std::int64_t position_ = 0;
    TimeSpan window_;
    std::vector<int> partners_;  ///< Others that began this turn.
    std::function<void()> waiting_;
};

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Workers that meet, played by threads: who waits for whom, what is shared, and what the dead cost.
// No thread waits for a time: each waits for what another one does.
#include "core/supervise/meeting.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"

namespace assay {
namespace {

/// What one worker does in a turn: waits for the others, reads, keeps busy, ends.
struct Turn {
    TimeSpan window;
    Company::Shared shared;
    int kept_busy = 0;
};

Turn take_turn(Meeting& meeting, bool wants_more) {
    Turn turn;
    meeting.start();
    turn.window.begin_ns = now_ns();
    std::this_thread::yield();
    turn.window.end_ns = now_ns() + 1;
    meeting.has_readings(turn.window, wants_more);
    TimeSpan busy{now_ns(), 0};
    while (meeting.others_at_work()) ++turn.kept_busy;
    busy.end_ns = now_ns();
    turn.shared = meeting.end_turn(busy);
    return turn;
}

template <class Work>
void play(int workers, const Work& work) {
    const MeetingRoom room(workers);
    std::vector<std::thread> threads;
    for (int seat = 0; seat < workers; ++seat) {
        threads.emplace_back([&, seat] {
            const MeetingRoom own(room.share());  // as a process of its own would see it
            Meeting meeting(own, seat, [] {});
            work(meeting, seat);
            room.leave(seat);
        });
    }
    for (std::thread& each : threads) each.join();
}

TEST_CASE("a turn begins when all are there, and goes on while any wants more",
          "[supervise][meeting]") {
    constexpr int workers = 3, turns = 4;
    std::vector<Turn> taken[workers];
    play(workers, [&](Meeting& meeting, int seat) {
        for (int round = 0;; ++round) {
            meeting.before({round, round});
            taken[seat].push_back(take_turn(meeting, seat == 1 && round + 1 < turns));
            if (!taken[seat].back().shared.go_on) break;
        }
    });
    for (const auto& each : taken) REQUIRE(each.size() == turns);
    for (int turn = 0; turn < turns; ++turn) {
        for (const auto& one : taken) {
            for (const auto& other : taken) {
                const auto at = static_cast<std::size_t>(turn);
                // Nobody begins before everybody has ended the turn before.
                if (at > 0) CHECK(one[at].window.begin_ns >= other[at - 1].window.end_ns - 1);
                CHECK(one[at].shared.overlapped_ns <= one[at].window.length_ns());
            }
        }
    }
}

TEST_CASE("they prepare one after the other, by their seats", "[supervise][meeting]") {
    std::mutex mutex;
    std::vector<int> order;
    std::atomic<int> preparing{0};
    std::atomic<bool> at_once{false};
    play(3, [&](Meeting& meeting, int seat) {
        for (int i = 0; i < 5; ++i) {
            meeting.before({2 * i, 0, true});
            if (++preparing > 1) at_once = true;
            {
                const std::lock_guard lock(mutex);
                order.push_back(seat);
            }
            --preparing;
            meeting.before({2 * i + 1, 0});
        }
    });
    CHECK_FALSE(at_once);
    REQUIRE(order.size() == 15);
    for (std::size_t i = 0; i < order.size(); ++i) CHECK(order[i] == static_cast<int>(i % 3));
}

TEST_CASE("who has not the step is not waited for, and nothing is shared with it",
          "[supervise][meeting]") {
    Turn alone;
    play(2, [&](Meeting& meeting, int seat) {
        meeting.before({0, 0});
        if (seat == 0) {  // the other's device refused this case
            meeting.before({5, 0});
            alone = take_turn(meeting, false);
        }
        meeting.before({9, 0});
        take_turn(meeting, false);
        meeting.finish();
    });
    CHECK(alone.shared.overlapped_ns == 0);
    CHECK_FALSE(alone.shared.go_on);
}

TEST_CASE("a worker that dies at any point of a turn leaves the rest going",
          "[supervise][meeting]") {
    for (int dies_at = 0; dies_at < 4; ++dies_at) {
        std::vector<Turn> taken[3];
        play(3, [&](Meeting& meeting, int seat) {
            meeting.before({0, 0});
            if (seat == 0) {  // the lowest seat gives the sign to begin
                if (dies_at == 0) return;
                take_turn(meeting, true);
                if (dies_at == 1) return;
                meeting.before({1, 1});
                if (dies_at == 2) return;
                meeting.start();
                return;  // in its readings
            }
            taken[seat].push_back(take_turn(meeting, true));
            meeting.before({1, 1});
            taken[seat].push_back(take_turn(meeting, false));
        });
        INFO("dies at " << dies_at);
        for (const int seat : {1, 2}) {
            REQUIRE(taken[seat].size() == 2);
            CHECK(taken[seat][1].shared.overlapped_ns == 0);  // not with every other device
        }
    }
}

TEST_CASE("a meeting has seats from two on, and no other", "[supervise][meeting]") {
    CHECK_THROWS_WITH(MeetingRoom(1), Catch::Contains("from 2 to"));
    CHECK_THROWS_WITH(MeetingRoom(MeetingRoom::most_seats + 1), Catch::Contains("from 2 to"));
    const MeetingRoom room(2);
    CHECK_THROWS_WITH(Meeting(room, 2, [] {}), Catch::Contains("no seat"));
}

}  // namespace
}  // namespace assay

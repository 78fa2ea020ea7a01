// SPDX-License-Identifier: Apache-2.0
// Two workers that take turns, played by two threads: never both at work, step beside step.
#include "core/supervise/baton.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/process.hpp"
#include "core/base/random.hpp"

namespace assay {
namespace {

/// What happened, in order, and whether two ever worked at once.
struct Diary {
    struct Entry {
        int worker;
        PassStep step;
    };
    std::mutex mutex;
    std::vector<Entry> entries;
    std::atomic<int> working{0};
    std::atomic<bool> together{false};

    void work(int worker, const PassStep& step) {
        if (++working > 1) together = true;
        {
            const std::lock_guard lock(mutex);
            entries.push_back({worker, step});
        }
        std::this_thread::yield();
        --working;
    }
};

/// A worker that takes these steps and ends; its end of the sockets closes with it.
void play(Diary& diary, int worker, Descriptor socket, const std::vector<PassStep>& steps,
          bool dies = false) {
    Baton baton(socket.get(), worker == 0, [] {});
    for (const PassStep& step : steps) {
        baton.before(step);
        diary.work(worker, step);
    }
    if (!dies) baton.finish();
}

void play_both(Diary& diary, const std::vector<PassStep>& first,
               const std::vector<PassStep>& second) {
    Sockets sockets = message_sockets();
    std::thread beside([&, socket = std::move(sockets.one)]() mutable {
        play(diary, 0, std::move(socket), first);
    });
    play(diary, 1, std::move(sockets.other), second);
    beside.join();
}

std::vector<int> workers(const Diary& diary) {
    std::vector<int> order;
    for (const auto& entry : diary.entries) order.push_back(entry.worker);
    return order;
}

TEST_CASE("equal steps stand side by side, A B B A", "[supervise][baton]") {
    Diary diary;
    const std::vector<PassStep> steps = {{0, 0}, {1, 1}, {2, 2}, {3, 3}};
    play_both(diary, steps, steps);
    CHECK(workers(diary) == std::vector<int>{0, 1, 1, 0, 0, 1, 1, 0});
    CHECK_FALSE(diary.together);
}

TEST_CASE("who has fewer steps waits where the other goes on", "[supervise][baton]") {
    // A's device refuses the case of steps 10 and 11; B needs a round more at 21 (its second).
    Diary diary;
    play_both(diary, {{0, 0}, {20, 0}, {30, 0}},
              {{0, 0}, {10, 0}, {11, 0}, {20, 0}, {21, 1}, {30, 0}});
    CHECK(workers(diary) == std::vector<int>{0, 1, 1, 1, 0, 1, 1, 0, 1});
}

TEST_CASE("whatever the steps, never two at work, and in the order of positions",
          "[supervise][baton]") {
    Random random(11, 12);
    for (int round = 0; round < 20; ++round) {
        std::vector<PassStep> steps[2];
        for (std::int64_t position = 0; position < 60; ++position) {
            for (auto& own : steps) {
                if (random.uniform() < 0.6) own.push_back({position, static_cast<int>(position)});
            }
        }
        Diary diary;
        play_both(diary, steps[0], steps[1]);
        CHECK_FALSE(diary.together);
        REQUIRE(diary.entries.size() == steps[0].size() + steps[1].size());
        for (std::size_t i = 1; i < diary.entries.size(); ++i) {
            CHECK(diary.entries[i - 1].step.position <= diary.entries[i].step.position);
        }
    }
}

TEST_CASE("when the other dies this one goes on alone, and knows it", "[supervise][baton]") {
    for (const bool dies : {true, false}) {
        Diary diary;
        Sockets sockets = message_sockets();
        std::thread beside([&, socket = std::move(sockets.one)]() mutable {
            play(diary, 0, std::move(socket), {{0, 0}}, dies);
        });
        Baton baton(sockets.other.get(), false, [] {});
        for (std::int64_t position = 0; position < 5; ++position) baton.before({position, 0});
        beside.join();
        CHECK(baton.lost() == dies);
    }
}

TEST_CASE("without another worker nobody waits", "[supervise][baton]") {
    Baton baton(-1, false, [] {});
    baton.before({0, 0});
    CHECK_FALSE(baton.lost());
}

}  // namespace
}  // namespace assay

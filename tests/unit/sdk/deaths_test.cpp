// SPDX-License-Identifier: Apache-2.0
// The simulated device's scripted deaths, each in a child process of its own.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/sdk/host_session.hpp"

namespace {

/// Runs it in a child that ends with status 0 if nothing else ends it.
pid_t child(const std::function<void()>& work) {
    const pid_t pid = fork();
    if (pid == 0) {
        for (const int number : {SIGSEGV, SIGABRT}) std::signal(number, SIG_DFL);
        work();
        _exit(0);
    }
    return pid;
}

int status_of(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
}

void enqueue_times(const Settings& settings, int count) {
    Session session(SIMULATED_PLUGIN, settings);
    Problem problem({1, 1}, {1, 1}, {1, 1});
    assay_exec* exec = session.prepare(problem.desc());
    assay_buffer* memory = session.buffer(12);
    for (int i = 0; i < count; ++i) {
        session.enqueue(exec, {{memory, 0, 4}, {memory, 4, 4}, {memory, 8, 4}});
    }
    session.wait();
}

}  // namespace

TEST_CASE("crash, exit and abort happen at the enqueue they are scripted for, and not before") {
    const auto death = [](const char* key, int count) {
        return status_of(child([=] { enqueue_times({{key, "3"}}, count); }));
    };
    for (const char* key : {"crash_at", "exit_at", "abort_at"}) CHECK(death(key, 2) == 0);
    CHECK(WTERMSIG(death("crash_at", 3)) == SIGSEGV);
    CHECK(WEXITSTATUS(death("exit_at", 3)) == 7);
    CHECK(WTERMSIG(death("abort_at", 3)) == SIGABRT);
}

TEST_CASE("a crash can be scripted for open, prepare and wait") {
    const std::string call = GENERATE("open", "prepare", "wait");
    const int status = status_of(child([=] { enqueue_times({{"crash_in", call}}, 1); }));
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGSEGV);
}

TEST_CASE("a hanging enqueue never returns, and dies of a kill") {
    const pid_t pid = child([] { enqueue_times({{"hang_at", "1"}}, 1); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    int status = 0;
    CHECK(waitpid(pid, &status, WNOHANG) == 0);  // still there
    kill(pid, SIGKILL);
    CHECK(WTERMSIG(status_of(pid)) == SIGKILL);
}

TEST_CASE("the number of devices is the environment's, from 1 to 8") {
    namespace fs = std::filesystem;
    // A copy: the plugin this process may have loaded before has counted its devices already.
    const fs::path copy = fs::temp_directory_path() / ("simulated" + std::to_string(getpid()));
    for (const auto& [text, count] : std::map<std::string, int>{{"3", 3}, {"99", 8}, {"x", 1}}) {
        fs::copy_file(SIMULATED_PLUGIN, copy, fs::copy_options::overwrite_existing);
        const int status = status_of(child([&, text = text] {
            setenv("ASSAY_SIMULATED_DEVICES", text.c_str(), 1);
            std::uint32_t found = 0;
            load(copy.string()).device_count(&found, nullptr);
            _exit(static_cast<int>(found));
        }));
        fs::remove(copy);
        CHECK(WEXITSTATUS(status) == count);
    }
}

TEST_CASE("a crash while loading is the environment's to ask for") {
    namespace fs = std::filesystem;
    const fs::path copy = fs::temp_directory_path() / ("loading" + std::to_string(getpid()));
    fs::copy_file(SIMULATED_PLUGIN, copy, fs::copy_options::overwrite_existing);
    const auto status = [&](const char* when) {
        return status_of(child([&] {
            setenv("ASSAY_SIMULATED_CRASH_IN", when, 1);
            load(copy.string());
        }));
    };
    CHECK(status("never") == 0);
    const int crashed = status("load");
    fs::remove(copy);
    REQUIRE(WIFSIGNALED(crashed));
    CHECK(WTERMSIG(crashed) == SIGSEGV);
}

TEST_CASE("a noisy plugin writes to stdout and stderr, a quiet one to neither") {
    const auto written = [](const char* noise, int stream) {
        int ends[2] = {};
        REQUIRE(pipe(ends) == 0);
        const int status = status_of(child([&] {
            dup2(ends[1], stream);
            enqueue_times({{"stdout_noise", noise}}, 1);
        }));
        CHECK(status == 0);
        close(ends[1]);
        char text[256] = {};
        const auto size = read(ends[0], text, sizeof text);
        close(ends[0]);
        return std::string(text, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    };
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
        CHECK(written("1", stream).find("simulated: prepare") != std::string::npos);
        CHECK(written("0", stream).empty());
    }
}

TEST_CASE("shutdown is the last call and leaves nothing behind") {
    const std::string path = GENERATE(TEMPLATE_PLUGIN, REFERENCE_PLUGIN, SIMULATED_PLUGIN);
    CHECK(status_of(child([&] {
              { const Session session(path); }
              load(path).shutdown();
          })) == 0);
}

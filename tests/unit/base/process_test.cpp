// SPDX-License-Identifier: Apache-2.0
// Child processes, with /bin/sh as the child. Waits are bounded by what must happen, not by time.
#include "core/base/process.hpp"

#include <cerrno>
#include <csignal>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/orphans.hpp"
#include "tests/unit/base/folder.hpp"

using Catch::Contains;
using namespace assay;

namespace {

constexpr int patience_ms = 60'000;  // far more than is needed on any machine

Child shell(const std::string& script) {
    return Child::start({{"/bin/sh", "-c", script}, {}, "", 0});
}

std::string first_line(const Child& child) {
    LineReader reader(child.output());
    std::string line;
    return reader.next(line, patience_ms) == LineReader::Got::line ? line : "(no line)";
}

}  // namespace

TEST_CASE("a child reads descriptor 3 and answers on descriptor 4", "[base][process]") {
    Child child = shell("read x <&3; echo \"got $x\" >&4");
    CHECK(child.send("hello\n"));
    CHECK(first_line(child) == "got hello");
    CHECK(child.wait().text() == "exit code 0");
}

TEST_CASE("closing the input is the child's end of file", "[base][process]") {
    Child child = shell("cat <&3 >&4; echo end >&4");
    child.send("a\n");
    child.close_input();
    LineReader reader(child.output());
    std::string line;
    CHECK(reader.next(line, patience_ms) == LineReader::Got::line);
    CHECK(line == "a");
    CHECK(reader.next(line, patience_ms) == LineReader::Got::line);
    CHECK(line == "end");
    CHECK(reader.next(line, patience_ms) == LineReader::Got::end);
}

TEST_CASE("how a child ended is told in words", "[base][process]") {
    CHECK(shell("exit 7").wait().text() == "exit code 7");
    CHECK(shell("kill -9 $$").wait().text() == "killed by signal 9 (Killed)");
    Child child = shell("exec sleep 1000");
    child.kill_group(SIGTERM);
    const Exit exit = child.wait();
    CHECK(exit.signalled);
    CHECK(exit.code == SIGTERM);
}

TEST_CASE("a program that is not there is an error when it is started", "[base][process]") {
    CHECK_THROWS_WITH(Child::start({{"/no/such/program"}, {}, "", 0}),
                      "cannot start /no/such/program: No such file or directory");
    CHECK_THROWS_WITH(Child::start({{"/etc/passwd"}, {}, "", 0}), Contains("Permission denied"));
}

TEST_CASE("added variables stand over ours, the others are inherited", "[base][process]") {
    setenv("ASSAY_TEST_A", "outer", 1);
    setenv("ASSAY_TEST_B", "kept", 1);
    Child child = Child::start({{"/bin/sh", "-c", "echo \"$ASSAY_TEST_A $ASSAY_TEST_B\" >&4"},
                                {{"ASSAY_TEST_A", "inner"}},
                                "",
                                0});
    CHECK(first_line(child) == "inner kept");
}

TEST_CASE("stdout and stderr go to the file named, after what is there", "[base][process]") {
    const TemporaryFolder folder;
    const std::string log = (folder.path / "log").string();
    write_whole(log, "before\n");
    Child::start({{"/bin/sh", "-c", "echo out; echo err >&2"}, {}, log, 0}).wait();
    CHECK(read_file(log) == "before\nout\nerr\n");
    CHECK_THROWS_WITH(Child::start({{"/bin/true"}, {}, "/no/folder/log", 0}),
                      Contains("/no/folder/log: cannot write"));
}

TEST_CASE("the child has an empty stdin, no core, default signals and its niceness",
          "[base][process]") {
    sigset_t block, before;
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, &before);
    auto* const old = std::signal(SIGTERM, SIG_IGN);
    const char* script =
        "cat; ulimit -c >&4; nice >&4; grep -E 'Sig(Blk|Ign)' /proc/self/status >&4";
    Child child = Child::start({{"/bin/sh", "-c", script}, {}, "", 5});
    std::signal(SIGTERM, old);
    sigprocmask(SIG_SETMASK, &before, nullptr);
    LineReader reader(child.output());
    std::string all, line;
    while (reader.next(line, patience_ms) == LineReader::Got::line) all += line + "\n";
    CHECK_THAT(all, Catch::StartsWith("0\n5\n"));
    CHECK_THAT(all, Contains("SigBlk:\t0000000000000000"));
    CHECK_THAT(all, Contains("SigIgn:\t0000000000000000"));
}

TEST_CASE("nothing of ours but 0 to 4 is open in the child", "[base][process]") {
    const int leak = open("/dev/null", O_RDONLY);  // without O_CLOEXEC on purpose
    REQUIRE(leak >= 0);
    Child other = shell("cat <&3");
    // No pipeline: the shell itself would hold its pipe for a moment.
    Child child = shell(
        "n=0; for f in /proc/$$/fd/[5-9] /proc/$$/fd/[0-9][0-9]*; do"
        "  if [ -L \"$f\" ]; then n=$((n + 1)); fi; done; echo $n >&4");
    CHECK(first_line(child) == "0");
    close(leak);
}

TEST_CASE("sending to a child that no longer reads is false, not a signal", "[base][process]") {
    Child child = shell("exec 3<&-; echo closed >&4; cat");
    REQUIRE(first_line(child) == "closed");
    CHECK_FALSE(child.send("x"));
    sigset_t pending;
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGPIPE) == 0);
}

TEST_CASE("a message larger than a pipe arrives whole", "[base][process]") {
    Child child = shell("wc -c <&3 >&4");
    CHECK(child.send(std::string(1'000'000, 'x')));
    child.close_input();
    CHECK(first_line(child) == "1000000");
}

TEST_CASE("waiting and destroying kill the whole group", "[base][process]") {
    // The grandchild holds descriptor 4: the end of the stream comes only when it is dead.
    Child child = shell("sleep 1000 & echo $! >&4; exit 3");
    LineReader reader(child.output());
    std::string line;
    REQUIRE(reader.next(line, patience_ms) == LineReader::Got::line);
    CHECK(child.wait().code == 3);
    CHECK(reader.next(line, patience_ms) == LineReader::Got::end);

    int output = -1;
    {
        Child running = shell("sleep 1000 & sleep 1000");
        output = dup(running.output());
    }
    LineReader after(output);
    CHECK(after.next(line, patience_ms) == LineReader::Got::end);
    close(output);
}

TEST_CASE("lines come one by one, and half a line at the end is none", "[base][process]") {
    Child child = shell("printf 'one\\n\\nthr' >&4; read x <&3; printf 'ee\\nhalf' >&4");
    LineReader reader(child.output());
    std::string line;
    REQUIRE(reader.next(line, patience_ms) == LineReader::Got::line);
    CHECK(line == "one");
    REQUIRE(reader.next(line, patience_ms) == LineReader::Got::line);
    CHECK(line.empty());
    CHECK(reader.next(line, 0) == LineReader::Got::timeout);
    child.send("\n");
    REQUIRE(reader.next(line, patience_ms) == LineReader::Got::line);
    CHECK(line == "three");
    CHECK(reader.next(line, patience_ms) == LineReader::Got::end);
    CHECK(reader.next(line, patience_ms) == LineReader::Got::end);
}

TEST_CASE("what a child leaves behind outside its group is ended with it", "[base][process]") {
    adopt_orphans();
    Child child = shell("setsid sleep 1000 & echo $! >&4");
    const pid_t orphan = std::stoi(first_line(child));
    REQUIRE(orphan > 0);
    CHECK(child.wait().text() == "exit code 0");
    CHECK(kill(orphan, 0) == -1);  // reaped, too: no such process
    CHECK(errno == ESRCH);
}

TEST_CASE("while another child runs, nothing is taken for an orphan", "[base][process]") {
    adopt_orphans();
    Child lasting = shell("setsid sleep 1000 & echo $! >&4; read x <&3");
    const pid_t helper = std::stoi(first_line(lasting));
    shell("true").wait();
    CHECK(kill(helper, 0) == 0);
    lasting.close_input();
    lasting.wait();
    CHECK(kill(helper, 0) == -1);
}

TEST_CASE("whether a child has ended is known before it is waited for", "[base][process]") {
    Child child = shell("read x <&3; exit 7");
    CHECK_FALSE(child.ended(0));
    child.close_input();
    CHECK(child.ended(patience_ms));
    CHECK(child.wait().text() == "exit code 7");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "deaths.h"

#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void hang(void) {
    for (;;) pause();
}

/* Ignores all that can be ignored. */
static void hang_deaf(void) {
    for (int i = 1; i < NSIG; ++i) signal(i, SIG_IGN);
    hang();
}

static volatile int goes_deeper = 1;

static int overflow(volatile char* before) {
    volatile char more[4096];
    more[0] = before[0];
    return goes_deeper ? overflow(more) + more[0] : 0;
}

static void overflow_stack(void) {
    volatile char start[1] = {0};
    overflow(start);
}

/* Never more than 4 GiB: the harness gives the whole run less (RLIMIT_AS). */
static void exhaust_memory(void) {
    for (int i = 0; i < 4096; ++i) {
        char* piece = malloc(1 << 20);
        if (!piece) abort();
        memset(piece, 1, 1 << 10);
    }
}

static void flood(int descriptor) {
    static char text[1 << 16];
    memset(text, 'x', sizeof(text));
    for (int i = 0; i < 80 * 16; ++i)
        if (write(descriptor, text, sizeof(text)) < 0) return;
}

static void flood_stdout(void) {
    flood(1);
}

static void flood_stderr(void) {
    flood(2);
}

static void flood_and_crash(void) {
    flood(2);
    raise(SIGSEGV);
}

static void start_sleeper(int leaves_group) {
    const pid_t pid = fork();
    if (pid != 0) return;
    if (leaves_group) setsid();
    sleep(600);
    _exit(0);
}

static void many_forks(void) {
    for (int i = 0; i < 60; ++i) start_sleeper(i % 2);
}

static void orphan_in_group(void) {
    start_sleeper(0);
}

/* Holds the pipe of the messages open, as a fork without exec does, and is gone from the group. */
static void orphan_outside(void) {
    start_sleeper(1);
}

static void orphan_and_crash(void) {
    start_sleeper(1);
    raise(SIGSEGV);
}

/* A second fork, and no ancestor but the supervisor. */
static void daemon_and_crash(void) {
    const pid_t pid = fork();
    if (pid == 0) {
        setsid();
        start_sleeper(1);
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    raise(SIGSEGV);
}

static void ignore_signals(void) {
    signal(SIGUSR1, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
}

static void change_locale(void) {
    setlocale(LC_ALL, "C.UTF-8");
}

static void change_rounding(void) {
    fesetround(FE_UPWARD);
}

static void flush_to_zero(void) {
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#else
    fesetround(FE_DOWNWARD);
#endif
}

static void change_folder(void) {
    if (chdir("/") != 0) abort();
}

static void change_umask(void) {
    umask(0777);
}

static void close_descriptors(void) {
    for (int i = 3; i < 1024; ++i) close(i);
}

/* Then waits: who reads it has to end this. */
static void say(const char* text) {
    if (write(4, text, strlen(text)) < 0) abort();
    hang();
}

static void garbage(void) {
    say("\x01\x02 this is no message\n");
}

static void false_report(void) {
    say("{\"kind\":\"phase\",\"index\":12345678901234567890,\"text\":[]}\n");
}

static void half_message(void) {
    const char* text = "{\"kind\":\"finished\",\"index\":0,";
    if (write(4, text, strlen(text)) > 0) _exit(0);
}

static void unknown_message(void) {
    say("{\"kind\":\"surrender\",\"index\":0,\"text\":\"\"}\n");
}

static void exit_0(void) {
    exit(0);
}

static void exit_7(void) {
    exit(7);
}

static void exit_at_once(void) {
    _exit(0);
}

static const struct {
    const char* name;
    int signal;
    void (*act)(void);
} faults[] = {
    {"SEGV", SIGSEGV, 0},
    {"BUS", SIGBUS, 0},
    {"FPE", SIGFPE, 0},
    {"ILL", SIGILL, 0},
    {"ABRT", SIGABRT, 0},
    {"TRAP", SIGTRAP, 0},
    {"SYS", SIGSYS, 0},
    {"PIPE", SIGPIPE, 0},
    {"KILL", SIGKILL, 0},
    {"TERM", SIGTERM, 0},
    {"exit-0", 0, exit_0},
    {"exit-7", 0, exit_7},
    {"_exit", 0, exit_at_once},
    {"abort", 0, abort},
    {"throw", 0, throw_something},
    {"hang", 0, hang},
    {"hang-deaf", 0, hang_deaf},
    {"stack", 0, overflow_stack},
    {"memory", 0, exhaust_memory},
    {"flood-stdout", 0, flood_stdout},
    {"flood-stderr", 0, flood_stderr},
    {"flood-and-crash", 0, flood_and_crash},
    {"forks", 0, many_forks},
    {"orphan-in-group", 0, orphan_in_group},
    {"orphan-outside", 0, orphan_outside},
    {"orphan-and-crash", 0, orphan_and_crash},
    {"daemon-and-crash", 0, daemon_and_crash},
    {"handlers", 0, ignore_signals},
    {"locale", 0, change_locale},
    {"rounding", 0, change_rounding},
    {"flush-to-zero", 0, flush_to_zero},
    {"folder", 0, change_folder},
    {"umask", 0, change_umask},
    {"descriptors", 0, close_descriptors},
    {"garbage", 0, garbage},
    {"false-report", 0, false_report},
    {"half-message", 0, half_message},
    {"unknown-message", 0, unknown_message},
};

int any_fault(void) {
    return getenv("ASSAY_FAULT") != 0;
}

/* The length of WHAT when it is to be done here, now; else 0. */
static size_t asked_for(const char* where) {
    const char* fault = getenv("ASSAY_FAULT");
    const char* pass = getenv("ASSAY_PASS");
    const char* at = fault ? strchr(fault, '@') : 0;
    const char* once = getenv("ASSAY_FAULT_ONCE");
    const size_t length = strlen(where);
    if (!at || strncmp(at + 1, where, length) != 0) return 0;
    if (at[1 + length] != '\0') return 0;
    const char* passes = getenv("ASSAY_FAULT_PASSES");
    if (!passes && (!pass || strcmp(pass, "1") != 0)) return 0;
    if (passes && strcmp(passes, "all") == 0 && !pass) return 0;
    if (once && open(once, O_CREAT | O_EXCL | O_WRONLY, 0600) < 0) return 0;
    return (size_t)(at - fault);
}

int fault_here(const char* where) {
    const size_t length = asked_for(where);
    const char* fault = getenv("ASSAY_FAULT");
    if (length == 0) return 0;
    if (length == 4 && strncmp(fault, "lost", 4) == 0) return 1;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); ++i) {
        if (strlen(faults[i].name) != length || strncmp(faults[i].name, fault, length) != 0)
            continue;
        if (faults[i].signal)
            raise(faults[i].signal);
        else
            faults[i].act();
        return 0;
    }
    fprintf(stderr, "no such fault: %s\n", fault);
    abort();
}

int fault_in_matmul(const char* where, long rows) {
    return rows == 32 ? fault_here(where) : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into `assay`: lets the n-th call of one function fail, between the begin and the end of
 * main(), in the program itself and not in its workers. NTH_CALL="write:3:ENOSPC" names function,
 * n and errno; with errno SHORT a write stops half-way. The file that NTH_FIRED names is made when
 * it happened: a loop over n ends where it was not. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static const struct {
    const char* name;
    int value;
} reasons[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EMFILE", EMFILE}, {"EAGAIN", EAGAIN},
               {"ENOMEM", ENOMEM}, {"EACCES", EACCES}, {"EINTR", EINTR},   {"SHORT", 0}};

static char wanted[32];
static long nth;
static int reason;
static atomic_long calls;
static atomic_int active;

static void read_wish(void) {
    const char* wish = getenv("NTH_CALL");
    char word[16] = "";
    if (!wish || sscanf(wish, "%31[^:]:%ld:%15s", wanted, &nth, word) != 3) return;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); ++i)
        if (strcmp(word, reasons[i].name) == 0) reason = reasons[i].value;
    active = 1;
}

/* 1: this call is the one. */
static int is_it(const char* function) {
    if (!active || strcmp(function, wanted) != 0 || ++calls != nth) return 0;
    const char* fired = getenv("NTH_FIRED");
    if (fired) {
        const long file = syscall(SYS_openat, AT_FDCWD, fired, O_CREAT | O_WRONLY, 0600);
        if (file >= 0) syscall(SYS_close, file);
    }
    errno = reason;
    return 1;
}

typedef int (*main_function)(int, char**, char**);
static main_function real_main;

static int watched_main(int argc, char** argv, char** environment) {
    if (argc < 2 || (strcmp(argv[1], "worker") != 0 && strcmp(argv[1], "conform") != 0))
        read_wish();
    const int code = real_main(argc, argv, environment);
    active = 0;
    return code;
}

int __libc_start_main(main_function main, int argc, char** argv, void (*init)(void),
                      void (*fini)(void), void (*loader_fini)(void), void* stack_end) {
    real_main = main;
    int (*real)(main_function, int, char**, void (*)(void), void (*)(void), void (*)(void), void*);
    *(void**)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    return real(watched_main, argc, argv, init, fini, loader_fini, stack_end);
}

/* The function behind ours. */
#define REAL(name)                 \
    static __typeof__(&name) real; \
    if (!real) *(void**)&real = dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void* bytes, size_t count) {
    REAL(write);
    if (!is_it("write")) return real(file, bytes, count);
    return reason ? -1 : real(file, bytes, count / 2);
}

int fdatasync(int file) {
    REAL(fdatasync);
    return is_it("fdatasync") ? -1 : real(file);
}

int fsync(int file) {
    REAL(fsync);
    return is_it("fsync") ? -1 : real(file);
}

int ftruncate(int file, off_t length) {
    REAL(ftruncate);
    return is_it("ftruncate") ? -1 : real(file, length);
}

int rename(const char* from, const char* to) {
    REAL(rename);
    return is_it("rename") ? -1 : real(from, to);
}

int open(const char* path, int flags, ...) {
    REAL(open);
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return is_it("open") ? -1 : real(path, flags, mode);
}

int pipe2(int ends[2], int flags) {
    REAL(pipe2);
    return is_it("pipe2") ? -1 : real(ends, flags);
}

pid_t fork(void) {
    REAL(fork);
    return is_it("fork") ? -1 : real();
}

/* dlsym may allocate: the real ones are found before the first call that counts. */
extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);

void* malloc(size_t size) {
    return is_it("malloc") ? 0 : __libc_malloc(size);
}

void* calloc(size_t count, size_t size) {
    return is_it("malloc") ? 0 : __libc_calloc(count, size);
}

void* realloc(void* old, size_t size) {
    return is_it("malloc") ? 0 : __libc_realloc(old, size);
}

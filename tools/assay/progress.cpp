// SPDX-License-Identifier: Apache-2.0
// Progress on stderr: one live line on a terminal, plain lines elsewhere, nothing with --quiet.
#include "tools/assay/progress.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/text.hpp"
#include "core/unit/scale.hpp"

namespace assay {
namespace {

constexpr std::uint64_t redraw_ns = 250'000'000;
// Design section 10: nothing wakes more than once a second while a case is timed.
constexpr std::uint64_t redraw_while_timing_ns = 1'000'000'000;

bool is_timing(std::string_view phase) {
    return phase == "measure" || phase == "warm-up";
}

std::size_t terminal_columns() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
}

std::string time_left(const Progress& progress) {
    if (progress.remaining_seconds <= 0) return "";
    return fmt::format("; {} left", format_duration(progress.remaining_seconds));
}

}  // namespace

ProgressStyle progress_style(bool quiet) {
    if (quiet) return ProgressStyle::quiet;
    const char* terminal = std::getenv("TERM");
    const bool can_redraw = terminal != nullptr && std::string_view{terminal} != "dumb";
    return isatty(STDERR_FILENO) == 1 && can_redraw ? ProgressStyle::live : ProgressStyle::plain;
}

std::string progress_line(const Progress& progress) {
    const std::string phase = progress.phase.empty() ? "" : ", " + progress.phase;
    return fmt::format("[{}/{}] pass {}/{} {}: {}{}{}", progress.done, progress.total,
                       progress.pass, progress.passes, printable(progress.subject),
                       printable(progress.case_id), phase, time_left(progress));
}

void ProgressPrinter::show(const Progress& progress) {
    if (style_ == ProgressStyle::live) show_live(progress);
    if (style_ == ProgressStyle::plain) show_plain(progress);
}

void ProgressPrinter::show_live(const Progress& progress) {
    const std::uint64_t now = now_ns();
    const std::uint64_t least = is_timing(progress.phase) ? redraw_while_timing_ns : redraw_ns;
    if (drawn_ && now - drawn_ns_ < least) return;
    const std::string line = progress_line(progress).substr(0, terminal_columns() - 1);
    fmt::print(stderr, "\r\033[K{}", line);
    std::fflush(stderr);
    drawn_ = true;
    drawn_ns_ = now;
}

void ProgressPrinter::show_plain(const Progress& progress) {
    if (progress.pass == pass_ && progress.subject == subject_) return;
    pass_ = progress.pass;
    subject_ = progress.subject;
    fmt::print(stderr, "pass {}/{} {}: {} of {} done{}\n", progress.pass, progress.passes,
               printable(progress.subject), progress.done, progress.total, time_left(progress));
}

void ProgressPrinter::note(const std::string& text) {
    clear();
    fmt::print(stderr, "assay: {}\n", printable(text, 2000));
}

void ProgressPrinter::clear() {
    if (!drawn_) return;
    fmt::print(stderr, "\r\033[K");
    std::fflush(stderr);
    drawn_ = false;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Progress on stderr: one live line on a terminal, plain lines elsewhere, nothing with --quiet.
// It has no clock thread: it draws only when the supervisor calls, so that nothing wakes the
// machine while a case is timed (design section 10).
#pragma once

#include <cstdint>
#include <string>

#include "core/supervise/run_options.hpp"

namespace assay {

enum class ProgressStyle { live, plain, quiet };

/// live when stderr is a terminal that can redraw a line, else plain; quiet as asked.
ProgressStyle progress_style(bool quiet);

/// "[12/60] pass 2/5 onednn: gemm f32 512x512x512, measure; 1 min 05 s left".
std::string progress_line(const Progress& progress);

class ProgressPrinter {
public:
    explicit ProgressPrinter(ProgressStyle style) : style_(style) {}
    ~ProgressPrinter() { clear(); }
    ProgressPrinter(const ProgressPrinter&) = delete;
    ProgressPrinter& operator=(const ProgressPrinter&) = delete;

    void show(const Progress& progress);
    /// One line that stays; also with --quiet, for it says what went wrong.
    void note(const std::string& text);
    /// Removes the live line.
    void clear();

private:
    void show_live(const Progress& progress);
    void show_plain(const Progress& progress);

    ProgressStyle style_;
    bool drawn_ = false;
    std::uint64_t drawn_ns_ = 0;
    int pass_ = -1;
    std::string subject_;
};

}  // namespace assay

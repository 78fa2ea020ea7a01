// SPDX-License-Identifier: Apache-2.0
#include "core/compare/session_term.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/compare/confounders.hpp"
#include "core/result/session.hpp"

namespace assay {
namespace {

SessionTerm term(const std::optional<SessionSpread>& measured, const Side& side) {
    return session_term(measured, side.run->header.machine, subject_of(side).device);
}

}  // namespace

void take_session_sd(ComparisonReport& report, const CompareOptions& options) {
    // Taking turns leaves nothing of a session in the differences, whatever its spread.
    if (report.paired) return;
    if (options.session_sd) {
        report.session_sd = *options.session_sd;
        report.session_source = fmt::format("{:.2g} %, as given", *options.session_sd * 100);
        return;
    }
    // Within one run there is one session.
    if (same_run(report.baseline, report.candidate)) return;
    const SessionTerm here = term(options.baseline_sessions, report.baseline);
    const SessionTerm there = term(options.candidate_sessions, report.candidate);
    // difference() adds 2 sd^2: one for each side. Equal ones stay exactly what they are.
    report.session_sd =
        here.sd == there.sd ? here.sd : std::sqrt((here.sd * here.sd + there.sd * there.sd) / 2);
    report.session_source = here.source == there.source
                                ? here.source
                                : "baseline: " + here.source + "; candidate: " + there.source;
}

}  // namespace assay

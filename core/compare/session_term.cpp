// SPDX-License-Identifier: Apache-2.0
#include "core/compare/session_term.hpp"

#include <cmath>

#include <fmt/format.h>

#include "core/compare/confounders.hpp"
#include "core/result/session.hpp"

namespace assay {
namespace {

double assumed(const Side& side) {
    const RunRecord& header = side.run->header;
    return assumed_session_sd(header.machine,
                              header.subjects.at(static_cast<std::size_t>(side.subject)).device);
}

double counted(const std::optional<SessionSpread>& known, const Side& side) {
    return known ? known->counted_sd() : assumed(side);
}

std::string in_words(const std::optional<SessionSpread>& known, const Side& side) {
    if (!known) {
        return fmt::format("{:.2g} % assumed{}; measure it: assay aa", assumed(side) * 100,
                           assumed(side) > 0.01 ? " in a virtual machine" : "");
    }
    return fmt::format(
        "session sd {:.2g} %, measured here by assay aa over {} sessions "
        "(counts as {:.2g} %)",
        known->sd * 100, known->sessions, known->counted_sd() * 100);
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
    const double here = counted(options.baseline_sessions, report.baseline);
    const double there = counted(options.candidate_sessions, report.candidate);
    // difference() adds 2 sd^2: one for each side. Equal ones stay exactly what they are.
    report.session_sd = here == there ? here : std::sqrt((here * here + there * there) / 2);
    const std::string baseline = in_words(options.baseline_sessions, report.baseline);
    const std::string candidate = in_words(options.candidate_sessions, report.candidate);
    report.session_source =
        baseline == candidate ? baseline : "baseline: " + baseline + "; candidate: " + candidate;
}

}  // namespace assay

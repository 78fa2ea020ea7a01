// SPDX-License-Identifier: Apache-2.0
// `assay compare BASE CAND...`: one verdict a case; --gate turns a bad one into exit 3.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/compare/confounders.hpp"
#include "core/report/report.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/paths.hpp"
#include "tools/assay/session_store.hpp"
#include "tools/assay/side.hpp"

namespace assay {
namespace {

class CompareCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "compare"; }
    [[nodiscard]] std::string summary() const override {
        return "Compare result files: FASTER, SLOWER, EQUIVALENT or CAN'T TELL, case by case.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay compare before.jsonl after.jsonl\n"
               "  assay compare before.jsonl after.jsonl --gate --margin 5%\n"
               "  assay compare both.jsonl                   (a file of two plugins)\n"
               "  assay compare a.jsonl@onednn b.jsonl@openblas --markdown\n";
    }
    std::vector<Option> options() override {
        return {
            {"FILE", "", &files_,
             "baseline, then candidates: FILE, or FILE@SUBJECT by label or number", true},
            {"--margin", "PERCENT", &margin_, "least difference that matters (the profile's, 2%)"},
            {"--session-sd", "PERCENT", &session_sd_,
             "how much sessions of a machine differ (as assay aa measured; else 3% for CPUs of a "
             "virtual machine, 0.5% for others; 0 within a file)"},
            {"--axis", "AXIS", &axes_,
             "what is compared, so expected to differ; repeat: " + join(axis_names(), ", ")},
            {"--normalised", "", &normalised_,
             "verdicts without the interference that the probe saw, where there was one"},
            {"--gate", "", &gate_, "exit 3 when a case is slower, missing, failed or invalid"},
            {"--json", "", &json_, "as JSON, one document for each candidate"},
            {"--markdown", "", &markdown_, "the tables in Markdown"},
        };
    }
    int run() override {
        if (json_ && markdown_) throw UsageError("--json or --markdown, not both");
        const CompareOptions options = compare_options();
        const std::vector<Side> sides = read_sides();
        for (const std::string& warning : read_.warnings())
            fmt::print(stderr, "assay: {}\n", warning);
        if (!store_.warning().empty()) fmt::print(stderr, "assay: {}\n", store_.warning());
        bool tripped = false;
        for (std::size_t i = 1; i < sides.size(); ++i) {
            const ComparisonReport report =
                compare(sides[0], sides[i], with_sessions(options, sides[0], sides[i]));
            print_answer(text_of(report));
            tripped = tripped || gate_trips(report);
        }
        return gate_ && tripped ? ExitCode::has_failures : ExitCode::done;
    }

private:
    [[nodiscard]] CompareOptions compare_options() const {
        CompareOptions options;
        options.normalised = normalised_;
        options.axes = known(axes_);
        if (!margin_.empty()) options.margin = fraction(margin_, "--margin");
        if (session_sd_ == "0")
            options.session_sd = 0;
        else if (!session_sd_.empty())
            options.session_sd = fraction(session_sd_, "--session-sd");
        return options;
    }

    /// What `assay aa` keeps of the machine and plugin of each side.
    [[nodiscard]] CompareOptions with_sessions(CompareOptions options, const Side& baseline,
                                               const Side& candidate) const {
        const auto known = [this](const Side& side) {
            return store_.spread(machine_key(side.run->header.machine), subject_of(side).plugin.id);
        };
        options.baseline_sessions = known(baseline);
        options.candidate_sessions = known(candidate);
        return options;
    }

    static std::vector<std::string> known(const std::vector<std::string>& axes) {
        const std::vector<std::string> names = axis_names();
        for (const std::string& axis : axes) {
            if (std::ranges::find(names, axis) != names.end()) continue;
            throw UsageError(
                fmt::format("no axis '{}'; there are {}", printable(axis), join(names, ", ")));
        }
        return axes;
    }

    std::vector<Side> read_sides() {
        if (files_.size() == 1) return read_.both(files_.front());
        read_.read_ahead(files_);
        std::vector<Side> sides;
        for (const std::string& file : files_) sides.push_back(read_.side(file));
        return sides;
    }

    [[nodiscard]] std::string text_of(const ComparisonReport& report) const {
        if (json_) return comparison_json(report);
        return comparison_table(report, markdown_ ? Dialect::markdown : Dialect::terminal);
    }

    std::vector<std::string> files_;
    std::string margin_, session_sd_;
    std::vector<std::string> axes_;
    bool normalised_ = false, gate_ = false, json_ = false, markdown_ = false;
    Sides read_;
    SessionStore store_{SessionStore::default_file()};
};

}  // namespace

std::unique_ptr<Command> make_compare_command() {
    return std::make_unique<CompareCommand>();
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// `assay history FILE...`: when a machine got slower or faster, and by how much.
#include <fmt/format.h>

#include "core/report/report.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/paths.hpp"
#include "tools/assay/side.hpp"

namespace assay {
namespace {

class HistoryCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "history"; }
    [[nodiscard]] std::string summary() const override {
        return "Find steps over many result files of one machine: from which file on, by how much.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay history nightly/*.jsonl\n"
               "  assay history nightly/*.jsonl --margin 5% --json\n"
               "  assay history a.jsonl@onednn b.jsonl@onednn ...   (files of several plugins)\n";
    }
    std::vector<Option> options() override {
        return {
            {"FILE", "", &files_, "FILE, or FILE@SUBJECT by label or number; in any order", true},
            {"--margin", "PERCENT", &margin_, "least step that matters (2%)"},
            {"--any-options", "", &history_.any_options,
             "keep files whose plugin options are not those of the newest"},
            {"--json", "", &json_, "every number, one document"},
        };
    }
    int run() override {
        if (!margin_.empty()) history_.margin = fraction(margin_, "--margin");
        std::vector<FilePoint> points;
        for (const std::string& file : files_) points.push_back(read(file));
        const History history = assay::history(std::move(points), history_);
        print_answer(json_ ? history_json(history) : history_table(history, Dialect::terminal));
        return ExitCode::done;
    }

private:
    /// One file at a time is in memory: a history may be of hundreds.
    static FilePoint read(const std::string& file) {
        Sides sides;
        const FilePoint point = point_of(sides.side(file));
        for (const std::string& warning : sides.warnings())
            fmt::print(stderr, "assay: {}\n", warning);
        return point;
    }

    std::vector<std::string> files_;
    std::string margin_;
    HistoryOptions history_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_history_command() {
    return std::make_unique<HistoryCommand>();
}

}  // namespace assay

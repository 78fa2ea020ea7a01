// SPDX-License-Identifier: Apache-2.0
// `assay show FILE`: one result file, for people and for other programs.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/report/report.hpp"
#include "core/result/run.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/paths.hpp"
#include "tools/assay/session_store.hpp"

namespace assay {
namespace {

class ShowCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "show"; }
    [[nodiscard]] std::string summary() const override {
        return "Show a result file as a table, JSON, CSV, Markdown or Google Benchmark's JSON.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay show a.jsonl\n"
               "  assay show a.jsonl --csv > a.csv\n"
               "  assay show a.jsonl --json | jq '.cases[] | .id'\n";
    }
    std::vector<Option> options() override {
        return {
            {"FILE", "", &file_, "a result file of assay run", true},
            {"--json", "", &json_, "one JSON document: header, cases, end"},
            {"--csv", "", &csv_, "one row a case, base units in the column names"},
            {"--markdown", "", &markdown_, "the table in Markdown"},
            {"--google-benchmark", "", &google_, "JSON that Google Benchmark's compare.py reads"},
        };
    }
    int run() override {
        if (json_ + csv_ + markdown_ + google_ > 1)
            throw UsageError("one form at a time: --json, --csv, --markdown, --google-benchmark");
        const Run run = read_run(file_, Keep::aside);
        for (const std::string& warning : run.warnings)
            fmt::print(stderr, "assay: {}: {}\n", printable(file_), printable(warning));
        print_answer(text_of(run));
        return ExitCode::done;
    }

private:
    [[nodiscard]] std::string text_of(const Run& run) const {
        if (csv_) return run_csv(run);
        if (google_) return run_google_benchmark(run);
        const KnownSessions known = known_sessions(run);
        if (json_) return run_json(run, known);
        return run_table(run, markdown_ ? Dialect::markdown : Dialect::terminal, known);
    }

    std::string file_;
    bool json_ = false, csv_ = false, markdown_ = false, google_ = false;
};

}  // namespace

std::unique_ptr<Command> make_show_command() {
    return std::make_unique<ShowCommand>();
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// `assay run SUITE`: options to RunOptions, the run itself (core/supervise), the table at the end.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/compare/compare.hpp"
#include "core/report/report.hpp"
#include "tools/assay/attended_run.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/interrupt.hpp"
#include "tools/assay/paths.hpp"
#include "tools/assay/preview.hpp"
#include "tools/assay/run_request.hpp"

namespace assay {
namespace {

class RunCommand : public Command {
public:
    explicit RunCommand(std::vector<std::string> command_line)
        : command_line_(std::move(command_line)) {}
    [[nodiscard]] std::string name() const override { return "run"; }
    [[nodiscard]] std::string summary() const override {
        return "Run a suite on one or more plugins, check every answer, and write a result file.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay run quick\n"
               "  assay run suites/gemm/square.toml --plugin onednn --profile quick -o a.jsonl\n"
               "  assay run standard --plugin onednn --plugin onednn:threads=1 --dry-run\n"
               "  assay run standard --ab onednn openblas      (side by side, then compared)\n"
               "  assay run standard --plugin cuda --device '*' --together   (what sharing costs)\n"
               "  assay run standard --plugin openblas --threads 8 --affinity 0-7\n"
               "  assay run standard --filter 'a=bf16 m>=512'\n";
    }
    std::vector<Option> options() override { return run_option_table(given_); }
    int run() override {
        RunOptions options = run_options(given_);
        if (given_.dry_run) {
            print_answer(given_.json ? preview_json(options) : preview_text(options));
            return ExitCode::done;
        }
        check_output(options.output, options.replace || options.resume);
        options.command_line = command_line_;
        catch_interrupts();
        return report(attended_run(std::move(options), given_.quiet));
    }

private:
    [[nodiscard]] int report(const RunResult& result) const {
        const std::string file = printable(result.file.string());
        const Run run = read_run(result.file);
        print_answer(given_.json ? run_json(run) : table_of(run));
        for (const std::string& log : result.kept_logs)
            fmt::print(stderr, "worker log: {}\n", printable(log));
        fmt::print(stderr, "results: {}\n", file);
        if (result.end.status == "interrupted") {
            fmt::print(
                stderr,
                "assay: interrupted; what was measured is kept, see: assay show {}; to go on: "
                "the same command with --resume -o {}\n",
                file, file);
            return ExitCode::interrupted_run;
        }
        return result.end.failed > 0 ? ExitCode::has_failures : ExitCode::done;
    }

    /// The run; of two plugins side by side also what `assay compare` says of the file.
    [[nodiscard]] static std::string table_of(const Run& run) {
        const std::string table = run_table(run, Dialect::terminal);
        if (run.header.pairing != "lockstep") return table;
        const ComparisonReport report = compare({&run, 0}, {&run, 1}, {});
        return table + "\n" + comparison_table(report, Dialect::terminal);
    }

    std::vector<std::string> command_line_;
    RunRequest given_;
};

}  // namespace

std::unique_ptr<Command> make_run_command(std::vector<std::string> command_line) {
    return std::make_unique<RunCommand>(std::move(command_line));
}

}  // namespace assay

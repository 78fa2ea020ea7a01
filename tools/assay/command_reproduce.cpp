// SPDX-License-Identifier: Apache-2.0
// `assay reproduce FILE`: runs the suite that a result file holds again, here, with the plugins and
// settings that it names, and says whether its numbers came again.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/compare/compare.hpp"
#include "core/host/search.hpp"
#include "core/report/report.hpp"
#include "tools/assay/attended_run.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/embedded_suite.hpp"
#include "tools/assay/interrupt.hpp"
#include "tools/assay/paths.hpp"
#include "tools/assay/side.hpp"

namespace assay {
namespace {

/// Another machine may be another one in all of that; settings are the file's.
const std::vector<std::string> may_differ{"machine", "device", "driver", "plugin"};

/// What the comparisons of all subjects come to.
struct Tally {
    int equivalent = 0, cant_tell = 0, otherwise = 0;

    void take(const ComparisonReport& report) {
        const int same = report.count(Verdict::equivalent);
        const int open = report.count(Verdict::cant_tell);
        equivalent += same;
        cant_tell += open;
        otherwise += static_cast<int>(report.cases.size()) - same - open;
    }
    [[nodiscard]] bool reproduced() const {
        return otherwise == 0 && cant_tell == 0 && equivalent > 0;
    }
    [[nodiscard]] std::string text() const {
        const int all = equivalent + cant_tell + otherwise;
        if (all == 0) return "NOT REPRODUCED: nothing was measured";
        if (otherwise > 0) {
            return fmt::format("NOT REPRODUCED: {} of {} cases came out otherwise", otherwise, all);
        }
        if (cant_tell > 0) {
            return fmt::format("CAN'T TELL: {} of {} cases need more passes than the file's",
                               cant_tell, all);
        }
        return fmt::format("REPRODUCED: {} of {} cases within the margin", equivalent, all);
    }
};

class ReproduceCommand : public Command {
public:
    explicit ReproduceCommand(std::vector<std::string> command_line)
        : command_line_(std::move(command_line)) {}
    [[nodiscard]] std::string name() const override { return "reproduce"; }
    [[nodiscard]] std::string summary() const override {
        return "Run the suite of a result file again here, and say whether its numbers come again.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay reproduce results/standard-xeon-amx-2cpu-2026-11.jsonl -o mine.jsonl\n"
               "  assay reproduce theirs.jsonl --margin 5% --device 1\n";
    }
    std::vector<Option> options() override {
        return {
            {"FILE", "", &file_, "the result file", true},
            {"--margin", "PERCENT", &margin_, "least difference that matters (the file's)"},
            {"--device", "DEVICE", &device_, "its number, id, or part of its name (0)"},
            {"-o,--output", "FILE", &output_,
             "the new result file (./assay-SUITE-PLUGIN-UTC.jsonl)"},
            {"--force", "", &force_, "replace the new result file"},
            {"-q,--quiet", "", &quiet_, "no progress"},
            {"--plugin-path", "FOLDER", &plugin_path_, "look for plugins here first"},
        };
    }
    int run() override {
        CompareOptions how;
        how.axes = may_differ;
        if (!margin_.empty()) how.margin = fraction(margin_, "--margin");
        const Run there = read_run(file_);
        for (const std::string& warning : there.warnings)
            fmt::print(stderr, "assay: {}: {}\n", printable(file_), warning);
        RunOptions options = options_of(there.header);
        check_output(options.output, force_);
        catch_interrupts();
        const RunResult result = attended_run(std::move(options), quiet_);
        if (result.end.status == "interrupted") {
            fmt::print(stderr, "assay: interrupted; nothing was compared\n");
            return ExitCode::interrupted_run;
        }
        const Run here = read_run(result.file);
        Tally tally;
        for (std::size_t i = 0; i < there.header.subjects.size(); ++i) {
            const auto subject = static_cast<int>(i);
            const ComparisonReport report = compare({&there, subject}, {&here, subject}, how);
            print_answer(comparison_table(report, Dialect::terminal) + "\n");
            tally.take(report);
        }
        print_answer(tally.text() + "\n");
        fmt::print(stderr, "results: {}\n", printable(result.file.string()));
        return tally.reproduced() ? ExitCode::done : ExitCode::has_failures;
    }

private:
    [[nodiscard]] RunOptions options_of(const RunRecord& header) const {
        RunOptions options;
        options.suite = select(embedded_suite(header.suite), header.suite.filter);
        options.filter = header.suite.filter;
        options.profile = header.profile;
        options.order_seed = header.order_seed;
        options.lockstep = header.pairing == "lockstep";
        options.together = header.pairing == "together";
        if (header.two_stage) options.precision = header.two_stage->target;
        for (const Subject& each : header.subjects) {
            if (each.together_of) continue;  // made of the others
            options.subjects.push_back(subject_of(each));
            options.threads = std::max(options.threads, each.threads);
        }
        options.replace = force_;
        options.program = program_file();
        std::vector<std::string> names;
        for (const SubjectOptions& each : options.subjects) names.push_back(each.name);
        options.output = output_.empty() ? default_output(options.suite.name, names)
                                         : std::filesystem::path{output_};
        options.log_folder = options.output.string() + ".logs";
        options.command_line = command_line_;
        return options;
    }

    /// By name only: which library is loaded here is not for a file to say.
    [[nodiscard]] SubjectOptions subject_of(const Subject& recorded) const {
        const std::string& plugin = recorded.plugin.name;
        if (plugin.find_first_of("/\\:,") != plugin.npos) {
            throw Error(fmt::format(
                "{}: its plugin is the file '{}', which is not loaded on a file's word; run the "
                "suite with assay run and that plugin",
                printable(file_), printable(plugin, 100)));
        }
        SubjectOptions subject = parse_subject(plugin, plugin_folders(plugin_path_));
        subject.label = printable(recorded.label, 200);
        subject.options = recorded.plugin.options;
        subject.device = device_;
        // Devices of one plugin are told apart by their numbers, here as there.
        if (device_.empty() && recorded.device.index > 0) {
            subject.device = std::to_string(recorded.device.index);
        }
        return subject;
    }

    std::vector<std::string> command_line_;
    std::string file_, margin_, device_, output_;
    std::vector<std::string> plugin_path_;
    bool force_ = false, quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> make_reproduce_command(std::vector<std::string> command_line) {
    return std::make_unique<ReproduceCommand>(std::move(command_line));
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// `assay check plugin LIB`: holds a plugin against the rules of the ABI, one process a check.
// `assay check suite FILE`: what a suite expands to, or why it is refused, and what a reader would
// miss in it.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/conform/conform.hpp"
#include "core/host/search.hpp"
#include "core/suite/suite.hpp"
#include "core/supervise/subject.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/paths.hpp"

namespace assay {
namespace {

std::string row_of(const CheckResult& result) {
    const std::string what = printable(result.finding.what, 1000);
    return fmt::format("{:<4} {:<8} {}{}\n", result.check->id(), ending_name(result.finding.ending),
                       result.check->title, what.empty() ? "" : ": " + what);
}

Json json_of(const CheckResult& result) {
    return {{"check", result.check->id()},  {"title", result.check->title},
            {"timed", result.check->timed}, {"ending", ending_name(result.finding.ending)},
            {"what", result.finding.what},  {"seconds", result.seconds}};
}

Json json_of(const Conformance& report, std::uint64_t seed) {
    Json results = Json::array(), missing = Json::array(), checks = Json::array();
    for (const PluginCheck& each : plugin_checks()) {
        checks.push_back({{"check", each.id()}, {"title", each.title}, {"timed", each.timed}});
    }
    for (const CheckResult& each : report.results) results.push_back(json_of(each));
    for (const NotChecked& each : not_checked()) {
        missing.push_back({{"check", each.group + std::to_string(each.number)},
                           {"title", each.title},
                           {"why", each.why}});
    }
    return {{"conformance", conformance_revision},
            {"plugin",
             {{"id", report.plugin.id},
              {"name", report.plugin.name},
              {"version", report.plugin.version},
              {"sha256", report.sha256}}},
            {"seed", seed},
            {"conforms", report.conforms()},
            {"not_loaded", report.not_loaded},
            {"results", std::move(results)},
            {"checks", std::move(checks)},
            {"not_checked", std::move(missing)},
            {"line", report.line()}};
}

const PluginCheck& find_check(const std::string& wanted) {
    std::vector<std::string> ids;
    for (const PluginCheck& each : plugin_checks()) {
        if (each.id() == wanted || std::to_string(each.number) == wanted) return each;
        ids.push_back(each.id());
    }
    throw UsageError(
        fmt::format("--check: no check '{}'; there are {}", printable(wanted), join(ids, ", ")));
}

/// What a suite lacks that its readers want; nothing of it stops a run.
std::vector<std::string> lacks(const Suite& suite) {
    std::vector<std::string> found;
    if (suite.title.empty()) found.emplace_back("no title");
    if (suite.description.empty()) found.emplace_back("no description");
    if (suite.minutes <= 0) found.emplace_back("no minutes: say what you measured for one plugin");
    std::vector<std::string> unsourced;
    for (const Case& each : suite.cases) {
        if (each.source.empty()) unsourced.push_back(each.id);
        if (!each.model_error.empty()) found.push_back(each.id + ": " + each.model_error);
    }
    if (!unsourced.empty()) {
        found.push_back(fmt::format(
            "no source of its sizes: {}{}", unsourced.front(),
            unsourced.size() == 1 ? "" : fmt::format(" and {} more", unsourced.size() - 1)));
    }
    return found;
}

class CheckCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "check"; }
    [[nodiscard]] std::string summary() const override {
        return "Hold a plugin against the rules of the plugin ABI, or a suite against its readers.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay check plugin build/mine.so\n"
               "  assay check plugin onednn:threads=1 --check G35 --check H43\n"
               "  assay check plugin ./mine.so --seed 7 --json\n"
               "  assay check suite mine.toml\n";
    }
    std::vector<Option> options() override {
        return {
            {"WHAT", "", &what_, "plugin or suite", true},
            {"SUBJECT", "", &plugin_,
             "a plugin by name or file, with its options: NAME[:KEY=VALUE,...]; or a suite", true},
            {"--device", "N", &device_, "which of its devices, by number (0)"},
            {"--seed", "N", &seed_, "of inputs and random sequences (1)"},
            {"--check", "ID", &ids_, "only this check, G35 or 35; repeat for several"},
            {"--limit", "SECONDS", &limit_, "what a check may take, instead of its own 60 to 180"},
            {"--json", "", &json_, "the report as JSON, one document"},
            {"--plugin-path", "FOLDER", &plugin_path_, "look for plugins here first"},
            {"--suite-path", "FOLDER", &suite_path_, "look for suites here first"},
        };
    }
    int run() override {
        if (what_ == "suite") return check_suite();
        if (what_ != "plugin") {
            throw UsageError(
                fmt::format("cannot check '{}'; plugin and suite can be", printable(what_)));
        }
        const Candidate candidate = candidate_of_flags();
        const std::vector<const PluginCheck*> checks = chosen_checks();
        if (!json_) {
            print_answer(fmt::format("checking {}, device {}, seed {}\n",
                                     printable(candidate.file.string()), candidate.device,
                                     candidate.seed));
        }
        const auto heard = [this](const CheckResult& result) {
            if (!json_) print_answer(row_of(result));
        };
        const Conformance report = check_plugin(program_file(), candidate, checks, heard);
        print_answer(json_ ? pretty_json(json_of(report, candidate.seed)) : ending_of(report));
        return report.conforms() ? ExitCode::done : ExitCode::has_failures;
    }

private:
    [[nodiscard]] int check_suite() const {
        if (device_ || seed_ || limit_ || !ids_.empty())
            throw UsageError("--device, --seed, --check and --limit are of plugins");
        const Suite suite = load_suite(find_suite(plugin_, suite_folders(suite_path_)));
        const std::vector<std::string> found = lacks(suite);
        if (json_) {
            print_answer(pretty_json(
                {{"suite", suite.name}, {"cases", suite.cases.size()}, {"lacks", found}}));
            return ExitCode::done;
        }
        std::string text = fmt::format("{}: {} case{}\n", printable(suite.name), suite.cases.size(),
                                       suite.cases.size() == 1 ? "" : "s");
        for (const std::string& each : found) text += "  " + printable(each) + "\n";
        print_answer(text);
        return ExitCode::done;
    }

    [[nodiscard]] Candidate candidate_of_flags() const {
        if (device_ && *device_ < 0) throw UsageError("--device must be at least 0");
        if (limit_ && *limit_ < 1) throw UsageError("--limit must be at least 1");
        const SubjectOptions subject = parse_subject(plugin_, plugin_folders(plugin_path_));
        return {.file = std::filesystem::absolute(subject.path),
                .device = static_cast<std::uint32_t>(device_.value_or(0)),
                .options = subject.options,
                .seed = seed_.value_or(1),
                .limit_s = static_cast<double>(limit_.value_or(0))};
    }

    [[nodiscard]] std::vector<const PluginCheck*> chosen_checks() const {
        std::vector<const PluginCheck*> chosen;
        for (const std::string& id : ids_) chosen.push_back(&find_check(id));
        if (!chosen.empty()) return chosen;
        for (const PluginCheck& each : plugin_checks()) chosen.push_back(&each);
        return chosen;
    }

    [[nodiscard]] std::string ending_of(const Conformance& report) const {
        std::string text;
        if (ids_.empty()) {
            for (const NotChecked& each : not_checked()) {
                text += fmt::format("{}{:<3} not checked: {}: {}\n", each.group, each.number,
                                    each.title, each.why);
            }
        }
        if (!report.not_loaded.empty()) {
            text += "cannot be loaded: " + printable(report.not_loaded, 1000) + "\n";
        }
        return text + report.line() + "\n";
    }

    std::string what_, plugin_;
    std::optional<int> device_, limit_;
    std::optional<std::uint64_t> seed_;
    std::vector<std::string> ids_, plugin_path_, suite_path_;
    bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_check_command() {
    return std::make_unique<CheckCommand>();
}

}  // namespace assay

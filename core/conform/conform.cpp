// SPDX-License-Identifier: Apache-2.0
#include "core/conform/conform.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/clock.hpp"
#include "core/base/descriptor.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/process.hpp"
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/conform/guest.hpp"

namespace assay {
namespace {

constexpr int job_descriptor = 3, answer_descriptor = 4;
/// The check that is none: load the plugin and say who it is.
constexpr int introduce = 0;
constexpr double introduce_limit_s = 30;  // chosen: a driver may take long the first time

/// A file for what a plugin prints; gone with this object.
class Captured {
public:
    Captured() : path_((std::filesystem::temp_directory_path() / "assay-check-XXXXXX").string()) {
        file_ = Descriptor(mkstemp(path_.data()));
        if (!file_.valid()) throw Error(path_ + ": cannot be made, for the output of checks");
    }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;
    ~Captured() { unlink(path_.c_str()); }

    [[nodiscard]] const std::string& path() const { return path_; }
    /// The last line that is not empty.
    [[nodiscard]] std::string last_line() const {
        std::ifstream file(path_);
        std::string last;
        for (std::string line; std::getline(file, line);) {
            if (!trim(line).empty()) last = line.substr(0, 300);
        }
        return printable(last);
    }

private:
    std::string path_;
    Descriptor file_;
};

Json job_of(int number, const Candidate& candidate) {
    Json options = Json::array();
    for (const auto& [key, value] : candidate.options) options.push_back({key, value});
    return {{"check", number},
            {"file", candidate.file.string()},
            {"device", candidate.device},
            {"seed", candidate.seed},
            {"options", options}};
}

Candidate candidate_of(const Json& job) {
    Candidate candidate;
    candidate.file = job.at("file").get<std::string>();
    candidate.device = job.at("device").get<std::uint32_t>();
    candidate.seed = job.at("seed").get<std::uint64_t>();
    for (const Json& each : job.at("options")) {
        candidate.options.emplace_back(each.at(0).get<std::string>(),
                                       each.at(1).get<std::string>());
    }
    return candidate;
}

/// One job in one process, as its answer or how it ended without.
struct Asked {
    Json answer;  ///< null: none.
    PluginFinding without;
};

Asked ask(const std::filesystem::path& program, const Json& job, double limit_s) {
    const Captured output;
    Child child = Child::start(
        {.argv = {program.string(), "conform"}, .environment = {}, .output_path = output.path()});
    child.send(dump_json(job) + "\n");
    child.close_input();
    LineReader reader(child.output());
    std::string line;
    const auto got = reader.next(line, static_cast<int>(limit_s * 1000));
    if (got == LineReader::Got::line) {
        child.kill_group(SIGKILL);
        return {parse_json(line, "check"), {}};
    }
    if (got == LineReader::Got::timeout) {
        child.kill_group(SIGKILL);
        return {nullptr, {Ending::hanging, fmt::format("no answer within {:g} s", limit_s)}};
    }
    std::string what = "its process ended with " + child.wait().text();
    if (const std::string last = output.last_line(); !last.empty()) {
        what += fmt::format("; it printed last: {}", last);
    }
    return {nullptr, {Ending::crashed, what}};
}

PluginFinding finding_of(const Asked& asked) {
    if (asked.answer.is_null()) return asked.without;
    return {static_cast<Ending>(asked.answer.at("ending").get<int>()),
            asked.answer.at("what").get<std::string>()};
}

Json introduction_of(const Candidate& candidate) {
    const Guest guest(candidate);
    const Introduction plugin = guest.introduction();
    return {{"id", plugin.id}, {"name", plugin.name}, {"version", plugin.version}};
}

Json answer_to(int number, const Candidate& candidate) {
    PluginFinding finding;
    if (number == introduce) {
        try {
            return {{"ending", 0}, {"what", ""}, {"plugin", introduction_of(candidate)}};
        } catch (const Stop& stop) {
            finding = stop.finding;
        } catch (const std::exception& error) {
            finding = {Ending::fail, printable(error.what())};
        }
    }
    for (const PluginCheck& each : plugin_checks()) {
        if (each.number == number) finding = find_here(each, candidate);
    }
    return {{"ending", static_cast<int>(finding.ending)}, {"what", finding.what}};
}

void get_introduced(Conformance& report, const Asked& asked) {
    const PluginFinding finding = finding_of(asked);
    if (finding.ending != Ending::pass) {
        report.not_loaded = finding.what;
        return;
    }
    const Json& plugin = asked.answer.at("plugin");
    report.plugin = {plugin.at("id").get<std::string>(), plugin.at("name").get<std::string>(),
                     plugin.at("version").get<std::string>()};
}

/// Whether a check says what is wrong with a plugin that cannot be loaded.
bool explains_loading(const PluginCheck& check) {
    constexpr int whole_table = 9;
    return check.needs == Needs::file || check.number == whole_table;
}

}  // namespace

int Conformance::count(Ending ending) const {
    return static_cast<int>(
        std::count_if(results.begin(), results.end(),
                      [&](const CheckResult& each) { return each.finding.ending == ending; }));
}

bool Conformance::conforms() const {
    return not_loaded.empty() && count(Ending::fail) == 0 && count(Ending::crashed) == 0 &&
           count(Ending::hanging) == 0;
}

std::string Conformance::line() const {
    std::string counts = fmt::format("{} pass, {} fail, {} skipped", count(Ending::pass),
                                     count(Ending::fail), count(Ending::skipped));
    for (const Ending ending : {Ending::warning, Ending::crashed, Ending::hanging}) {
        if (count(ending) > 0) counts += fmt::format(", {} {}", count(ending), ending_name(ending));
    }
    const std::string who = plugin.id.empty() ? "a plugin that cannot be loaded"
                                              : fmt::format("{} {}", plugin.id, plugin.version);
    return fmt::format("conformance {}: {} of {} checks; {}, sha256 {}", conformance_revision,
                       counts, plugin_checks().size() + not_checked().size(), who, sha256);
}

Conformance check_plugin(const std::filesystem::path& program, const Candidate& candidate,
                         const std::vector<const PluginCheck*>& checks,
                         const std::function<void(const CheckResult&)>& heard) {
    Conformance report;
    report.sha256 = sha256_file(candidate.file);
    get_introduced(report, ask(program, job_of(introduce, candidate), introduce_limit_s));
    for (const PluginCheck* check : checks) {
        CheckResult result{.check = check, .finding = {}, .seconds = 0};
        const std::uint64_t start = now_ns();
        if (report.not_loaded.empty() || explains_loading(*check)) {
            const double limit_s = candidate.limit_s > 0 ? candidate.limit_s : check->limit_s;
            result.finding = finding_of(ask(program, job_of(check->number, candidate), limit_s));
        } else {
            result.finding = {Ending::skipped, "the plugin cannot be loaded"};
        }
        result.seconds = static_cast<double>(now_ns() - start) * 1e-9;
        if (heard) heard(result);
        report.results.push_back(std::move(result));
    }
    return report;
}

int conform_main() {
    LineReader input(job_descriptor);
    std::string line;
    if (input.next(line, -1) != LineReader::Got::line) return 1;
    const Json job = parse_json(line, "job");
    const std::string answer =
        dump_json(answer_to(job.at("check").get<int>(), candidate_of(job))) + "\n";
    const bool sent = write(answer_descriptor, answer.data(), answer.size()) ==
                      static_cast<ssize_t>(answer.size());
    // What the plugin does at exit is the matter of one check only, which looks at it itself.
    _exit(sent ? 0 : 1);
}

}  // namespace assay

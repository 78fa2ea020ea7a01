// SPDX-License-Identifier: Apache-2.0
// What was written after `assay run`, and what it means.
#include "tools/assay/run_request.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/host/search.hpp"
#include "core/supervise/supervise.hpp"
#include "tools/assay/paths.hpp"
#include "tools/assay/side.hpp"

namespace assay {
namespace {

// Not vendors': the truth, the made-up device, and the one to copy.
constexpr std::array<std::string_view, 3> never_default{"reference", "simulated", "template"};

Profile chosen_profile(const RunRequest& request, const Suite& suite) {
    std::string wanted = request.profile.empty() ? suite.profile : request.profile;
    if (wanted.empty()) wanted = "default";
    std::optional<Profile> profile = find_profile(wanted);
    if (!profile)
        throw UsageError(fmt::format("no profile '{}'; there are quick, default and publish",
                                     printable(wanted)));
    if (request.passes) profile->passes = *request.passes;
    return *profile;
}

/// One plugin given twice is two subjects: "onednn" and "onednn#2".
void make_unique(std::vector<SubjectOptions>& subjects) {
    std::map<std::string, int> seen;
    for (SubjectOptions& subject : subjects) {
        const int times = ++seen[subject.label];
        if (times > 1) subject.label += fmt::format("#{}", times);
    }
}

/// Asked in a worker: what is broken has none.
bool has_device(const std::filesystem::path& plugin) {
    const std::string name = plugin.stem().string();
    const SubjectOptions subject{
        .label = name, .name = name, .path = plugin, .options = {}, .device = ""};
    return !probe_plugin(program_file(), subject).devices.empty();
}

std::vector<SubjectOptions> chosen_subjects(const RunRequest& request) {
    const auto folders = plugin_folders(request.plugin_path);
    std::vector<std::string> names = request.ab.empty() ? request.plugins : request.ab;
    if (names.empty()) {
        names.push_back(default_plugin(list_plugins(folders)));
        fmt::print(stderr, "assay: no --plugin given, running {}\n", names.front());
    }
    std::vector<SubjectOptions> subjects;
    for (const std::string& name : names) {
        subjects.push_back(parse_subject(name, folders));
        if (!request.device.empty()) subjects.back().device = request.device;
    }
    make_unique(subjects);
    return subjects;
}

std::vector<std::string> labels(const std::vector<SubjectOptions>& subjects) {
    std::vector<std::string> all;
    for (const SubjectOptions& subject : subjects) all.push_back(subject.name);
    return all;
}

/// What goes together.
void check_ways(const RunRequest& request) {
    if (!request.ab.empty() && !request.plugins.empty())
        throw UsageError("--ab names both plugins; leave out --plugin");
    if (request.ab.size() > 2) throw UsageError("--ab takes two plugins, once");
    if (!request.ab.empty() && request.in_process)
        throw UsageError("--ab needs a process for each plugin; leave out --in-process");
    if (request.together && !request.ab.empty())
        throw UsageError("--together is at one instant, --ab by turns; leave out one of them");
    if (request.together && request.in_process)
        throw UsageError("--together needs a process for each device; leave out --in-process");
}

void check_numbers(const RunRequest& request) {
    if (request.resume && request.output.empty())
        throw UsageError("--resume needs the file to go on with: -o FILE");
    if (request.resume && request.force)
        throw UsageError("--resume keeps what --force would replace; leave out one of them");
    if (request.passes && *request.passes < 1) throw UsageError("--passes must be at least 1");
    if (request.passes && *request.passes < 2 && !request.precision.empty())
        throw UsageError("--precision needs a pilot; --passes must be at least 2");
    if (request.threads && *request.threads < 1) throw UsageError("--threads must be at least 1");
}

}  // namespace

std::vector<Option> run_option_table(RunRequest& request) {
    return {
        {"SUITE", "", &request.suite, "a suite's name, or its TOML file", true},
        {"-p,--plugin", "NAME[:KEY=VALUE,...]", &request.plugins,
         "a plugin by name or file, with its options; repeat to run several, pass by pass"},
        {"--ab", "PLUGIN PLUGIN", &request.ab,
         "measure two plugins (or one with two settings) side by side, and compare them", false, 2},
        {"--together", "", &request.together,
         "measure each device alone and all at one instant, and say what sharing costs"},
        {"--device", "DEVICE", &request.device,
         "its number, id, part of its name, or a pattern of * and ?; several: 0,2 (0)"},
        {"--filter", "TERMS", &request.filter, "only cases that satisfy all: 'a=bf16 m>=512 text'"},
        {"--profile", "NAME", &request.profile, "how much measuring: quick, default or publish"},
        {"--passes", "N", &request.passes, "fresh processes a plugin, instead of the profile's"},
        {"--precision", "PERCENT", &request.precision,
         "as many passes as ±PERCENT needs, by the spread of the profile's; at most 4 times those"},
        {"--max-time", "DURATION", &request.max_time,
         "begin no pass that would end later: 90s, 10m, 2h; two are always done"},
        {"--threads", "N", &request.threads, "threads a plugin may use (its own choice)"},
        {"--affinity", "CPUS", &request.affinity, "CPUs the workers are bound to: 0-3,8"},
        {"--hang-after", "DURATION", &request.hang_after,
         "end a worker that is silent for so long (2m; 10m in prepare, 30s in teardown)"},
        {"--seed", "N", &request.seed, "seed of the order of cases (1)"},
        {"-o,--output", "FILE", &request.output,
         "the result file (./assay-SUITE-PLUGIN-UTC.jsonl)"},
        {"--force", "", &request.force, "replace the result file"},
        {"--resume", "", &request.resume,
         "go on with the result file if it is there: same command, same machine, same programs"},
        {"--anonymous", "", &request.anonymous, "leave out host name, serials, users and paths"},
        {"--dry-run", "", &request.dry_run, "say what would run and how long, and stop"},
        {"--json", "", &request.json, "the answer as JSON instead of the table"},
        {"-q,--quiet", "", &request.quiet, "no progress"},
        {"--in-process", "", &request.in_process, "no workers, for debuggers; recorded"},
        {"--plugin-path", "FOLDER", &request.plugin_path, "look for plugins here first"},
        {"--suite-path", "FOLDER", &request.suite_path, "look for suites here first"},
    };
}

std::string default_plugin(const std::vector<std::filesystem::path>& found) {
    for (const auto& file : found) {
        std::string name = file.stem().string();
        const bool of_a_vendor =
            std::find(never_default.begin(), never_default.end(), name) == never_default.end();
        if (of_a_vendor && has_device(file)) return name;
    }
    for (const auto& file : found)
        if (file.stem() == "reference") return "reference";
    throw Error("no plugin found; name one with --plugin, or its folder with --plugin-path");
}

RunOptions run_options(const RunRequest& request) {
    check_ways(request);
    check_numbers(request);
    RunOptions options;
    const auto file = find_suite(request.suite, suite_folders(request.suite_path));
    options.suite = select(load_suite(file), request.filter);
    options.filter = request.filter;
    options.profile = chosen_profile(request, options.suite);
    options.subjects = chosen_subjects(request);
    if (!request.precision.empty()) options.precision = fraction(request.precision, "--precision");
    if (!request.max_time.empty()) options.max_seconds = duration(request.max_time, "--max-time");
    if (!request.hang_after.empty())
        options.hang_seconds = duration(request.hang_after, "--hang-after");
    options.lockstep = !request.ab.empty();
    options.together = request.together;
    options.threads = request.threads.value_or(0);
    options.affinity = request.affinity;
    options.order_seed = request.seed.value_or(1);
    options.replace = request.force;
    options.resume = request.resume;
    options.anonymous = request.anonymous;
    options.in_process = request.in_process;
    options.program = program_file();
    options.output = request.output.empty()
                         ? default_output(options.suite.name, labels(options.subjects))
                         : std::filesystem::path{request.output};
    options.log_folder = options.output.string() + ".logs";
    return options;
}

}  // namespace assay

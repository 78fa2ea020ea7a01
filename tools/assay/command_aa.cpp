// SPDX-License-Identifier: Apache-2.0
// `assay aa SUITE --plugin P`: the same thing measured in several sessions, to learn how much the
// sessions of this machine differ; kept for `assay compare`.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "tools/assay/attended_run.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/interrupt.hpp"
#include "tools/assay/paths.hpp"
#include "tools/assay/run_request.hpp"
#include "tools/assay/session_store.hpp"
#include "tools/assay/side.hpp"

namespace assay {
namespace fs = std::filesystem;
namespace {

constexpr int default_sessions = 5;
constexpr std::string_view taken_from_run[] = {
    "SUITE",    "-p,--plugin",   "--device",    "--filter", "--profile",
    "--passes", "--threads",     "--affinity",  "--seed",   "-q,--quiet",
    "--json",   "--plugin-path", "--suite-path"};

class AaCommand : public Command {
public:
    explicit AaCommand(std::vector<std::string> command_line)
        : command_line_(std::move(command_line)) {}
    [[nodiscard]] std::string name() const override { return "aa"; }
    [[nodiscard]] std::string summary() const override {
        return "Measure how much sessions of this machine differ, for assay compare.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay aa quick --plugin onednn\n"
               "  assay aa gemm/square --plugin onednn --sessions 8 --pause 10m\n"
               "  assay aa --from monday.jsonl --from tuesday.jsonl\n";
    }
    std::vector<Option> options() override {
        std::vector<Option> table;
        for (Option& option : run_option_table(given_)) {
            if (std::ranges::find(taken_from_run, option.names) == std::end(taken_from_run))
                continue;
            option.required = false;  // The suite: not with --from.
            table.push_back(std::move(option));
        }
        table.push_back({"--sessions", "N", &sessions_, "runs to hold against each other (5)"});
        table.push_back({"--pause", "DURATION", &pause_, "between two sessions: 30s, 10m (none)"});
        table.push_back({"-o,--output", "FOLDER", &given_.output,
                         "a new folder for the result files (./assay-aa-SUITE-PLUGIN-UTC)"});
        table.push_back({"--from", "FILE", &from_,
                         "take result files there are instead of measuring; repeat it"});
        return table;
    }
    int run() override {
        if (from_.empty() == given_.suite.empty())
            throw UsageError("name a SUITE to measure, or result files with --from");
        std::vector<std::string> files = from_;
        if (from_.empty() && !measure(files)) return ExitCode::interrupted_run;
        std::vector<StoredSession> sessions;
        for (const std::string& file : files) sessions.push_back(session(file));
        for (const StoredSession& each : sessions)
            if (each.machine != sessions[0].machine || each.plugin != sessions[0].plugin)
                throw Error("the sessions are not all of one machine and one plugin");
        return report(sessions);
    }

private:
    /// One ordinary run a session, in another order of cases each. False when interrupted.
    bool measure(std::vector<std::string>& files) {
        const int sessions = sessions_.value_or(default_sessions);
        if (sessions < 2) throw UsageError("--sessions must be at least 2");
        const double pause = pause_.empty() ? 0 : duration(pause_, "--pause");
        if (given_.profile.empty()) given_.profile = "quick";
        const std::string folder = given_.output;
        given_.output = "unnamed";
        RunOptions options = run_options(given_);
        if (options.subjects.size() != 1) throw UsageError("assay aa measures one --plugin");
        const fs::path place = folder.empty() ? made_up_folder(options) : fs::path{folder};
        std::error_code failed;
        if (!fs::create_directory(place, failed))
            throw Error(fmt::format("{}: cannot be made as a new folder{}",
                                    printable(place.string()),
                                    failed ? ": " + failed.message() : "; it exists"));
        catch_interrupts();
        const std::uint64_t seed = options.order_seed;
        for (int i = 0; i < sessions; ++i) {
            if (i > 0 && !wait(pause)) return false;
            options.output = place / fmt::format("session-{}.jsonl", i + 1);
            options.log_folder = options.output.string() + ".logs";
            options.order_seed = seed + static_cast<std::uint64_t>(i);
            if (!run_one(options)) return false;
            files.push_back(options.output.string());
        }
        return true;
    }

    static fs::path made_up_folder(const RunOptions& options) {
        return default_output("aa-" + options.suite.name, {options.subjects[0].name})
            .replace_extension();
    }

    bool run_one(RunOptions options) {
        options.command_line = command_line_;
        const RunResult result = attended_run(std::move(options), given_.quiet);
        fmt::print(stderr, "results: {}\n", printable(result.file.string()));
        return result.end.status == "complete";
    }

    /// False when interrupted meanwhile.
    static bool wait(double seconds) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
        while (!interrupted() && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        return !interrupted();
    }

    static StoredSession session(const std::string& file) {
        const Run run = read_run(file, Keep::aside);
        if (run.header.subjects.size() != 1)
            throw Error(printable(file) + ": has several plugins; a session is of one");
        std::optional<StoredSession> found = session_of(run);
        if (!found)
            throw Error(printable(file) + ": no measured case, or times of a virtual clock");
        return *found;
    }

    [[nodiscard]] int report(const std::vector<StoredSession>& sessions) const {
        const std::optional<SessionSpread> now = spread_of(sessions);
        SessionStore store(SessionStore::default_file());
        if (!store.warning().empty()) fmt::print(stderr, "assay: {}\n", store.warning());
        const StoredSession& first = sessions.front();
        const bool kept = !first.machine.empty();
        if (kept) store.add(sessions);
        const std::optional<SessionSpread> all =
            kept ? store.spread(first.machine, first.plugin) : now;
        if (!now || !all)
            throw Error("no case has two sessions of two passes: nothing is known of the spread");
        print_answer(given_.json ? json_of(*now, *all) : text_of(*now, *all));
        if (kept)
            fmt::print(stderr, "kept for assay compare: {}\n", printable(store.file().string()));
        else
            fmt::print(stderr, "assay: anonymous files do not say of which machine; not kept\n");
        return ExitCode::done;
    }

    static std::string line_of(const char* what, const SessionSpread& spread) {
        return fmt::format("{}  session sd {:.2g} %, 95 % upper limit {:.2g} %, {} sessions\n",
                           what, spread.sd * 100, spread.upper95 * 100, spread.sessions);
    }

    static std::string text_of(const SessionSpread& now, const SessionSpread& all) {
        return line_of("these ", now) + line_of("all   ", all) +
               fmt::format("assay compare counts it as {:.2g} %: {} sessions say no more\n",
                           all.counted_sd() * 100, all.sessions);
    }

    static std::string json_of(const SessionSpread& now, const SessionSpread& all) {
        const auto one = [](const SessionSpread& spread) {
            return Json{{"session_sd", spread.sd},
                        {"upper95", spread.upper95},
                        {"counted_sd", spread.counted_sd()},
                        {"sessions", spread.sessions},
                        {"freedom", spread.freedom}};
        };
        return pretty_json(Json{{"these", one(now)}, {"all", one(all)}}) + "\n";
    }

    std::vector<std::string> command_line_, from_;
    RunRequest given_;
    std::optional<int> sessions_;
    std::string pause_;
};

}  // namespace

std::unique_ptr<Command> make_aa_command(std::vector<std::string> command_line) {
    return std::make_unique<AaCommand>(std::move(command_line));
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Which files belong together, their cases as series, and the steps of each.
#include "core/compare/history.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/compare/confounders.hpp"

namespace assay {

namespace {

constexpr double significance = 0.05;  // family-wise, as in compare

/// "" or what is another in `file` than in `newest`.
std::string difference_of(const KeyValues& file, const KeyValues& newest) {
    for (const auto& [name, value] : newest) {
        const auto found =
            std::ranges::find(file, name, &std::pair<std::string, std::string>::first);
        const std::string here = found == file.end() ? "" : found->second;
        if (here != value) {
            return name + " is '" + printable(here, 60) + "', not '" + printable(value, 60) + "'";
        }
    }
    return file.size() == newest.size() ? "" : "has other plugin options";
}

std::string objection(const FilePoint& file, const FilePoint& newest, bool any_options) {
    std::string text = difference_of(file.identity, newest.identity);
    if (text.empty() && !any_options) text = difference_of(file.options, newest.options);
    return text;
}

/// In order of time, without what does not belong to the newest file or comes twice.
void take_files(History& history, std::vector<FilePoint> files, bool any_options) {
    std::ranges::sort(files, {},
                      [](const FilePoint& each) { return std::tie(each.started_utc, each.file); });
    const FilePoint newest = files.back();
    std::map<std::string, std::string> runs;
    for (FilePoint& file : files) {
        std::string against = objection(file, newest, any_options);
        if (against.empty()) {  // what is left out for another reason hides nothing
            const auto [first, added] = runs.try_emplace(file.run_id, file.file);
            if (!added) against = "is the same run as " + first->second;
        }
        if (against.empty())
            history.files.push_back(std::move(file));
        else
            history.left_out.push_back(file.file + ": " + against);
    }
}

std::vector<CaseHistory> series_of(const std::vector<FilePoint>& files) {
    std::vector<CaseHistory> cases;
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < files.size(); ++i) {
        for (const FilePoint::Case& each : files[i].cases) {
            const auto [found, added] = place.try_emplace(each.key, cases.size());
            if (added) {
                cases.push_back({each.key, each.id, each.group, {}, {}});
                cases.back().seconds.resize(files.size());
            }
            cases[found->second].seconds[i] = each.seconds;
        }
    }
    return cases;
}

/// The geometric mean of the cases that every file measured.
CaseHistory all_together(const std::vector<CaseHistory>& cases, std::size_t files) {
    CaseHistory all;
    all.seconds.resize(files);
    std::vector<double> logs(files);
    std::size_t count = 0;
    for (const CaseHistory& each : cases) {
        if (each.measured() < files) continue;
        for (std::size_t i = 0; i < files; ++i) logs[i] += std::log(*each.seconds[i]);
        ++count;
    }
    all.id = "all cases (geometric mean of " + std::to_string(count) + ")";
    if (count == 0) return all;
    for (std::size_t i = 0; i < files; ++i) {
        all.seconds[i] = std::exp(logs[i] / static_cast<double>(count));
    }
    return all;
}

/// A case's values without its holes.
struct Series {
    explicit Series(const CaseHistory& each) {
        for (std::size_t i = 0; i < each.seconds.size(); ++i) {
            if (!each.seconds[i]) continue;
            files.push_back(i);
            seconds.push_back(*each.seconds[i]);
            logs.push_back(std::log(*each.seconds[i]));
        }
    }
    std::vector<std::size_t> files;
    std::vector<double> seconds, logs;
};

/// Each step's size: the values up to the neighbouring steps against each other.
std::vector<Step> sized(const std::vector<Change>& found, const Series& series) {
    std::vector<Step> steps;
    const std::span<const double> seconds = series.seconds;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::size_t begin = i == 0 ? 0 : found[i - 1].at;
        const std::size_t end = i + 1 == found.size() ? seconds.size() : found[i + 1].at;
        const auto before = seconds.subspan(begin, found[i].at - begin);
        const auto after = seconds.subspan(found[i].at, end - found[i].at);
        steps.push_back({series.files[found[i].at], found[i].p, difference(before, after, 0)});
    }
    return steps;
}

/// Drops the smallest step below the margin, joining its sides, until none is.
std::vector<Step> steps_that_matter(std::vector<Change> found, const Series& series,
                                    double margin) {
    const double limit = std::log1p(margin) * (1 - 1e-12);
    const auto size = [](const Step& step) { return std::abs(std::log(step.difference.ratio)); };
    for (;;) {
        std::vector<Step> steps = sized(found, series);
        const auto smallest = std::ranges::min_element(steps, {}, size);
        if (smallest == steps.end() || size(*smallest) >= limit) return steps;
        found.erase(found.begin() + (smallest - steps.begin()));
    }
}

void find_steps(History& history) {
    std::vector<Series> all;
    std::vector<double> p;
    for (const CaseHistory& each : history.cases) {
        all.emplace_back(each);
        p.push_back(strongest_change(all.back().logs).p);
    }
    const std::vector<double> adjusted = holm(p);
    const auto tests = static_cast<double>(history.cases.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (adjusted[i] > significance) continue;
        // Holm let the strongest in; within the parts it leaves, Bonferroni's level is asked for.
        const double level = std::max(p[i], significance / tests);
        history.cases[i].steps =
            steps_that_matter(changes(all[i].logs, level), all[i], history.margin);
    }
}

}  // namespace

std::size_t CaseHistory::measured() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(seconds, [](const auto& each) { return each.has_value(); }));
}

FilePoint point_of(const Side& side) {
    const RunRecord& run = side.run->header;
    const Subject& subject = subject_of(side);
    FilePoint point{side.run->path.filename().string(), run.started_utc, run.run_id, {}, {}, {}};
    point.identity = {{"machine.host_name", run.machine.host_name},
                      {"machine.cpu_model", run.machine.cpu_model},
                      {"machine.cpus_allowed", std::to_string(run.machine.cpus_allowed)},
                      {"device.id", subject.device.id},
                      {"device.name", subject.device.name},
                      {"device.timer", subject.device.timer},
                      {"plugin.id", subject.plugin.id},
                      {"threads", std::to_string(subject.threads)},
                      {"affinity", subject.affinity},
                      {"suite.name", run.suite.name},
                      {"profile.name", run.profile.name}};
    for (const auto& [name, value] : subject.plugin.options) {
        point.options.emplace_back("plugin.options." + name, value);
    }
    for (const CaseSummary& each : summarise(*side.run)) {
        if (each.subject != side.subject || each.pass_medians.empty()) continue;
        point.cases.push_back({each.key, each.id, each.group, each.time.center});
    }
    return point;
}

History history(std::vector<FilePoint> files, const HistoryOptions& options) {
    if (files.empty()) throw Error("no result file to make a history of");
    History result;
    result.margin = options.margin;
    take_files(result, std::move(files), options.any_options);
    std::vector<CaseHistory> cases = series_of(result.files);
    result.cases.push_back(all_together(cases, result.files.size()));
    std::ranges::move(cases, std::back_inserter(result.cases));
    for (FilePoint& file : result.files) file.cases.clear();
    find_steps(result);
    return result;
}

}  // namespace assay

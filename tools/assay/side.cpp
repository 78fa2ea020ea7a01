// SPDX-License-Identifier: Apache-2.0
// "FILE" and "FILE@SUBJECT" of `assay compare`, its percentages and durations.
#include "tools/assay/side.hpp"

#include <cmath>
#include <cstdlib>
#include <future>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "tools/assay/command_line.hpp"

namespace assay {
namespace {

struct SideText {
    std::string file;
    std::optional<std::string> subject;
};

/// A file may have an '@' in its name.
SideText split_side(const std::string& text) {
    const std::size_t at = text.rfind('@');
    if (at == std::string::npos || std::filesystem::exists(text)) return {text, {}};
    return {text.substr(0, at), text.substr(at + 1)};
}

std::string labels(const Run& run) {
    std::vector<std::string> all;
    for (const Subject& subject : run.header.subjects)
        all.push_back(fmt::format("@{} ({})", subject.index, printable(subject.label)));
    return join(all, ", ");
}

int find_subject(const Run& run, const std::string& file, const std::string& wanted) {
    for (const Subject& subject : run.header.subjects)
        if (subject.label == wanted || std::to_string(subject.index) == wanted)
            return subject.index;
    throw Error(fmt::format("{}: no subject '{}'; there are {}", printable(file), printable(wanted),
                            labels(run)));
}

}  // namespace

const Run& Sides::read(const std::string& file) {
    const auto known = runs_.find(file);
    return known != runs_.end() ? known->second
                                : runs_.emplace(file, read_run(file, Keep::aside)).first->second;
}

void Sides::read_ahead(const std::vector<std::string>& sides) {
    std::map<std::string, std::future<Run>> reading;
    std::vector<std::string> order;
    for (const std::string& text : sides) {
        const std::string file = split_side(text).file;
        if (runs_.contains(file) || reading.contains(file)) continue;
        reading[file] = std::async(std::launch::async, read_run, file, Keep::aside);
        order.push_back(file);
    }
    for (const std::string& file : order) runs_.emplace(file, reading[file].get());
}

Side Sides::side(const std::string& text) {
    const auto [file, subject] = split_side(text);
    const Run& run = read(file);
    if (subject) return {&run, find_subject(run, file, *subject)};
    if (run.header.subjects.size() == 1) return {&run, run.header.subjects.front().index};
    throw Error(fmt::format("{}: has {} subjects, say which: {}", printable(text),
                            run.header.subjects.size(), labels(run)));
}

std::vector<Side> Sides::both(const std::string& file) {
    const Run& run = read(file);
    const auto& subjects = run.header.subjects;
    if (subjects.size() != 2)
        throw Error(fmt::format("{}: has {} subject{}, not two; name a second file to compare with",
                                printable(file), subjects.size(), subjects.size() == 1 ? "" : "s"));
    return {{&run, subjects[0].index}, {&run, subjects[1].index}};
}

std::vector<std::string> Sides::warnings() const {
    std::vector<std::string> all;
    for (const auto& [file, run] : runs_)
        for (const std::string& warning : run.warnings)
            all.push_back(printable(file) + ": " + printable(warning));
    return all;
}

double fraction(const std::string& text, const std::string& flag) {
    char* end = nullptr;
    double value = std::strtod(text.c_str(), &end);
    const std::string rest = end;
    if (rest == "%") value /= 100;
    const bool understood = end != text.c_str() && (rest.empty() || rest == "%");
    if (!understood || !(value > 0 && value < 1))
        throw UsageError(
            fmt::format("{} '{}' is not a fraction such as 2% or 0.02", flag, printable(text)));
    return value;
}

double duration(const std::string& text, const std::string& flag) {
    constexpr std::pair<std::string_view, double> units[] = {
        {"", 1}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}};
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const std::string_view rest = end;
    for (const auto& [unit, seconds] : units)
        if (end != text.c_str() && rest == unit && value > 0 && std::isfinite(value))
            return value * seconds;
    throw UsageError(
        fmt::format("{} '{}' is not a duration such as 90s, 10m or 2h", flag, printable(text)));
}

}  // namespace assay

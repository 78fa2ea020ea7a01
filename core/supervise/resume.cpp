// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/resume.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/result/json_records.hpp"

namespace assay {
namespace {

using namespace std::string_view_literals;

/// Fields of the run record that may differ, by their ends.
constexpr std::array may_differ = {
    "run_id"sv, "started_utc"sv,     "command_line"sv, "max_seconds"sv,
    "quiet"sv,  "machine.boot_id"sv, "plugin.path"sv,  "machine.load_1min"sv};

bool is_ignored(const std::string& field) {
    return std::ranges::any_of(may_differ,
                               [&](std::string_view end) { return field.ends_with(end); });
}

std::string value_text(const Json* value) {
    if (value == nullptr) return "absent";
    return printable(value->is_string() ? value->get<std::string>() : value->dump(), 80);
}

/// The fields that differ, depth first; `field` is where the two stand.
void differences(const Json* there, const Json* here, const std::string& field,
                 std::vector<std::string>& found) {
    if (is_ignored(field) || (there != nullptr && here != nullptr && *there == *here)) return;
    const bool nested = there != nullptr && here != nullptr && there->type() == here->type() &&
                        there->is_structured() && there->size() == here->size();
    if (!nested) {
        found.push_back(fmt::format("{} is '{}' in the file, '{}' now", field, value_text(there),
                                    value_text(here)));
        return;
    }
    std::size_t i = 0;
    for (const auto& [key, value] : there->items()) {
        const Json* beside = here->is_array()      ? &here->at(i++)
                             : here->contains(key) ? &here->at(key)
                                                   : nullptr;
        differences(&value, beside, field + "." + key, found);
    }
}

}  // namespace

std::string obstacle(const RunRecord& there, const RunRecord& here) {
    const Json one = to_json(there), other = to_json(here);
    std::vector<std::string> found;
    // Field by field at the top: optional ones may be on one side only.
    for (const auto& [key, value] : one.items()) {
        differences(&value, other.contains(key) ? &other.at(key) : nullptr, key, found);
    }
    for (const auto& [key, value] : other.items()) {
        if (!one.contains(key)) differences(nullptr, &value, key, found);
    }
    if (found.empty()) return "";
    constexpr std::size_t shown = 3;
    const std::size_t more = found.size() > shown ? found.size() - shown : 0;
    found.resize(found.size() - more);
    return join(found, "; ") + (more > 0 ? fmt::format("; and {} more", more) : "");
}

Finished::Finished(const Run& run) {
    for (const CaseRecord& record : run.records) {
        records_.emplace(record.subject, record.pass, record.id);
    }
}

std::vector<bool> Finished::of(const Job& job) const {
    std::vector<bool> finished;
    for (const Case& each : job.cases) {
        finished.push_back(records_.contains({job.subject, job.pass, each.id}));
    }
    return finished;
}

}  // namespace assay

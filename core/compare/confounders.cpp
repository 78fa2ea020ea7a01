// SPDX-License-Identifier: Apache-2.0
// Every described field of machine, device, plugin, tool, suite and profile is compared; what is
// left out is listed here by name. A field added to a record is a confounder until named here.
#include "core/compare/confounders.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/compare/aligned.hpp"
#include "core/result/described.hpp"

namespace assay {

namespace {

// Noise, identities of one file, and what has a rule of its own.
constexpr std::string_view ignored[] = {
    "machine.load_1min", "machine.boot_id", "machine.kernel_command_line",
    "device.index",      "device.id",       "device.pci_address",
    "plugin.name",       "plugin.path",     "plugin.title",
    "plugin.vendor",     "plugin.license",  "suite.title",
    "suite.cases",       "suite.files",     "profile.name",
    "profile.margin",    "tool.name"};

/// The fields that belong to an axis: their names begin so.
struct Axis {
    std::string_view name;
    std::vector<std::string_view> fields;
};

const std::vector<Axis>& known_axes() {
    static const std::vector<Axis> axes = {
        {"machine", {"machine."}},
        {"device", {"device."}},
        {"driver", {"device.driver", "device.firmware", "plugin.libraries"}},
        {"plugin", {"plugin."}},
        {"options", {"plugin.options."}},
        {"threads", {"threads", "affinity", "plugin.options.threads", "device.compute_units"}}};
    return axes;
}

bool belongs(const std::string& field, const Axis& axis) {
    return std::ranges::any_of(axis.fields,
                               [&](std::string_view each) { return field.starts_with(each); });
}

/// "6.1.0-18" and "6.1.0-21" are patch levels of one kernel.
bool same_release(const Confounder& each) {
    const auto release = [](const std::string& kernel) {
        return kernel.substr(0, kernel.find('-'));
    };
    return release(each.baseline) == release(each.candidate);
}

/// research/statistics 3.3, class NOTE.
bool only_noted(const Confounder& each) {
    if (each.field == "machine.kernel") return same_release(each);
    return each.field == "machine.host_name";
}

struct Field {
    std::string name, value;
};

/// Adds every described field below `name` as text, lists as JSON.
template <class T>
void flatten(const T& value, const std::string& name, std::vector<Field>& fields);

struct FlattenFields {
    const std::string& name;
    std::vector<Field>& fields;
    template <class T>
    void operator()(const char* key, const T& value) const {
        flatten(value, name + "." + key, fields);
    }
};

template <class T>
void flatten(const T& value, const std::string& name, std::vector<Field>& fields) {
    if (std::ranges::find(ignored, name) != std::end(ignored)) return;
    if constexpr (std::is_same_v<T, KeyValues>) {
        for (const auto& [key, text] : value) flatten(text, name + "." + key, fields);
    } else if constexpr (Described<const T>) {
        describe(value, FlattenFields{name, fields});
    } else if constexpr (std::is_same_v<T, std::string>) {
        fields.push_back({name, value});
    } else if constexpr (std::is_enum_v<T>) {
        fields.push_back({name, std::string(assay::name(value))});
    } else {
        fields.push_back({name, to_value(value).dump()});
    }
}

std::vector<Field> fields_of(const Side& side, bool with_plugin) {
    const RunRecord& run = side.run->header;
    const Subject& subject = subject_of(side);
    std::vector<Field> fields;
    flatten(run.machine, "machine", fields);
    flatten(subject.device, "device", fields);
    if (with_plugin) flatten(subject.plugin, "plugin", fields);
    flatten(subject.threads, "threads", fields);
    flatten(subject.affinity, "affinity", fields);
    flatten(subject.together_of.has_value(), "together", fields);
    flatten(run.tool, "tool", fields);
    flatten(run.suite, "suite", fields);
    flatten(run.profile, "profile", fields);
    flatten(run.in_process, "in_process", fields);
    return fields;
}

/// `near`: where it stands when both sides have the same fields, which is usual.
const Field* find(const std::vector<Field>& fields, const std::string& name, std::size_t near) {
    if (near < fields.size() && fields[near].name == name) return &fields[near];
    const auto found = std::ranges::find(fields, name, &Field::name);
    return found == fields.end() ? nullptr : &*found;
}

std::string schema_major(const Side& side) {
    const std::string& schema = side.run->header.schema;
    return schema.substr(0, schema.find('.'));
}

std::string plugin_in_words(const Side& side) {
    const PluginRecord& plugin = subject_of(side).plugin;
    return plugin.version.empty() ? plugin.id : plugin.id + " " + plugin.version;
}

bool other_plugin(const Side& baseline, const Side& candidate) {
    return subject_of(baseline).plugin.id != subject_of(candidate).plugin.id;
}

}  // namespace

const Subject& subject_of(const Side& side) {
    const auto& subjects = side.run->header.subjects;
    const auto index = static_cast<std::size_t>(side.subject);
    if (side.subject < 0 || index >= subjects.size()) {
        throw Error(side.run->path.string() + ": has no subject " + std::to_string(side.subject));
    }
    return subjects[index];
}

bool same_run(const Side& baseline, const Side& candidate) {
    const std::string& id = baseline.run->header.run_id;
    return baseline.run == candidate.run || (!id.empty() && id == candidate.run->header.run_id);
}

std::vector<Confounder> refused_fields(const Side& baseline, const Side& candidate) {
    const std::vector<Confounder> rules = {
        {"schema", schema_major(baseline), schema_major(candidate)},
        {"profile.name", baseline.run->header.profile.name, candidate.run->header.profile.name}};
    std::vector<Confounder> refused;
    for (const Confounder& rule : rules) {
        if (rule.baseline != rule.candidate) refused.push_back(rule);
    }
    return refused;
}

std::vector<Confounder> differing_fields(const Side& baseline, const Side& candidate) {
    // Two plugins differ in everything they say of themselves: that is the question, not a doubt.
    const bool with_plugin = !other_plugin(baseline, candidate);
    const std::vector<Field> here = fields_of(baseline, with_plugin);
    const std::vector<Field> there = fields_of(candidate, with_plugin);
    std::vector<Confounder> found;
    for (std::size_t i = 0; i < here.size(); ++i) {
        const Field& field = here[i];
        const Field* other = find(there, field.name, i);
        if (other != nullptr && other->value == field.value) continue;
        found.push_back({field.name, field.value, other != nullptr ? other->value : ""});
    }
    for (std::size_t i = 0; i < there.size(); ++i) {  // Options that only the candidate has.
        const Field& field = there[i];
        if (find(here, field.name, i) == nullptr) found.push_back({field.name, "", field.value});
    }
    return found;
}

std::vector<std::string> axis_names() {
    std::vector<std::string> names;
    for (const Axis& each : known_axes()) names.emplace_back(each.name);
    return names;
}

void sort_differences(const std::vector<Confounder>& differences,
                      const std::vector<std::string>& axes, ComparisonReport& report) {
    const auto along = [&](const Confounder& each) {
        return std::ranges::any_of(known_axes(), [&](const Axis& axis) {
            return std::ranges::find(axes, axis.name) != axes.end() && belongs(each.field, axis);
        });
    };
    for (const Confounder& each : differences) {
        auto& list = along(each)        ? report.expected
                     : only_noted(each) ? report.noted
                                        : report.confounders;
        list.push_back(each);
    }
}

std::vector<std::string> remarks(const Side& baseline, const Side& candidate) {
    std::vector<std::string> texts;
    if (same_run(baseline, candidate) && baseline.subject == candidate.subject) {
        return {"same run on both sides: every ratio is 1 by construction"};
    }
    if (other_plugin(baseline, candidate)) {
        texts.push_back("compares plugins: " + plugin_in_words(baseline) + " with " +
                        plugin_in_words(candidate));
    }
    if (side_by_side(baseline, candidate)) {
        texts.emplace_back(
            "measured side by side: the verdicts are of the differences within "
            "passes (paired t)");
    }
    if (!same_run(baseline, candidate)) {
        const bool one_boot =
            baseline.run->header.machine.boot_id == candidate.run->header.machine.boot_id;
        texts.emplace_back(one_boot ? "within-session comparison: says that these two runs differ, "
                                      "not that the systems do"
                                    : "different sessions: the machine was started anew, or is "
                                      "another");
    }
    return texts;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// `assay run --dry-run`: what would run, and how long it is likely to take.
#include "tools/assay/preview.hpp"

#include <fmt/format.h>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/unit/scale.hpp"

namespace assay {
namespace {

double seconds(const RunOptions& options) {
    const std::size_t times = options.together ? 2 : 1;
    return expected_seconds(options.suite, options.profile,
                            static_cast<int>(options.subjects.size() * times));
}

std::vector<std::string> labels(const RunOptions& options) {
    std::vector<std::string> all;
    for (const SubjectOptions& subject : options.subjects) all.push_back(printable(subject.label));
    return all;
}

}  // namespace

std::string preview_text(const RunOptions& options) {
    const Suite& suite = options.suite;
    std::string text = fmt::format("suite     {}, {} cases\n", suite.name, suite.cases.size());
    text += fmt::format("plugins   {}{}\n", join(labels(options), ", "),
                        options.lockstep   ? ", side by side"
                        : options.together ? ", alone and together"
                                           : "");
    text += fmt::format("profile   {}, {} passes\n", options.profile.name, options.profile.passes);
    text += fmt::format("expected  {}\n", format_duration(seconds(options)));
    if (suite.minutes > 0)
        text += fmt::format("author's  {:g} min for one plugin, default profile, all cases\n",
                            suite.minutes);
    return text;
}

std::string preview_json(const RunOptions& options) {
    const Json json{{"suite", options.suite.name},
                    {"cases", options.suite.cases.size()},
                    {"subjects", labels(options)},
                    {"profile", options.profile.name},
                    {"passes", options.profile.passes},
                    {"expected_seconds", seconds(options)},
                    {"author_minutes", options.suite.minutes}};
    return pretty_json(json) + "\n";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// The filter: terms that all must hold. Grammar: docs/suites.md.
#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/suite/names.hpp"
#include "core/suite/suite.hpp"

namespace assay {
namespace {

/// Every field of a case as text, by name.
std::map<std::string, std::string> fields_of(const Case& each) {
    std::map<std::string, std::string> fields{
        {"kind", std::string(kind(each.workload))}, {"id", each.id}, {"group", each.group}};
    describe_case(each, [&](const char* field, const auto& value) {
        with_text(field, value,
                  [&](const char* name, std::string text) { fields[name] = std::move(text); });
    });
    return fields;
}

/// `pattern` with * for any text.
bool matches(std::string_view text, std::string_view pattern) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return text == pattern;
    if (text.substr(0, star) != pattern.substr(0, star)) return false;
    const std::string_view rest = pattern.substr(star + 1);
    for (std::size_t from = star; from <= text.size(); ++from) {
        if (matches(text.substr(from), rest)) return true;
    }
    return false;
}

std::optional<double> number(const std::string& text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
    return value;
}

/// FIELD OPERATOR VALUE, or a bare TEXT (then field is empty).
struct Term {
    std::string field, comparison, value;
};

Term parse_term(const std::string& text) {
    for (const char* comparison : {"!=", "<=", ">=", "<", ">", "="}) {
        const std::size_t at = text.find(comparison);
        if (at == std::string::npos || at == 0) continue;
        return {text.substr(0, at), comparison, text.substr(at + std::string(comparison).size())};
    }
    return {"", "", text};
}

bool any_matches(const std::string& field, const std::string& alternatives) {
    const auto list = split(alternatives, ',');
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& each) { return matches(field, each); });
}

bool compare_numbers(const std::string& field, const Term& term) {
    const auto have = number(field);
    const auto want = number(term.value);
    if (!have || !want) {
        throw Error(fmt::format("--filter: '{}{}{}' compares numbers", term.field, term.comparison,
                                printable(term.value, 60)));
    }
    if (term.comparison == "<") return *have < *want;
    if (term.comparison == "<=") return *have <= *want;
    return term.comparison == ">" ? *have > *want : *have >= *want;
}

bool holds(const Term& term, const std::map<std::string, std::string>& fields) {
    if (term.field.empty()) return fields.at("id").find(term.value) != std::string::npos;
    const auto field = fields.find(term.field);
    if (field == fields.end()) return false;  // of another kind of workload
    if (term.comparison == "=") return any_matches(field->second, term.value);
    if (term.comparison == "!=") return !any_matches(field->second, term.value);
    return compare_numbers(field->second, term);
}

/// Refuses a field that no case of the suite has.
void require_known(const std::vector<Term>& terms, const Suite& suite) {
    std::set<std::string> known;
    for (const Case& each : suite.cases) {
        for (const auto& [name, value] : fields_of(each)) known.insert(name);
    }
    for (const Term& term : terms) {
        if (term.field.empty() || known.contains(term.field)) continue;
        const std::vector<std::string> list(known.begin(), known.end());
        const std::string near = nearest(term.field, list);
        throw Error(
            "--filter: no field '" + printable(term.field, 60) + "'" +
            (near.empty() ? "; known are " + join(list, ", ") : ", did you mean '" + near + "'?"));
    }
}

}  // namespace

Suite select(Suite suite, const std::string& filter) {
    std::vector<Term> terms;
    for (const std::string& text : split(filter, ' ')) {
        if (!text.empty()) terms.push_back(parse_term(text));
    }
    if (terms.empty()) return suite;
    require_known(terms, suite);
    const auto wanted = [&](const Case& each) {
        const auto fields = fields_of(each);
        return std::all_of(terms.begin(), terms.end(),
                           [&](const Term& term) { return holds(term, fields); });
    };
    const std::size_t before = suite.cases.size();
    std::erase_if(suite.cases, [&](const Case& each) { return !wanted(each); });
    if (suite.cases.empty()) {
        throw Error(
            fmt::format("--filter '{}' leaves none of the {} cases of {}; see `assay list "
                        "cases {}`",
                        printable(filter, 100), before, suite.name, suite.name));
    }
    return suite;
}

}  // namespace assay

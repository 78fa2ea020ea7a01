// SPDX-License-Identifier: Apache-2.0
// Exact pairs by key; then, among the cases left over, the one of the same kind with the fewest
// differing fields.
#include "core/compare/pair.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "core/result/described.hpp"

namespace assay {

namespace {

constexpr std::size_t max_differing = 2;       // chosen: beyond that it is another case
constexpr std::size_t max_search = 4'000'000;  // chosen: keeps hostile files under a second

struct Field {
    std::string name, value;
    bool operator==(const Field&) const = default;
};

/// Those of a load are fields like any other.
void add_fields(const Json& json, std::vector<Field>& fields) {
    for (const auto& [key, value] : json.items()) {
        if (value.is_object())
            add_fields(value, fields);
        else
            fields.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
    }
}

/// Workload (kind first) and protocol, every described field as text.
std::vector<Field> fields_of(const CaseSummary& summary) {
    std::vector<Field> fields;
    for (const Json& json : {to_value(summary.workload), to_value(summary.protocol)}) {
        add_fields(json, fields);
    }
    return fields;
}

/// One side's cases that found no partner.
struct Left {
    std::size_t pair;  ///< Where in the list of pairs.
    CaseSummary* summary;
    std::vector<Field> fields;
    bool taken = false;
};

std::size_t differing(const std::vector<Field>& one, const std::vector<Field>& other) {
    if (one.size() != other.size() || one.front() != other.front()) return max_differing + 1;
    std::size_t count = 0;
    for (std::size_t i = 0; i < one.size() && count <= max_differing; ++i) {
        count += one[i] == other[i] ? 0 : 1;
    }
    return count;
}

std::string name_difference(const Left& baseline, const Left& candidate) {
    std::string text;
    for (std::size_t i = 0; i < baseline.fields.size(); ++i) {
        const Field& here = baseline.fields[i];
        const Field& there = candidate.fields[i];
        if (here == there) continue;
        text += (text.empty() ? "" : "; ") + here.name + " is " + here.value +
                " in the baseline, " + there.value + " in the candidate";
    }
    return text;
}

/// Two cases left over, one of each side, that differ in few fields.
struct Nearness {
    std::size_t count;
    /// The two keys, the lesser first: ties go the same way when the sides are exchanged.
    std::string_view lesser, greater;
    std::size_t baseline, candidate;
    [[nodiscard]] auto order() const { return std::tie(count, lesser, greater); }
};

std::vector<Nearness> near_pairs(const std::vector<Left>& here, const std::vector<Left>& there) {
    std::vector<Nearness> near;
    for (std::size_t i = 0; i < here.size(); ++i) {
        for (std::size_t j = 0; j < there.size(); ++j) {
            const std::size_t count = differing(here[i].fields, there[j].fields);
            if (count > max_differing) continue;
            const auto [lesser, greater] = std::minmax(here[i].summary->key, there[j].summary->key);
            near.push_back({count, lesser, greater, i, j});
        }
    }
    std::ranges::stable_sort(near, {}, &Nearness::order);
    return near;
}

/// Pairs by key; a key that comes twice is paired in order.
std::vector<Pair> exact_pairs(std::vector<CaseSummary>& baseline,
                              std::vector<CaseSummary>& candidate) {
    std::unordered_map<std::string, std::vector<std::size_t>> places;
    for (std::size_t i = candidate.size(); i-- > 0;) places[candidate[i].key].push_back(i);
    std::vector<bool> used(candidate.size());
    std::vector<Pair> pairs;
    for (CaseSummary& each : baseline) {
        pairs.push_back({&each, nullptr, ""});
        const auto found = places.find(each.key);
        if (found == places.end() || found->second.empty()) continue;
        const std::size_t partner = found->second.back();
        found->second.pop_back();
        used[partner] = true;
        pairs.back().candidate = &candidate[partner];
    }
    for (std::size_t i = 0; i < candidate.size(); ++i) {
        if (!used[i]) pairs.push_back({nullptr, &candidate[i], ""});
    }
    return pairs;
}

std::vector<Left> left_over(const std::vector<Pair>& pairs, CaseSummary* Pair::*side,
                            CaseSummary* Pair::*other) {
    std::vector<Left> left;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (pairs[i].*other != nullptr) continue;
        left.push_back({i, pairs[i].*side, fields_of(*(pairs[i].*side))});
    }
    return left;
}

}  // namespace

std::vector<Pair> pair_cases(std::vector<CaseSummary>& baseline,
                             std::vector<CaseSummary>& candidate) {
    std::vector<Pair> pairs = exact_pairs(baseline, candidate);
    std::vector<Left> here = left_over(pairs, &Pair::baseline, &Pair::candidate);
    std::vector<Left> there = left_over(pairs, &Pair::candidate, &Pair::baseline);
    if (here.size() * there.size() > max_search) return pairs;
    for (const Nearness& near : near_pairs(here, there)) {
        Left& one = here[near.baseline];
        Left& other = there[near.candidate];
        if (one.taken || other.taken) continue;
        one.taken = other.taken = true;
        pairs[one.pair].candidate = other.summary;
        pairs[one.pair].difference = name_difference(one, other);
        pairs[other.pair].candidate = nullptr;
    }
    std::erase_if(pairs, [](const Pair& pair) {
        return pair.baseline == nullptr && pair.candidate == nullptr;
    });
    return pairs;
}

}  // namespace assay

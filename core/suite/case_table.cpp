// SPDX-License-Identifier: Apache-2.0
#include "core/suite/case_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace assay {
namespace {

/// dtype = "i8" and the like: operands and result at once.
struct Shorthand {
    std::string_view name;
    Dtype a, b, d;
};
constexpr std::array shorthands = {
    Shorthand{"f64", Dtype::f64, Dtype::f64, Dtype::f64},
    Shorthand{"f32", Dtype::f32, Dtype::f32, Dtype::f32},
    Shorthand{"f16", Dtype::f16, Dtype::f16, Dtype::f16},
    Shorthand{"bf16", Dtype::bf16, Dtype::bf16, Dtype::bf16},
    Shorthand{"f8e4m3", Dtype::f8e4m3, Dtype::f8e4m3, Dtype::bf16},
    Shorthand{"f8e5m2", Dtype::f8e5m2, Dtype::f8e5m2, Dtype::bf16},
    Shorthand{"i8", Dtype::i8, Dtype::i8, Dtype::i32},
    Shorthand{"u8", Dtype::u8, Dtype::i8, Dtype::i32},
    Shorthand{"i4", Dtype::i4, Dtype::i4, Dtype::i32},
    Shorthand{"u4", Dtype::u4, Dtype::i4, Dtype::i32},
};

void apply_dtype(const TomlValue& value, Gemm& gemm) {
    std::string text;
    read(value, "dtype", text);
    const auto found = std::find_if(shorthands.begin(), shorthands.end(),
                                    [&](const Shorthand& each) { return each.name == text; });
    if (found == shorthands.end()) {
        std::vector<std::string_view> known;
        for (const Shorthand& each : shorthands) known.push_back(each.name);
        value.refuse("dtype is '" + text + "', not " + one_of(known));
    }
    gemm.a = found->a;
    gemm.b = found->b;
    gemm.d = found->d;
}

const toml::array* as_list(const toml::node& node) {
    const toml::array* list = node.as_array();
    return list;
}

/// The alternatives of one key.
Axis axis_of(const std::string& key, const toml::node& node, const std::string& file) {
    Axis axis;
    const toml::array* list = as_list(node);
    if (list == nullptr) return {{{key, {&node, &file}}}};
    if (list->empty()) TomlValue{&node, &file}.refuse(key + " is an empty list");
    for (const toml::node& each : *list) axis.push_back({{key, {&each, &file}}});
    return axis;
}

/// zip = ["m", "n"] or [["m", "n"], ["k", "dtype"]].
std::vector<std::vector<std::string>> ties_of(const toml::table& table, const std::string& file) {
    const toml::node* node = table.get("zip");
    if (node == nullptr) return {};
    const TomlValue here{node, &file};
    const toml::array* list = node->as_array();
    if (list == nullptr || list->empty()) here.refuse("zip must be a list of keys");
    std::vector<std::vector<std::string>> ties;
    const bool nested = list->front().is_array();
    const auto keys_of = [&](const toml::array& names) {
        std::vector<std::string> keys;
        for (const toml::node& each : names) read({&each, &file}, "zip", keys.emplace_back());
        return keys;
    };
    if (!nested) return {keys_of(*list)};
    for (const toml::node& each : *list) {
        if (!each.is_array()) here.refuse("zip must be a list of keys, or a list of such lists");
        ties.push_back(keys_of(*each.as_array()));
    }
    return ties;
}

/// Several axes of equal length as one.
Axis tie(const std::vector<std::string>& keys, const toml::table& table, const std::string& file) {
    Axis tied;
    for (const std::string& key : keys) {
        const TomlValue zip{table.get("zip"), &file};
        const toml::node* node = table.get(key);
        if (node == nullptr || !node->is_array())
            zip.refuse("zip names '" + key + "', which is no list here");
        const Axis axis = axis_of(key, *node, file);
        if (tied.empty()) tied.resize(axis.size());
        if (tied.size() != axis.size()) {
            zip.refuse(fmt::format("zip ties lists of different length: '{}' has {}, '{}' has {}",
                                   keys.front(), tied.size(), key, axis.size()));
        }
        for (std::size_t i = 0; i < axis.size(); ++i) tied[i].push_back(axis[i].front());
    }
    return tied;
}

/// "1x64x56x56", or one number.
void read_sizes(const TomlValue& value, std::string_view key, Shape& into) {
    std::int64_t one = 0;
    if (value.node->is_integer()) {
        read(value, key, one);
        into = {one};
        return;
    }
    std::string text;
    read(value, key, text);
    into.clear();
    for (const std::string& part : split(text, 'x')) {
        const char* end = part.data() + part.size();
        const auto [stop, error] = std::from_chars(part.data(), end, into.emplace_back());
        if (error != std::errc() || stop != end || part.empty() || into.size() > max_rank) {
            value.refuse(fmt::format("{} is '{}', not sizes like 1x64x56x56, {} at most", key,
                                     printable(text, 60), max_rank));
        }
    }
}

}  // namespace

std::vector<std::string> case_keys(const Case& like) {
    std::vector<std::string> keys{"dtype", "max_seconds"};
    Case any = like;
    const auto add = [&](const char* field, const auto&) { keys.emplace_back(field); };
    if (auto* run = std::get_if<Inference>(&any.workload)) {
        describe_request(*run, add);  // the rest is counted
        describe_flat(any.protocol, add);
        std::erase(keys, "distribution");  // a model's inputs are what its graph says
    } else {
        describe_case(any, add);
        keys.emplace_back("data_file");
    }
    if (like.protocol.load) {
        std::erase_if(keys, [](const auto& key) { return key == "measure" || key == "cache"; });
    }
    return keys;
}

std::vector<std::string> all_case_keys() {
    std::vector<std::string> keys;
    const auto add = [&](Workload workload) {
        for (std::string& key : case_keys({.workload = std::move(workload)})) {
            keys.push_back(std::move(key));
        }
    };
    add(Gemm{});
    add(Inference{});
    for (std::size_t i = 1; i < names<OpKind>().size(); ++i) {
        OperatorWork work;
        work.op = static_cast<OpKind>(i);
        add(work);
    }
    LoadSettings load;
    describe(load, [&](std::string_view field, const auto&) {
        if (field != "scenario") keys.emplace_back(field);  // what makes a case one of load
    });
    return keys;
}

void apply(const Setting& setting, Case& each) {
    auto* gemm = std::get_if<Gemm>(&each.workload);
    if (setting.key == "dtype" && gemm != nullptr) {
        apply_dtype(setting.value, *gemm);
        return;
    }
    if (setting.key == "data_file") {
        read(setting.value, setting.key, each.data_file);
        each.protocol.distribution = Distribution::file;
        return;
    }
    if (setting.key == "max_seconds") {
        read(setting.value, setting.key, each.max_seconds);
        if (!(each.max_seconds > 0)) setting.value.refuse("max_seconds must be above 0");
        return;
    }
    describe_case(each, [&](std::string_view field, auto& value) {
        if (field != setting.key) return;
        if constexpr (std::is_same_v<std::remove_reference_t<decltype(value)>, Shape>)
            read_sizes(setting.value, field, value);
        else if constexpr (is_optional<std::remove_reference_t<decltype(value)>>)
            read(setting.value, field, value.emplace());
        else
            read(setting.value, field, value);
    });
}

std::vector<Axis> axes_of(const toml::table& table, const std::vector<std::string>& known,
                          const std::string& file) {
    const auto is_setting = [&](const std::string& key) {
        return std::find(known.begin(), known.end(), key) != known.end();
    };
    std::vector<Axis> axes;
    std::vector<std::string> tied;
    for (const auto& keys : ties_of(table, file)) {
        axes.push_back(tie(keys, table, file));
        tied.insert(tied.end(), keys.begin(), keys.end());
    }
    // toml++ iterates by name; people read by line.
    std::vector<std::pair<const toml::key*, const toml::node*>> rows;
    for (const auto& [key, node] : table) rows.emplace_back(&key, &node);
    const auto line_of = [](const auto& row) {
        const auto& at = row.first->source().begin;
        return std::pair{at.line, at.column};
    };
    std::sort(rows.begin(), rows.end(),
              [&](const auto& x, const auto& y) { return line_of(x) < line_of(y); });
    for (const auto& [key, node] : rows) {
        const std::string name(key->str());
        if (!is_setting(name)) continue;
        if (std::find(tied.begin(), tied.end(), name) != tied.end()) continue;
        axes.push_back(axis_of(name, *node, file));
    }
    return axes;
}

void combine(const std::vector<Axis>& axes, std::size_t limit, const std::string& where,
             const std::function<void(const std::vector<const Setting*>&)>& found) {
    std::size_t count = 1;
    for (const Axis& axis : axes) {
        count *= axis.size();
        if (count > limit) {
            throw Error(fmt::format("{}: the axes multiply to more than {} cases", where, limit));
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<const Setting*> settings;
        std::size_t rest = i;
        std::size_t block = count;
        for (const Axis& axis : axes) {
            block /= axis.size();
            for (const Setting& each : axis[rest / block]) settings.push_back(&each);
            rest %= block;
        }
        found(settings);
    }
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// TOML -> Suite. The only reader of suites; keys and rules: docs/suites.md.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/suite/case_table.hpp"
#include "core/suite/data_file.hpp"
#include "core/suite/memory_case.hpp"
#include "core/suite/model_case.hpp"
#include "core/suite/suite.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t max_file_bytes = 4U << 20U;
constexpr std::size_t max_cases = 100000;

/// Where a [[gemm]], [[operator]] or [[shape]] table stands and what it says besides settings.
struct Origin {
    std::string name, source, place;
};

/// A model's file; of ONNX its text only says which one it was.
struct ModelFile {
    SuiteFile file;
    std::string path, sha256;
};

/// The folder that includes may not leave: the nearest one called "suites", else the suite's own.
fs::path root_of(const fs::path& suite) {
    const fs::path folder = fs::absolute(suite).lexically_normal().parent_path();
    for (fs::path each = folder; each.has_relative_path(); each = each.parent_path()) {
        if (each.filename() == "suites") return each;
    }
    return folder;
}

/// "gemm/square" for …/suites/gemm/square.toml.
std::string name_of(const fs::path& suite) {
    fs::path name = fs::absolute(suite).lexically_normal().lexically_relative(root_of(suite));
    return name.replace_extension().generic_string();
}

/// What tells a case from its siblings beyond the workload's short name.
std::string protocol_suffix(const Case& each) {
    const Protocol& protocol = each.protocol;
    std::string text;
    if (protocol.load) {
        text += fmt::format(" {}", short_name(*protocol.load));
    } else if (protocol.measure != Measure::throughput) {
        text += fmt::format(" {}", name(protocol.measure));
    }
    if (protocol.cache != CacheState::hot) text += fmt::format(" {}", name(protocol.cache));
    if (protocol.distribution != Distribution::normal) {
        text += fmt::format(" {}", name(protocol.distribution));
    }
    if (protocol.data) text += fmt::format(" {}", each.data_file);
    if (protocol.seed != 1) text += fmt::format(" seed {}", protocol.seed);
    return text;
}

class Loader {
public:
    explicit Loader(const fs::path& path) : path_(path), file_(path.string()) {}

    Suite load() {
        suite_.name = name_of(path_);
        const std::string text = read_file(path_, max_file_bytes);
        suite_.files.push_back({path_.filename().string(), text});
        const toml::table table = parse_toml(text, file_);
        read_head(table);
        for (const auto& each : tables(table, "gemm", file_)) add_table(*each, Gemm{});
        for (const auto& each : tables(table, "operator", file_)) {
            add_table(*each, operator_of(*each));
        }
        for (const auto& each : tables(table, "inference", file_)) add_table(*each, Inference{});
        for (const auto& each : tables(table, "memory", file_)) add_memory(*each);
        if (suite_.cases.empty()) {
            throw Error(file_ +
                        ": a suite needs at least one [[gemm]], [[operator]], [[inference]] or "
                        "[[memory]] table");
        }
        std::string keys;
        for (const Case& each : suite_.cases) keys += key_of(each) + "\n";
        suite_.sha256 = sha256_hex(keys);
        return std::move(suite_);
    }

private:
    void read_head(const toml::table& table) {
        refuse_unknown_keys(table,
                            {"title", "description", "minutes", "profile", "defaults", "gemm",
                             "operator", "inference", "memory"},
                            file_);
        read_if(table, "title", suite_.title, file_);
        read_if(table, "description", suite_.description, file_);
        read_if(table, "minutes", suite_.minutes, file_);
        read_if(table, "profile", suite_.profile, file_);
        if (!suite_.profile.empty() && !find_profile(suite_.profile)) {
            TomlValue{table.get("profile"), &file_}.refuse("profile is '" + suite_.profile +
                                                           "', not one of quick, default, publish");
        }
        const toml::node* defaults = table.get("defaults");
        if (defaults == nullptr) return;
        if (!defaults->is_table()) TomlValue{defaults, &file_}.refuse("defaults must be a table");
        refuse_unknown_keys(*defaults->as_table(), all_case_keys(), file_);
        defaults_ = axes_of(*defaults->as_table(), all_case_keys(), file_);
        for (const Axis& axis : defaults_) {
            if (axis.size() > 1) axis[1].front().value.refuse("a default is one value, not a list");
        }
    }

    template <class T>
    static void read_if(const toml::table& table, const char* key, T& into,
                        const std::string& file) {
        if (const toml::node* node = table.get(key)) read({node, &file}, key, into);
    }

    /// The tables of [[key]].
    static std::vector<const toml::table*> tables(const toml::table& table, const char* key,
                                                  const std::string& file) {
        std::vector<const toml::table*> list;
        const toml::node* node = table.get(key);
        if (node == nullptr) return list;
        if (!node->is_array_of_tables()) {
            TomlValue{node, &file}.refuse(fmt::format("write [[{}]], not [{}]", key, key));
        }
        for (const toml::node& each : *node->as_array()) list.push_back(each.as_table());
        return list;
    }

    /// An operator of the kind that the table names: which keys it may have hangs on that.
    [[nodiscard]] OperatorWork operator_of(const toml::table& table) const {
        const toml::node* op = table.get("op");
        if (op == nullptr) {
            throw Error(place(table.source(), file_) + ": [[operator]] needs op, " +
                        one_of(names<OpKind>().subspan(1)));
        }
        OperatorWork work;
        read({op, &file_}, "op", work.op);
        if (work.op == OpKind::none) TomlValue{op, &file_}.refuse("op is none");
        return work;
    }

    /// The defaults that say something of this workload.
    [[nodiscard]] std::vector<Axis> defaults_for(const std::vector<std::string>& keys) const {
        std::vector<Axis> axes = defaults_;
        std::erase_if(axes, [&](const Axis& axis) {
            return std::find(keys.begin(), keys.end(), axis.front().front().key) == keys.end();
        });
        return axes;
    }

    void add_table(const toml::table& table, const Workload& workload) {
        prototype_ = {.workload = workload};
        if (table.contains("scenario")) prototype_.protocol.load.emplace();
        const bool can_be_roof = !table.contains("scenario") && !table.contains("model");
        if (can_be_roof) read_if(table, "roof", prototype_.roof, file_);
        std::vector<std::string> known = case_keys(prototype_);
        std::vector<Axis> axes = defaults_for(known);
        for (Axis& axis : axes_of(table, known, file_)) axes.push_back(std::move(axis));
        known.insert(known.end(), {"name", "source", "zip", "include"});
        if (can_be_roof) known.emplace_back("roof");
        refuse_unknown_keys(table, known, file_);
        Origin origin{"", "", place(table.source(), file_)};
        read_if(table, "name", origin.name, file_);
        read_if(table, "source", origin.source, file_);
        const toml::node* include = table.get("include");
        if (include == nullptr) {
            add_cases(axes, origin, "");
        } else {
            add_included({include, &file_}, axes, origin);
        }
    }

    /// A case for each access and each size, over rotated data: a roof.
    void add_memory(const toml::table& table) {
        refuse_unknown_keys(table, {"name", "source", "access", "bytes", "measure"}, file_);
        Origin origin{"memory", "", place(table.source(), file_)};
        read_if(table, "name", origin.name, file_);
        read_if(table, "source", origin.source, file_);
        Measure measure = Measure::throughput;
        read_if(table, "measure", measure, file_);
        for (const auto access : values_of<MemoryAccess>(
                 table, "access", {MemoryAccess::read, MemoryAccess::copy, MemoryAccess::add})) {
            for (const std::int64_t bytes : values_of<std::int64_t>(table, "bytes", {64 << 20})) {
                if (bytes <= 0 || bytes % memory_row_bytes != 0 ||
                    bytes > (std::int64_t{1} << 40)) {
                    TomlValue{table.get("bytes"), &file_}.refuse(fmt::format(
                        "bytes is {}, not a multiple of {} up to 2^40", bytes, memory_row_bytes));
                }
                prototype_ = {.workload = memory_work(access, bytes), .roof = true};
                prototype_.protocol.measure = measure;
                prototype_.protocol.cache = CacheState::cold;
                add_cases({}, origin, std::string(name(access)));
            }
        }
    }

    /// One value or a list of them; `usual` when the key is not there.
    template <class T>
    [[nodiscard]] std::vector<T> values_of(const toml::table& table, const char* key,
                                           std::vector<T> usual) const {
        const toml::node* node = table.get(key);
        if (node == nullptr) return usual;
        std::vector<T> values;
        const std::vector<Axis> axes = axes_of(table, {key}, file_);
        for (const auto& one : axes.at(0)) {
            read(one.front().value, key, values.emplace_back());
        }
        return values;
    }

    /// Each [[shape]] of the list becomes a case for each combination of the table's axes.
    void add_included(const TomlValue& include, const std::vector<Axis>& axes,
                      const Origin& group) {
        std::string text;
        read(include, "include", text);
        const fs::path list = included_path(include, text);
        const std::string& list_file =
            *list_names_.emplace_back(std::make_unique<std::string>(list.string()));
        std::string content;
        try {
            content = read_file(list, max_file_bytes);
        } catch (const Error& error) {
            include.refuse(error.what());
        }
        remember(text, content);
        lists_.push_back(std::make_unique<toml::table>(parse_toml(content, list_file)));
        refuse_unknown_keys(*lists_.back(), {"title", "source", "shape"}, list_file);
        std::string list_source;
        read_if(*lists_.back(), "source", list_source, list_file);
        for (const toml::table* shape : tables(*lists_.back(), "shape", list_file)) {
            add_shape(*shape, axes, group, list_source, list_file);
        }
    }

    void add_shape(const toml::table& shape, std::vector<Axis> axes, const Origin& group,
                   const std::string& list_source, const std::string& file) {
        std::vector<std::string> known = case_keys(prototype_);
        for (Axis& axis : axes_of(shape, known, file)) axes.push_back(std::move(axis));
        known.insert(known.end(), {"name", "source", "zip"});
        refuse_unknown_keys(shape, known, file);
        Origin origin{
            .name = group.name, .source = list_source, .place = place(shape.source(), file)};
        read_if(shape, "source", origin.source, file);
        if (origin.source.empty()) {
            throw Error(origin.place + ": a shape needs a source (its own, or the list's)");
        }
        std::string shape_name;
        read_if(shape, "name", shape_name, file);
        add_cases(axes, origin, shape_name);
    }

    [[nodiscard]] fs::path included_path(const TomlValue& include, const std::string& text) const {
        try {
            return inside_root("include", text, own_folder()).path;
        } catch (const Error& error) {
            include.refuse(error.what());
        }
    }

    struct Inside {
        fs::path path;
        std::string name;  ///< From the root.
    };

    [[nodiscard]] fs::path own_folder() const {
        return fs::absolute(path_).lexically_normal().parent_path();
    }

    /// What a suite may name as `text`: a path from `base` that stays inside the root.
    [[nodiscard]] Inside inside_root(const char* what, const std::string& text,
                                     const fs::path& base) const {
        const fs::path path = (base / text).lexically_normal();
        const fs::path inside = path.lexically_relative(root_of(path_));
        if (fs::path(text).is_absolute() || inside.empty() || *inside.begin() == "..") {
            throw Error(fmt::format("{} '{}' leaves the folder {}", what, printable(text, 100),
                                    root_of(path_).string()));
        }
        return {path, inside.generic_string()};
    }

    void remember(const std::string& path, const std::string& text) {
        const auto same = [&](const SuiteFile& each) { return each.path == path; };
        if (std::none_of(suite_.files.begin(), suite_.files.end(), same)) {
            suite_.files.push_back({path, text});
        }
    }

    void add_cases(const std::vector<Axis>& axes, const Origin& origin, const std::string& shape) {
        bool names_data = false;
        bool uses_data = false;
        combine(axes, max_cases, origin.place, [&](const std::vector<const Setting*>& settings) {
            Case each = prototype_;
            // First what says several things at once, which may then be set one by one.
            const auto is_first = [](const Setting* setting) {
                return setting->key == "dtype" || setting->key == "data_file";
            };
            for (const Setting* setting : settings) {
                if (is_first(setting)) apply(*setting, each);
            }
            for (const Setting* setting : settings) {
                if (!is_first(setting)) apply(*setting, each);
            }
            names_data = names_data || !each.data_file.empty();
            find_data(each, origin);
            uses_data = uses_data || each.protocol.data;
            find_model(each, origin);
            settle_load(each, origin);
            each.group = printable(origin.name, 100);
            each.source = printable(origin.source);
            add_case(std::move(each), origin, shape);
        });
        if (names_data && !uses_data)
            throw Error(origin.place + ": data_file needs distribution = \"file\"");
    }

    /// Gives a case on a file's numbers where they lie and what they are.
    void find_data(Case& each, const Origin& origin) {
        if (each.protocol.distribution != Distribution::file) {
            each.data_file.clear();
            return;
        }
        if (each.data_file.empty())
            throw Error(origin.place + ": distribution = \"file\" needs data_file");
        try {
            const Inside at = inside_root("data_file", each.data_file, own_folder());
            auto& data = data_[at.name];
            if (!data) {
                const std::string bytes = read_file(at.path, most_data_bytes);
                const std::size_t count = parse_numbers(bytes, at.name).size();
                data = DataFile{sha256_hex(bytes)};
                remember(at.name, fmt::format("{} numbers, f32, SHA-256 {}{}", count, data->sha256,
                                              not_kept));
            }
            each.protocol.data = data;
            each.data_file = at.name;
            each.data_path = at.path.string();
        } catch (const Error& error) {
            throw Error(origin.place + ": " + error.what());
        }
    }

    /// Gives an inference case its model's text and its counts.
    void find_model(Case& each, const Origin& origin) {
        auto* run = std::get_if<Inference>(&each.workload);
        if (run == nullptr) return;
        try {
            if (run->model.empty()) throw Error("[[inference]] needs model");
            const auto [found, is_new] = models_.try_emplace(run->model);
            if (is_new) found->second = read_model(run->model);
            each.model_file = found->second.file.path;
            if (is_onnx(each.model_file)) {
                each.model_path = found->second.path;
                run->model_sha256 = found->second.sha256;
            } else {
                each.model_text = found->second.file.text;
            }
            if (each.protocol.cache != CacheState::hot) {
                throw Error(
                    "a model has one state of the cache, hot: its weights are what they are");
            }
        } catch (const Error& error) {
            throw Error(origin.place + ": " + error.what());
        }
        // A model that makes no sense costs its rows, not the suite.
        try {
            count(each);
        } catch (const Error& error) {
            each.model_error = error.what();
            run->units = 1;
        }
    }

    /// A load's settings in full, and the protocol that it has.
    static void settle_load(Case& each, const Origin& origin) {
        auto& load = each.protocol.load;
        const auto* run = std::get_if<Inference>(&each.workload);
        const bool tokens = run != nullptr && run->output_tokens;
        if (tokens != (load && load->scenario == Scenario::generate)) {
            throw Error(origin.place + ": " +
                        (tokens
                             ? "output_tokens are of scenario = \"generate\": say so"
                             : "generate needs output_tokens, of an [[inference]] of a decoder"));
        }
        if (!load) return;
        const std::int64_t batch = samples_in(each.workload);
        load = settled(*load, batch);
        if (const std::string wrong = invalid(*load, batch); !wrong.empty()) {
            throw Error(origin.place + ": " + wrong);
        }
        const bool at_once = load->scenario == Scenario::offline;
        each.protocol.measure = at_once ? Measure::throughput : Measure::latency;
    }

    /// A name is a file of models/ beside the suites; a path (.toml, .json, .onnx) is from the
    /// suite's own folder.
    ModelFile read_model(const std::string& name) {
        const bool path = name.ends_with(".toml") || name.ends_with(".json") || is_onnx(name);
        const Inside at = path ? inside_root("model", name, own_folder())
                               : inside_root("model", name + ".toml", root_of(path_) / "models");
        const fs::path& file = at.path;
        ModelFile model{{at.name, ""}, file.string(), ""};
        model.file.text = read_file(file, most_model_bytes(name));
        if (is_onnx(name)) {
            model.sha256 = sha256_hex(model.file.text);
            model.file.text = fmt::format("ONNX, {} bytes, SHA-256 {}{}", model.file.text.size(),
                                          model.sha256, not_kept);
        }
        remember(model.file.path, model.file.text);
        return model;
    }

    void add_case(Case each, const Origin& origin, const std::string& shape) {
        const std::string wrong = invalid(each.workload);
        if (!wrong.empty()) throw Error(origin.place + ": " + wrong);
        const auto [found, is_new] =
            place_of_key_.emplace(key_of(each), std::pair{origin.place, suite_.cases.size()});
        if (!is_new) {
            Case& first = suite_.cases[found->second.second];
            merge(first, origin, shape, found->second.first);
            first.roof = first.roof || each.roof;
            return;
        }
        if (suite_.cases.size() >= max_cases) {
            throw Error(fmt::format("{}: more than {} cases", origin.place, max_cases));
        }
        each.id = each.group + (each.group.empty() ? "" : "/") + printable(shape, 100) +
                  (shape.empty() ? "" : " ") + short_name(each.workload) + protocol_suffix(each);
        each.id = unique_id(each.id);
        suite_.cases.push_back(std::move(each));
    }

    /// The same work again: two models may share a shape; a suite's own tables may not.
    static void merge(Case& first, const Origin& origin, const std::string& shape,
                      const std::string& first_place) {
        if (shape.empty()) {
            throw Error(fmt::format("{}: '{}' is in the suite already, from {}", origin.place,
                                    first.id, first_place));
        }
        if (first.source.size() < 400) {
            first.source +=
                "; also " + printable(shape, 60) + " of " + printable(origin.source, 200);
        }
    }

    std::string unique_id(const std::string& id) {
        const int count = ++id_count_[id];
        return count == 1 ? id : fmt::format("{} #{}", id, count);
    }

    fs::path path_;
    std::string file_;
    Suite suite_;
    Case prototype_;  ///< Of the table being read: its workload, and whether it is a load.
    std::vector<Axis> defaults_;
    std::vector<std::unique_ptr<toml::table>> lists_;  ///< Axes point into them.
    std::vector<std::unique_ptr<std::string>> list_names_;
    std::map<std::string, std::pair<std::string, std::size_t>> place_of_key_;
    std::map<std::string, int> id_count_;
    std::map<std::string, std::optional<DataFile>> data_;  ///< By name from the root.
    std::map<std::string, ModelFile> models_;              ///< By the name a suite calls them.
};

}  // namespace

Suite load_suite(const fs::path& path) {
    return Loader(path).load();
}

}  // namespace assay

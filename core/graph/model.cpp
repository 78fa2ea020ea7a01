// SPDX-License-Identifier: Apache-2.0
#include "core/graph/model.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/graph/families/build.hpp"
#include "core/graph/hugging_face.hpp"
#include "core/graph/onnx/import.hpp"
#include "core/graph/onnx/read.hpp"
#include "core/graph/toml_reader.hpp"

namespace assay {
namespace {

constexpr std::uint64_t max_file_bytes = 4U << 20U;
constexpr std::uint64_t max_onnx_bytes = 1U << 30U;  // chosen; protobuf ends at twice as much
constexpr std::array<std::string_view, std::variant_size_v<Family>> family_names = {
    "decoder",     "encoder",    "vision_transformer", "convolutional",
    "recommender", "unet_block", "speech_encoder"};

/// A default family of that name; the table it is given is known to be one of them.
Family family_of(std::size_t index) {
    static const std::array<Family, std::variant_size_v<Family>> all = {
        Decoder{},     Encoder{},   VisionTransformer{}, Convolutional{},
        Recommender{}, UnetBlock{}, SpeechEncoder{}};
    return all.at(index);
}

void read_fields(const toml::table& table, const std::string& file, Family& family) {
    std::visit(
        [&](auto& model) {
            std::vector<std::string> known;
            describe(model, [&](const char* key, const auto&) { known.emplace_back(key); });
            refuse_unknown_keys(table, known, file);
            describe(model, [&](const char* key, auto& into) {
                if (const toml::node* node = table.get(key)) read({node, &file}, key, into);
            });
        },
        family);
}

/// The one table of a family in the file.
Family read_family(const toml::table& table, const std::string& file) {
    std::vector<std::string> known = {"title", "source"};
    known.insert(known.end(), family_names.begin(), family_names.end());
    refuse_unknown_keys(table, known, file);
    const toml::node* found = nullptr;
    Family family;
    for (std::size_t i = 0; i < family_names.size(); ++i) {
        const toml::node* node = table.get(family_names.at(i));
        if (node == nullptr) continue;
        const TomlValue here{node, &file};
        if (found != nullptr) here.refuse("a model is of one family; this is the second table");
        if (!node->is_table()) here.refuse(fmt::format("write [{}], a table", family_names.at(i)));
        found = node;
        family = family_of(i);
        read_fields(*node->as_table(), file, family);
    }
    if (found == nullptr) throw Error(file + ": has no table of a family: " + one_of(family_names));
    if (const std::string wrong = invalid(family); !wrong.empty())
        TomlValue{found, &file}.refuse(wrong);
    return family;
}

bool is_json(const std::string& file) {
    return std::filesystem::path(file).extension() == ".json";
}

struct FamilyUnit {
    std::string_view family, unit;
};
/// What people count of each family.
constexpr std::array units{
    FamilyUnit{"decoder", "tokens"},
    FamilyUnit{"encoder", "sequences"},
    FamilyUnit{"vision_transformer", "images"},
    FamilyUnit{"convolutional", "images"},
    FamilyUnit{"recommender", "samples"},
    FamilyUnit{"unet_block", "images"},
    FamilyUnit{"speech_encoder", "windows"},
};

/// What a family can be asked and a file cannot.
std::string wrong_for_onnx(const Model& model, const ModelRequest& request) {
    if (request.depth != 0 || request.capacity != 0) return "has no depth";
    if (request.types.weights != Dtype::none || request.types.scaling != Scaling::none)
        return "has the weights that it has: leave out weights, scaling and block";
    if (request.types.cache != Dtype::none) return "has no kv_cache";
    if (request.layout != Layout::channels_first) return "has the layout of ONNX, channels_first";
    if (request.batch != 1 && !batch_is_open(*model.onnx))
        return "fixes its batch: ask for batch 1";
    return "";
}

Graph build_onnx(const Model& model, const ModelRequest& request) {
    if (const std::string wrong = wrong_for_onnx(model, request); !wrong.empty())
        throw Error(model.onnx->file + ": an ONNX file " + wrong);
    OnnxRequest asked;
    asked.batch = request.batch;
    asked.tokens = request.tokens;
    asked.image = request.image;
    asked.floats = request.types.activations;
    asked.math = request.types.math;
    return import_onnx(*model.onnx, asked);
}

}  // namespace

std::string unit_of(const Model& model) {
    if (model.onnx) return batch_is_open(*model.onnx) ? "samples" : "runs";
    const std::string_view family = family_name(model.family);
    const auto found = std::find_if(units.begin(), units.end(),
                                    [&](const FamilyUnit& each) { return each.family == family; });
    if (found != units.end()) return std::string(found->unit);
    throw Error("models of the family " + std::string(family) + " are counted in no unit");
}

bool is_onnx(const std::string& file) {
    return std::filesystem::path(file).extension() == ".onnx";
}

std::uint64_t most_model_bytes(const std::string& file) {
    return is_onnx(file) ? max_onnx_bytes : max_file_bytes;
}

std::string_view family_name(const Family& family) {
    return family_names.at(family.index());
}

Model parse_model(const std::string& text, const std::string& file) {
    const std::filesystem::path path(file);
    Model model;
    model.name = path.stem().string();
    if (is_onnx(file)) {
        model.onnx = std::make_shared<const OnnxModel>(read_onnx(text, file));
        model.title = model.name;
        model.source = file;
        return model;
    }
    if (is_json(file)) {
        if (path.filename() == "config.json" && path.has_parent_path())
            model.name = path.parent_path().filename().string();
        model.title = model.name;
        model.source = file;
        model.family = family_from_config(text, file);
        return model;
    }
    const toml::table table = parse_toml(text, file);
    model.family = read_family(table, file);
    const auto text_if = [&](const char* key, std::string& into) {
        if (const toml::node* node = table.get(key)) read({node, &file}, key, into);
    };
    text_if("title", model.title);
    text_if("source", model.source);
    return model;
}

Model load_model(const std::filesystem::path& path) {
    return parse_model(read_file(path, most_model_bytes(path.string())), path.string());
}

Graph build(const Model& model, const ModelRequest& request) {
    if (model.onnx) return build_onnx(model, request);
    const std::string what = model.title.empty() ? model.name : model.title;
    if (const std::string wrong = invalid(model.family); !wrong.empty())
        throw Error(what + ": " + wrong);
    if (request.batch < 1 || request.tokens < 1 || request.depth < 0)
        throw Error(what + ": batch and tokens must be at least 1, depth at least 0");
    try {
        Layers layers(what, request);
        std::visit([&](const auto& family) { add_nodes(family, layers); }, model.family);
        return layers.build.finish();
    } catch (const Error& error) {
        const std::string text = error.what();
        throw Error(text.starts_with(what) ? text : what + ": " + text);
    }
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// `assay export MODEL -o FILE`: a model, as one run of it is measured, as an ONNX file.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/graph/onnx/export.hpp"
#include "core/graph/onnx/write.hpp"
#include "core/suite/model_case.hpp"
#include "core/unit/scale.hpp"
#include "tools/assay/commands.hpp"
#include "tools/assay/paths.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

/// A file, or the name of a model below a suite folder.
fs::path find_model(const std::string& name, const std::vector<fs::path>& folders) {
    if (fs::is_regular_file(name)) return name;
    std::vector<std::string> known;
    for (const fs::path& folder : folders) {
        std::error_code none_there;
        for (const auto& each : fs::directory_iterator(folder / "models", none_there)) {
            if (each.path().stem() == name) return each.path();
            known.push_back(each.path().stem().string());
        }
    }
    std::sort(known.begin(), known.end());
    const std::string near = nearest(name, known);
    throw Error(fmt::format("no model '{}'{}; there is {}", printable(name, 200),
                            near.empty() ? "" : ", did you mean '" + near + "'?",
                            known.empty() ? "none" : join(known, ", ")));
}

template <class E>
void set(const char* option, const std::string& text, E& into) {
    if (text.empty()) return;
    const auto value = parse<E>(text);
    if (!value) {
        const auto all = names<E>();
        throw UsageError(fmt::format("{} is '{}'; it can be {}", option, printable(text, 200),
                                     join({all.begin(), all.end()}, ", ")));
    }
    into = *value;
}

void set(const char* option, const std::optional<int>& number, int least, std::int64_t& into) {
    if (!number) return;
    if (*number < least) throw UsageError(fmt::format("{} is at least {}", option, least));
    into = *number;
}

std::string line_of(const char* what, const OnnxInput& port) {
    Shape dims;
    for (const OnnxDim& each : port.dims) dims.push_back(each.size);
    return fmt::format("  {:<7} {:<10} {:<16} {}\n", what, onnx_name(port.type), text_of(dims),
                       port.name);
}

class ExportCommand : public Command {
public:
    [[nodiscard]] std::string name() const override { return "export"; }
    [[nodiscard]] std::string summary() const override {
        return "Write a model as an ONNX file of opset 17, with the weights that a run fills in.";
    }
    [[nodiscard]] std::string examples() const override {
        return "  assay export resnet_50 -o resnet_50.onnx\n"
               "  assay export bert_base --tokens 128 --batch 8 -o bert.onnx\n"
               "  assay export llama_3_2_1b --twin --depth 40 -o small_decode.onnx\n"
               "  assay export nets/config.json --dtype bf16 -o net.onnx\n";
    }
    std::vector<Option> options() override {
        return {
            {"MODEL", "", &model_, "a model's .toml, config.json or .onnx, or a name: resnet_50",
             true},
            {"-o,--output", "FILE", &output_, "the file to write, which ends in .onnx", true},
            {"--batch", "N", &batch_, "sequences, images or samples at once; 1"},
            {"--tokens", "N", &tokens_, "given at once: a prompt, a sequence; 1"},
            {"--depth", "N", &depth_, "a decoder's tokens in its cache already; 0: a prompt"},
            {"--image", "N", &image_, "pixels a side; as published"},
            {"--dtype", "T", &dtype_, "of activations; f32"},
            {"--weights", "T", &weights_, "of linear layers; as --dtype"},
            {"--scaling", "HOW", &scaling_, "of i8 and i4 weights: channel or block"},
            {"--block", "N", &block_, "elements that share a scale"},
            {"--kv-cache", "T", &cache_, "of a decoder's cache; as --dtype"},
            {"--layout", "L", &layout_, "channels_first or channels_last"},
            {"--seed", "N", &seed_, "of the weights; 1, as in suites"},
            {"--twin", "", &twin_, "the small model of its family: two layers, widths of tens"},
            {"--suite-path", "DIR", &suite_path_, "where models/ is, before other suite folders"},
            {"--force", "", &force_, "replace the file"},
        };
    }
    int run() override {
        const Inference asked = request();
        if (!is_onnx(output_)) throw UsageError("-o must name a file that ends in .onnx");
        check_output(output_, force_);
        Model model = load_model(find_model(model_, suite_folders(suite_path_)));
        if (twin_) model = twin(model);
        OnnxModel file = export_onnx(graph_of(model, asked), seed_.value_or(1));
        std::string text = fmt::format("{}: {}, opset {}, {} nodes", printable(output_),
                                       printable(model.title), file.opset, file.nodes.size());
        std::string ports;
        for (const OnnxInput& each : file.inputs) ports += line_of("input", each);
        for (const OnnxInput& each : file.output_types) ports += line_of("output", each);
        const std::string bytes = write_onnx(std::move(file));
        write_whole(output_, bytes);
        text += fmt::format(", {}\n", format(static_cast<double>(bytes.size()), Unit::byte));
        print_answer(text + ports);
        return ExitCode::done;
    }

private:
    [[nodiscard]] Inference request() const {
        Inference asked;
        set("--batch", batch_, 1, asked.batch);
        set("--tokens", tokens_, 1, asked.tokens);
        set("--depth", depth_, 0, asked.depth);
        set("--image", image_, 1, asked.image);
        set("--block", block_, 1, asked.block);
        set("--dtype", dtype_, asked.dtype);
        set("--weights", weights_, asked.weights);
        set("--scaling", scaling_, asked.scaling);
        set("--kv-cache", cache_, asked.kv_cache);
        set("--layout", layout_, asked.layout);
        return asked;
    }

    std::string model_, output_, dtype_, weights_, scaling_, cache_, layout_;
    std::optional<int> batch_, tokens_, depth_, image_, block_;
    std::optional<std::uint64_t> seed_;
    std::vector<std::string> suite_path_;
    bool twin_ = false, force_ = false;
};

}  // namespace

std::unique_ptr<Command> make_export_command() {
    return std::make_unique<ExportCommand>();
}

}  // namespace assay

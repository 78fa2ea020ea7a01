// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/graph/onnx_cases.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/graph/evaluate.hpp"
#include "core/graph/onnx/import.hpp"
#include "core/graph/onnx/read.hpp"

namespace assay::test {
namespace {

namespace fs = std::filesystem;

// ONNX's runner takes 1e-3 and 1e-7 (onnx/backend/test/loader); absolute: chosen for f32 outputs.
constexpr double relative = 1e-3, absolute = 1e-6;

OnnxModel model_of(const OnnxCase& each) {
    return read_onnx(read_file(each.folder / "model.onnx"), each.name);
}

/// input_0.pb … of one data set, as many as there are.
std::vector<OnnxTensor> tensors(const fs::path& set, const std::string& kind) {
    std::vector<OnnxTensor> all;
    for (int i = 0;; ++i) {
        const fs::path file = set / fmt::format("{}_{}.pb", kind, i);
        if (!fs::exists(file)) return all;
        all.push_back(read_onnx_tensor(read_file(file), file.string()));
    }
}

struct DataSet {
    std::map<std::string, OnnxTensor> inputs;
    std::vector<OnnxTensor> outputs;
};

/// The data files keep bfloat16 as uint16: the same bits.
OnnxTensor as_declared(OnnxTensor tensor, Dtype dtype) {
    if (dtype == Dtype::bf16 && tensor.type == OnnxType::u16) tensor.type = OnnxType::bf16;
    return tensor;
}

/// Files are in the order of the inputs that are no initializers.
DataSet data_set(const OnnxModel& model, const fs::path& folder) {
    DataSet set{{}, tensors(folder, "output")};
    const std::vector<OnnxTensor> files = tensors(folder, "input");
    if (files.size() != model.inputs.size()) throw Error("has other input files than inputs");
    for (std::size_t i = 0; i < files.size(); ++i) {
        const OnnxInput& input = model.inputs[i];
        set.inputs[input.name] = as_declared(files[i], onnx_dtype(input.type));
    }
    return set;
}

/// Dims of inputs are those of the data, for a few are open in the file. A test is of the opset in
/// which its operator last changed: what is older than the oldest that is read is the same there.
OnnxModel shaped(OnnxModel model, const DataSet& set) {
    model.opset = std::max<std::int64_t>(model.opset, 7);
    for (OnnxInput& input : model.inputs) {
        if (input.type == OnnxType::undefined) continue;
        input.has_shape = true;
        input.dims.clear();
        for (const std::int64_t size : set.inputs.at(input.name).dims)
            input.dims.push_back({size, ""});
    }
    return model;
}

struct Imported {
    Graph graph;
    OnnxRequest request;
};

/// The first import that works, with the fewest inputs given before the run. Throws the Error of
/// the one without any when none does.
Imported import_with_fewest(const OnnxModel& model, const DataSet& set) {
    const std::size_t inputs = std::min<std::size_t>(model.inputs.size(), 6);
    std::vector<unsigned> subsets(std::size_t{1} << inputs);
    for (unsigned i = 0; i < subsets.size(); ++i) subsets[i] = i;
    std::stable_sort(subsets.begin(), subsets.end(),
                     [](unsigned a, unsigned b) { return std::popcount(a) < std::popcount(b); });
    std::string first;
    for (const unsigned subset : subsets) {
        Imported imported;
        for (std::size_t i = 0; i < inputs; ++i) {
            const std::string& name = model.inputs[i].name;
            if ((subset >> i & 1U) != 0) imported.request.given[name] = set.inputs.at(name);
        }
        try {
            imported.graph = import_onnx(model, imported.request);
            return imported;
        } catch (const Error& error) {
            if (first.empty()) first = error.what();
        }
    }
    throw Error(first);
}

bool near(double found, double expected) {
    if (std::isnan(expected)) return std::isnan(found);
    if (std::isinf(expected)) return found == expected;
    return std::fabs(found - expected) <= absolute + relative * std::fabs(expected);
}

/// "" or how one output differs.
std::string differs(const Graph& graph, const GraphNumbers& numbers, const std::string& name,
                    const OnnxTensor& file) {
    for (const ValueId id : values_of(graph, ValueKind::output)) {
        const Value& value = graph.values[static_cast<std::size_t>(id)];
        if (value.name != name) continue;
        const OnnxTensor expected = as_declared(file, value.type.dtype);
        if (value.type.dims != expected.dims)
            return fmt::format("'{}' is {}, not {}", name, text_of(value.type.dims),
                               text_of(expected.dims));
        if (value.type.dtype != onnx_dtype(expected.type))
            return fmt::format("'{}' is {}, not {}", name, assay::name(value.type.dtype),
                               onnx_name(expected.type));
        const auto found = elements_of(graph, numbers, id);
        const auto right = onnx_numbers(expected);
        for (std::size_t i = 0; i < right.size(); ++i) {
            if (!near(found.at(i), right[i]))
                return fmt::format("'{}' [{}] is {}, not {}", name, i, found[i], right[i]);
        }
        return found.size() == right.size() ? "" : "'" + name + "' has another number of elements";
    }
    return "'" + name + "' is no output of the graph";
}

/// Whether no node reads, through others, what is known only in the run.
bool is_folded(const Graph& graph) {
    return std::none_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
        return std::any_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) {
            return id != no_value &&
                   graph.values[static_cast<std::size_t>(id)].kind == ValueKind::input;
        });
    });
}

std::string wrong_outputs(const OnnxModel& model, const DataSet& set, const Imported& imported) {
    std::map<std::string, std::vector<double>> given;
    for (const ValueId id : values_of(imported.graph, ValueKind::input)) {
        const std::string& name = imported.graph.values[static_cast<std::size_t>(id)].name;
        given[name] = onnx_numbers(set.inputs.at(name));
    }
    GraphNumbers numbers = starting_numbers(imported.graph, 1, given);
    evaluate(imported.graph, numbers, Between::rounded);
    if (model.outputs.size() != set.outputs.size()) return "has other outputs than output files";
    for (std::size_t i = 0; i < model.outputs.size(); ++i) {
        const std::string wrong =
            differs(imported.graph, numbers, model.outputs[i], set.outputs[i]);
        if (!wrong.empty()) return wrong;
    }
    return "";
}

}  // namespace

fs::path onnx_node_folder() {
    return "/usr/share/libonnx-testdata/data/node";
}

std::vector<OnnxCase> onnx_node_cases() {
    std::vector<OnnxCase> cases;
    std::error_code none;
    if (!onnx_is_there()) return cases;
    for (const auto& each : fs::directory_iterator(onnx_node_folder(), none))
        cases.push_back({each.path().filename().string(), each.path()});
    std::sort(cases.begin(), cases.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return cases;
}

std::string operator_of(const OnnxCase& each) {
    const OnnxModel model = model_of(each);
    return model.nodes.size() == 1 ? model.nodes.front().op : "functions, expanded";
}

OnnxFate fate_of(const OnnxCase& each) {
    OnnxFate fate;
    try {
        const OnnxModel read = model_of(each);
        if (!fs::exists(each.folder / "test_data_set_0")) throw Error("has no data");
        for (const auto& folder : fs::directory_iterator(each.folder)) {
            if (!folder.is_directory()) continue;
            const DataSet set = data_set(read, folder.path());
            const OnnxModel model = shaped(read, set);
            const Imported imported = import_with_fewest(model, set);
            fate.given = static_cast<int>(imported.request.given.size());
            fate.folded = is_folded(imported.graph);
            fate.wrong = wrong_outputs(model, set, imported);
            if (!fate.wrong.empty()) return fate;
        }
    } catch (const Error& error) {
        fate.refusal = error.what();
    } catch (const std::exception& error) {
        fate.wrong = std::string("threw ") + error.what();
    }
    return fate;
}

std::string words_of(const std::string& text) {
    std::string words;
    for (const char each : text) {
        const bool space = each == ' ' || each == '\n';
        if (!space || (!words.empty() && words.back() != ' ')) words += space ? ' ' : each;
    }
    return words;
}

}  // namespace assay::test

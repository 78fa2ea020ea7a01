// SPDX-License-Identifier: Apache-2.0
#include "core/suite/model_case.hpp"

#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/sha256.hpp"
#include "core/graph/memory_plan.hpp"
#include "core/graph/totals.hpp"

namespace assay {
namespace {

/// The bytes of an ONNX file do not travel with the case: where it lies does, and its hash.
std::string onnx_bytes(const Case& each) {
    std::string bytes = read_file(each.model_path, most_model_bytes(each.model_file));
    if (sha256_hex(bytes) != std::get<Inference>(each.workload).model_sha256)
        throw Error(each.model_file + ": has changed since the suite was read");
    return bytes;
}

}  // namespace

Model model_of(const Case& each) {
    const bool onnx = is_onnx(each.model_file);
    Model model = parse_model(onnx ? onnx_bytes(each) : each.model_text, each.model_file);
    model.name = std::get<Inference>(each.workload).model;
    return model;
}

namespace {

ModelRequest request_of(const Model& model, const Inference& run) {
    ModelRequest request;
    request.batch = run.batch;
    request.tokens = run.tokens;
    request.depth = run.depth;
    request.image = run.image;
    request.next_token = unit_of(model) == "tokens";
    request.layout = run.layout;
    request.types.activations = run.dtype;
    request.types.weights = run.weights;
    request.types.cache = run.kv_cache;
    request.types.scaling = run.scaling;
    request.types.scale_block = run.block;
    request.types.math = run.math;
    return request;
}

ModelRequest generating(const Model& model, const Inference& run) {
    if (unit_of(model) != "tokens")
        throw Error(run.model + ": output_tokens are of a decoder, which this is not");
    ModelRequest request = request_of(model, run);
    request.capacity = run.depth + run.tokens + *run.output_tokens;
    const auto* decoder = std::get_if<Decoder>(&model.family);
    if (!model.onnx && decoder != nullptr && request.capacity > decoder->positions) {
        throw Error(
            fmt::format("{}: {} tokens at depth {} and {} more do not fit: the model holds {}",
                        run.model, run.tokens, run.depth, *run.output_tokens, decoder->positions));
    }
    return request;
}

/// The same graph when it decodes at that depth: what stands in its inputs changes, nothing else.
void set_depth(Graph& graph, std::int64_t depth) {
    const auto fill = [&](const char* name, std::int64_t value) {
        graph.values[static_cast<std::size_t>(find_value(graph, name))].fill.center =
            static_cast<double>(value);
    };
    fill("positions", depth);
    fill("lengths", depth + 1);
}

/// The sum of f(first) … f(last) of an f that is made of few straight lines: what a step costs
/// grows with the depth, until a window ends that. Exact where three points between lie on a line.
double sum_of_lines(std::int64_t first, std::int64_t last,
                    const std::function<double(std::int64_t)>& f) {
    const std::int64_t count = last - first + 1;
    if (count <= 8) {
        double sum = 0;
        for (std::int64_t i = first; i <= last; ++i) sum += f(i);
        return sum;
    }
    const double begin = f(first), end = f(last);
    const auto on_line = [&](std::int64_t i) {
        const double part = static_cast<double>(i - first) / static_cast<double>(last - first);
        const double line = begin + (end - begin) * part;
        return std::abs(f(i) - line) <= 1e-12 * std::abs(line);
    };
    const std::int64_t middle = first + count / 2;
    if (on_line(middle) && on_line(first + count / 4) && on_line(last - count / 4)) {
        return (begin + end) / 2 * static_cast<double>(count);
    }
    return sum_of_lines(first, middle, f) + sum_of_lines(middle + 1, last, f);
}

/// A generation: the prompt, and each step at its own depth.
void count_generation(const Model& model, Inference& run) {
    GenerationGraphs graphs = generation_graphs(model, run);
    run.unit = unit_of(model);
    run.units = run.batch * *run.output_tokens;
    run.parameters = parameters(graphs.prompt);
    run.weight_bytes = weight_bytes(graphs.prompt);
    run.footprint_bytes = weight_bytes(graphs.prompt) + state_bytes(graphs.prompt) +
                          plan_memory(graphs.prompt).bytes + plan_memory(graphs.decode).bytes;
    const std::int64_t first = run.depth + run.tokens, last = first + *run.output_tokens - 2;
    const auto steps = [&](double (*cost)(const Graph&)) {
        return sum_of_lines(first, last, [&](std::int64_t depth) {
            set_depth(graphs.decode, depth);
            return cost(graphs.decode);
        });
    };
    run.flop = flop(graphs.prompt) + steps([](const Graph& graph) { return flop(graph); });
    run.least_bytes =
        least_bytes(graphs.prompt) + steps([](const Graph& graph) { return least_bytes(graph); });
}

}  // namespace

Graph graph_of(const Model& model, const Inference& run) {
    return build(model, request_of(model, run));
}

GenerationGraphs generation_graphs(const Model& model, const Inference& run) {
    ModelRequest request = generating(model, run);
    GenerationGraphs graphs;
    graphs.prompt = build(model, request);
    request.depth = run.depth + run.tokens;
    request.tokens = 1;
    graphs.decode = build(model, request);
    return graphs;
}

Graph longer_prompt(const Model& model, const Inference& run, std::int64_t tokens) {
    ModelRequest request = generating(model, run);
    request.tokens = tokens;
    return build(model, request);
}

std::string weights_of(const Case& each) {
    const auto* run = std::get_if<Inference>(&each.workload);
    if (run == nullptr) return "";
    return fmt::format("{} {} {} seed {}", run->model_sha256, name(run->dtype), name(run->layout),
                       each.protocol.seed);
}

void count(Case& each) {
    auto& run = std::get<Inference>(each.workload);
    const Model model = model_of(each);
    if (!model.onnx) run.model_sha256 = sha256_hex(each.model_text);
    if (run.output_tokens) {
        count_generation(model, run);
        return;
    }
    const Graph graph = graph_of(model, run);
    run.unit = unit_of(model);
    run.units = run.unit == "tokens" ? run.batch * run.tokens : run.batch;
    run.parameters = parameters(graph);
    run.weight_bytes = weight_bytes(graph);
    run.footprint_bytes = weight_bytes(graph) + state_bytes(graph) + plan_memory(graph).bytes;
    run.flop = flop(graph);
    run.least_bytes = least_bytes(graph);
}

}  // namespace assay

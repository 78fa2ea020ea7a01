// SPDX-License-Identifier: Apache-2.0
#include "core/suite/model_case.hpp"

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

Graph graph_of(const Model& model, const Inference& run) {
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
    return build(model, request);
}

void count(Case& each) {
    auto& run = std::get<Inference>(each.workload);
    const Model model = model_of(each);
    const Graph graph = graph_of(model, run);
    if (!model.onnx) run.model_sha256 = sha256_hex(each.model_text);
    run.unit = unit_of(model);
    run.units = run.unit == "tokens" ? run.batch * run.tokens : run.batch;
    run.parameters = parameters(graph);
    run.weight_bytes = weight_bytes(graph);
    run.footprint_bytes = weight_bytes(graph) + state_bytes(graph) + plan_memory(graph).bytes;
    run.flop = flop(graph);
    run.least_bytes = least_bytes(graph);
}

}  // namespace assay

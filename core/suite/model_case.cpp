// SPDX-License-Identifier: Apache-2.0
#include "core/suite/model_case.hpp"

#include <array>

#include "core/base/error.hpp"
#include "core/base/sha256.hpp"
#include "core/graph/memory_plan.hpp"
#include "core/graph/totals.hpp"

namespace assay {
namespace {

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

std::string unit_of(std::string_view family) {
    for (const auto& [name, unit] : units) {
        if (name == family) return std::string(unit);
    }
    throw Error("models of the family " + std::string(family) + " are counted in no unit");
}

}  // namespace

Model model_of(const Case& each) {
    Model model = parse_model(each.model_text, each.model_file);
    model.name = std::get<Inference>(each.workload).model;
    return model;
}

Graph graph_of(const Model& model, const Inference& run) {
    ModelRequest request;
    request.batch = run.batch;
    request.tokens = run.tokens;
    request.depth = run.depth;
    request.image = run.image;
    request.next_token = family_name(model.family) == "decoder";
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
    run.model_sha256 = sha256_hex(each.model_text);
    run.unit = unit_of(family_name(model.family));
    run.units = run.unit == "tokens" ? run.batch * run.tokens : run.batch;
    run.parameters = parameters(graph);
    run.weight_bytes = weight_bytes(graph);
    run.footprint_bytes = weight_bytes(graph) + state_bytes(graph) + plan_memory(graph).bytes;
    run.flop = flop(graph);
    run.least_bytes = least_bytes(graph);
}

}  // namespace assay

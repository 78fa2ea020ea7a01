// SPDX-License-Identifier: Apache-2.0
// Operations and bytes of the shipped models against published figures and closed forms. Norms,
// activations and the like are counted by us and not by others: the margin of each comparison.
#include <catch2/catch.hpp>

#include "core/graph/totals.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

double giga(const Graph& graph) {
    return flop(graph) / 1e9;
}

}  // namespace

TEST_CASE("ResNet-50 takes torchvision's multiply-adds, twice") {
    // torchvision resnet50: "GFLOPS 4.09", which counts a multiply-add once.
    REQUIRE(giga(build(test::shipped("resnet_50"), {})) == Approx(2 * 4.09).epsilon(0.01));
}

TEST_CASE("ViT-B/16 takes torchvision's multiply-adds, twice") {
    // torchvision vit_b_16: "GFLOPS 17.56"
    REQUIRE(giga(build(test::shipped("vit_b_16"), {})) == Approx(2 * 17.56).epsilon(0.01));
}

TEST_CASE("BERT base takes its published operations") {
    // Sun et al., 2020 (MobileBERT, arXiv 2004.02984), table 3: 22.5B at 128 tokens.
    const Model model = test::shipped("bert_base");
    REQUIRE(giga(build(model, test::small_request(1, 128))) == Approx(22.5).epsilon(0.02));
    // Closed form: 12 layers of 2 s (4 w^2 + 2 w i) + 4 s^2 w, and the pooler's 2 w^2.
    const double s = 384;
    const double w = 768;
    const double i = 3072;
    const double closed = 12 * (2 * s * (4 * w * w + 2 * w * i) + 4 * s * s * w) + 2 * w * w;
    const double counted = flop(build(model, test::small_request(1, 384)));
    REQUIRE(counted >= closed);
    REQUIRE(counted == Approx(closed).epsilon(0.01));
}

TEST_CASE("a decoder's token takes two operations a weight, and attention's") {
    // Kaplan et al., 2020, arXiv 2001.08361, table 1: 2 N + attention's 2 * 2 * layers * context *
    // width; N without the embedding, but with the head.
    const Model model = test::shipped("llama_3_1_8b");
    ModelRequest request = test::small_request(1, 1);
    request.depth = 999;
    const double weights = 8030261248.0 - 128256.0 * 4096;
    const double closed = 2 * weights + 4.0 * 32 * 1000 * 4096;
    REQUIRE(flop(build(model, request)) == Approx(closed).epsilon(0.002));
}

TEST_CASE("room left in the cache is no work") {
    const Model model = twin(test::shipped("llama_3_2_1b"));
    ModelRequest request = test::small_request(2, 1);
    request.depth = 9;
    const Graph tight = build(model, request);
    request.capacity = 40;
    const Graph roomy = build(model, request);
    REQUIRE(flop(roomy) == flop(tight));
    REQUIRE(least_bytes(roomy) == least_bytes(tight));
    REQUIRE(state_bytes(roomy) == 4 * state_bytes(tight));
}

TEST_CASE("a decoded token reads every weight but the embedding's other rows") {
    const Model model = test::shipped("llama_3_1_8b");
    ModelRequest request = test::small_request(1, 1);
    request.depth = 1;
    request.types.activations = Dtype::bf16;
    const double all = 2 * (8030261248.0 - 128256.0 * 4096);
    // The cache of two tokens, the logits and one row of the table are small beside it.
    REQUIRE(least_bytes(build(model, request)) == Approx(all).epsilon(1e-3));
    REQUIRE(least_bytes(build(model, request)) > all);
}

TEST_CASE("a token of a mixture reads the experts that it chooses") {
    const Model model = test::shipped("mixtral_8x7b");
    ModelRequest request = test::small_request(1, 1);
    request.depth = 1;
    request.types.activations = Dtype::bf16;
    // 12.9B active parameters (Jiang et al., 2024, table 1: 13B), less the embedding.
    const double expert = 3.0 * 4096 * 14336;
    const double active = 46702792704.0 - 32 * 6 * expert - 32000.0 * 4096;
    REQUIRE(active == Approx(12.9e9).epsilon(0.02));
    REQUIRE(least_bytes(build(model, request)) == Approx(2 * active).epsilon(1e-3));
    REQUIRE(flop(build(model, request)) == Approx(2 * active).epsilon(2e-3));
}

TEST_CASE("what nodes move is more than what a graph must move") {
    for (const Model& model : test::all_shipped()) {
        CAPTURE(model.name);
        const Graph graph = build(twin(model), test::small_request(2, 3));
        REQUIRE(node_bytes(graph) > least_bytes(graph));
        REQUIRE(least_bytes(graph) > 0);
        REQUIRE(flop(graph) > 0);
    }
}

}  // namespace assay

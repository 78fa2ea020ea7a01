// SPDX-License-Identifier: Apache-2.0
// Parameters of the shipped models against published counts.
#include <catch2/catch.hpp>

#include "core/graph/totals.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

struct Published {
    const char* model;
    std::uint64_t parameters;
};

}  // namespace

TEST_CASE("language models have as many parameters as are published") {
    // Hugging Face model pages ("Model size", safetensors) count every tensor of the checkpoint.
    // By hand, Llama 3.2 1B: 128256 * 2048 + 16 (2048 (32 + 16) 64 + 2048^2 + 3 * 2048 * 8192 +
    // 2 * 2048) + 2048 = 1,235,814,400.
    const Published published = GENERATE(values<Published>({{"llama_3_2_1b", 1235814400},
                                                            {"llama_3_1_8b", 8030261248},
                                                            {"qwen2_5_0_5b", 494032768},
                                                            {"qwen2_5_7b", 7615616512},
                                                            {"mistral_7b", 7241732096},
                                                            {"mixtral_8x7b", 46702792704},
                                                            {"bert_base", 109482240},
                                                            {"bert_large", 335141888}}));
    CAPTURE(published.model);
    const Graph graph = build(test::shipped(published.model), test::small_request(1, 4));
    REQUIRE(parameters(graph) == published.parameters);
}

TEST_CASE("decoding has the same parameters as a prompt") {
    const Model model = test::shipped("llama_3_2_1b");
    ModelRequest decode = test::small_request(3, 1);
    decode.depth = 100;
    REQUIRE(parameters(build(model, decode)) == 1235814400);
}

TEST_CASE("ViT-B/16 has torchvision's parameters") {
    // vit_b_16, num_params
    REQUIRE(parameters(build(test::shipped("vit_b_16"), {})) == 86567656);
}

TEST_CASE("ResNet-50 has torchvision's parameters but the scales folded into its weights") {
    // resnet50, num_params 25,557,032, of which each batch norm has a scale and a bias of its
    // channels. Folded, the scale is gone. Channels normed: stem 64; stage i with width w and n
    // blocks: n (w + w + 4 w) + 4 w of the shortcut: 3 * 384 + 256, 4 * 768 + 512, 6 * 1536 + 1024,
    // 3 * 3072 + 2048; together 64 + 1408 + 3584 + 10240 + 11264 = 26,560.
    REQUIRE(parameters(build(test::shipped("resnet_50"), {})) == 25557032 - 26560);
}

TEST_CASE("DLRM has the parameters of its tables and layers") {
    // 33,762,577 rows of 16. Bottom: 13 * 512 + 512 + 512 * 256 + 256 + 256 * 64 + 64 + 64 * 16 +
    // 16 = 155,984. Top: 27 vectors make 351 pairs, and 16 of the bottom: 367 * 512 + 512 + 512 *
    // 256 + 256 + 256 + 1 = 320,001.
    REQUIRE(parameters(build(test::shipped("dlrm_kaggle"), {})) ==
            33762577ULL * 16 + 155984 + 320001);
}

TEST_CASE("Whisper's encoder has its parameters and a bias for k") {
    // Convolutions 80 * 512 * 3 + 512 and 512 * 512 * 3 + 512; positions 1500 * 512; 6 layers of
    // 4 * 512^2 + 3 * 512 + 2 * 512 * 2048 + 2048 + 512 + 4 * 512; last norm 1024: 20,590,592.
    REQUIRE(parameters(build(test::shipped("whisper_base_encoder"), {})) == 20590592 + 6 * 512);
}

TEST_CASE("the U-Net's block has its parameters") {
    // c = 320. Residual block: two convolutions 9 c^2 + c, two norms 2 c, time 1280 c + c:
    // 2 * 921,920 + 1,280 + 409,920 = 2,255,040. Transformer block: group norm 2 c, two 1 x 1
    // convolutions c^2 + c, three layer norms 2 c; self attention 4 c^2 + c; cross attention 2 c^2
    // + 2 * 768 c + c; feed-forward 8 c^2 + 8 c + 4 c^2 + c: 640 + 205,440 + 1,920 + 409,920 +
    // 696,640 + 1,231,680 = 2,546,240.
    REQUIRE(parameters(build(test::shipped("sd_1_5_unet_block"), {})) == 2255040 + 2546240);
}

TEST_CASE("scaled weights take the bytes of their elements and scales") {
    const Model model = test::shipped("llama_3_1_8b");
    ModelRequest request = test::small_request(1, 1);
    request.depth = 10;
    request.types = {.activations = Dtype::bf16,
                     .weights = Dtype::i4,
                     .scaling = Scaling::block,
                     .scale_block = 32};
    // Linear layers but the head: 32 (4096 * 6144 + 4096^2 + 3 * 4096 * 14336) = 6,979,321,856
    // elements of half a byte, and a scale of 2 bytes for each 32; the other 1,050,939,392
    // parameters take 2 bytes; 64 inverse frequencies 4.
    const std::uint64_t linear = 6979321856;
    const Graph graph = build(model, request);
    REQUIRE(parameters(graph) == 8030261248);
    REQUIRE(weight_bytes(graph) == linear / 2 + linear / 32 * 2 + (8030261248 - linear) * 2 + 256);
}

}  // namespace assay

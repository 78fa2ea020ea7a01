// SPDX-License-Identifier: Apache-2.0
// Published config.json files, cut to what says the model's shape, against the shipped TOML.
#include "core/graph/hugging_face.hpp"

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "tests/unit/graph/models.hpp"

namespace assay {

namespace {

using Catch::Matchers::Contains;

struct Configured {
    const char* model;
    const char* config;
};

const std::vector<Configured> configs = {
    {"llama_3_2_1b", R"({"model_type": "llama", "attention_bias": false, "head_dim": 64,
      "hidden_act": "silu", "hidden_size": 2048, "intermediate_size": 8192,
      "max_position_embeddings": 131072, "mlp_bias": false, "num_attention_heads": 32,
      "num_hidden_layers": 16, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
      "rope_scaling": {"factor": 32.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
                       "original_max_position_embeddings": 8192, "rope_type": "llama3"},
      "rope_theta": 500000.0, "tie_word_embeddings": true, "torch_dtype": "bfloat16",
      "vocab_size": 128256})"},
    {"llama_3_1_8b", R"({"model_type": "llama", "hidden_act": "silu", "hidden_size": 4096,
      "intermediate_size": 14336, "max_position_embeddings": 131072, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
      "rope_parameters": {"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
        "original_max_position_embeddings": 8192, "rope_type": "llama3", "rope_theta": 500000.0},
      "tie_word_embeddings": false, "vocab_size": 128256})"},
    {"qwen2_5_0_5b", R"({"model_type": "qwen2", "hidden_act": "silu", "hidden_size": 896,
      "intermediate_size": 4864, "max_position_embeddings": 32768, "max_window_layers": 24,
      "num_attention_heads": 14, "num_hidden_layers": 24, "num_key_value_heads": 2,
      "rms_norm_eps": 1e-06, "rope_theta": 1000000.0, "sliding_window": 32768,
      "tie_word_embeddings": true, "use_sliding_window": false, "vocab_size": 151936})"},
    {"mistral_7b", R"({"model_type": "mistral", "hidden_act": "silu", "hidden_size": 4096,
      "intermediate_size": 14336, "max_position_embeddings": 32768, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 8, "rms_norm_eps": 1e-05,
      "rope_theta": 10000.0, "sliding_window": 4096, "tie_word_embeddings": false,
      "vocab_size": 32000})"},
    {"mixtral_8x7b", R"({"model_type": "mixtral", "hidden_act": "silu", "hidden_size": 4096,
      "intermediate_size": 14336, "max_position_embeddings": 32768, "num_attention_heads": 32,
      "num_experts_per_tok": 2, "num_hidden_layers": 32, "num_key_value_heads": 8,
      "num_local_experts": 8, "rms_norm_eps": 1e-05, "rope_theta": 1000000.0,
      "sliding_window": null, "tie_word_embeddings": false, "vocab_size": 32000})"},
    {"bert_base", R"({"model_type": "bert", "hidden_act": "gelu", "hidden_size": 768,
      "intermediate_size": 3072, "layer_norm_eps": 1e-12, "max_position_embeddings": 512,
      "num_attention_heads": 12, "num_hidden_layers": 12, "position_embedding_type": "absolute",
      "type_vocab_size": 2, "vocab_size": 30522})"},
    {"whisper_base_encoder", R"({"model_type": "whisper", "activation_function": "gelu",
      "d_model": 512, "encoder_attention_heads": 8, "encoder_ffn_dim": 2048, "encoder_layers": 6,
      "max_source_positions": 1500, "num_mel_bins": 80, "vocab_size": 51865})"},
};

const std::string small_llama = R"("vocab_size": 10, "hidden_size": 8, "num_hidden_layers": 1,
    "num_attention_heads": 2, "intermediate_size": 16, "max_position_embeddings": 20)";

Family read(const std::string& more) {
    return family_from_config("{" + small_llama + ", " + more + "}", "config.json");
}

}  // namespace

TEST_CASE("a published config.json is the model of the same name") {
    for (const Configured& each : configs) {
        CAPTURE(each.model);
        REQUIRE(parse_model(each.config, "a/config.json").name == "a");
        REQUIRE(parse_model(each.config, "a/config.json").family ==
                test::shipped(each.model).family);
    }
}

TEST_CASE("a ViT's config.json gives its widths, and its labels the classes") {
    const Family family = family_from_config(
        R"({"model_type": "vit", "hidden_act": "gelu", "hidden_size": 768, "image_size": 224,
            "intermediate_size": 3072, "layer_norm_eps": 1e-12, "num_attention_heads": 12,
            "num_channels": 3, "num_hidden_layers": 12, "patch_size": 16, "qkv_bias": true,
            "id2label": {"0": "tench", "1": "goldfish", "2": "shark"}})",
        "config.json");
    auto expected = std::get<VisionTransformer>(test::shipped("vit_b_16").family);
    expected.classes = 3;
    expected.norm_epsilon = 1e-12;  // torchvision's is 1e-6
    REQUIRE(std::get<VisionTransformer>(family) == expected);
}

TEST_CASE("what a family lacks is refused in one line with the file's name") {
    REQUIRE_THROWS_WITH(read(R"("model_type": "gpt2")"),
                        "config.json: model_type 'gpt2' is not one of llama, mistral, qwen2, "
                        "mixtral, bert, vit, whisper");
    REQUIRE_THROWS_WITH(read(R"("hidden": 1)"), Contains("model_type ''"));
    REQUIRE_THROWS_WITH(
        read(R"("model_type": "llama", "rope_scaling": {"type": "yarn", "factor": 4.0})"),
        Contains("rope_scaling of type 'yarn' is not supported"));
    REQUIRE_THROWS_WITH(read(R"("model_type": "llama", "attention_bias": true)"),
                        Contains("attention_bias"));
    REQUIRE_THROWS_WITH(read(R"("model_type": "llama", "hidden_act": "relu2")"),
                        Contains("hidden_act 'relu2' is not supported"));
    REQUIRE_THROWS_WITH(
        read(R"("model_type": "qwen2", "num_key_value_heads": 1, "use_sliding_window": true)"),
        Contains("use_sliding_window"));
    REQUIRE_THROWS_WITH(read(R"("model_type": "mistral", "num_key_value_heads": 1)"),
                        Contains("has no sliding_window"));
}

TEST_CASE("a key of the wrong type, or missing, is refused by name") {
    REQUIRE_THROWS_WITH(family_from_config(R"({"model_type": "llama"})", "c.json"),
                        "c.json: has no vocab_size");
    REQUIRE_THROWS_WITH(read(R"("model_type": "llama", "rms_norm_eps": "small")"),
                        Contains("rms_norm_eps must be a number"));
    REQUIRE_THROWS_WITH(read(R"("model_type": "llama", "num_key_value_heads": 0)"),
                        Contains("key_value_heads must be at least 1"));
    REQUIRE_THROWS_AS(family_from_config("[1]", "c.json"), Error);
}

}  // namespace assay

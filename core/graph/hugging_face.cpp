// SPDX-License-Identifier: Apache-2.0
#include "core/graph/hugging_face.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/graph/model.hpp"
#include "core/workload/names.hpp"

namespace assay {
namespace {

/// An object of the configuration, read with the file's name in every complaint. null is absent.
class Config {
public:
    Config(const Json& object, const std::string& file) : object_(object), file_(file) {}

    [[noreturn]] void refuse(const std::string& what) const { throw Error(file_ + ": " + what); }

    [[nodiscard]] const Json* find(const char* key) const {
        const auto found = object_.find(key);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }
    /// Refuses a file that leaves a key to its class's default, which differs between classes.
    void needs(const char* key) const {
        if (!object_.contains(key)) refuse(fmt::format("has no {} (null says none)", key));
    }
    [[nodiscard]] Config within(const char* key) const {
        const Json* found = find(key);
        if (found == nullptr || !found->is_object())
            refuse(fmt::format("{} must be an object", key));
        return {*found, file_};
    }
    [[nodiscard]] std::int64_t size(const char* key) const {
        const Json* found = find(key);
        if (found == nullptr) refuse(fmt::format("has no {}", key));
        if (!found->is_number_integer()) refuse(fmt::format("{} must be an integer", key));
        return found->get<std::int64_t>();
    }
    [[nodiscard]] std::int64_t size(const char* key, std::int64_t otherwise) const {
        return find(key) == nullptr ? otherwise : size(key);
    }
    [[nodiscard]] double number(const char* key, double otherwise) const {
        const Json* found = find(key);
        if (found == nullptr) return otherwise;
        if (!found->is_number()) refuse(fmt::format("{} must be a number", key));
        return found->get<double>();
    }
    [[nodiscard]] bool flag(const char* key, bool otherwise) const {
        const Json* found = find(key);
        if (found == nullptr) return otherwise;
        if (!found->is_boolean()) refuse(fmt::format("{} must be true or false", key));
        return found->get<bool>();
    }
    [[nodiscard]] std::string text(const char* key, const std::string& otherwise) const {
        const Json* found = find(key);
        if (found == nullptr) return otherwise;
        if (!found->is_string()) refuse(fmt::format("{} must be text", key));
        return printable(found->get<std::string>(), 60);
    }
    /// Refuses a feature: `key` must be absent or false.
    void without(const char* key, const char* why) const {
        if (flag(key, false)) refuse(fmt::format("{}: {}", key, why));
    }

private:
    const Json& object_;
    const std::string& file_;
};

Activation activation_of(const Config& config, const char* key, const char* otherwise) {
    const std::string text = config.text(key, otherwise);
    if (text == "gelu_new" || text == "gelu_pytorch_tanh") return Activation::gelu_tanh;
    const auto known = parse<Activation>(text);
    if (!known || *known == Activation::none)
        config.refuse(fmt::format("{} '{}' is not supported", key, text));
    return *known;
}

/// rope_scaling (rope_parameters since transformers 5): none, default or llama3.
void read_rope(const Config& config, Decoder& m) {
    m.rope_base = config.number("rope_theta", 10000);
    const char* key =
        config.find("rope_parameters") != nullptr ? "rope_parameters" : "rope_scaling";
    if (config.find(key) == nullptr) return;
    const Config rope = config.within(key);
    m.rope_base = rope.number("rope_theta", m.rope_base);
    const std::string type = rope.text("rope_type", rope.text("type", "default"));
    if (type == "default") return;
    if (type != "llama3")
        config.refuse(fmt::format("{} of type '{}' is not supported, only llama3 is", key, type));
    m.rope_factor = rope.number("factor", m.rope_factor);
    m.rope_low_frequency_factor = rope.number("low_freq_factor", m.rope_low_frequency_factor);
    m.rope_high_frequency_factor = rope.number("high_freq_factor", m.rope_high_frequency_factor);
    m.rope_original_positions =
        rope.size("original_max_position_embeddings", m.rope_original_positions);
}

Decoder any_decoder(const Config& config) {
    Decoder m;
    m.vocabulary = config.size("vocab_size");
    m.width = config.size("hidden_size");
    m.layers = config.size("num_hidden_layers");
    m.heads = config.size("num_attention_heads");
    if (m.heads < 1) config.refuse("num_attention_heads must be at least 1");
    m.key_value_heads = config.size("num_key_value_heads", m.heads);
    m.head = config.size("head_dim", m.width / m.heads);
    m.intermediate = config.size("intermediate_size");
    m.positions = config.size("max_position_embeddings");
    m.norm_epsilon = config.number("rms_norm_eps", 1e-6);
    m.tied_embeddings = config.flag("tie_word_embeddings", false);
    if (activation_of(config, "hidden_act", "silu") != Activation::silu)
        config.refuse("hidden_act must be silu");
    config.without("attention_bias", "a bias on attention's output is not supported");
    config.without("mlp_bias", "a bias in the feed-forward is not supported");
    read_rope(config, m);
    return m;
}

Family read_llama(const Config& config) {
    return any_decoder(config);
}

Family read_mistral(const Config& config) {
    config.needs("sliding_window");
    config.needs("num_key_value_heads");
    Decoder m = any_decoder(config);
    m.window = config.size("sliding_window", 0);
    return m;
}

Family read_qwen2(const Config& config) {
    config.needs("num_key_value_heads");
    config.without("use_sliding_window", "layers with different windows are not supported");
    Decoder m = any_decoder(config);
    m.qkv_bias = true;
    return m;
}

Family read_mixtral(const Config& config) {
    config.needs("num_key_value_heads");
    if (config.find("rope_parameters") == nullptr) config.needs("rope_theta");
    Decoder m = any_decoder(config);
    m.window = config.size("sliding_window", 0);
    m.experts = config.size("num_local_experts");
    m.experts_per_token = config.size("num_experts_per_tok");
    return m;
}

/// What the configurations of BERT and ViT name alike.
template <class Blocks>
void read_blocks(const Config& config, Blocks& m) {
    m.width = config.size("hidden_size");
    m.layers = config.size("num_hidden_layers");
    m.heads = config.size("num_attention_heads");
    m.intermediate = config.size("intermediate_size");
    m.norm_epsilon = config.number("layer_norm_eps", 1e-12);
    m.activation = activation_of(config, "hidden_act", "gelu");
}

Family read_bert(const Config& config) {
    if (config.text("position_embedding_type", "absolute") != "absolute")
        config.refuse("position_embedding_type must be absolute");
    config.without("is_decoder", "BERT as a decoder is not supported");
    Encoder m;
    m.vocabulary = config.size("vocab_size");
    m.positions = config.size("max_position_embeddings");
    m.token_types = config.size("type_vocab_size");
    read_blocks(config, m);
    return m;
}

Family read_vit(const Config& config) {
    if (!config.flag("qkv_bias", true)) config.refuse("qkv_bias must be true");
    VisionTransformer m;
    m.image = config.size("image_size");
    m.channels = config.size("num_channels", 3);
    m.patch = config.size("patch_size");
    read_blocks(config, m);
    const Json* labels = config.find("id2label");
    m.classes = labels == nullptr ? config.size("num_labels", 0)
                                  : static_cast<std::int64_t>(labels->size());
    return m;
}

Family read_whisper(const Config& config) {
    SpeechEncoder m;
    m.mels = config.size("num_mel_bins");
    m.positions = config.size("max_source_positions");
    m.width = config.size("d_model");
    m.layers = config.size("encoder_layers");
    m.heads = config.size("encoder_attention_heads");
    m.intermediate = config.size("encoder_ffn_dim");
    m.activation = activation_of(config, "activation_function", "gelu");
    return m;
}

struct Reader {
    std::string_view type;
    Family (*read)(const Config&);
};
constexpr std::array<Reader, 7> readers = {{{"llama", read_llama},
                                            {"mistral", read_mistral},
                                            {"qwen2", read_qwen2},
                                            {"mixtral", read_mixtral},
                                            {"bert", read_bert},
                                            {"vit", read_vit},
                                            {"whisper", read_whisper}}};

}  // namespace

Family family_from_config(const std::string& text, const std::string& file) {
    const Json json = parse_json(text, file);
    if (!json.is_object()) throw Error(file + ": must be an object");
    const Config config(json, file);
    const std::string type = config.text("model_type", "");
    const auto reader = std::find_if(readers.begin(), readers.end(),
                                     [&](const Reader& each) { return each.type == type; });
    if (reader == readers.end()) {
        std::vector<std::string> known;
        for (const Reader& each : readers) known.emplace_back(each.type);
        config.refuse(fmt::format("model_type '{}' is not one of {}", type, join(known, ", ")));
    }
    Family family = reader->read(config);
    if (const std::string wrong = invalid(family); !wrong.empty()) config.refuse(wrong);
    return family;
}

}  // namespace assay

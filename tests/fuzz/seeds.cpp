// SPDX-License-Identifier: Apache-2.0
// Writes the seed corpus, tests/fuzz/corpus: small files that each reader accepts, of what the
// repository has. usage: fuzz_seeds SUITES FOLDER
#include <cstdio>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/measure/job.hpp"
#include "core/supervise/message.hpp"
#include "tests/unit/graph/onnx_file.hpp"
#include "tests/unit/result/made_up.hpp"
#include "tests/unit/result/temporary.hpp"

namespace fs = std::filesystem;
using namespace assay;

namespace {

void put(const fs::path& folder, const std::string& kind, const std::string& name,
         const std::string& text) {
    fs::create_directories(folder / kind);
    write_whole(folder / kind / name, text);
}

void put_suites(const fs::path& suites, const fs::path& folder) {
    for (const char* each : {"quick", "load", "inference", "gemm/dtypes", "operators/vision"}) {
        const fs::path file = suites / (std::string(each) + ".toml");
        put(folder, "suite", file.filename().string(), read_file(file));
    }
}

void put_results(const fs::path& folder) {
    for (const int passes : {1, 3}) {
        const Temporary file("fuzz-seed");
        write(made_up::run(passes), file.path);
        put(folder, "result", std::to_string(passes) + "_passes.jsonl", read_file(file.path));
    }
}

void put_messages(const fs::path& folder) {
    Message phase, finished, inventory;
    phase.kind = Message::Kind::phase;
    phase.text = "prepare";
    finished.kind = Message::Kind::finished;
    finished.index = 1;
    finished.record = made_up::run(1).records.front();
    inventory.kind = Message::Kind::inventory;
    inventory.inventory.plugin = made_up::header(1).subjects.front().plugin;
    inventory.inventory.devices = {made_up::header(1).subjects.front().device};
    inventory.inventory.peaks.resize(1);
    put(folder, "message", "phase.json", to_line(phase));
    put(folder, "message", "finished.json", to_line(finished));
    put(folder, "message", "inventory.json", to_line(inventory));
    Job job;
    job.plugin_name = "fast";
    job.options = {{"threads", "2"}};
    Case each;
    each.id = "a case";
    job.cases = {each};
    job.orders = job.indices = {0};
    put(folder, "message", "job.json", dump_json(to_json(job)));
}

void put_models(const fs::path& folder) {
    put(folder, "config", "llama.json",
        R"({"model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192,
"num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256,
"rms_norm_eps": 1e-5, "rope_theta": 500000.0, "tie_word_embeddings": true, "hidden_act": "silu"})");
    put(folder, "config", "bert.json",
        R"({"model_type": "bert", "hidden_size": 768, "intermediate_size": 3072,
"num_hidden_layers": 12, "num_attention_heads": 12, "vocab_size": 30522, "hidden_act": "gelu",
"max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12})");
    put(folder, "config", "vit.json",
        R"({"model_type": "vit", "hidden_size": 768, "intermediate_size": 3072,
"num_hidden_layers": 12, "num_attention_heads": 12, "image_size": 224, "patch_size": 16,
"num_channels": 3, "hidden_act": "gelu", "qkv_bias": true, "layer_norm_eps": 1e-12})");
    put(folder, "onnx", "gemm.onnx", test::small_onnx());
    const auto one = [](const std::string& op, const std::vector<std::int64_t>& dims) {
        return test::onnx_file({test::onnx_node(op, {"x"}, "y")}, {test::onnx_input("x", dims)},
                               {});
    };
    for (const char* op : {"Softmax", "GlobalAveragePool", "Flatten", "Transpose", "Sigmoid"}) {
        put(folder, "onnx", std::string(op) + ".onnx", one(op, {0, 3, 8, 8}));
    }
    put(folder, "onnx", "Conv.onnx",
        test::onnx_file({test::onnx_node("Conv", {"x", "w"}, "y")},
                        {test::onnx_input("x", {1, 1, 4, 4})},
                        {test::onnx_tensor_of("w", {1, 1, 2, 2}, {1, 2, 3, 4})}));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: fuzz_seeds SUITES FOLDER\n");
        return 2;
    }
    try {
        put_suites(argv[1], argv[2]);
        put_results(argv[2]);
        put_messages(argv[2]);
        put_models(argv[2]);
    } catch (const Error& error) {
        std::fprintf(stderr, "fuzz_seeds: %s\n", error.what());
        return 1;
    }
    return 0;
}

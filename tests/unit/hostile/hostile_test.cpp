// SPDX-License-Identifier: Apache-2.0
// Every reader of a stranger's file, given mutated ones: it reads them or throws Error, whose text
// is one line that a terminal can show; what it read, every command can print and compare. Any
// other exception, a crash or a hang fails; the sanitizers' preset runs this too.
#include <cstdlib>
#include <filesystem>
#include <functional>

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/compare/history.hpp"
#include "core/graph/model.hpp"
#include "core/report/report.hpp"
#include "core/suite/profile.hpp"
#include "core/suite/suite.hpp"
#include "core/verify/verify.hpp"
#include "tests/unit/hostile/mutate.hpp"
#include "tests/unit/result/made_up.hpp"
#include "tests/unit/result/temporary.hpp"
#include "tests/unit/suite/folder.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// No byte that moves a cursor or changes a colour.
bool fit_for_terminal(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f;
    });
}

/// No cell that a spreadsheet would run.
bool fit_for_spreadsheet(const std::string& csv) {
    for (std::size_t at = 0; at < csv.size(); ++at) {
        const bool starts = at == 0 || csv[at - 1] == ',' || csv[at - 1] == '\n' ||
                            (csv[at - 1] == '"' && (at == 1 || csv[at - 2] != '"'));
        if (starts && (csv[at] == '=' || csv[at] == '@')) return false;
    }
    return true;
}

/// What became of many files of one kind.
struct Fate {
    int read = 0, refused = 0;
};

/// Gives `reader` mutated texts: `seeds[i]` with pieces of the others.
Fate try_mutations(const std::vector<std::string>& seeds, std::uint64_t files,
                   const std::function<void(const std::string&)>& reader) {
    Fate fate;
    const std::uint64_t seed = setting("ASSAY_HOSTILE_SEED", 1);
    for (std::uint64_t i = 0; i < files; ++i) {
        Random random(seed, i);
        const std::string& base = seeds[i % seeds.size()];
        const std::string& other = seeds[random.below(static_cast<std::uint32_t>(seeds.size()))];
        const std::string text = hostile::mutated(base, other, random);
        INFO("file " << i << " of ASSAY_HOSTILE_SEED " << seed);
        try {
            reader(text);
            ++fate.read;
        } catch (const Error& error) {
            ++fate.refused;
            const std::string said = error.what();
            if (said.empty() || said.find('\n') != said.npos || !fit_for_terminal(said)) {
                FAIL_CHECK("refused with: " << said);
            }
        } catch (const std::exception& error) {
            FAIL_CHECK("not an Error: " << error.what());
        }
    }
    return fate;
}

std::vector<std::string> texts_below(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const auto& each : fs::recursive_directory_iterator(folder)) {
        if (each.path().extension() == ".toml") paths.push_back(each.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> texts;
    for (const fs::path& path : paths) texts.push_back(read_file(path));
    return texts;
}

std::string made_up_file(const Run& run) {
    const Temporary file("hostile-seed");
    write(run, file.path);
    return read_file(file.path);
}

std::vector<std::string> result_seeds() {
    OperatorWork conv;
    conv.op = OpKind::conv;
    conv.x = {1, 64, 56, 56};
    conv.w = {64, 64, 3, 3};
    Run other = made_up::run(5, 1.1);
    other.records.push_back(made_up::measured(5, 0, conv, 1e-3));
    ++other.end->records;
    return {made_up_file(made_up::run(3)), made_up_file(other)};
}

/// Prints it in every form, and compares it with itself and with a sound one.
void use(const Run& run, const Run& sound) {
    for (const Dialect dialect : {Dialect::terminal, Dialect::markdown}) {
        if (!fit_for_terminal(run_table(run, dialect))) FAIL_CHECK("a table moves the cursor");
    }
    const std::string csv = run_csv(run);
    if (!fit_for_terminal(csv) || !fit_for_spreadsheet(csv)) FAIL_CHECK("CSV: " << csv);
    parse_json(run_json(run), "run_json");
    verify(run);
    parse_json(run_google_benchmark(run), "run_google_benchmark");
    const int last = static_cast<int>(run.header.subjects.size()) - 1;
    if (last < 0) return;
    const ComparisonReport report = compare({&sound, 0}, {&run, last}, {});
    if (!fit_for_terminal(comparison_table(report, Dialect::terminal))) {
        FAIL_CHECK("a comparison moves the cursor");
    }
    parse_json(comparison_json(report), "comparison_json");
    const History all = history({point_of({&run, last}), point_of({&sound, 0})}, {});
    if (!fit_for_terminal(history_table(all, Dialect::terminal))) {
        FAIL_CHECK("a history moves the cursor");
    }
}

TEST_CASE("Mutated result files are read or refused, and what is read can be shown and compared") {
    const std::vector<std::string> seeds = result_seeds();
    const Temporary file("hostile");
    const Run sound = made_up::run(3);
    const Fate fate =
        try_mutations(seeds, setting("ASSAY_HOSTILE_FILES", 4000), [&](const std::string& text) {
            file.set(hostile::rechained(text));
            const Run run = read_run(file.path, Keep::aside);  // as commands do
            try {
                use(run, sound);
            } catch (const Error& error) {
                FAIL_CHECK("read, but then: " << error.what());
            }
        });
    CHECK(fate.read > fate.refused / 20);  // else mutations hold nothing against what comes after
    CHECK(fate.refused > fate.read / 20);
}

TEST_CASE("A result file changed before its last line is never read without a word") {
    const std::vector<std::string> seeds = result_seeds();
    const Temporary file("hostile-chain");
    int silent = 0;
    try_mutations(seeds, setting("ASSAY_HOSTILE_FILES", 4000), [&](const std::string& text) {
        file.set(text);
        const Run run = read_run(file.path);
        const bool sound = verify_file(file.path).breaches.empty();
        const auto protected_part = [](const std::string& whole) {
            return whole.substr(0, whole.rfind('\n', whole.size() - 2));
        };
        const bool same = std::any_of(seeds.begin(), seeds.end(), [&](const std::string& seed) {
            return text.starts_with(protected_part(seed));
        });
        if (!same && (run.warnings.empty() || sound)) ++silent;
    });
    CHECK(silent == 0);
}

TEST_CASE("Mutated suites are read or refused") {
    const test::SuitesFolder folder;
    for (const char* each : {"models", "shapes"}) {
        fs::copy(fs::path(ASSAY_SUITES) / each, folder.path() / each, fs::copy_options::recursive);
    }
    std::vector<std::string> seeds;
    for (const char* each : {"quick", "standard", "inference", "gemm/llm_decode", "gemm/dtypes",
                             "operators/transformer", "operators/vision"}) {
        seeds.push_back(read_file(fs::path(ASSAY_SUITES) / (std::string(each) + ".toml")));
    }
    const Fate fate =
        try_mutations(seeds, setting("ASSAY_HOSTILE_FILES", 1000), [&](const std::string& text) {
            const Suite suite = load_suite(folder.write("hostile.toml", text));
            expected_seconds(suite, find_profile("quick").value(), 2);
            for (const Case& each : suite.cases) {
                if (!fit_for_terminal(each.id)) FAIL_CHECK("an id moves the cursor: " << each.id);
            }
        });
    CHECK(fate.read > 0);
    CHECK(fate.refused > 0);
}

/// Some are read, and what is read can be built; some are refused.
void try_models(const std::vector<std::string>& seeds, const char* file) {
    const Fate fate =
        try_mutations(seeds, setting("ASSAY_HOSTILE_FILES", 4000),
                      [&](const std::string& text) { build(twin(parse_model(text, file)), {}); });
    CHECK(fate.read > 0);
    CHECK(fate.refused > 0);
}

TEST_CASE("Mutated models are read or refused, and what is read can be built") {
    try_models(texts_below(fs::path(ASSAY_SUITES) / "models"), "hostile.toml");
}

TEST_CASE("Mutated configurations of Hugging Face are read or refused") {
    const std::vector<std::string> seeds = {
        R"({"model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192,
            "num_hidden_layers": 16, "num_attention_heads": 32, "num_key_value_heads": 8,
            "vocab_size": 128256, "rms_norm_eps": 1e-5, "rope_theta": 500000.0,
            "tie_word_embeddings": true, "hidden_act": "silu", "head_dim": 64,
            "attention_bias": false, "mlp_bias": false, "max_position_embeddings": 131072})",
        R"({"model_type": "bert", "hidden_size": 768, "intermediate_size": 3072,
            "num_hidden_layers": 12, "num_attention_heads": 12, "vocab_size": 30522,
            "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_act": "gelu",
            "layer_norm_eps": 1e-12})",
        R"({"model_type": "vit", "hidden_size": 768, "intermediate_size": 3072,
            "num_hidden_layers": 12, "num_attention_heads": 12, "image_size": 224,
            "patch_size": 16, "num_channels": 3, "hidden_act": "gelu", "qkv_bias": true,
            "layer_norm_eps": 1e-12})"};
    try_models(seeds, "config.json");
}

}  // namespace
}  // namespace assay

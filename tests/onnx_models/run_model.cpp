// SPDX-License-Identifier: Apache-2.0
// One model on one plugin, for tests/onnx_models/run: writes its inputs and its outputs as raw
// files, says what they are in one line of JSON, then runs as often as stdin says and prints the
// seconds. usage: run_model PLUGIN MODEL FOLDER [batch=N] [tokens=N] [depth=N] [image=N] [twin=1]
// [lowering=operators|graph|best] [threads=N]
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "core/graph/model.hpp"
#include "core/host/device.hpp"
#include "core/host/plugin.hpp"
#include "core/measure/graph_on_device.hpp"

namespace {

using namespace assay;
namespace fs = std::filesystem;

constexpr std::uint64_t seed = 1;  // of assay export, unless told otherwise

struct Asked {
    ModelRequest request;
    bool twin = false;
    Lowering lowering = Lowering::operators;
    KeyValues options;
};

Asked asked_of(int count, char** words) {
    Asked asked;
    for (int i = 0; i < count; ++i) {
        const std::string word = words[i];
        const std::size_t equals = word.find('=');
        if (equals == word.npos) throw Error(word + ": is no KEY=N");
        const std::string key = word.substr(0, equals), value = word.substr(equals + 1);
        const std::map<std::string, std::int64_t*> numbers = {{"batch", &asked.request.batch},
                                                              {"tokens", &asked.request.tokens},
                                                              {"depth", &asked.request.depth},
                                                              {"image", &asked.request.image}};
        if (const auto found = numbers.find(key); found != numbers.end()) {
            *found->second = std::stoll(value);
        } else if (key == "twin") {
            asked.twin = value == "1";
        } else if (key == "lowering") {
            const auto lowering = parse<Lowering>(value);
            if (!lowering) throw Error(value + ": is none of operators, graph, best");
            asked.lowering = *lowering;
        } else if (key == "threads") {
            asked.options.emplace_back(key, value);
        } else {
            throw Error(key + ": is none of batch, tokens, depth, image, twin, lowering, threads");
        }
    }
    return asked;
}

/// Writes the values of that kind, in order, then the states, and says what they are.
Json save(const GraphOnDevice& on, ValueKind kind, const fs::path& folder, const char* ending) {
    Json all = Json::array();
    std::vector<ValueId> ids = values_of(on.graph(), kind);
    for (const ValueId id : values_of(on.graph(), ValueKind::state)) ids.push_back(id);
    for (const ValueId id : ids) {
        const Value& value = on.graph().values[static_cast<std::size_t>(id)];
        const std::vector<std::byte> bytes = on.bytes_of(id);
        const fs::path file = folder / (std::to_string(all.size()) + ending);
        write_whole(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        const bool changed = kind == ValueKind::output && value.kind == ValueKind::state;
        all.push_back({{"name", changed ? value.name + " out" : value.name},
                       {"dtype", name(value.type.dtype)},
                       {"dims", value.type.dims},
                       {"file", file.string()}});
    }
    return all;
}

double seconds_of(const GraphOnDevice& on, const Device& device, const Queue& queue, int times) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) {
        on.enqueue(queue);
        device.wait(queue);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void run(const fs::path& plugin_file, const fs::path& model, const fs::path& folder,
         const Asked& asked) {
    const Plugin plugin = Plugin::load(plugin_file);
    const Device device = plugin.open(0, asked.options);
    const Queue queue = device.queue();
    Model loaded = load_model(model);
    if (asked.twin) loaded = twin(loaded);
    ModelRequest request = asked.request;
    request.next_token = unit_of(loaded) == "tokens";  // as assay export does
    const GraphOnDevice on(build(loaded, request), seed, device, queue,
                           {.lowering = asked.lowering});
    const Json inputs = save(on, ValueKind::input, folder, ".in");
    on.poison();
    seconds_of(on, device, queue, 1);
    const Json outputs = save(on, ValueKind::output, folder, ".out");
    std::cout << dump_json({{"inputs", inputs}, {"outputs", outputs}}) << std::endl;
    for (int times = 0; std::cin >> times;)
        std::cout << seconds_of(on, device, queue, times) << std::endl;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc < 4) throw Error("usage: run_model PLUGIN MODEL FOLDER [KEY=N]...");
    run(argv[1], argv[2], argv[3], asked_of(argc - 4, argv + 4));
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "run_model: %s\n", error.what());
    return 1;
}

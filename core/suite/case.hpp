// SPDX-License-Identifier: Apache-2.0
// A case: one workload under one protocol with one headline metric.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "core/suite/scenario.hpp"
#include "core/workload/fill.hpp"
#include "core/workload/workload.hpp"

namespace assay {

/// latency: one invocation at a time, waited for. throughput: back to back, waited for at the end.
enum class Measure { latency, throughput };
/// hot: the same buffers again and again. cold: rotates over copies of all tensors that together
/// are >= 3 x the last-level cache. weights_cold: the same for B (the weights) alone.
enum class CacheState { hot, cold, weights_cold };

std::string_view name(Measure measure);   ///< "latency", "throughput".
std::string_view name(CacheState cache);  ///< "hot", "cold", "weights-cold".

/// The file that `distribution = "file"` takes its numbers from: what they are, not where they lie.
struct DataFile {
    std::string sha256{};

    bool operator==(const DataFile&) const = default;
};

template <class Self, class Visitor>
void describe(Self& data,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, DataFile> {
    field("data_sha256", data.sha256);
}

/// How a workload is measured. All of it is part of the case's identity.
struct Protocol {
    Measure measure = Measure::throughput;
    CacheState cache = CacheState::hot;
    Distribution distribution = Distribution::normal;
    std::uint64_t seed = 1;
    std::optional<DataFile> data{};      ///< With Distribution::file, and only then.
    std::optional<LoadSettings> load{};  ///< Settled. With one, measure and cache are its own.

    bool operator==(const Protocol&) const = default;
};

template <class Self, class Visitor>
void describe(Self& protocol,
              Visitor&& field) requires std::is_same_v<std::remove_const_t<Self>, Protocol> {
    field("measure", protocol.measure);
    field("cache", protocol.cache);
    field("distribution", protocol.distribution);
    field("seed", protocol.seed);
    field("data", protocol.data);
    field("load", protocol.load);
}

struct Case {
    std::string
        id{};  ///< Unique in its suite, for people: "llama prefill/gemm bf16 512x4096x4096".
    std::string group{};   ///< The title of its table in the suite; "" when none.
    std::string source{};  ///< Where the shape comes from; "" when made up.
    Workload workload{};
    Protocol protocol{};
    bool roof = false;       ///< It measures a roof: what other rows of its run are a fraction of.
    double max_seconds = 0;  ///< Own cap on measuring a pass; 0: the profile's.
    std::string model_file{}, model_text{};  ///< Of an Inference: what the worker builds it from.
    std::string model_path{};   ///< Of an ONNX file, in the text's stead: where it lies, absolute.
    std::string model_error{};  ///< Why that cannot be: the case is skipped with it.
    std::string data_file{}, data_path{};  ///< Of protocol.data: as people know it; where it lies.
};

/// The same with the fields of the data file and of the load, when there is one, in its place.
template <class Self, class Visitor>
void describe_flat(Self& protocol, Visitor&& field) {
    describe(protocol, [&](const char* key, auto& value) {
        using Field = std::remove_cvref_t<decltype(value)>;
        if constexpr (!std::is_same_v<Field, std::optional<LoadSettings>> &&
                      !std::is_same_v<Field, std::optional<DataFile>>) {
            field(key, value);
        } else if (value) {
            describe(*value, field);
        }
    });
}

/// The identity of the work: key_of(workload) and every protocol field. Pairs cases of two files.
std::string key_of(const Case& each);

}  // namespace assay

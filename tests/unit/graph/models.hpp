// SPDX-License-Identifier: Apache-2.0
// The shipped models, for tests.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/graph/builder.hpp"
#include "core/graph/model.hpp"

namespace assay::test {

inline Model shipped(const std::string& name) {
    return load_model(std::filesystem::path(ASSAY_MODELS) / (name + ".toml"));
}

inline std::vector<Model> all_shipped() {
    std::vector<Model> models;
    for (const auto& each : std::filesystem::directory_iterator(ASSAY_MODELS)) {
        if (each.path().extension() == ".toml") models.push_back(load_model(each.path()));
    }
    return models;
}

/// A request of a few tokens and images.
inline ModelRequest small_request(std::int64_t batch, std::int64_t tokens) {
    ModelRequest request;
    request.batch = batch;
    request.tokens = tokens;
    return request;
}

}  // namespace assay::test

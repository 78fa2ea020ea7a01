// SPDX-License-Identifier: Apache-2.0
// A config.json of Hugging Face: read, and its small twin built.
#include "core/graph/model.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return assay::fuzz::attempt(data, size, [](const std::string& text) {
        assay::build(assay::twin(assay::parse_model(text, "config.json")), {});
    });
}

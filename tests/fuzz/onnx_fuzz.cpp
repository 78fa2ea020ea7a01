// SPDX-License-Identifier: Apache-2.0
// An ONNX file: read, and made a graph.
#include "core/graph/onnx/import.hpp"
#include "core/graph/onnx/read.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return assay::fuzz::attempt(data, size, [](const std::string& text) {
        assay::OnnxRequest request;
        request.batch = 1;
        request.tokens = 8;
        request.image = 8;
        assay::import_onnx(assay::read_onnx(text, "a.onnx"), request);
    });
}

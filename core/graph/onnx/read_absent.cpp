// SPDX-License-Identifier: Apache-2.0
// The reader of a build that found no libonnx: says so.
#include "core/base/error.hpp"
#include "core/graph/onnx/read.hpp"

namespace assay {
namespace {

[[noreturn]] void refuse(const std::string& file) {
    throw Error(file +
                ": this build reads no ONNX: libonnx-dev and libprotobuf-dev were not found; run "
                "tools/install_dependencies and build again");
}

}  // namespace

bool onnx_is_there() {
    return false;
}

OnnxModel read_onnx(std::string_view /*bytes*/, const std::string& file) {
    refuse(file);
}

OnnxTensor read_onnx_tensor(std::string_view /*bytes*/, const std::string& file) {
    refuse(file);
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// The writer of a build that found no libonnx: says so.
#include "core/base/error.hpp"
#include "core/graph/onnx/write.hpp"

namespace assay {

std::string write_onnx(OnnxModel /*model*/) {
    throw Error(
        "this build writes no ONNX: libonnx-dev and libprotobuf-dev were not found; run "
        "tools/install_dependencies and build again");
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// OnnxModel -> bytes of an ONNX file: the way out of the door that read.hpp is the way in of.
// Builds without libonnx have write_absent.cpp instead.
#pragma once

#include <string>

#include "core/graph/onnx/onnx_model.hpp"

namespace assay {

/// A ModelProto of IR version 8. Tensors that nobody else holds are let go of as they are written.
/// Throws Error when a file cannot hold it.
std::string write_onnx(OnnxModel model);

}  // namespace assay

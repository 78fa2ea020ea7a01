// SPDX-License-Identifier: Apache-2.0
// Bytes of an ONNX file -> OnnxModel: the one door of libonnx and protobuf. Files are strangers':
// sizes, counts and data are bounded and must agree; data outside the file is refused. Builds
// without libonnx have read_absent.cpp instead.
#pragma once

#include <string>
#include <string_view>

#include "core/graph/onnx/onnx_model.hpp"

namespace assay {

/// Whether this build can read ONNX at all.
bool onnx_is_there();

/// A ModelProto. `file` is for messages. Throws Error for what is no ONNX file or is beyond bounds.
OnnxModel read_onnx(std::string_view bytes, const std::string& file);

/// A TensorProto by itself (the test data of ONNX). Throws Error as read_onnx does.
OnnxTensor read_onnx_tensor(std::string_view bytes, const std::string& file);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// OnnxModel -> Graph: opsets 7 to 17, in our operators. What is not supported is named all at once.
// Which operators, and how each is said in ours: docs/models.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/graph/graph.hpp"
#include "core/graph/onnx/onnx_model.hpp"

namespace assay {

/// What an ONNX file leaves open. 0: not asked for.
struct OnnxRequest {
    std::int64_t batch = 0;      ///< An open first dimension.
    std::int64_t tokens = 0;     ///< An open second dimension of an input with two.
    std::int64_t image = 0;      ///< Open last two dimensions of an input with four: pixels a side.
    Dtype floats = Dtype::none;  ///< What float, float16 and bfloat16 become; none: as in the file.
    Math math = Math::strict;
    std::map<std::string, OnnxTensor> given{};  ///< Inputs that are known before the run.
};

/// The graph of one run. Inputs are filled: floats normal, indices into a table within it, other
/// integers 0 or 1. Throws Error: "FILE: Resize 'up': …", "FILE: unsupported: LSTM x2, If x1".
Graph import_onnx(const OnnxModel& model, const OnnxRequest& request);

/// Whether a size of the request decides a dimension of an input; else the file fixes them all.
bool batch_is_open(const OnnxModel& model);

/// ONNX operators that can be imported, sorted.
std::vector<std::string> onnx_operators();

}  // namespace assay

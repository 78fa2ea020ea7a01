// SPDX-License-Identifier: Apache-2.0
// The table of ONNX operators: what adds our nodes for each, in files by kind. Private to
// core/graph/onnx.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/graph/onnx/call.hpp"

namespace assay::onnx_ops {

using Handler = void (*)(OnnxCall& call);

struct Row {
    std::string_view op;
    Handler handler;
};

std::span<const Row> elementwise();
std::span<const Row> composed();
std::span<const Row> products();
std::span<const Row> windows();
std::span<const Row> rows();
std::span<const Row> reductions();
std::span<const Row> shapes();
std::span<const Row> moves();
std::span<const Row> constants();
std::span<const Row> types();
std::span<const Row> images();

/// nullptr: not supported.
Handler handler_of(const std::string& op);

}  // namespace assay::onnx_ops

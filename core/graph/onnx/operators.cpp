// SPDX-License-Identifier: Apache-2.0
#include "core/graph/onnx/operators.hpp"

#include "core/graph/onnx/import.hpp"

namespace assay {
namespace {

using Table = std::map<std::string, onnx_ops::Handler, std::less<>>;

const Table& table() {
    using namespace onnx_ops;
    static const Table all = [] {
        Table made;
        for (const auto& part : {elementwise(), composed(), products(), windows(), rows(),
                                 reductions(), shapes(), moves(), constants(), types(), images()}) {
            for (const Row& row : part) made.emplace(row.op, row.handler);
        }
        return made;
    }();
    return all;
}

}  // namespace

onnx_ops::Handler onnx_ops::handler_of(const std::string& op) {
    const auto found = table().find(op);
    return found == table().end() ? nullptr : found->second;
}

std::vector<std::string> onnx_operators() {
    std::vector<std::string> names;
    for (const auto& [op, handler] : table()) names.push_back(op);
    return names;
}

}  // namespace assay

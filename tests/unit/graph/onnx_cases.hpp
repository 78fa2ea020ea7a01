// SPDX-License-Identifier: Apache-2.0
// The node tests of ONNX as the tests here use them: found, imported, evaluated, compared.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/graph/onnx/onnx_model.hpp"

namespace assay::test {

struct OnnxCase {
    std::string name;              ///< "test_conv_with_strides_padding".
    std::filesystem::path folder;  ///< model.onnx, test_data_set_0/.
};

/// /usr/share/libonnx-testdata/data/node.
std::filesystem::path onnx_node_folder();
/// Sorted by name; empty where they are not installed or this build reads no ONNX.
std::vector<OnnxCase> onnx_node_cases();

/// The operator a case is about: the first of its model that its name names, else its first.
std::string operator_of(const OnnxCase& each);

/// refusal and wrong are both empty: every output is as expected.
struct OnnxFate {
    std::string refusal, wrong;
    int given = 0;        ///< Inputs that had to be known before the run.
    bool folded = false;  ///< No node ran on an input of the run.
};

/// Gives as few inputs as possible before the run, for most of the operators is then in the graph.
OnnxFate fate_of(const OnnxCase& each);

/// The same words, however they were broken into lines.
std::string words_of(const std::string& text);

}  // namespace assay::test

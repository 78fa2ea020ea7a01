// SPDX-License-Identifier: Apache-2.0
// What a graph is turned into before it runs: functions that ONNX says in several nodes become one,
// and bias, activation, norm and residual become part of what computes their input. Each rewrite is
// an equality of real numbers; roundings differ, as of any fusion.
#pragma once

#include <string>

#include "graph/ir.hpp"

namespace assay::onednn {

struct Rewritten {
    int activations = 0;  ///< said in several nodes, now one
    int norms = 0;        ///< folded into weights
    int epilogues = 0;    ///< biases, functions and scales done where the input is computed
    int residuals = 0;    ///< additions likewise

    std::string text() const;  ///< "12 norms, 30 epilogues, 16 residuals"
};

/// x sigmoid(x), x relu6(x + 3) / 6, x (1 + erf(x / sqrt 2)) / 2 …
int name_activations(Ir& ir);
/// Into matmuls, convolutions and norms.
void absorb(Ir& ir, Rewritten& done);

Rewritten rewrite(Ir& ir);

/// oneDNN's words for a function of one number, in order; empty when it has none of the same
/// meaning.
std::vector<Post> posts_of(const GraphOp& elementwise);
std::vector<Post> posts_of_activation(int code);

}  // namespace assay::onednn

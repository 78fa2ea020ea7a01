// SPDX-License-Identifier: Apache-2.0
// A product as cuBLASLt's descriptions, the algorithms that cuBLASLt proposes for it, and its call.
#pragma once

#include <string>
#include <vector>

#include "api.hpp"
#include "matmul_problem.hpp"

namespace assay::cuda {

struct LtAlgorithm {
    cublasLtMatmulAlgo_t algorithm{};
    std::size_t workspace_bytes = 0;
    std::uint64_t left_alignment = 1, right_alignment = 1, c_alignment = 1, d_alignment = 1;
};

/// Where everything lies on the device; absent ones are null.
struct LtPointers {
    const void *left = nullptr, *right = nullptr, *bias = nullptr, *c = nullptr,
               *scale_left = nullptr, *scale_right = nullptr;
    void* d = nullptr;
};

class LtPlan {
public:
    explicit LtPlan(const LtProblem& problem);

    /// What cuBLASLt would take, its favourite first, at most `most`; only those that compute as
    /// the problem says. `aligned`: operands begin on multiples of 256 bytes, else of their
    /// elements. Empty: it has none.
    std::vector<LtAlgorithm> algorithms(cublasLtHandle_t handle, int most, bool aligned);

    /// Puts it on the stream. `workspace` has the bytes that the algorithm needs.
    void run(cublasLtHandle_t handle, const LtAlgorithm& algorithm, const LtPointers& at,
             void* workspace, cudaStream_t stream);

private:
    template <class T>
    void set(cublasLtMatmulDescAttributes_t attribute, T value);
    void set_pointers(const LtPointers& at);
    /// Whether its own description of itself agrees with what was asked for.
    bool computes_as_asked(const cublasLtMatmulAlgo_t& algorithm) const;

    LtProblem problem_;
    LtMatmul matmul_;
    LtLayout left_, right_, c_, d_;
};

/// Whether the operands lie as this algorithm needs them.
bool lies_right(const LtAlgorithm& algorithm, const LtPointers& at);

/// "algorithm 21, tile 20, stages 4, split-k 2".
std::string name_of(const LtAlgorithm& algorithm);

}  // namespace assay::cuda

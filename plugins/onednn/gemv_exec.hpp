// SPDX-License-Identifier: Apache-2.0
// A matmul of few rows. Until B is bound as a constant it is oneDNN's; then our own loops stream B
// once: oneDNN 2.6 reaches half of the memory's bandwidth there (research/performance.md, 6).
#pragma once

#include <memory>
#include <string>

#include "matmul_exec.hpp"
#include "weights.hpp"

namespace assay::onednn {

/// Whether our own loops are for this matmul: up to four rows, f32 or bf16, a constant B, no batch.
bool is_gemv(const sdk::Matmul& matmul);

class GemvExec final : public sdk::Exec {
public:
    GemvExec(const dnnl::engine& engine, const sdk::Op& op);

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;
    void bind_const(std::uint32_t input, const assay_binding& binding) override;

private:
    void run(const void* a, const void* bias, void* d);

    MatmulExec inner_;
    sdk::Matmul matmul_;
    View a_, bias_, b_, d_;
    PackedWeights weights_;
    Scratch scratch_, floats_;
    std::uint64_t build_ns_ = 0;
};

}  // namespace assay::onednn

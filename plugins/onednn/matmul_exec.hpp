// SPDX-License-Identifier: Apache-2.0
// A matmul ready to run. Until bind_const the primitive takes B in the layout the host gave it;
// bind_const repacks B once into oneDNN's own layout and changes to the primitive made for that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "assay/sdk.hpp"
#include "pointwise.hpp"
#include "problem.hpp"

namespace assay::onednn {

class MatmulExec final : public sdk::Exec {
public:
    /// Throws sdk::Error when oneDNN cannot make the primitive.
    MatmulExec(const dnnl::engine& engine, const Problem& problem);

    /// Runs to completion: the device is synchronous.
    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;
    /// Only input 1 (B), and only when it was declared constant. May be called again with new
    /// values; what was given before is then forgotten.
    void bind_const(std::uint32_t input, const assay_binding& binding) override;

private:
    struct Slot {
        dnnl_memory_t memory;  ///< Owned by memories_.
        std::uint64_t bytes;
        void* data;  ///< What `memory` points at now.
    };

    void adopt(const dnnl::matmul::primitive_desc& chosen);
    void adopt(const Pointwise& chosen);
    void pack(void* data, const dnnl::memory::desc& lies, const dnnl::memory::desc& wanted);
    void add_argument(int argument, const dnnl::memory& memory);
    void add_slot(int argument, const dnnl::memory::desc& desc, std::uint64_t bytes);

    dnnl::engine engine_;
    dnnl::stream stream_;
    Problem problem_;
    dnnl::primitive primitive_;
    dnnl::memory packed_b_, scratchpad_;
    std::vector<dnnl::memory> memories_;
    std::vector<dnnl_exec_arg_t> arguments_;  ///< For the C call: the C++ one allocates each time.
    std::vector<Slot> slots_;                 ///< What the host binds, in its order.
    std::string path_;
    std::uint64_t build_ns_ = 0;
};

}  // namespace assay::onednn

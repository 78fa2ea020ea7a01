// SPDX-License-Identifier: Apache-2.0
// An operator made of oneDNN primitives: a list of steps whose arguments are set up once, so that a
// call only sets pointers. And tensors in oneDNN's logical order, batch, channels, space.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "op_exec.hpp"

namespace assay::onednn {

class PrimitiveExec : public OpExec {
public:
    explicit PrimitiveExec(const sdk::Op& op) : OpExec(op) {}

protected:
    using Memory = dnnl::memory;
    using Arguments = std::vector<std::pair<int, Memory>>;

    void run() final;
    void forget_steps();
    Memory bound_input(std::size_t i, const Memory::desc& desc);
    Memory bound_output(std::size_t i, const Memory::desc& desc);
    /// Memory between steps. Counted as workspace.
    Memory between(const Memory::desc& desc);
    void add_step(const dnnl::primitive& primitive, const Arguments& arguments);
    void add_reorder(const Memory& from, const Memory& to);

    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};

private:
    struct Step {
        dnnl::primitive primitive;
        std::vector<dnnl_exec_arg_t> arguments;  ///< For the C call: the C++ one allocates.
    };
    struct Slot {
        Memory memory;
        std::size_t index;
        bool is_output;
        void* data;
    };
    std::vector<Memory> kept_;
    std::vector<Step> steps_;
    std::vector<Slot> slots_;
};

/// `view` with dimensions in the order given: result dimension i is its dimension order[i].
dnnl::memory::desc described(const View& view, const std::vector<int>& order);
/// [n, c, space...] of a tensor whose channels are its second or (channels_last) last dimension.
std::vector<int> logical_order(int spatial_rank, bool channels_last);

/// Attributes that this plugin gives all primitives.
dnnl::primitive_attr strict_attributes();

std::unique_ptr<OpExec> make_conv(const sdk::Op& op);
std::unique_ptr<OpExec> make_pool(const sdk::Op& op);

}  // namespace assay::onednn

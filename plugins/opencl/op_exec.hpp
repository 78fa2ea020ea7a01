// SPDX-License-Identifier: Apache-2.0
// An operator other than matmul, ready to run: which kernels, on which tensors, by which
// parameters. The families (rows.cpp, moves.cpp, ...) make plans and refuse what they cannot; query
// makes one and throws it away, so that it cannot disagree with prepare.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "device.hpp"
#include "tensor_view.hpp"

namespace assay::opencl {

/// One kernel of a plan.
struct Launch {
    const char* file;   ///< of kernels/, without .cl
    const char* entry;  ///< the kernel in it
    std::string macros;
    Problem problem;
    std::vector<std::size_t> tensors;  ///< inputs then outputs, by number; the arguments in order
    std::int64_t items = 0;            ///< work-items that have something to do
    std::size_t group = 64;            ///< of these in a group
};

struct Plan {
    const char* name = "";
    std::vector<View> inputs, outputs;  ///< as given; absent inputs too
    std::vector<Launch> launches;
    assay_dtype real = ASSAY_F32;  ///< T of the kernels
    assay_dtype accumulator = ASSAY_F32;
    bool checks_indices = false;  ///< a kernel may find an index outside of its tensor
    bool in_place = false;        ///< output 0 must be bound where input 0 is

    const View& in(std::size_t i) const { return inputs[i]; }
    const View& out(std::size_t i) const { return outputs[i]; }
    bool has(std::size_t i) const { return i < inputs.size() && inputs[i].present(); }

    /// Throws UNSUPPORTED unless `view` is of the plan's real type.
    void take_real(const View& view, const char* what) const;
    /// Adds a launch on all tensors.
    Launch& add(const char* file, const char* entry, std::int64_t items, std::size_t group = 64);
    /// A real parameter, as the kernels read it.
    std::int64_t number(double value) const;
};

/// A row of the table of operators.
struct OpRow {
    assay_op op;
    const char* name;
    std::size_t required, most;  ///< inputs
    std::size_t outputs;         ///< at most
    void (*plan)(Plan& plan, const sdk::Op& op);
};
const OpRow* row_of(assay_op op);

/// Throws UNSUPPORTED or INVALID with the reason.
Plan plan_of(const sdk::Op& op, bool f64);
sdk::Support support_of(const sdk::Op& op, bool f64);

void plan_elementwise(Plan& plan, const sdk::Op& op);
void plan_softmax(Plan& plan, const sdk::Op& op);
void plan_norm(Plan& plan, const sdk::Op& op);
void plan_reduce(Plan& plan, const sdk::Op& op);
void plan_gather(Plan& plan, const sdk::Op& op);
void plan_scatter(Plan& plan, const sdk::Op& op);
void plan_copy(Plan& plan, const sdk::Op& op);
void plan_rope(Plan& plan, const sdk::Op& op);
void plan_attention(Plan& plan, const sdk::Op& op);
void plan_conv(Plan& plan, const sdk::Op& op);
void plan_pool(Plan& plan, const sdk::Op& op);

class OpExec final : public sdk::Exec {
public:
    /// Builds the kernels, and calls each once with nothing to do: drivers compile at that.
    OpExec(Device& device, Plan plan);

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;

private:
    struct Step {
        Memory parameters;
        Call call;
        Grid grid;
        std::vector<std::size_t> tensors;
        std::int64_t items;
    };
    struct Place {
        cl_mem memory = nullptr;
        cl_long at = 0;  ///< elements
        sdk::Buffer* buffer = nullptr;
        std::uint64_t offset = 0;  ///< bytes
    };
    void bind(const sdk::Bindings& bindings);
    Place place(const sdk::Bindings& bindings, std::uint32_t i, const View& view) const;
    Step step_of(const Launch& launch);
    void call_with_nothing_to_do();

    Device& device_;
    Plan plan_;
    std::vector<Step> steps_;
    std::vector<Place> places_;  ///< of inputs, then outputs
    std::uint64_t build_ns_ = 0;
};

}  // namespace assay::opencl

// SPDX-License-Identifier: Apache-2.0
// An operator ready to run: launches of our own kernels.
#pragma once

#include "device.hpp"
#include "op_plan.hpp"

namespace assay::cuda {

class OpExec final : public sdk::Exec {
public:
    OpExec(Device& device, Plan plan);

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;

private:
    void bind(const sdk::Bindings& bindings);
    void* place(const sdk::Bindings& bindings, std::uint32_t i, const View& view) const;

    Device& device_;
    Plan plan_;
    std::vector<void*> places_;  ///< of inputs, then outputs
};

/// For the current device. Throws as plan_of() does, and UNSUPPORTED when it has no code for it.
sdk::Support support_of(const sdk::Op& op);

}  // namespace assay::cuda

// SPDX-License-Identifier: Apache-2.0
// One operator on a rig: its tensors on the device, its answer against the truth of core/workload.
#pragma once

#include <string>
#include <vector>

#include "core/conform/rig.hpp"
#include "core/workload/check.hpp"
#include "core/workload/op.hpp"
#include "core/workload/op_data.hpp"

namespace assay {

/// An operator with tensors on the device, ready to be run as often as wanted.
class Stand {
public:
    /// Fills the inputs from the seed of the rig. Throws Stop when prepare fails.
    Stand(const Rig& rig, const Op& op, const InputHints& hints = {},
          Distribution distribution = Distribution::normal);
    /// With these inputs; absent ones are empty.
    Stand(const Rig& rig, const Op& op, std::vector<Block> inputs);

    [[nodiscard]] const Op& op() const { return op_; }
    [[nodiscard]] const Exec& exec() const { return exec_; }
    [[nodiscard]] std::vector<assay_binding> bindings() const;
    [[nodiscard]] const assay_exec_info& described() const { return described_; }

    /// Fills the outputs with all bits set; what is worked on in place gets its inputs again.
    void poison() const;
    /// Enqueues, not waited for.
    void enqueue() const { rig_->enqueue(exec_, bindings()); }
    /// Poisons, runs, waits, and takes the outputs.
    [[nodiscard]] std::vector<Block> answer() const;
    [[nodiscard]] std::vector<Block> outputs() const;
    /// Other inputs of the same sizes.
    void set_inputs(std::vector<Block> inputs);
    [[nodiscard]] const std::vector<Block>& inputs() const { return inputs_; }
    /// What outputs() came to, held against the truth.
    [[nodiscard]] Check judge(const std::vector<Block>& outputs) const;
    /// Runs it and fails the check when the answer is wrong. `what` begins the message.
    void require_right(const std::string& what) const;

private:
    const Rig* rig_;
    Op op_;
    std::vector<Block> inputs_;
    Exec exec_;
    assay_exec_info described_{};
    std::vector<Buffer> in_, out_;
};

}  // namespace assay

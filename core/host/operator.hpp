// SPDX-License-Identifier: Apache-2.0
// An operator as the C structs that a plugin reads. Owns all of them; pointers stay valid while it
// lives and is not moved from.
#pragma once

#include <memory>

#include "assay/plugin.h"
#include "core/workload/op.hpp"

namespace assay {

class Operator {
public:
    explicit Operator(const Op& op);
    ~Operator();
    Operator(Operator&&) noexcept;
    Operator& operator=(Operator&&) noexcept;

    [[nodiscard]] const assay_op_desc& desc() const;

private:
    struct Storage;
    std::unique_ptr<Storage> storage_;
};

/// Bindings are the inputs that are present, then the outputs.

}  // namespace assay

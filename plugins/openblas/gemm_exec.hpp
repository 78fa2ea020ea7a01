// SPDX-License-Identifier: Apache-2.0
// A matmul as calls of cblas_sgemm or cblas_dgemm, one for each matrix of the batch.
#pragma once

#include <cstdint>

#include "assay/sdk.hpp"

namespace assay::openblas {

/// The answer to a query. Throws sdk::Error UNSUPPORTED or INVALID with the reason.
sdk::Support support(const sdk::Op& op);

class GemmExec final : public sdk::Exec {
public:
    /// `op` is one that support() said yes to.
    explicit GemmExec(const sdk::Op& op) : mm_(op) {}

    /// Runs to completion: the device is synchronous.
    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) override;
    void describe(assay_exec_info& info) override;

private:
    template <class T>
    void run(const sdk::Bindings& bindings) const;

    sdk::Matmul mm_;
};

}  // namespace assay::openblas

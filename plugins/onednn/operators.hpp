// SPDX-License-Identifier: Apache-2.0
// Which code runs which operator: one row each.
#pragma once

#include <memory>

#include <oneapi/dnnl/dnnl.hpp>

#include "assay/sdk.hpp"

namespace assay::onednn {

/// Throws sdk::Error UNSUPPORTED with the reason, INVALID when no device could run it.
sdk::Support query_operator(const dnnl::engine& engine, const sdk::Op& op);
std::unique_ptr<sdk::Exec> prepare_operator(const dnnl::engine& engine, const sdk::Op& op);

}  // namespace assay::onednn

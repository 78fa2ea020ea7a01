// SPDX-License-Identifier: Apache-2.0
// Tensors as the kernels see them: assay/sdk/strided.hpp.
#pragma once

#include "assay/sdk.hpp"
#include "assay/sdk/strided.hpp"
#include "launch.hpp"

namespace assay::cuda {

using sdk::merge;
using sdk::require;
using sdk::unsupported;
using sdk::View;
using sdk::view_of;

}  // namespace assay::cuda

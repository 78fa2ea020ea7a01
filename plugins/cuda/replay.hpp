// SPDX-License-Identifier: Apache-2.0
// The extension assay.replay/1: what was put on a queue as one graph of CUDA.
#pragma once

#include "assay/ext/replay.h"

namespace assay::cuda {

const assay_ext_replay* replay_table();

}  // namespace assay::cuda

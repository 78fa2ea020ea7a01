// SPDX-License-Identifier: Apache-2.0
// Runs a MatmulCase on a device and holds its answer against the naive one.
#pragma once

#include "tests/plugins/abi_client.hpp"
#include "tests/plugins/naive_matmul.hpp"

namespace assay::test {

enum class BindB { every_call, as_constant };

struct Answer {
    double worst = 0;      ///< Largest error over its tolerance; right when <= 1. Infinite for NaN.
    assay_exec_info info;  ///< After the run.
};

/// D is poisoned before the run, so that an element left unwritten is a wrong one.
Answer answer(const Session& session, const MatmulCase& matmul, BindB how = BindB::every_call);

/// The largest error of `got` over its tolerance.
double worst_error(const MatmulCase& matmul, const NaiveMatmul& naive,
                   const std::vector<std::uint8_t>& got);

}  // namespace assay::test

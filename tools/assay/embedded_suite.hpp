// SPDX-License-Identifier: Apache-2.0
// The suite that a result file holds, as one that can be run. Files are from strangers: nothing is
// written outside a folder of our own, which is gone again afterwards.
#pragma once

#include "core/result/record.hpp"
#include "core/suite/suite.hpp"

namespace assay {

/// Throws Error when the texts are no suite, leave their folder, or no longer expand to what was
/// run.
Suite embedded_suite(const SuiteRecord& record);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// A pass of several devices at one instant: a worker each, all at once, and what is left when one
// of them dies. How the workers keep step is meeting.hpp's.
#pragma once

#include <string>
#include <vector>

#include "core/supervise/pass_work.hpp"

namespace assay {

/// Runs the jobs of one pass, one for each device, with the same cases in the same order; they get
/// their seats here. What cannot be measured together (a worker died, or had it before the run was
/// resumed) has a record that says so; the others go on. `labels`: of the devices, for those
/// records. False when nothing was left to do. Throws what the journal throws.
bool work_together(PassWork& work, std::vector<SubjectPass>& runs,
                   const std::vector<std::string>& labels);

}  // namespace assay

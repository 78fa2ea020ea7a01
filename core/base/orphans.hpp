// SPDX-License-Identifier: Apache-2.0
// Processes that a child of ours started and left behind, outside its process group: the kernel
// gives them to this process (PR_SET_CHILD_SUBREAPER), which ends them. Used by Child alone.
#pragma once

namespace assay {

/// From now on orphans come to this process, and how children end is heard (SIGCHLD is at its
/// default). Nothing happens when it has children that Child did
/// not start (a shell that became this program by exec): those are not ours to end.
void adopt_orphans();

/// Around the life of a Child. When the last one has ended, every other child of this process is
/// an orphan, and is killed and waited for; while that goes on no Child can begin.
void child_begins();
void child_has_ended();

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Ctrl-C: the first asks a run to end with what it has, the second ends the program at once.
#pragma once

namespace assay {

/// From now on SIGINT and SIGTERM are remembered once; the next one has its default action.
void catch_interrupts();

/// True after the first SIGINT or SIGTERM.
bool interrupted();

}  // namespace assay

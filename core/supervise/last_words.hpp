// SPDX-License-Identifier: Apache-2.0
// What a dying worker writes into its log: which signal, and the calls it was in. The signal then
// does what it would have done: the supervisor sees how the worker ended, as without this.
#pragma once

namespace assay {

/// For the signals of a crash that have no handler yet (a sanitizer's stays). Works when the stack
/// of the main thread is full; of another thread's full stack nothing is written.
void speak_last_words();

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// The probe's two pieces of work. They touch registers only, so that the caches of what is measured
// stay as they are. The harness is built without -march=native: the widest units are chosen here.
#pragma once

namespace assay {

/// A fixed number of independent multiply-adds, about 0.2 ms.
void probe_multiply_adds();

/// A fixed number of dependent integer multiplications, about 0.05 ms: its time is the inverse of
/// the core's clock, for nothing but the latency of one instruction is in it.
void probe_chain();

/// "avx512", "avx2" or "portable": which multiply-adds this processor runs.
const char* probe_kind();

}  // namespace assay

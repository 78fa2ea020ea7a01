// SPDX-License-Identifier: Apache-2.0
// Listens to the machine: a loop of known work on each CPU in turn, and what the kernel counted
// meanwhile. It judges nothing (core/machine/diagnosis.hpp).
#pragma once

#include <functional>

#include "core/machine/quiet.hpp"

namespace assay {

/// Spins for about `seconds` in all, at least 20 ms on each CPU that this process may use; binds
/// the calling thread to one CPU after the other, and gives its CPUs back at the end.
/// `stop`: asked between CPUs; what was heard so far is returned.
Quiet listen(double seconds, const std::function<bool()>& stop = {});

}  // namespace assay

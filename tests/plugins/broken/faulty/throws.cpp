// SPDX-License-Identifier: Apache-2.0
// An exception that leaves a C function of the plugin.
#include <stdexcept>

#include "deaths.h"

void throw_something() {
    throw std::runtime_error("an exception across the boundary");
}

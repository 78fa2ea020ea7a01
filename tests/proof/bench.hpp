// SPDX-License-Identifier: Apache-2.0
// A GEMM on the simulated device with some fault, and each check applied to it by itself: what the
// table of faults and checks is made of. docs/proof.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/host/plugin.hpp"
#include "core/measure/pass.hpp"
#include "core/result/record.hpp"
#include "core/suite/case.hpp"

namespace proof {

/// The simulated plugin, loaded once.
const assay::Plugin& simulated();

/// A GEMM of which not every element is compared; k is no multiple of 8.
assay::Case large_case(assay::Dtype dtype);

/// What can refuse an answer, in the order of the table's columns.
enum class Sight {
    poison,     ///< Elements that were never written.
    elements,   ///< Sampled ones against their tolerance.
    precision,  ///< Their root mean square error.
    freivalds,  ///< Every row, with random signs.
    integers,   ///< Every element, on integers that cancel.
    products,   ///< Single products.
    look,       ///< A few elements of one call between timed ones.
    changed,    ///< The same with inputs that were changed a little.
    guards,     ///< Bytes behind outputs.
    peak,       ///< The rate against a stated peak.
    run,        ///< A default run: all of them, in ten passes.
    caching,    ///< A warning of a default run that was not refused.
    count
};
std::string_view title(Sight sight);

/// Which of them refuse a device opened with `options`; `seed` chooses their samples. Which calls a
/// fault hits is chosen by the option `seed`.
std::vector<bool> refused_by(const assay::Case& each, const assay::KeyValues& options,
                             std::uint64_t seed);

}  // namespace proof

// SPDX-License-Identifier: Apache-2.0
// Base units. Everything inside is in them; scaling for people happens on output only (scale.hpp).
#pragma once

#include <string_view>

namespace assay {

enum class Unit {
    one,
    second,
    byte,
    byte_per_second,
    flop,             ///< A multiply and an add are two.
    flop_per_second,  ///< Printed as op/s for integer data.
    op_per_second,
    hertz,
    watt,
    joule,
};

/// "s", "B", "FLOP/s" …
std::string_view symbol(Unit unit);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// The symbols of the units: SI 9th edition for s, Hz, W, J; the field's own words for the rest.
#include "core/unit/unit.hpp"

namespace assay {

std::string_view symbol(Unit unit) {
    switch (unit) {
        case Unit::one:
            return "";
        case Unit::second:
            return "s";
        case Unit::byte:
            return "B";
        case Unit::byte_per_second:
            return "B/s";
        case Unit::flop:
            return "FLOP";
        case Unit::flop_per_second:
            return "FLOP/s";
        case Unit::op_per_second:
            return "op/s";
        case Unit::hertz:
            return "Hz";
        case Unit::watt:
            return "W";
        case Unit::joule:
            return "J";
    }
    return "";
}

}  // namespace assay

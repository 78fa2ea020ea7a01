// SPDX-License-Identifier: Apache-2.0
// What a device says to a descriptor that may be wrong. Private to this folder.
#pragma once

#include "core/conform/rig.hpp"

namespace assay {

struct Reaction {
    assay_status queried = ASSAY_OK;
    assay_op_support support{};
    assay_status prepared = ASSAY_OK;
};

/// Asks by op_query and op_prepare.
inline Reaction react(const Rig& rig, const assay_op_desc& desc) {
    Reaction reaction;
    reaction.support = sized_struct<assay_op_support>();
    reaction.queried = rig.table().op_query(rig.device(), &desc, &reaction.support, nullptr);
    reaction.prepared = rig.try_prepare(desc).first;
    return reaction;
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Operators to ask a device for: small, and of every kind that the ABI has.
#pragma once

#include <vector>

#include "core/conform/stand.hpp"
#include "core/workload/op.hpp"

namespace assay {

struct SampleOp {
    std::string name;  ///< "conv f32 …", for messages.
    Op op;
    InputHints hints;
};

/// One or more of each kind whose main type is `dtype`; those that make no sense in it are left
/// out.
std::vector<SampleOp> sample_operators(Dtype dtype);

/// Plain D = A B, all of one type; of integers with sums and D in i32.
struct MatmulSize {
    std::int64_t m = 1, n = 1, k = 1;
};
Op plain_matmul(const MatmulSize& size, Dtype dtype = Dtype::f32);

/// Whether the device says that it can.
bool offers(const Rig& rig, const Op& op);
/// A matmul of that size in the first type that the device offers: f32, bf16, f16, f64. Throws Stop
/// skipped when it offers none.
Op offered_matmul(const Rig& rig, const MatmulSize& size);
/// A matmul, or else the first sample that the device offers; Stop skipped when there is none.
SampleOp offered_sample(const Rig& rig);

}  // namespace assay

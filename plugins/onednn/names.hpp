// SPDX-License-Identifier: Apache-2.0
// Assay's codes in oneDNN's words and in words for people. Tables; no decision is taken here.
#pragma once

#include <optional>
#include <string>

#include <oneapi/dnnl/dnnl.hpp>

#include "assay/ops.h"

namespace assay::onednn {

/// Nothing when oneDNN has no such type on any CPU.
std::optional<dnnl::memory::data_type> data_type(assay_dtype dtype);

/// "bf16"; "dtype 77" for a code this plugin was not written for.
std::string dtype_name(assay_dtype dtype);

struct Activation {
    dnnl::algorithm algorithm;
    float alpha;
};
/// Nothing for ASSAY_ACT_NONE and for an activation this plugin does not know.
std::optional<Activation> activation(int code);

/// The instruction set oneDNN really uses, "avx512_core_bf16": after ONEDNN_MAX_CPU_ISA.
std::string isa_name();

/// Whether products of 8-bit integers are summed exactly: by dot products of the CPU (VNNI, AMX).
/// Without them oneDNN on x86 sums two products in 16 bits, which saturates.
bool sums_integers_exactly();

/// "OMP", "TBB", "SEQ"...: what runs oneDNN's threads.
std::string runtime_name();

}  // namespace assay::onednn

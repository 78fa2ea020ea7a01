// SPDX-License-Identifier: Apache-2.0
// Any workload: the one list to extend. Everything above asks through these functions.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "core/workload/gemm.hpp"
#include "core/workload/inference.hpp"
#include "core/workload/operator_work.hpp"
#include "core/workload/transfer.hpp"

namespace assay {

using Workload = std::variant<Gemm, OperatorWork, Inference, Transfer>;

std::string_view kind(const Workload& workload);  ///< "gemm", "operator", …
double flop(const Workload& workload);
double least_bytes(const Workload& workload);
std::uint64_t footprint_bytes(const Workload& workload);
std::string short_name(const Workload& workload);
/// "gemm m=64 n=32 k=16 …": every described field in its order; the identity of the work.
std::string key_of(const Workload& workload);
/// True when rates are counted in op/s (integer data), not FLOP/s.
bool counts_integer_operations(const Workload& workload);
/// Whether it is one operator: a GEMM (a matmul) or another. A model and a transfer are none.
bool is_operator(const Workload& workload);
/// Its tensors and attributes, as a device is asked. Throws Error unless is_operator().
Op op_of(const Workload& workload);
Op op_of(const Gemm& gemm);
/// "" when it makes sense, else what is wrong.
std::string invalid(const Workload& workload);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// A matmul of the ABI in oneDNN's words, or the reason why it cannot be said in them. Which of
// these oneDNN has an implementation for is asked of the library, never listed here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <oneapi/dnnl/dnnl.hpp>

#include "assay/sdk.hpp"

namespace assay::onednn {

struct Problem {
    dnnl::memory::desc a, b, d;
    std::optional<dnnl::memory::desc> bias;
    /// From the first to past the last element that is touched. Not desc.get_size(): that counts
    /// the gap after the last row of a strided tensor, which no binding must have.
    std::uint64_t a_bytes = 0, b_bytes = 0, bias_bytes = 0, d_bytes = 0;
    dnnl::memory::desc packed_b;  ///< B in whatever layout oneDNN likes best (format_tag::any).
    dnnl::primitive_attr attributes;
    assay_dtype accumulator = 0;
    std::int64_t b_row_step = 0, b_column_step = 0;  ///< elements
    bool constant_b = false;
    bool folded = false;  ///< The batch became rows of A and D, since one B serves all.
    std::string types;    ///< "a=f16 b=f16 d=f32 bias=f32", for messages.

    /// Throws sdk::Error: UNSUPPORTED with the reason, INVALID when no device could run it.
    explicit Problem(const sdk::Op& op);
};

enum class BLayout { as_given, packed };

/// oneDNN's own choice of an implementation. Throws sdk::Error UNSUPPORTED when it has none.
dnnl::matmul::primitive_desc choose(const dnnl::engine& engine, const Problem& problem,
                                    BLayout layout);

/// A failed oneDNN call as an error of the ABI.
sdk::Error as_sdk_error(const dnnl::error& error, const std::string& doing);

}  // namespace assay::onednn

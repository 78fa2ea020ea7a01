// SPDX-License-Identifier: Apache-2.0
// What the passes of a case of text generation say together: time to first token, time per output
// token, tokens a second. Derived on reading, never stored; definitions: docs/scenarios.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/result/summary.hpp"
#include "core/result/tails.hpp"

namespace assay {

enum class TokenTime { first, per_output };
std::string_view short_name(TokenTime which);  ///< "TTFT", "TPOT".

/// Of each query of a pass with a load, nanoseconds: TTFT, or TPOT, which a query of one token has
/// not.
std::vector<double> token_times_ns(const CaseRecord& record, TokenTime which);

struct GenerationSummary {
    std::int64_t queries = 0;             ///< Finished, of all passes; each of `batch` sequences.
    double tokens_per_second = 0;         ///< Output tokens; mean of the passes.
    double prompt_tokens_per_second = 0;  ///< Prompt tokens over the median TTFT: a lower bound.
    std::vector<Tail> first, per_output;  ///< p50, p90, p99, seconds; none without such times.
};

/// Nothing for another case, or one without a pass.
std::optional<GenerationSummary> generation_summary(const CaseSummary& summary);

/// The case as one of TTFT, or of TPOT: what compare holds against each other beside the whole
/// query. Its readings are those of the case; rates and energy, which are of the whole, are left
/// out. Nothing where the case has none.
std::optional<CaseSummary> token_case(const CaseSummary& summary, TokenTime which);

}  // namespace assay

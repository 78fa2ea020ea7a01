// SPDX-License-Identifier: Apache-2.0
#include "core/workload/inference.hpp"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace assay {
namespace {

constexpr std::array<std::string_view, 3> lowering_names = {"operators", "graph", "best"};
constexpr std::int64_t most = std::int64_t{1} << 24;  // chosen: beyond any model

/// " bf16*i8 block 32 cache f16".
std::string types_text(const Inference& run) {
    std::string text = fmt::format(" {}", name(run.dtype));
    if (run.weights != Dtype::none && run.weights != run.dtype) {
        text += fmt::format("*{}", name(run.weights));
    }
    if (run.scaling == Scaling::block) text += fmt::format(" block {}", run.block);
    if (run.kv_cache != Dtype::none && run.kv_cache != run.dtype) {
        text += fmt::format(" cache {}", name(run.kv_cache));
    }
    return text;
}

/// " 128 tokens", " 128+32 tokens"; "" where the model has none.
std::string tokens_text(const Inference& run) {
    const bool of_tokens = run.unit == "tokens" || run.unit == "sequences";
    if (!of_tokens && run.tokens == 1) return "";
    if (run.output_tokens) return fmt::format(" {}+{} tokens", run.tokens, *run.output_tokens);
    return fmt::format(" {} token{}", run.tokens, run.tokens == 1 ? "" : "s");
}

}  // namespace

std::string_view name(Lowering lowering) {
    return lowering_names.at(static_cast<std::size_t>(lowering));
}

template <>
std::span<const std::string_view> names<Lowering>() {
    return lowering_names;
}

std::string short_name(const Inference& run) {
    std::string text = run.model + types_text(run);
    if (run.batch != 1) text += fmt::format(" batch {}", run.batch);
    text += tokens_text(run);
    if (run.depth > 0) text += fmt::format(" at {}", run.depth);
    if (run.image > 0) text += fmt::format(" {} pixels", run.image);
    if (run.layout != Layout::channels_first) text += fmt::format(" {}", name(run.layout));
    if (run.math != Math::strict) text += fmt::format(" math:{}", name(run.math));
    if (run.lowering != Lowering::operators) text += fmt::format(" {}", name(run.lowering));
    return text;
}

std::string invalid(const Inference& run) {
    if (run.model.empty()) return "model must be given";
    const std::array<std::pair<const char*, std::int64_t>, 4> counts{
        {{"batch", run.batch},
         {"tokens", run.tokens},
         {"output_tokens", run.output_tokens.value_or(1)},
         {"units", run.units}}};
    for (const auto& [name, value] : counts) {
        if (value < 1 || value > most) {
            return fmt::format("{} must be 1 to {}, is {}", name, most, value);
        }
    }
    if (run.depth < 0 || run.depth > most) return "depth is below 0 or beyond any model";
    if (run.image < 0 || run.image > 16384) return "image is not 0 to 16384 pixels";
    if (run.block < 0 || run.block > most) return "block is not a number of weights";
    const bool counted = std::isfinite(run.flop) && run.flop >= 0 &&
                         std::isfinite(run.least_bytes) && run.least_bytes >= 0;
    return counted ? "" : "operations or bytes are no number";
}

}  // namespace assay

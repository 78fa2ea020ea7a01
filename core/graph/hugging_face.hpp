// SPDX-License-Identifier: Apache-2.0
// A Hugging Face config.json (transformers) as a model. Keys are those of the configuration classes
// of transformers; types of tensors are not taken from it: they come from the request.
#pragma once

#include <string>

#include "core/graph/families/families.hpp"

namespace assay {

/// model_type llama, mistral, qwen2, mixtral, bert, vit or whisper (its encoder). Throws Error, one
/// line, for another one, a missing or mistyped key, and for a feature that the family lacks.
Family family_from_config(const std::string& text, const std::string& file);

}  // namespace assay

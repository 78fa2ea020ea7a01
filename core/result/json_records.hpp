// SPDX-License-Identifier: Apache-2.0
// Records to and from JSON. Readers refuse what is missing or of the wrong type, naming the key;
// keys they do not know are kept out of the way (a newer minor version may add some).
#pragma once

#include "core/base/json.hpp"
#include "core/result/record.hpp"

namespace assay {

Json to_json(const RunRecord& record);
Json to_json(const CaseRecord& record);
Json to_json(const EndRecord& record);
Json to_json(const Subject& subject);

RunRecord run_from_json(const Json& json, const std::string& where);
CaseRecord case_from_json(const Json& json, const std::string& where);
EndRecord end_from_json(const Json& json, const std::string& where);
Subject subject_from_json(const Json& json, const std::string& where);

/// JSON has no infinity: an error beyond all bounds (the device answered NaN) is stored as the
/// largest double. The check failed in any case, and its reason says what was found.
Check storable(Check check);

/// A whole case (not its results) for the worker, and back.
Json to_json(const Case& each);
Case case_description_from_json(const Json& json, const std::string& where);
Json to_json(const Profile& profile);
Profile profile_from_json(const Json& json, const std::string& where);

}  // namespace assay

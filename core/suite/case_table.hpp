// SPDX-License-Identifier: Apache-2.0
// Private to core/suite: one [[gemm]] or [[operator]] table as axes. A list where one value is
// expected is an axis; axes multiply; zip ties them. Each combination becomes a Case.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/graph/toml_reader.hpp"
#include "core/suite/case.hpp"
#include "core/suite/names.hpp"

namespace assay {

/// One value of one key, to be laid over a case.
struct Setting {
    std::string key;
    TomlValue value;
};

/// Alternatives: each is a set of settings made together (one, or several when zipped).
using Axis = std::vector<std::vector<Setting>>;

/// Keys that a case like this may have: every field of its workload and protocol, and the
/// shorthands. An operator's depend on its op; measure and cache are a load's own.
std::vector<std::string> case_keys(const Case& like);
/// Keys that some case may have: those of [defaults].
std::vector<std::string> all_case_keys();

/// Lays one value over the case. Throws Error with the value's place.
void apply(const Setting& setting, Case& each);

/// The axes of `table` (keys in the order of the file), those of zip tied: all keys in `known`.
std::vector<Axis> axes_of(const toml::table& table, const std::vector<std::string>& known,
                          const std::string& file);

/// Calls `found` with every combination. Throws Error when there are more than `limit`.
void combine(const std::vector<Axis>& axes, std::size_t limit, const std::string& where,
             const std::function<void(const std::vector<const Setting*>&)>& found);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Names of an ONNX graph while it becomes ours: each is a value of the graph that is built, or a
// tensor known before the run, or both once a node needs it in memory. Private to core/graph/onnx.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/graph/builder.hpp"
#include "core/graph/onnx/onnx_model.hpp"

namespace assay {

/// Elements of a tensor that is computed before the run; chosen: shapes and masks have fewer.
inline constexpr std::int64_t most_folded = std::int64_t{1} << 20;

struct OnnxValue {
    std::optional<OnnxTensor> tensor{};
    ValueId id = no_value;
};

class OnnxScope {
public:
    /// folding: tensors become inputs, whose numbers are in `given`, not constants.
    OnnxScope(const std::string& name, Math math, bool folding = false)
        : build(name, math), folding_(folding) {}

    [[nodiscard]] bool has(const std::string& name) const { return values_.contains(name); }
    /// Throws Error when nothing has written the name.
    [[nodiscard]] const OnnxValue& at(const std::string& name) const;
    /// Throws Error when the name is taken.
    void set(const std::string& name, OnnxValue value);

    /// The value in memory; a tensor becomes a constant with its numbers.
    ValueId id_of(const std::string& name);
    /// A tensor in memory that has no name in the file.
    ValueId constant(const std::string& name, const OnnxTensor& tensor);

    /// What a type of the file is here; floating ones narrower than f64 are `floats`, if given.
    [[nodiscard]] Dtype dtype_of(OnnxType type) const;
    [[nodiscard]] Dtype dtype_of(const OnnxValue& value) const;
    [[nodiscard]] const Shape& dims_of(const OnnxValue& value) const;

    GraphBuilder build;
    Dtype floats = Dtype::none;
    std::map<std::string, std::vector<double>> given{};
    /// Temporaries of their own: what may become an output as it is.
    std::set<ValueId> own{};

private:
    std::map<std::string, OnnxValue> values_{};
    bool folding_;
};

}  // namespace assay

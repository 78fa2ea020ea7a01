// SPDX-License-Identifier: Apache-2.0
// Any operator asked of a plugin through the C ABI, with numbers in and numbers out: what the tests
// of operators say in one line each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/plugins/abi_client.hpp"

namespace assay::test {

using Dims = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

/// A tensor and what lies in its memory, element by element, gaps of its strides included.
struct Value {
    assay_tensor_desc desc = sized<assay_tensor_desc>();
    Numbers memory;
    bool absent = false;

    Value& strides(const Dims& steps);
    Value& scaled(int scale, int axis = 0, int block = 0);
};

/// An input. Values that its type cannot hold are a mistake of the test.
Value value(assay_dtype dtype, const Dims& dims, const Numbers& memory);
Value f32(const Dims& dims, const Numbers& memory);
Value i32(const Dims& dims, const Numbers& memory);
/// An output.
Value space(assay_dtype dtype, const Dims& dims);
Value f32(const Dims& dims);
/// An optional input that is not there.
Value absent();

/// An operator with its tensors.
class Asked {
public:
    template <class Attrs>
    Asked(assay_op op, const Attrs& attrs, std::vector<Value> inputs, std::vector<Value> outputs)
        : Asked(op, std::move(inputs), std::move(outputs)) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(&attrs);
        attrs_.assign(bytes, bytes + sizeof attrs);
        desc_.attrs = attrs_.data();
    }
    Asked(assay_op op, std::vector<Value> inputs, std::vector<Value> outputs);
    Asked(const Asked&) = delete;
    Asked& operator=(const Asked&) = delete;

    const assay_op_desc* desc() const { return &desc_; }

    /// The memory of each output after one run; what was not written reads as `untouched`.
    std::vector<Numbers> run(const Session& session, bool in_place = false) const;
    /// The memory of output 0.
    Numbers answer(const Session& session) const { return run(session).front(); }
    /// Why the plugin does not do it; "" when it does.
    std::string reason(const Session& session) const;

    static constexpr double untouched = -77;

private:
    std::vector<Value> inputs_, outputs_;
    std::vector<const assay_tensor_desc*> in_, out_;
    std::vector<unsigned char> attrs_;
    assay_op_desc desc_;
};

}  // namespace assay::test

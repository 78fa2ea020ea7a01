// SPDX-License-Identifier: Apache-2.0
// An operator that was checked (Plan), and one that is ready to run (Operator). The families
// (conv.cpp, attention.cpp, ...) make plans; nothing here knows what an operator computes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "plugins/reference/tensor.hpp"

namespace reference {

struct Views {
    std::vector<View> in, out;
    bool has(std::size_t i) const { return i < in.size() && in[i].present(); }
};

/// Dense copies of all tensors, in double.
struct Arrays {
    std::vector<Array> in, out;
    bool has(std::size_t i) const { return i < in.size() && in[i].present; }
};

/// One of `compute` (on dense copies) and `move` (on the tensors where they lie) is set.
struct Plan {
    const char* name = "";
    Views views;
    std::function<void(Arrays&)> compute;
    std::function<void(const Views&)> move;
    std::function<void()> reserve;  ///< optional: takes working memory, once, before the first run
    std::uint64_t reserve_bytes = 0;  ///< what reserve() takes
    assay_dtype accumulator = ASSAY_F64;

    std::uint64_t workspace() const;  ///< bytes
    /// Shape of input or output i.
    const Shape& in(std::size_t i) const { return views.in[i].shape; }
    const Shape& out(std::size_t i) const { return views.out[i].shape; }
    bool has(std::size_t i) const { return views.has(i); }
};

/// What an operator takes: the first `required` of up to `most` inputs, 1..`outputs` outputs.
struct Signature {
    const char* name;
    std::size_t required, most;
    std::size_t outputs = 1;
    bool scaled = false;  ///< whether tensors may have scales
};

/// Checks the number of tensors and each for itself. Throws sdk::Error.
Plan begin(const sdk::Op& op, const Signature& signature);

/// Throws unless input i, if there is one, holds i32.
void check_indices(const Plan& plan, std::size_t i);

/// Attributes of an operator that has none; refuses whatever is set.
void no_attributes(const sdk::Op& op, const char* name);

class Operator {
public:
    explicit Operator(Plan plan);

    /// Checks the bindings. Throws sdk::Error INVALID when one is missing or too small.
    void bind(const sdk::Bindings& io);
    /// Computes what was bound last.
    void run();
    const Plan& plan() const { return plan_; }

private:
    Plan plan_;
    Arrays arrays_;
};

}  // namespace reference

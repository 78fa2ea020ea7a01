// SPDX-License-Identifier: Apache-2.0
// A graph as this plugin rewrites it: the operators of assay/ops.h, some of them merged into a
// convolution as oneDNN's post-ops. It runs nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "assay/sdk/graph.hpp"
#include "view.hpp"

namespace assay::onednn {

/// What a convolution does to its result before it is written: a function of one number, or one of
/// two with another value.
struct Post {
    dnnl::algorithm algorithm = dnnl::algorithm::undef;
    float alpha = 0, beta = 0;
    int value = sdk::absent;  ///< of a function of two
};

struct GraphOp {
    std::string name;
    assay_op op = 0;
    assay_dtype accumulator = 0;
    int math = 0, deterministic = 0;
    std::vector<char> attrs;  ///< the operator's struct, or empty: all defaults
    std::vector<int> in, out;
    std::vector<Post> posts;  ///< of a convolution
    bool gone = false;        ///< merged into another

    bool has(std::size_t i) const { return i < in.size() && in[i] != sdk::absent; }
    /// Zero is the default of every field.
    template <class A>
    A attrs_as() const {
        return attrs.empty() ? sdk::make<A>()
                             : sdk::read(reinterpret_cast<const A*>(attrs.data()), "attributes");
    }
    template <class A>
    void set_attrs(const A& value) {
        const auto* bytes = reinterpret_cast<const char*>(&value);
        attrs.assign(bytes, bytes + sizeof(A));
    }
    template <class F>
    void each_value(const F& use) const {
        for (const int v : in)
            if (v != sdk::absent) use(v);
        for (const int v : out) use(v);
        for (const Post& post : posts)
            if (post.value != sdk::absent) use(post.value);
    }
};

/// A node as an sdk::Op, with what that points to.
class OpHolder {
public:
    OpHolder(const std::vector<sdk::GraphValue>& values, const GraphOp& node);
    OpHolder(const OpHolder&) = delete;
    OpHolder& operator=(const OpHolder&) = delete;
    const sdk::Op& op() const { return *op_; }

private:
    std::vector<const sdk::Tensor*> inputs_, outputs_;
    assay_op_desc desc_{};
    std::unique_ptr<sdk::Op> op_;
};

class Ir {
public:
    explicit Ir(const sdk::Graph& graph);

    std::vector<sdk::GraphValue> values;
    std::vector<GraphOp>
        nodes;  ///< in an order in which they can run, those gone left where they were

    sdk::GraphValue& value(int v) { return values[static_cast<std::size_t>(v)]; }
    const sdk::GraphValue& value(int v) const { return values[static_cast<std::size_t>(v)]; }
    bool is_view(int v) const { return value(v).storage != v; }
    View view(int v) const { return view_of(value(v).desc, "'" + value(v).name + "'"); }

    /// The node that alone reads a value which nothing else sees: a temporary without views that is
    /// written once. -1: there is none.
    int only_reader(int v) const;
    /// The node that writes it; -1: none, or several.
    int writer(int v) const;
    std::vector<int> readers(int v) const;
    /// A temporary that only nodes see by its own name: merging its readers hides nothing.
    bool is_hidden(int v) const;

    /// A constant's elements as floats, broadcast not undone; nothing if it is none, not of f32 or
    /// not dense.
    const float* floats(int v) const;
    /// The one number of a constant of one element.
    bool number(int v, float& found) const;
    /// A new constant of f32. Its memory is the graph's.
    int add_constant(const std::string& name, const std::vector<std::int64_t>& dims,
                     std::vector<float> numbers);

    /// A new temporary of f32.
    int add_temporary(const std::string& name, const std::vector<std::int64_t>& dims);

private:
    int add_value(const std::string& name, const std::vector<std::int64_t>& dims, int kind);

    std::deque<std::vector<float>> made_;  ///< addresses stay
};

}  // namespace assay::onednn

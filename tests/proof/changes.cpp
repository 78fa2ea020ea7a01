// SPDX-License-Identifier: Apache-2.0
// A description, changed in one place. Whether it still makes sense is core/workload's to say.
#include <stdexcept>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/op_shape.hpp"
#include "tests/proof/corners.hpp"

namespace proof {
namespace {

using namespace assay;

class Changes {
public:
    explicit Changes(const Corner& from) : from_(from) {}

    std::vector<Corner> all() {
        for (std::size_t i = 0; i < from_.op.inputs.size(); ++i) {
            if (from_.op.has(i)) tensor_changes("input", i, &Op::inputs);
        }
        for (std::size_t i = 0; i < from_.op.outputs.size(); ++i) {
            tensor_changes("output", i, &Op::outputs);
        }
        add("one input more", [](Op& op) { op.inputs.push_back(op.inputs[0]); });
        add(
            "one output more", [](Op& op) { op.outputs.push_back(op.outputs[0]); },
            from_.op.kind() == OpKind::norm);
        add("no output", [](Op& op) { op.outputs.clear(); });
        return std::move(list_);
    }

private:
    /// `lenient`: a plugin may take what makes no sense to core/workload (one dimension of 1 more,
    /// sums stored in another type, fewer windows than fit), and who does is not asked for an
    /// answer.
    template <class F>
    void add(const std::string& what, F&& change, bool lenient = false) {
        Corner corner{.name = from_.name + ", " + what, .op = from_.op, .must = Must::either};
        change(corner.op);
        if (corner.op == from_.op || corner.op.inputs.empty()) return;
        try {
            if (!invalid(corner.op).empty()) corner.must = Must::refuse;
            if (lenient && corner.must == Must::refuse) return;
            const Operator describable(corner.op);
        } catch (const std::exception&) {
            return;  // not even to be said in C
        }
        list_.push_back(std::move(corner));
    }

    void tensor_changes(const char* which, std::size_t i, std::vector<TensorType> Op::*tensors) {
        const std::string name = fmt::format("{} {} ", which, i);
        const auto at = [=](Op& op) -> TensorType& { return (op.*tensors)[i]; };
        const std::size_t rank = (from_.op.*tensors)[i].dims.size();
        const OpKind kind = from_.op.kind();
        const bool pool = kind == OpKind::pool;
        for (std::size_t d = 0; d < rank; ++d) {
            for (const int by : {-1, 1, 2}) {
                add(
                    name + fmt::format("{:+} in dimension {}", by, d),
                    [=](Op& op) {
                        if (at(op).dims[d] + by > 0) at(op).dims[d] += by;
                    },
                    pool);
            }
            add(
                name + fmt::format("1 in dimension {}", d), [=](Op& op) { at(op).dims[d] = 1; },
                pool || kind == OpKind::elementwise || kind == OpKind::matmul);
        }
        add(
            name + "with a dimension more", [=](Op& op) { at(op).dims.push_back(1); },
            tensors == &Op::inputs && rank <= 1);
        add(
            name + "with a dimension more in front",
            [=](Op& op) { at(op).dims.insert(at(op).dims.begin(), 1); }, true);
        if (rank > 0) add(name + "with a dimension less", [=](Op& op) { at(op).dims.pop_back(); });
        for (const Dtype dtype : {Dtype::f32, Dtype::f16, Dtype::i8, Dtype::i32, Dtype::u4}) {
            add(
                name + "as " + std::string(assay::name(dtype)),
                [=](Op& op) { at(op).dtype = dtype; }, true);
        }
        if (tensors == &Op::inputs) {
            add(
                name + "absent", [=](Op& op) { at(op) = {}; }, kind == OpKind::norm);
        }
        add(
            name + "scaled",
            [=](Op& op) {
                at(op).scaling = Scaling::tensor;
                at(op).scale_dtype = Dtype::f32;
            },
            true);
        add(name + "with a negative stride", [=](Op& op) {
            at(op).strides.assign(at(op).dims.size(), 1);
            if (!at(op).strides.empty()) at(op).strides.back() = -1;
        });
    }

    const Corner& from_;
    std::vector<Corner> list_;
};

}  // namespace

std::vector<Corner> changed(const Corner& corner) {
    // Only what a description says is changed here; contents are those of a case again.
    if (corner.must != Must::answer || corner.raw) return {};
    return Changes(corner).all();
}

}  // namespace proof

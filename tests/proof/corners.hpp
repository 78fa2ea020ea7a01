// SPDX-License-Identifier: Apache-2.0
// Operators in the corners that no suite reaches: attributes and layouts that no case can say,
// contents that no distribution has, and what a plugin must refuse. For tests/proof/mutate.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/host/device.hpp"
#include "core/workload/op.hpp"
#include "core/workload/op_data.hpp"

namespace proof {

/// What a right plugin does with it. `either`: a description that makes sense; nobody must offer
/// it.
enum class Must { answer, refuse, either };

/// One operator, what its tensors hold, and how it is described.
struct Corner {
    std::string name{};
    assay::Op op{};
    Must must = Must::answer;
    /// By input, every element; others are filled as a case's.
    std::map<std::size_t, std::vector<double>> contents{};
    assay::InputHints hints{};
    /// Changes the C description, for what the C++ one cannot say.
    std::function<void(assay_op_desc&)> raw{};
};

/// All of them; seconds to run.
std::vector<Corner> corners();
/// The parts of that list, by kind of operator.
void add_products(std::vector<Corner>& list);
void add_windows(std::vector<Corner>& list);
void add_rows(std::vector<Corner>& list);
void add_moves(std::vector<Corner>& list);
void add_elements(std::vector<Corner>& list);
void add_refusals(std::vector<Corner>& list);

/// The corner's description changed in one place, each in its own way: another size, type, rank or
/// number of tensors. Those that make no sense any more must be refused, the others may be.
std::vector<Corner> changed(const Corner& corner);

/// A tensor without strides or scales.
assay::TensorType tensor(assay::Dtype dtype, assay::Shape dims);
/// The corner of this operator, its outputs inferred where they have no type. Throws
/// assay::Error when the operator makes no sense.
Corner corner(std::string name, assay::OpAttrs attrs, std::vector<assay::TensorType> inputs,
              std::vector<assay::TensorType> outputs = {});

/// Runs it once, as bare as can be. "" when it came as it must, else what is wrong; `refused` tells
/// whether the plugin refused.
std::string wrong_with(const assay::Device& device, const Corner& corner, bool& refused);
/// How many of its bindings, each a byte too short, were taken all the same.
int short_bindings_taken(const assay::Device& device, const Corner& corner);

}  // namespace proof

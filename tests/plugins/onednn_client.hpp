// SPDX-License-Identifier: Apache-2.0
// Any operator of the ABI as tests state it, run on a device with its tensors as doubles. Values
// are rounded to the tensor's type on the way in, so that naive references start from the same
// numbers.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/plugins/abi_client.hpp"
#include "tests/plugins/naive_matmul.hpp"

namespace assay::test {

using Dims = std::vector<std::int64_t>;
using Values = std::vector<double>;

/// A tensor and its values in row-major order of its dimensions, whatever its strides.
struct TestTensor {
    assay_dtype dtype = ASSAY_F32;  ///< 0: absent
    Dims dims = {};
    Values values = {};  ///< of inputs; rounded to dtype
    Dims strides = {};   ///< elements; empty: dense
    bool constant = false;
    int scale = ASSAY_SCALE_NONE, scale_axis = 0, scale_block = 0;
};

std::int64_t count_of(const Dims& dims);
Values rounded(const Values& values, assay_dtype dtype);

/// With values in [-2, 2] (integers: the whole small range), exact in their type.
TestTensor random_tensor(assay_dtype dtype, const Dims& dims, std::mt19937& random);
TestTensor of_values(assay_dtype dtype, const Dims& dims, const Values& values);

struct OpCase {
    assay_op op = 0;
    std::vector<TestTensor> inputs, outputs;
    const void* attrs = nullptr;
    int in_place = -1;  ///< this input's buffer is output 0
};

struct OpResult {
    std::vector<Values> outputs;
    assay_exec_info info;
    assay_op_support support;
};

/// Outputs are poisoned first. `bind`: constant inputs go through exec_bind_const.
OpResult run_op(const Session& session, const OpCase& op, bool bind = false);
/// Why it is refused; "" when it is not.
std::string refusal(const Session& session, const OpCase& op);
/// True, and said in the log, when op is of bf16 and refused because this CPU (without AVX-512) has
/// none: nothing is tested then. Every other refusal is for the test to find.
bool lacks_bf16(const Session& session, const OpCase& op);

/// The largest |got - want| over (relative |want| + absolute + half a step of `dtype`); NaN:
/// infinite.
double worst(const Values& got, const Values& want, assay_dtype dtype, double relative,
             double absolute);

/// The plugin under test, loaded once.
const LoadedPlugin& tested_plugin();

}  // namespace assay::test

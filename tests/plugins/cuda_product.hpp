// SPDX-License-Identifier: Apache-2.0
// A matmul with every choice that the ABI has, asked of the cuda plugin on its pretended device and
// of the reference plugin, which shares no code with either.
#pragma once

#include <string>
#include <vector>

#include "tests/plugins/abi_client.hpp"
#include "tests/plugins/cuda_fake/fake.hpp"

namespace assay::test {

using Dims = std::vector<std::int64_t>;

struct Operand {
    assay_dtype dtype = 0;  ///< 0: absent
    Dims dims = {}, strides = {};
    float scale = 0;           ///< of the whole operand; 0: none
    std::uint64_t offset = 0;  ///< bytes, in its buffer
};

using Bytes = std::vector<std::uint8_t>;
cudaDataType cuda_type(assay_dtype dtype);
/// The place of each element, in row-major order of the dimensions.
std::vector<std::int64_t> places(const Operand& operand);
/// Poisoned wherever there is no element.
Bytes bytes_of_operand(const Operand& operand, std::uint32_t seed, bool filled);

struct Product {
    Operand a, b, bias = {}, c = {}, d;
    bool transpose_a = false, transpose_b = false;
    int activation = ASSAY_ACT_NONE;
    double alpha = 0, beta = 0;
    int math = ASSAY_MATH_STRICT;
    assay_dtype accumulator = 0;
    bool deterministic = false;
};

/// A [m, k] times B [k, n], stored as the transpositions say; `batch` in front when it is not 1.
struct Size {
    std::int64_t m = 1, n = 1, k = 1, batch = 1;
};
Product product(assay_dtype dtype, assay_dtype result, const Size& size, bool transpose_a = false,
                bool transpose_b = false);

/// The plugin's library, linked into this program; its device 0, opened anew by each Pretended.
const LoadedPlugin& linked_plugin();
struct Pretended {
    explicit Pretended(const char* algorithm = "first");
    ~Pretended();
    Session session;
    /// What it was handed since it began, and nothing else.
    cuda_fake::Machine& machine = cuda_fake::machine();
};

/// What cuBLASLt was handed by the one product since the device was opened.
const cuda_fake::Multiplied& only(const Pretended& device);

struct ProductAnswer {
    std::vector<double> d;  ///< in row-major order of the dimensions
    assay_op_support support;
    assay_exec_info info;
};
/// Throws with the reason when it is refused. What was not written reads as NaN or -1.
ProductAnswer answer_of(const Session& session, const Product& product);
std::string refusal_of(const Session& session, const Product& product);

/// Holds the plugin's D against the reference's. The inputs are eighths, so that sums are exact:
/// equal but for `tolerance`, relative to 1 + |value|. Also checks that nothing was misused.
ProductAnswer check_right(const Pretended& device, const Product& product, double tolerance = 0);

}  // namespace assay::test

// SPDX-License-Identifier: Apache-2.0
// The kernels a matmul can run by (gemm_kernels.cpp), and which of them is the fastest here
// (gemm_choice.cpp).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gemm_shape.hpp"
#include "programs.hpp"

namespace assay::opencl {

class Device;

enum class GemmKind { tile, dot, shared, clblast };

/// One row of the table of kernels.
struct GemmKernel {
    GemmKind kind;
    int rows, vectors;  ///< of a tile
    bool packed;        ///< B goes through panels
};

/// The table, in the order in which they are tried.
const std::vector<GemmKernel>& gemm_kernels();
/// Whether a kernel of our own can run at all; CLBlast has its own rules.
bool fits(const GemmKernel& kernel, const GemmShape& shape);
/// As the option "gemm" names it: "packed4x2".
std::string short_name(const GemmKernel& kernel);

struct GemmChoice {
    GemmKernel each_call{};  ///< B given in every call
    GemmKernel bound{};      ///< B bound once as a constant
    std::uint32_t candidates = 0;
    std::uint64_t tune_ns = 0;
};

/// The elements of a matmul and of a vector of them.
struct GemmType {
    assay_dtype dtype;
    int vector;  ///< 4, 8 or 16 elements: what one register of this device holds
};

/// Whether trying it is worth the while.
bool worth_trying(const GemmKernel& kernel, const GemmShape& shape, GemmType type, bool cpu);

/// Elements of all panels of one B.
std::int64_t packed_elements(const GemmKernel& kernel, const GemmShape& shape, GemmType type);

/// Macros for kernels/gemm.cl, name of the kernel in it, and how a person calls it.
std::string macros_of(const GemmKernel& kernel, GemmType type);
const char* entry_of(const GemmKernel& kernel);
std::string name_of(const GemmKernel& kernel, GemmType type);

Grid grid_of(const GemmKernel& kernel, const GemmShape& shape, GemmType type);
Grid pack_grid(const GemmKernel& kernel, const GemmShape& shape, GemmType type);

/// Why the kernel that the option names cannot run here; "" when it can, or none is named.
std::string forced_refusal(Device& device, const GemmShape& shape, const std::string& forced);

/// Times the candidates. `forced`: "auto", or the kernel that is taken untimed. Throws UNSUPPORTED
/// when that one cannot run here.
GemmChoice choose(Device& device, const GemmShape& shape, GemmType type, const std::string& forced,
                  bool timed);

}  // namespace assay::opencl

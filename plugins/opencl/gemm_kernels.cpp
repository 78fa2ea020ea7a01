// SPDX-License-Identifier: Apache-2.0
// See gemm_kernels.hpp. Tile sizes were found by trying on PoCL; README.md has numbers.
#include "gemm_kernels.hpp"

#include <iterator>

namespace assay::opencl {
namespace {

constexpr std::int64_t pack_rows = 32;  // PACK_ROWS of kernels/gemm.cl

constexpr GemmKernel all_kernels[] = {
    {GemmKind::tile, 4, 2, true},     {GemmKind::tile, 6, 2, true},
    {GemmKind::tile, 4, 3, true},     {GemmKind::tile, 8, 2, true},
    {GemmKind::tile, 4, 2, false},    {GemmKind::tile, 1, 4, false},
    {GemmKind::tile, 1, 4, true},     {GemmKind::dot, 1, 1, false},
    {GemmKind::dot, 4, 1, false},     {GemmKind::shared, 4, 1, false},
    {GemmKind::clblast, 0, 0, false},
};

std::int64_t width_of(const GemmKernel& kernel, GemmType type) {
    return kernel.vectors * type.vector;
}
std::int64_t blocks(std::int64_t of, std::int64_t size) {
    return (of + size - 1) / size;
}
std::size_t count(std::int64_t items) {
    return static_cast<std::size_t>(items);
}

}  // namespace

std::int64_t packed_elements(const GemmKernel& kernel, const GemmShape& shape, GemmType type) {
    const std::int64_t width = width_of(kernel, type);
    return blocks(shape.n, width) * width * shape.k;
}

std::string macros_of(const GemmKernel& kernel, GemmType type) {
    constexpr const char* kinds[] = {"TILE", "DOT", "SHARED"};
    std::string macros = std::string("-D") + kinds[static_cast<int>(kernel.kind)];
    macros += " -DR=" + std::to_string(kernel.rows) + " -DC=" + std::to_string(kernel.vectors);
    macros += std::string(" -DPACKED=") + (kernel.packed ? "1" : "0");
    macros += " -DV=" + std::to_string(type.vector);
    if (type.dtype == ASSAY_F64) macros += " -DT_IS_DOUBLE";
    return macros;
}

const char* entry_of(const GemmKernel& kernel) {
    constexpr const char* entries[] = {"gemm_tile", "gemm_dot", "gemm_shared"};
    return entries[static_cast<int>(kernel.kind)];
}

std::string name_of(const GemmKernel& kernel, GemmType type) {
    const std::string rows = std::to_string(kernel.rows);
    if (kernel.kind == GemmKind::dot) return "own dot of " + rows + " rows";
    if (kernel.kind == GemmKind::shared) return "own tile 64x64 in local memory";
    if (kernel.kind == GemmKind::clblast) return "CLBlast";
    return "own tile " + rows + "x" + std::to_string(width_of(kernel, type));
}

Grid grid_of(const GemmKernel& kernel, const GemmShape& shape, GemmType type) {
    constexpr std::int64_t side = 64, group = 16;
    Grid grid;
    grid.global[2] = count(shape.batch());
    if (kernel.kind == GemmKind::shared) {
        grid.local = {16, 16, 1};
        grid.global[0] = count(blocks(shape.n, side) * group);
        grid.global[1] = count(blocks(shape.m, side) * group);
        return grid;
    }
    const std::int64_t rows = blocks(shape.m, kernel.rows);
    const bool dot = kernel.kind == GemmKind::dot;
    grid.global[0] = count(dot ? shape.n : rows);
    grid.global[1] = count(dot ? rows : blocks(shape.n, width_of(kernel, type)));
    return grid;
}

Grid pack_grid(const GemmKernel& kernel, const GemmShape& shape, GemmType type) {
    Grid grid;
    grid.global[0] = count(blocks(shape.k, pack_rows));
    grid.global[1] = count(blocks(shape.n, width_of(kernel, type)));
    grid.global[2] = count(shape.shares_b() ? 1 : shape.batch());
    return grid;
}

const std::vector<GemmKernel>& gemm_kernels() {
    static const std::vector<GemmKernel> list(std::begin(all_kernels), std::end(all_kernels));
    return list;
}

bool fits(const GemmKernel& kernel, const GemmShape& shape) {
    if (kernel.kind == GemmKind::dot) return shape.a_column == 1 && shape.b_row == 1;
    if (kernel.kind == GemmKind::shared) return true;
    return kernel.packed || shape.b_column == 1;
}

bool worth_trying(const GemmKernel& kernel, const GemmShape& shape, GemmType type, bool cpu) {
    constexpr std::int64_t few = 8;  // chosen: rows beyond which B is read from a cache anyway
    if (kernel.kind == GemmKind::shared) return !cpu && shape.m > few;
    if (kernel.kind == GemmKind::clblast) return !cpu;  // README.md has what it reaches on one
    if (kernel.kind == GemmKind::dot) return shape.m <= few && (shape.m == 1) == (kernel.rows == 1);
    if (kernel.rows == 1) return shape.m < 4;
    const int most_sums = type.vector * sdk::bits(type.dtype) >= 512 ? 24 : 12;  // in registers
    return shape.m >= 4 && kernel.rows * kernel.vectors <= most_sums;
}

std::string short_name(const GemmKernel& kernel) {
    if (kernel.kind == GemmKind::dot) return "dot" + std::to_string(kernel.rows);
    if (kernel.kind == GemmKind::shared) return "shared";
    if (kernel.kind == GemmKind::clblast) return "clblast";
    return (kernel.packed ? "packed" : "direct") + std::to_string(kernel.rows) + "x" +
           std::to_string(kernel.vectors);
}

}  // namespace assay::opencl

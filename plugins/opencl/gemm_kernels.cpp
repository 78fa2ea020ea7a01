// SPDX-License-Identifier: Apache-2.0
// See gemm_kernels.hpp. Tile sizes were found by trying on PoCL; README.md has numbers.
#include "gemm_kernels.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "gemm_exec.hpp"

namespace assay::opencl {
namespace {

constexpr std::int64_t pack_rows = 32;  // PACK_ROWS of kernels/gemm.cl

constexpr GemmKernel kernels[] = {
    {GemmKind::tile, 4, 2, true}, {GemmKind::tile, 6, 2, true},  {GemmKind::tile, 4, 3, true},
    {GemmKind::tile, 8, 2, true}, {GemmKind::tile, 4, 2, false}, {GemmKind::tile, 1, 4, false},
    {GemmKind::tile, 1, 4, true}, {GemmKind::dot, 1, 1, false},  {GemmKind::dot, 4, 1, false},
    {GemmKind::shared, 4, 1, false},
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

/// Whether it can run, and whether trying it is worth the while.
bool fits(const GemmKernel& kernel, const GemmShape& shape) {
    if (kernel.kind == GemmKind::dot) return shape.a_column == 1 && shape.b_row == 1;
    if (kernel.kind == GemmKind::shared) return true;
    return kernel.packed || shape.b_column == 1;
}
bool worth_trying(const GemmKernel& kernel, const GemmShape& shape, GemmType type, bool cpu) {
    constexpr std::int64_t few = 8;  // chosen: rows beyond which B is read from a cache anyway
    if (kernel.kind == GemmKind::shared) return !cpu && shape.m > few;
    if (kernel.kind == GemmKind::dot)
        return shape.m <= few && (shape.m == 1) == (kernel.rows == 1);
    if (kernel.rows == 1) return shape.m < 4;
    const int most_sums = type.vector * sdk::bits(type.dtype) >= 512 ? 24 : 12;  // in registers
    return shape.m >= 4 && kernel.rows * kernel.vectors <= most_sums;
}

/// The same layout, no more rows and columns than keep a try short.
GemmShape part_of(GemmShape shape) {
    constexpr std::int64_t side = 512, most_batch = 8;  // chosen: some ms on two cores
    const GemmShape whole = shape;
    shape.m = std::min(shape.m, side);
    shape.n = std::min(shape.n, 2 * side);
    shape.k = std::min(shape.k, 2 * side);
    shape.batch_dims[0] = std::min(whole.batch(), most_batch);
    if (shape.batch_rank > 0) shape.batch_rank = 1;
    const auto dense = [](std::int64_t& row, std::int64_t& column, std::int64_t rows,
                          std::int64_t columns) {
        const bool by_columns = row == 1 && column != 1;
        row = by_columns ? 1 : columns;
        column = by_columns ? rows : 1;
    };
    dense(shape.a_row, shape.a_column, shape.m, shape.k);
    dense(shape.b_row, shape.b_column, shape.k, shape.n);
    dense(shape.c_row, shape.c_column, shape.m, shape.n);
    dense(shape.d_row, shape.d_column, shape.m, shape.n);
    shape.a_batch[0] = shape.m * shape.k;
    shape.b_batch[0] = whole.shares_b() ? 0 : shape.k * shape.n;
    shape.c_batch[0] = shape.d_batch[0] = shape.m * shape.n;
    return shape;
}

/// Memory for the candidates, and their times on it. They take turns, so that a busy moment of the
/// machine does not fall on one alone.
class Trial {
public:
    struct Candidate {
        GemmKernel kernel;
        GemmCall call;
        std::unique_ptr<DeviceBuffer> panels;
        std::uint64_t run_ns = slowest, pack_ns = 0;  ///< the fastest so far
    };

    Trial(Device& device, const GemmShape& shape, GemmType type)
        : device_(device), shape_(part_of(shape)), type_(type) {
        const std::int64_t all = shape_.batch();
        operands_[0] = filled(all * shape_.m * shape_.k);
        operands_[1] = filled((shape_.shares_b() ? 1 : all) * shape_.k * shape_.n);
        operands_[2] = filled(shape_.n * std::max<std::int64_t>(shape_.bias_column, 1));
        operands_[3] = filled(all * shape_.m * shape_.n);
        operands_[4] = filled(all * shape_.m * shape_.n);
    }

    void add(const GemmKernel& kernel) {
        Candidate candidate{kernel, GemmCall(device_, kernel, shape_, type_, 1, 0), nullptr};
        if (candidate.call.packs()) candidate.panels = device_.buffer(candidate.call.packed_bytes());
        candidates_.push_back(std::move(candidate));
    }

    /// One call of each that is not looked at, in which drivers compile; then turns.
    const std::vector<Candidate>& times() {
        constexpr int turns = 6;  // chosen: the fastest of six is seldom a disturbed one
        for (Candidate& each : candidates_) turn(each);
        for (Candidate& each : candidates_) each.run_ns = each.pack_ns = slowest;
        for (int i = 0; i < turns; ++i) {
            for (Candidate& each : candidates_) {
                if (sdk::host.cancelled()) sdk::fail(ASSAY_ERR_CANCELLED, "cancelled while tuning");
                turn(each);
            }
        }
        return candidates_;
    }

private:
    static constexpr std::uint64_t slowest = std::numeric_limits<std::uint64_t>::max();

    std::unique_ptr<DeviceBuffer> filled(std::int64_t elements) {
        constexpr std::uint32_t small_number = 0x3c003c00;  // f32 0.0078; f64 1.2e-19: not subnormal
        auto buffer = device_.buffer(static_cast<std::uint64_t>(elements) *
                                     static_cast<std::uint64_t>(sdk::bits(type_.dtype)) / 8);
        device_.own_queue().fill(*buffer, 0, buffer->bytes(), small_number);
        return buffer;
    }

    template <class F>
    std::uint64_t duration(const F& enqueue) {
        const std::uint64_t began = sdk::host.now_ns();
        enqueue(device_.own_queue().working());
        device_.own_queue().finish();
        return sdk::host.now_ns() - began;
    }

    void turn(Candidate& each) {
        GemmCall::Operand operands[5];
        for (int i = 0; i < 5; ++i) operands[i].memory = operands_[i]->get();
        if (each.call.packs()) {
            const auto pack = [&](cl_command_queue queue) {
                each.call.pack(queue, operands[1], each.panels->get());
            };
            each.pack_ns = std::min(each.pack_ns, duration(pack));
            operands[1].memory = each.panels->get();
        } else {
            each.pack_ns = 0;
        }
        each.call.bind(operands);
        const auto run = [&](cl_command_queue queue) { each.call.enqueue(queue); };
        each.run_ns = std::min(each.run_ns, duration(run));
    }

    Device& device_;
    GemmShape shape_;
    GemmType type_;
    std::unique_ptr<DeviceBuffer> operands_[5];
    std::vector<Candidate> candidates_;
};

std::string short_name(const GemmKernel& kernel) {
    if (kernel.kind == GemmKind::dot) return "dot" + std::to_string(kernel.rows);
    if (kernel.kind == GemmKind::shared) return "shared";
    return (kernel.packed ? "packed" : "direct") + std::to_string(kernel.rows) + "x" +
           std::to_string(kernel.vectors);
}

GemmChoice forced_choice(const std::string& name, const GemmShape& shape) {
    std::string all;
    for (const GemmKernel& kernel : kernels) {
        all.append(" ").append(short_name(kernel));
        if (short_name(kernel) != name) continue;
        if (!fits(kernel, shape)) {
            sdk::fail(ASSAY_ERR_UNSUPPORTED, "gemm=%s does not fit these operands", name.c_str());
        }
        return {kernel, kernel, 0, 0};
    }
    sdk::fail(ASSAY_ERR_INVALID, "gemm=%s is unknown; there are auto%s", name.c_str(), all.c_str());
}

/// Without timing: the first in the table that is worth it, which any shape has.
GemmChoice untimed_choice(const GemmShape& shape, GemmType type, bool cpu) {
    for (const GemmKernel& kernel : kernels) {
        if (fits(kernel, shape) && worth_trying(kernel, shape, type, cpu)) return {kernel, kernel, 0, 0};
    }
    return {kernels[0], kernels[0], 0, 0};
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

GemmChoice choose(Device& device, const GemmShape& shape, GemmType type,
                  const std::string& forced, bool timed) {
    if (forced != "auto") return forced_choice(forced, shape);
    if (!timed) return untimed_choice(shape, type, device.is_cpu());
    const std::uint64_t began = sdk::host.now_ns();
    Trial trial(device, shape, type);
    for (const GemmKernel& kernel : kernels) {
        if (fits(kernel, shape) && worth_trying(kernel, shape, type, device.is_cpu()))
            trial.add(kernel);
    }
    const std::vector<Trial::Candidate>& all = trial.times();
    const auto each_call = std::min_element(
        all.begin(), all.end(), [](const auto& one, const auto& other) {
            return one.run_ns + one.pack_ns < other.run_ns + other.pack_ns;
        });
    const auto bound =
        std::min_element(all.begin(), all.end(), [](const auto& one, const auto& other) {
            return one.run_ns < other.run_ns;
        });
    GemmChoice choice{each_call->kernel, bound->kernel, static_cast<std::uint32_t>(all.size()), 0};
    choice.tune_ns = sdk::host.now_ns() - began;
    return choice;
}

}  // namespace assay::opencl

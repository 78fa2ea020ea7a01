// SPDX-License-Identifier: Apache-2.0
// See gemm_kernels.hpp: which kernel is the fastest here. Each that fits is timed on a part of the
// operator small enough to be quick.
#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "clblast_shape.hpp"
#include "device.hpp"
#include "gemm_call.hpp"

namespace assay::opencl {
namespace {

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
        std::unique_ptr<GemmCall> call;
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

    /// With one call that is not looked at, in which drivers compile.
    void add(const GemmKernel& kernel) {
        Candidate candidate{kernel, gemm_call(device_, kernel, shape_, type_, {}), nullptr};
        if (candidate.call->packs())
            candidate.panels = device_.buffer(candidate.call->packed_bytes());
        turn(candidate);
        candidate.run_ns = candidate.pack_ns = slowest;
        candidates_.push_back(std::move(candidate));
    }

    /// A strange library that fails on this device is not a candidate here; the others are.
    void add_if_it_runs(const GemmKernel& kernel) {
        if (kernel.kind != GemmKind::clblast) return add(kernel);
        try {
            add(kernel);
        } catch (const sdk::Error& error) {
            sdk::host.log(ASSAY_LOG_WARN, "gemm: clblast is not tried: " + error.text);
        }
    }

    /// All take turns.
    const std::vector<Candidate>& times() {
        constexpr int turns = 6;  // chosen: the fastest of six is seldom a disturbed one
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
        auto buffer =
            device_.buffer(static_cast<std::uint64_t>(elements) * element_bytes(type_.dtype));
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
        if (each.call->packs()) {
            const auto pack = [&](cl_command_queue queue) {
                each.call->pack(queue, operands[1], each.panels->get());
            };
            each.pack_ns = std::min(each.pack_ns, duration(pack));
            operands[1].memory = each.panels->get();
        } else {
            each.pack_ns = 0;
        }
        each.call->bind(operands);
        const auto run = [&](cl_command_queue queue) { each.call->enqueue(queue); };
        each.run_ns = std::min(each.run_ns, duration(run));
    }

    Device& device_;
    GemmShape shape_;
    GemmType type_;
    std::unique_ptr<DeviceBuffer> operands_[5];
    std::vector<Candidate> candidates_;
};

/// Why this kernel cannot run here; "" when it can.
std::string why_not(Device& device, const GemmKernel& kernel, const GemmShape& shape) {
    if (kernel.kind != GemmKind::clblast)
        return fits(kernel, shape) ? "" : "the kernel does not fit these operands";
    const std::string& missing = device.clblast().why_not();
    return missing.empty() ? clblast_refusal(shape) : missing + " (Debian: libclblast1)";
}

/// Null: there is none of this name.
const GemmKernel* named(const std::string& name) {
    for (const GemmKernel& kernel : gemm_kernels())
        if (short_name(kernel) == name) return &kernel;
    return nullptr;
}

GemmChoice forced_choice(Device& device, const GemmShape& shape, const std::string& name) {
    const std::string refusal = forced_refusal(device, shape, name);
    if (!refusal.empty()) sdk::fail(ASSAY_ERR_UNSUPPORTED, "%s", refusal.c_str());
    if (const GemmKernel* kernel = named(name)) return {*kernel, *kernel, 0, 0};
    std::string all;
    for (const GemmKernel& kernel : gemm_kernels()) all.append(" ").append(short_name(kernel));
    sdk::fail(ASSAY_ERR_INVALID, "gemm=%s is unknown; there are auto%s", name.c_str(), all.c_str());
}

bool is_candidate(Device& device, const GemmKernel& kernel, const GemmShape& shape, GemmType type) {
    return worth_trying(kernel, shape, type, device.is_cpu()) &&
           why_not(device, kernel, shape).empty();
}

/// Without timing: the first in the table that is worth it, which any shape has.
GemmChoice untimed_choice(Device& device, const GemmShape& shape, GemmType type) {
    for (const GemmKernel& kernel : gemm_kernels()) {
        if (is_candidate(device, kernel, shape, type)) return {kernel, kernel, 0, 0};
    }
    return {gemm_kernels()[0], gemm_kernels()[0], 0, 0};
}

}  // namespace

std::string forced_refusal(Device& device, const GemmShape& shape, const std::string& forced) {
    const GemmKernel* kernel = named(forced);
    if (kernel == nullptr) return "";
    const std::string why = why_not(device, *kernel, shape);
    return why.empty() ? "" : "gemm=" + forced + ": " + why;
}

GemmChoice choose(Device& device, const GemmShape& shape, GemmType type, const std::string& forced,
                  bool timed) {
    if (forced != "auto") return forced_choice(device, shape, forced);
    if (!timed) return untimed_choice(device, shape, type);
    const std::uint64_t began = sdk::host.now_ns();
    Trial trial(device, shape, type);
    for (const GemmKernel& kernel : gemm_kernels()) {
        if (is_candidate(device, kernel, shape, type)) trial.add_if_it_runs(kernel);
    }
    const std::vector<Trial::Candidate>& all = trial.times();
    const auto each_call =
        std::min_element(all.begin(), all.end(), [](const auto& one, const auto& other) {
            return one.run_ns + one.pack_ns < other.run_ns + other.pack_ns;
        });
    const auto bound = std::min_element(
        all.begin(), all.end(),
        [](const auto& one, const auto& other) { return one.run_ns < other.run_ns; });
    GemmChoice choice{each_call->kernel, bound->kernel, static_cast<std::uint32_t>(all.size()), 0};
    choice.tune_ns = sdk::host.now_ns() - began;
    return choice;
}

}  // namespace assay::opencl

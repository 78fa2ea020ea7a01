// SPDX-License-Identifier: Apache-2.0
#include "plugins/simulated/faults.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include "core/base/random.hpp"

namespace simulated {
namespace {

constexpr int exit_status = 7;              // chosen: no status that Assay itself uses
constexpr std::uint64_t overrun_most = 64;  // bytes that out_of_bounds writes behind the output
constexpr std::uint64_t fraction_stream = 0xf4ac;  // apart from noise and flip_bit
constexpr std::int64_t tile = 8;                   // drop_k_tail forgets what does not fill one

void segfault() {
    std::signal(SIGSEGV, SIG_DFL);  // no handler of a test may make it survive
    std::raise(SIGSEGV);
}

[[noreturn]] void hang() {
    for (;;) pause();
}

/// The shape as a kernel with this fault understands it.
assay::sdk::Matmul misread(assay::sdk::Matmul shape, Fault fault) {
    if (fault == Fault::drop_last_k) shape.k = std::max<std::int64_t>(shape.k - 1, 0);
    if (fault == Fault::drop_k_tail) shape.k -= shape.k % tile;
    if (fault == Fault::transpose_b) {
        const bool was_rows = shape.b.column_step == 1;
        shape.b.row_step = was_rows ? 1 : shape.n;
        shape.b.column_step = was_rows ? shape.k : 1;
    }
    return shape;
}

int fraction_bits(Fault fault) {
    if (fault == Fault::tf32) return 10;
    if (fault == Fault::bf16x3) return 15;  // two parts of 8 bits each
    if (fault == Fault::bf16) return 7;
    return reference::Gemm::whole_significand;
}

/// Whether the fault is in how a matmul's loops read, not in the bytes they write.
bool of_the_loops(Fault fault) {
    return fault == Fault::drop_last_k || fault == Fault::drop_k_tail ||
           fault == Fault::transpose_b || fraction_bits(fault) < reference::Gemm::whole_significand;
}

}  // namespace

void die_at(const Faults& faults, std::int64_t count) {
    if (count == faults.crash_at) segfault();
    if (count == faults.exit_at) std::exit(exit_status);
    if (count == faults.abort_at) std::abort();
    if (count == faults.hang_at) hang();
}

void die_in(const Faults& faults, const char* call) {
    if (faults.crash_in == call) segfault();
}

Fault fault_of(const Faults& faults, std::int64_t count) {
    const bool hits = count > faults.after && (count - faults.after) % faults.every == 0;
    if (!hits) return Fault::none;
    const auto at = static_cast<std::uint64_t>(count);
    const double chance = assay::uniform_from(assay::random_word(faults.seed, fraction_stream, at));
    return chance < faults.fraction ? faults.fault : Fault::none;
}

Answers::Answers(const assay::sdk::Op& op, Fault fault)
    : loops_(reference::plan_of(op)), output_bytes_(loops_.plan().views.out[0].bytes()) {
    if (of_the_loops(fault) && is_plain_matmul(op)) gemm_.emplace(assay::sdk::Matmul(op));
    if (fault == Fault::stale) first_.resize(output_bytes_);
}

void Answers::check(const assay::sdk::Bindings& io) {
    loops_.bind(io);
}

void Answers::compute(const assay::sdk::Bindings& io, const Spoil& spoil) {
    if (spoil.fault == Fault::skip) return;
    loops_.bind(io);
    if (gemm_ && of_the_loops(spoil.fault)) {
        multiply(io, spoil.fault);
    } else {
        loops_.run();
    }
    const auto outputs = static_cast<std::uint32_t>(loops_.plan().views.out.size());
    const std::uint32_t first = io.size() - outputs;
    auto& buffer = static_cast<assay::sdk::HostBuffer&>(io.buffer(first));
    const std::uint64_t end = io[first].offset + output_bytes_;
    auto* output = static_cast<char*>(loops_.plan().views.out[0].data);
    remember_first(output);
    spoil_bytes(output, spoil, buffer.bytes() - std::min(end, buffer.bytes()));
}

void Answers::multiply(const assay::sdk::Bindings& io, Fault fault) {
    const auto at = reference::operands(gemm_->shape(), io);
    gemm_->multiply(misread(gemm_->shape(), fault), at, fraction_bits(fault));
}

/// overrun_bytes: what lies behind the output in its buffer.
void Answers::spoil_bytes(char* output, const Spoil& spoil, std::uint64_t overrun_bytes) const {
    if (spoil.fault == Fault::zeros) std::memset(output, 0, output_bytes_);
    if (spoil.fault == Fault::stale) std::memcpy(output, first_.data(), output_bytes_);
    if (spoil.fault == Fault::flip_bit) flip_bit(output, spoil);
    if (spoil.fault == Fault::out_of_bounds) {
        std::memset(output + output_bytes_, 0xA5, std::min(overrun_bytes, overrun_most));
    }
}

void Answers::remember_first(const void* output) {
    if (have_first_ || first_.empty()) return;
    std::memcpy(first_.data(), output, output_bytes_);
    have_first_ = true;
}

/// Flips the asked bit of one element, chosen by seed and invocation.
void Answers::flip_bit(void* output, const Spoil& spoil) const {
    if (output_bytes_ == 0) return;
    const auto width =
        static_cast<std::uint64_t>(assay::sdk::bits(loops_.plan().views.out[0].dtype)) / 8;
    const std::uint64_t element =
        assay::random_word(spoil.seed, 0xf11b, spoil.index) % (output_bytes_ / width);
    const std::uint64_t from_lowest = 8 * width - 1 - std::min(spoil.bit, 8 * width - 1);
    static_cast<unsigned char*>(output)[element * width + from_lowest / 8] ^=
        static_cast<unsigned char>(1u << from_lowest % 8);
}

}  // namespace simulated

// SPDX-License-Identifier: Apache-2.0
// Group G, second half: what is prepared can be used again, alike, and given up.
#include <algorithm>

#include <fmt/format.h>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/base/sha256.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/process_state.hpp"
#include "core/conform/samples.hpp"
#include "core/conform/stand.hpp"
#include "core/host/operator.hpp"

namespace assay {
namespace {

/// What answers of the claimed operators look like, as one digest; checks 20 runs alike on the way.
std::string digest_of_answers(const Candidate& candidate) {
    const Rig rig(candidate);
    std::string all;
    for (const SampleOp& sample : sample_operators(Dtype::f32)) {
        if (rig.query(Operator(sample.op).desc()).deterministic == 0) continue;
        const Stand stand(rig, sample.op, sample.hints);
        const std::vector<Block> first = stand.answer();
        for (int i = 0; i < 20; ++i) {
            require(stand.answer() == first,
                    sample.name + ": said to be deterministic, but two runs differ");
        }
        for (const Block& block : first) {
            all.append(reinterpret_cast<const char*>(block.data()), block.size());
        }
    }
    return all.empty() ? "" : sha256_hex(all);
}

/// A matmul's tensors at offsets in one buffer each, far from their beginning.
void check_offsets(const Rig& rig, const Stand& stand, std::uint64_t offset) {
    const Op& op = stand.op();
    std::vector<Buffer> buffers;
    std::vector<assay_binding> bindings;
    const auto place = [&](const TensorType& type) {
        const std::uint64_t size = byte_count(type);
        buffers.push_back(rig.alloc(size + 2 * offset));
        bindings.push_back({buffers.back().get(), offset, size});
    };
    for (const TensorType& type : op.inputs) place(type);
    for (const TensorType& type : op.outputs) place(type);
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        rig.upload(buffers[i], stand.inputs()[i], offset);
    }
    const std::uint64_t size = bindings.back().size;
    rig.fill(buffers.back(), 0, size + 2 * offset, 0x5a5a5a5a);
    rig.enqueue(stand.exec(), bindings);
    rig.wait();
    const Check check = stand.judge({rig.download(buffers.back(), size, offset)});
    require(check.passed, "with other buffers, at an offset: " + check.reason);
    for (const std::uint64_t beside : {std::uint64_t{0}, offset + size}) {
        for (const std::byte each : rig.download(buffers.back(), offset, beside)) {
            require(each == std::byte{0x5a}, "an operator writes outside its binding");
        }
    }
}

void check_many(const Rig& rig, const Op& op) {
    constexpr std::uint32_t count = 32;
    std::vector<Stand> stands;
    stands.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) stands.emplace_back(rig, op);
    for (std::uint32_t i = 0; i < count; i += 5) stands[i].require_right("one of 32 executables");
    Random random(rig.seed(), 40);
    std::vector<Exec> execs;
    for (std::uint32_t i = 0; i < count; ++i) execs.push_back(rig.prepare(Operator(op).desc()));
    for (const std::uint32_t i : permutation(count, random)) execs[i] = Exec();  // most never run
    stands.back().require_right("after others were destroyed");
}

/// Prepared with B constant and, when the plugin repacks it, bound and then overwritten.
void check_bound(const Rig& rig, const Op& op) {
    const Stand plain(rig, op);
    const Check right = plain.judge(plain.answer());
    require(right.passed, "a matmul with a constant B: " + right.reason);
    const Exec exec = rig.prepare(Operator(op).desc());
    const Buffer b = rig.alloc(byte_count(op.inputs[1]));
    rig.upload(b, plain.inputs()[1]);
    const assay_binding binding{b.get(), 0, byte_count(op.inputs[1])};
    const assay_status status = rig.table().exec_bind_const(exec.get(), 1, &binding, nullptr);
    if (status == ASSAY_ERR_UNSUPPORTED) skip_check("constants are not repacked");
    require(status == ASSAY_OK, fmt::format("exec_bind_const: status {}", status));
    rig.fill(b, 0, binding.size, 0xffffffffU);  // the binding is only read during the call
    rig.wait();
    std::vector<assay_binding> bindings = plain.bindings();
    bindings.erase(bindings.begin() + 1);
    plain.poison();
    rig.enqueue(exec, bindings);
    rig.wait();
    const Check check = plain.judge(plain.outputs());
    require(check.passed, "with a bound constant B: " + check.reason);
}

}  // namespace

std::string check_determinism(const Candidate& candidate) {
    const Elsewhere other = run_elsewhere([&] { return digest_of_answers(candidate); }, 60);
    const std::string here = digest_of_answers(candidate);
    if (here.empty()) skip_check("no operator is said to be deterministic");
    require(other.in_time && other.text == here,
            "said to be deterministic, but two processes give different answers");
    return "";
}

std::string check_executables(const Candidate& candidate) {
    const Rig rig(candidate);
    const Op op = offered_matmul(rig, {9, 12, 16});
    Stand stand(rig, op);
    stand.require_right("a matmul");
    const std::uint64_t aligned = std::max<std::uint64_t>(rig.info().buffer_alignment, 256);
    check_offsets(rig, stand, aligned);
    check_offsets(rig, stand, 3 * aligned);
    stand.require_right("with its first buffers again");
    check_many(rig, op);
    return "";
}

std::string check_constants(const Candidate& candidate) {
    const Rig rig(candidate);
    if (!has_slot(rig.table(), &assay_plugin::exec_bind_const)) {
        skip_check("exec_bind_const is not offered");
    }
    for (const MatmulSize& size : {MatmulSize{1, 48, 32}, MatmulSize{9, 17, 33}}) {
        Op op = offered_matmul(rig, size);
        op.inputs[1].constant = true;
        check_bound(rig, op);
    }
    return "";
}

std::string check_cancelling(const Candidate& candidate) {
    Rig rig(candidate);
    const Op op = offered_matmul(rig, {64, 64, 64});
    const int progress = rig.guest().host().progress_calls;
    rig.guest().host().cancelled = true;
    const std::uint64_t start = now_ns();
    const assay_status status = rig.try_prepare(Operator(op).desc()).first;
    const double took_s = static_cast<double>(now_ns() - start) * 1e-9;
    rig.guest().host().cancelled = false;
    require(status == ASSAY_OK || status == ASSAY_ERR_CANCELLED,
            fmt::format("op_prepare: status {} when the user cancels", status));
    Stand(rig, op).require_right("after a prepare that was cancelled");
    constexpr double most_s = 2;
    const bool told = rig.guest().host().progress_calls > progress;
    return took_s > most_s && !told
               ? fmt::format("op_prepare goes on for {:.1f} s after cancelling, without progress",
                             took_s)
               : "";
}

}  // namespace assay

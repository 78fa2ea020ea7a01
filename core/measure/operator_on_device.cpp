// SPDX-License-Identifier: Apache-2.0
// One operator on a device: executables, bound constants, rotated tensors, and the check.
#include <algorithm>

#include "core/measure/device_work.hpp"
#include "core/measure/exact_runs.hpp"
#include "core/measure/gemm_spots.hpp"
#include "core/workload/op_check.hpp"

namespace assay {
namespace {

class OperatorOnDevice : public DeviceWork {
public:
    OperatorOnDevice(const Case& each, const Rotation& rotation, const Device& device,
                     const Queue& queue)
        : workload_(each.workload),
          op_(op_of(each.workload)),
          device_(&device),
          tensors_(each, op_, rotation, device, queue) {
        prepare_execs(Operator(op_));
        prepared_.rotated_bytes = rotation.rotated_bytes;
        prepared_.rotated_sets = rotation.sets;
        if (const auto* gemm = std::get_if<Gemm>(&workload_)) spots_.emplace(*gemm);
    }

    [[nodiscard]] int sets() const override { return tensors_.sets(); }

    void enqueue(const Queue& queue, int set) override {
        const auto at = static_cast<std::size_t>(set);
        device_->enqueue(queue, *exec_of_set_[at], bindings_[at]);
    }

    void poison(int set) override { tensors_.poison(set); }

    [[nodiscard]] Check check(int set, std::uint64_t seed) override {
        const std::vector<Bytes>& in = tensors_.host(set);
        const std::vector<Bytes> out = tensors_.results(set);
        if (const auto* gemm = std::get_if<Gemm>(&workload_)) {
            const Bytes none;
            return check_gemm(*gemm, {in[0], in[1], in.size() > 2 ? in[2] : none, out[0]},
                              arithmetic(), seed);
        }
        const std::vector<std::span<const std::byte>> inputs(in.begin(), in.end());
        const std::vector<std::span<const std::byte>> outputs(out.begin(), out.end());
        return check_op(op_, inputs, outputs, arithmetic(), seed);
    }

    void remember() override { first_ = tensors_.results(0); }

    [[nodiscard]] std::optional<bool> repeats(int set) override {
        const bool same_inputs = &tensors_.host(set) == &tensors_.host(0);
        if (first_.empty() || !same_inputs || works_in_place(op_)) return std::nullopt;
        const bool same = tensors_.results(set) == first_;
        first_.clear();
        return same;
    }

    [[nodiscard]] Check prove(const Queue& queue, std::uint64_t seed, ProofRecord& proof) override {
        const auto* gemm = std::get_if<Gemm>(&workload_);
        if (gemm == nullptr) {
            proof.not_exact = "for products of matrices only";
            return DeviceWork::prove(queue, seed, proof);
        }
        const auto run = [&](std::span<const std::span<const std::byte>> inputs) {
            return run_on(queue, inputs);
        };
        Check check = run_exactly(*gemm, arithmetic(), seed, run, proof);
        tensors_.restore();
        return check;
    }

    [[nodiscard]] bool sees_elements() const override { return spots_.has_value(); }

    bool alter(int set, Random& random) override {
        if (works_in_place(op_) || op_.inputs.front().constant) return false;
        const std::uint64_t size = tensors_.host(set).front().size();
        exchange_ = choose_exchange(size, bits(op_.inputs.front().dtype), random);
        if (exchange_.bytes > 0) tensors_.exchange(set, 0, exchange_);
        return exchange_.bytes > 0;
    }

    void put_back(int set) override {
        tensors_.exchange(set, 0, exchange_);
        exchange_ = {};
    }

    void arm(int set, Random& random) override {
        if (spots_) {
            spots_->arm(tensors_, set, exchange_, random);
        } else if (exchange_.bytes > 0) {
            poison(set);
        }
    }

    [[nodiscard]] std::string look(int set, std::uint64_t seed) override {
        if (spots_) return spots_->look(tensors_, set, arithmetic());
        return exchange_.bytes > 0 ? check(set, seed).reason : "";
    }

    [[nodiscard]] std::string trespass(int set) const override { return tensors_.trespass(set); }

    [[nodiscard]] PreparedRecord prepared() const override { return prepared_; }

private:
    void prepare_execs(const Operator& op) {
        const Support support = device_->query(op);
        execs_.push_back(device_->prepare(op));
        // Repacked constants live in the executable: each rotated copy needs its own.
        bound_ = bind_constants(execs_.front(), 0);
        const bool any = repacks();
        for (int set = 1; any && set < tensors_.sets(); ++set) {
            execs_.push_back(prepare_another(set));
        }
        for (int set = 0; set < tensors_.sets(); ++set) {
            bindings_.push_back(tensors_.bindings(set, bound_));
            exec_of_set_.push_back(&execs_[any ? static_cast<std::size_t>(set) : 0]);
        }
        prepared_ = device_->describe(execs_.front());
        prepared_.deterministic = support.deterministic;
        prepared_.note = support.reason;
    }

    [[nodiscard]] bool repacks() const {
        return std::find(bound_.begin(), bound_.end(), true) != bound_.end();
    }

    /// One more executable, with the constants of copy `set` repacked into it.
    [[nodiscard]] Exec prepare_another(int set) const {
        Exec exec = device_->prepare(Operator(op_));
        if (bind_constants(exec, set) != bound_) {
            throw PluginError(ASSAY_ERR_INTERNAL,
                              "exec_bind_const: refused a second constant after a first one");
        }
        return exec;
    }

    /// Binds what the plugin repacks of copy `set`; which inputs those are.
    [[nodiscard]] std::vector<bool> bind_constants(const Exec& exec, int set) const {
        std::vector<bool> bound(op_.inputs.size());
        for (std::size_t i = 0; i < bound.size(); ++i) {
            if (!op_.has(i) || !op_.inputs[i].constant) continue;
            bound[i] =
                device_->bind_const(exec, static_cast<std::uint32_t>(i), tensors_.input(set, i));
        }
        return bound;
    }

    [[nodiscard]] Arithmetic arithmetic() const { return {prepared_.accumulator, prepared_.math}; }

    /// The executable of copy 0 on its buffers, with other contents; a new one where constants were
    /// repacked into it.
    [[nodiscard]] Bytes run_on(const Queue& queue,
                               std::span<const std::span<const std::byte>> inputs) const {
        tensors_.lend(inputs);
        tensors_.poison(0);
        if (!repacks()) {
            device_->enqueue(queue, execs_.front(), bindings_.front());
            return tensors_.results(0).front();
        }
        const Exec exec = prepare_another(0);
        device_->enqueue(queue, exec, bindings_.front());
        return tensors_.results(0).front();  // waits: the executable may go
    }

    Workload workload_;
    Op op_;
    const Device* device_;
    Tensors tensors_;
    std::vector<Exec> execs_;                           ///< One, or one for each bound copy.
    std::vector<std::vector<assay_binding>> bindings_;  ///< By set.
    std::vector<const Exec*> exec_of_set_;
    PreparedRecord prepared_;
    std::vector<bool> bound_;  ///< Which inputs live in the executables, repacked.
    std::vector<Bytes> first_;
    std::optional<GemmSpots> spots_;  ///< Of a GEMM.
    Exchange exchange_;               ///< Of the first input, now; of no bytes: none.
};

}  // namespace

std::unique_ptr<DeviceWork> operator_on(const Case& each, const Rotation& rotation,
                                        const Device& device, const Queue& queue) {
    return std::make_unique<OperatorOnDevice>(each, rotation, device, queue);
}

}  // namespace assay

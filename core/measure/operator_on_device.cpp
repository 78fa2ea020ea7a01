// SPDX-License-Identifier: Apache-2.0
// One operator on a device: executables, bound constants, rotated tensors, and the check.
#include <algorithm>

#include "core/measure/device_work.hpp"
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
        const Arithmetic arithmetic{prepared_.accumulator, prepared_.math};
        if (const auto* gemm = std::get_if<Gemm>(&workload_)) {
            const Bytes none;
            return check_gemm(*gemm, {in[0], in[1], in.size() > 2 ? in[2] : none, out[0]},
                              arithmetic, seed);
        }
        const std::vector<std::span<const std::byte>> inputs(in.begin(), in.end());
        const std::vector<std::span<const std::byte>> outputs(out.begin(), out.end());
        return check_op(op_, inputs, outputs, arithmetic, seed);
    }

    [[nodiscard]] PreparedRecord prepared() const override { return prepared_; }

private:
    void prepare_execs(const Operator& op) {
        const Support support = device_->query(op);
        execs_.push_back(device_->prepare(op));
        // Repacked constants live in the executable: each rotated copy needs its own.
        const std::vector<bool> bound = bind_constants(execs_.front(), 0);
        const bool any = std::find(bound.begin(), bound.end(), true) != bound.end();
        for (int set = 1; any && set < tensors_.sets(); ++set) {
            execs_.push_back(device_->prepare(op));
            if (bind_constants(execs_.back(), set) != bound) {
                throw PluginError(ASSAY_ERR_INTERNAL,
                                  "exec_bind_const: refused a second constant after a first one");
            }
        }
        for (int set = 0; set < tensors_.sets(); ++set) {
            bindings_.push_back(tensors_.bindings(set, bound));
            exec_of_set_.push_back(&execs_[any ? static_cast<std::size_t>(set) : 0]);
        }
        prepared_ = device_->describe(execs_.front());
        prepared_.deterministic = support.deterministic;
        prepared_.note = support.reason;
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

    Workload workload_;
    Op op_;
    const Device* device_;
    Tensors tensors_;
    std::vector<Exec> execs_;                           ///< One, or one for each bound copy.
    std::vector<std::vector<assay_binding>> bindings_;  ///< By set.
    std::vector<const Exec*> exec_of_set_;
    PreparedRecord prepared_;
};

}  // namespace

std::unique_ptr<DeviceWork> operator_on(const Case& each, const Rotation& rotation,
                                        const Device& device, const Queue& queue) {
    return std::make_unique<OperatorOnDevice>(each, rotation, device, queue);
}

}  // namespace assay

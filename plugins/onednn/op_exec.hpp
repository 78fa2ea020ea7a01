// SPDX-License-Identifier: Apache-2.0
// An operator of our own loops, ready to run: what the host binds, checked and turned into
// pointers; what is reported of it. An operator says what it refuses in its constructor, so that
// query and prepare cannot disagree.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "assay/sdk.hpp"
#include "parallel.hpp"
#include "simd.hpp"
#include "view.hpp"

namespace assay::onednn {

class OpExec : public sdk::Exec {
public:
    /// Throws UNSUPPORTED for an arithmetic other than strict f32, INVALID without an output.
    explicit OpExec(const sdk::Op& op);

    void enqueue(sdk::Queue& queue, sdk::Bindings bindings) final;
    void describe(assay_exec_info& info) override;
    /// Throws UNSUPPORTED where another accumulator was asked for.
    sdk::Support support();

protected:
    /// Runs to completion on in(i) and out(i).
    virtual void run() = 0;

    const View& input(std::size_t i) const { return inputs_[i]; }  ///< absent ones too, up to 8
    const View& output(std::size_t i) const { return outputs_[i]; }
    std::size_t outputs() const { return output_count_; }
    template <class T = void>
    const T* in(std::size_t i) const {
        return static_cast<const T*>(input_data_[i]);
    }
    template <class T = void>
    T* out(std::size_t i) const {
        return static_cast<T*>(output_data_[i]);
    }
    /// The host no longer binds input i.
    void bound(std::size_t i) { is_bound_[i] = true; }
    int level_ = ASSAY_SUPPORT_NATIVE;
    std::string how_;  ///< of an emulated operator
    std::string path_;
    assay_dtype accumulator_ = ASSAY_F32;
    std::uint64_t workspace_bytes_ = 0, constant_bytes_ = 0, build_ns_ = 0;

private:
    static constexpr std::size_t most_ = 64;
    std::vector<View> inputs_, outputs_;
    std::vector<void*> input_data_, output_data_;
    std::vector<bool> is_bound_;
    std::size_t output_count_ = 0;
    assay_dtype asked_accumulator_ = 0;
};

/// Row `index` of a tensor as floats: in place where it is f32 without gaps, else in `buffer`.
inline const float* floats(const View& view, const void* data, std::int64_t offset,
                           std::int64_t step, float* buffer, std::int64_t n) {
    const char* from = static_cast<const char*>(data) + offset * view.width();
    if (view.dtype == ASSAY_F32 && step == 1) return reinterpret_cast<const float*>(from);
    simd().load(view.dtype, from, step, buffer, n);
    return buffer;
}
inline void store_floats(const View& view, void* data, std::int64_t offset, std::int64_t step,
                         const float* from, std::int64_t n) {
    char* to = static_cast<char*>(data) + offset * view.width();
    simd().store(view.dtype, from, to, step, n);
}

/// Floats for each thread, apart by whole cache lines.
class Scratch {
public:
    Scratch() = default;
    explicit Scratch(std::int64_t floats_each, int threads = thread_count())
        : each_((floats_each + 31) / 16 * 16),
          data_(static_cast<std::size_t>(each_ * threads + 16)) {}
    float* of(int thread) {
        const auto at = reinterpret_cast<std::uintptr_t>(data_.data());
        return data_.data() + (64 - at % 64) % 64 / sizeof(float) + each_ * thread;
    }
    std::uint64_t bytes() const { return data_.size() * sizeof(float); }

private:
    std::int64_t each_ = 0;
    std::vector<float> data_;
};

std::string own_loops();  ///< "own loops (avx512)"

using MakeExec = std::unique_ptr<OpExec> (*)(const sdk::Op&);
std::unique_ptr<OpExec> make_softmax(const sdk::Op& op);
std::unique_ptr<OpExec> make_norm(const sdk::Op& op);
std::unique_ptr<OpExec> make_elementwise(const sdk::Op& op);
std::unique_ptr<OpExec> make_reduce(const sdk::Op& op);
std::unique_ptr<OpExec> make_attention(const sdk::Op& op);
std::unique_ptr<OpExec> make_rope(const sdk::Op& op);
std::unique_ptr<OpExec> make_gather(const sdk::Op& op);
std::unique_ptr<OpExec> make_scatter(const sdk::Op& op);
std::unique_ptr<OpExec> make_convert(const sdk::Op& op);
std::unique_ptr<OpExec> make_copy(const sdk::Op& op);
std::unique_ptr<OpExec> make_topk(const sdk::Op& op);
std::unique_ptr<OpExec> make_resize(const sdk::Op& op);
std::unique_ptr<OpExec> make_grouped_matmul(const sdk::Op& op);
std::unique_ptr<OpExec> make_quantised_matmul(const sdk::Op& op);

}  // namespace assay::onednn

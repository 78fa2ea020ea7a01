// SPDX-License-Identifier: Apache-2.0
// Safe views of what the host asks for (Op, Tensor) and the answer to it (Support).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "assay/ops.h"
#include "assay/sdk/error.hpp"
#include "assay/sdk/structs.hpp"

namespace assay {
namespace sdk {

using Tensor = assay_tensor_desc;

/// One operator, copied out of the host's descriptors and checked. Valid during the call only,
/// because attributes are read where the host keeps them.
class Op {
public:
    explicit Op(const assay_op_desc* desc) : desc_(read(desc, "op")) {
        inputs_ = tensors(desc_.inputs, desc_.num_inputs, "input");
        outputs_ = tensors(desc_.outputs, desc_.num_outputs, "output");
        require_known();
        for (std::uint32_t i = 0; i < desc_.num_outputs; ++i) out(i);
    }

    assay_op kind() const { return desc_.op; }
    std::size_t inputs() const { return inputs_.size(); }
    std::size_t outputs() const { return outputs_.size(); }

    /// Whether optional input i is there.
    bool has(std::size_t i) const { return i < inputs_.size() && inputs_[i].struct_size != 0; }

    const Tensor& in(std::size_t i) const {
        if (!has(i)) fail(ASSAY_ERR_INVALID, "input %zu is missing", i);
        return inputs_[i];
    }
    const Tensor& out(std::size_t i) const {
        if (i >= outputs_.size() || outputs_[i].struct_size == 0) {
            fail(ASSAY_ERR_INVALID, "output %zu is missing", i);
        }
        return outputs_[i];
    }

    /// The attribute struct of this operator; all defaults when the host gave none.
    template <class A>
    A attrs() const {
        if (desc_.attrs == nullptr) return make<A>();
        return read(static_cast<const A*>(desc_.attrs), "attributes");
    }

    assay_dtype accumulator() const { return desc_.accumulator; }  ///< 0: the plugin's choice
    int math() const { return desc_.math; }                        ///< ASSAY_MATH_*
    bool deterministic() const { return desc_.deterministic != 0; }

private:
    assay_op_desc desc_;
    std::vector<Tensor> inputs_;  ///< struct_size 0: absent
    std::vector<Tensor> outputs_;

    static constexpr std::uint32_t most_tensors = 64;  // chosen: no operator has more than 6

    /// R9: what is not known is refused, for the author too.
    void require_known() const;

    static std::vector<Tensor> tensors(const assay_tensor_desc* const* list, std::uint32_t count,
                                       const char* what) {
        if (count > most_tensors) fail(ASSAY_ERR_UNSUPPORTED, "%u tensors as %s", count, what);
        if (list == nullptr && count > 0) fail(ASSAY_ERR_INVALID, "the %ss are NULL", what);
        std::vector<Tensor> copies;
        for (std::uint32_t i = 0; i < count; ++i) {
            copies.push_back(list[i] == nullptr ? Tensor{} : checked(read(list[i], what), what));
        }
        return copies;
    }

    static Tensor checked(const Tensor& tensor, const char* what) {
        if (tensor.rank < 0 || tensor.rank > ASSAY_MAX_RANK) {
            fail(ASSAY_ERR_INVALID, "%s of rank %d, 0..%d are possible", what, tensor.rank,
                 ASSAY_MAX_RANK);
        }
        for (int i = 0; i < tensor.rank; ++i) {
            if (tensor.dims[i] < 0) {
                fail(ASSAY_ERR_INVALID, "%s: dimension %d is %lld", what, i,
                     static_cast<long long>(tensor.dims[i]));
            }
        }
        return tensor;
    }
};

/// Whether a tensor is dense, last dimension fastest, by having no strides.
inline bool dense(const Tensor& tensor) {
    return std::all_of(tensor.strides, tensor.strides + ASSAY_MAX_RANK,
                       [](std::int64_t stride) { return stride == 0; });
}

/// Bits of one element; 0 for a type this header does not know.
inline int bits(assay_dtype dtype) {
    static constexpr struct {
        assay_dtype dtype;
        int bits;
    } table[] = {{ASSAY_F64, 64},       {ASSAY_F32, 32},       {ASSAY_F16, 16},
                 {ASSAY_BF16, 16},      {ASSAY_F8E4M3FN, 8},   {ASSAY_F8E5M2, 8},
                 {ASSAY_F8E4M3FNUZ, 8}, {ASSAY_F8E5M2FNUZ, 8}, {ASSAY_F6E3M2, 6},
                 {ASSAY_F6E2M3, 6},     {ASSAY_F4E2M1, 4},     {ASSAY_E8M0, 8},
                 {ASSAY_I64, 64},       {ASSAY_I32, 32},       {ASSAY_I16, 16},
                 {ASSAY_I8, 8},         {ASSAY_I4, 4},         {ASSAY_I2, 2},
                 {ASSAY_U8, 8},         {ASSAY_U4, 4},         {ASSAY_BOOL8, 8}};
    for (const auto& row : table) {
        if (row.dtype == dtype) return row.bits;
    }
    return 0;
}

inline void Op::require_known() const {
    if (desc_.accumulator != 0 && bits(desc_.accumulator) == 0) {
        fail(ASSAY_ERR_UNSUPPORTED, "accumulator of an unknown type (%d)", desc_.accumulator);
    }
    const int math = desc_.math;
    if (math != ASSAY_MATH_STRICT && math != ASSAY_MATH_TF32 && math != ASSAY_MATH_BF16X3 &&
        math != ASSAY_MATH_ANY) {
        fail(ASSAY_ERR_UNSUPPORTED, "unknown math %d", math);
    }
}

/// What a device answers to a query.
struct Support {
    int level = ASSAY_SUPPORT_NONE;
    std::string reason;  ///< none: why not; emulated, host: how. Shown to users.
    assay_dtype accumulator = 0;
    int math = ASSAY_MATH_STRICT;
    bool deterministic = false;
    std::uint64_t workspace = 0;  ///< bytes

    static Support no(std::string why) {
        Support answer;
        answer.reason = std::move(why);
        return answer;
    }
    static Support native(assay_dtype accumulator, bool deterministic = true) {
        Support answer;
        answer.level = ASSAY_SUPPORT_NATIVE;
        answer.accumulator = accumulator;
        answer.deterministic = deterministic;
        return answer;
    }
    static Support emulated(std::string how, assay_dtype accumulator) {
        Support answer = native(accumulator, false);
        answer.level = ASSAY_SUPPORT_EMULATED;
        answer.reason = std::move(how);
        return answer;
    }
};

}  // namespace sdk
}  // namespace assay

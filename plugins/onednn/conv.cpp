// SPDX-License-Identifier: Apache-2.0
// Convolution and transposed convolution by oneDNN. Weights go into oneDNN's own layout, once with
// exec_bind_const, else in every call. Activations in NHWC are used as they lie; those in NCHW are
// reordered on the way in and out where oneDNN likes another layout, and `path` says so.
#include "conv_problem.hpp"
#include "problem.hpp"

namespace assay::onednn {
namespace {

enum Input { x_in = 0, w_in = 1, bias_in = 2, residual_in = 3 };

class ConvExec final : public PrimitiveExec {
public:
    explicit ConvExec(const sdk::Op& op)
        : PrimitiveExec(op),
          attrs_(op.attrs<assay_conv_attrs>()),
          problem_(attrs_,
                   {input(x_in), input(w_in), input(bias_in), input(residual_in), output(0)}) {
        const bool integer = input(x_in).bits == 8;
        accumulator_ = integer ? ASSAY_I32 : ASSAY_F32;
        rebuild();
    }

    void bind_const(std::uint32_t i, const assay_binding& binding) override {
        if (i != w_in) sdk::fail(ASSAY_ERR_UNSUPPORTED, "only W is repacked, not input %u", i);
        if (!input(w_in).constant) sdk::fail(ASSAY_ERR_INVALID, "W was not declared constant");
        void* data = sdk::Bindings(&binding, 1).data<void>(0, input(w_in).bytes);
        try {
            Memory given(problem_.w, engine_, data), packed(packed_desc_, engine_);
            dnnl::reorder(given, packed).execute(stream_, given, packed);
            stream_.wait();
            packed_ = packed;
        } catch (const dnnl::error& error) {
            throw as_sdk_error(error, "cannot repack W");
        }
        constant_bytes_ = packed_desc_.get_size();
        bound(w_in);
        rebuild();
    }

private:
    dnnl::primitive_attr attributes(bool residual_by_binary) const {
        auto result = strict_attributes();
        dnnl::post_ops ops;
        if (problem_.residual) {
            if (residual_by_binary) {
                ops.append_binary(dnnl::algorithm::binary_add, *problem_.residual);
            } else {
                ops.append_sum(1.f);
            }
        }
        if (attrs_.activation != ASSAY_ACT_NONE) {
            const auto act = activation(attrs_.activation);
            if (!act)
                unsupported("activation " + std::to_string(attrs_.activation) + " is unknown");
            compat::append_eltwise(ops, act->algorithm, act->alpha);
        }
        result.set_post_ops(ops);
        return result;
    }

    template <class Conv>
    typename Conv::primitive_desc choose(dnnl::algorithm algorithm, bool plain, bool binary) const {
        return compat::conv_primitive_desc<Conv>(
            engine_, algorithm, plain ? problem_.x : any_layout(problem_.x), any_layout(problem_.w),
            problem_.bias ? &*problem_.bias : nullptr, plain ? problem_.y : any_layout(problem_.y),
            problem_.window, attributes(binary));
    }

    void rebuild() {
        const std::uint64_t begin = sdk::host.now_ns();
        try {
            if (attrs_.transposed != 0) {
                build<dnnl::deconvolution_forward>(dnnl::algorithm::deconvolution_direct);
            } else {
                build<dnnl::convolution_forward>(dnnl::algorithm::convolution_direct);
            }
        } catch (const dnnl::error& error) {
            throw as_sdk_error(error, "has no such convolution of " +
                                          dtype_name(input(x_in).dtype) + " and " +
                                          dtype_name(input(w_in).dtype) + " to " +
                                          dtype_name(output(0).dtype) + " on this CPU");
        }
        build_ns_ += sdk::host.now_ns() - begin;
    }

    static bool is_slow(const std::string& implementation) {
        return implementation.find("ref") != std::string::npos;
    }

    /// Plain activations where they are as fast: with channels last; else whatever oneDNN likes. A
    /// residual that lies like Y is read by the primitive, another is put into Y first and added
    /// to.
    template <class Conv>
    void build(dnnl::algorithm algorithm) {
        bool plain = problem_.last, binary = problem_.residual && plain;
        auto chosen = choose<Conv>(algorithm, plain, binary);
        if (binary && is_slow(chosen.impl_info_str())) {
            binary = false;
            chosen = choose<Conv>(algorithm, plain, binary);
        }
        if (plain && is_slow(chosen.impl_info_str())) {
            auto other = choose<Conv>(algorithm, false, false);
            if (!is_slow(other.impl_info_str())) plain = binary = false, chosen = other;
        }
        assemble<Conv>(chosen, binary);
    }

    template <class Conv>
    void assemble(const typename Conv::primitive_desc& chosen, bool binary) {
        forget_steps();
        path_ = chosen.impl_info_str();
        packed_desc_ = chosen.weights_desc();
        Arguments arguments{{DNNL_ARG_SRC, source(chosen.src_desc())},
                            {DNNL_ARG_WEIGHTS, constant_weights()},
                            {DNNL_ARG_SCRATCHPAD, between(chosen.scratchpad_desc())}};
        if (problem_.bias)
            arguments.emplace_back(DNNL_ARG_BIAS, bound_input(bias_in, *problem_.bias));
        const Memory given = bound_output(0, problem_.y);
        const bool direct = chosen.dst_desc() == problem_.y;
        const Memory result = direct ? given : between(chosen.dst_desc());
        if (problem_.residual && binary) {
            arguments.emplace_back(DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1,
                                   bound_input(residual_in, *problem_.residual));
        } else if (problem_.residual) {
            add_reorder(bound_input(residual_in, *problem_.residual), result);
            path_ += ", residual copied to Y first";
        }
        arguments.emplace_back(DNNL_ARG_DST, result);
        add_step(Conv(chosen), arguments);
        if (!direct) {
            add_reorder(result, given);
            path_ += ", Y reordered";
        }
    }

    /// An input as the primitive wants it; a reorder in every call where that is not as it lies.
    Memory in_layout(std::uint32_t input, const Memory::desc& lies, const Memory::desc& wanted,
                     const char* words) {
        const Memory given = bound_input(input, lies);
        if (wanted == lies) return given;
        const Memory moved = between(wanted);
        add_reorder(given, moved);
        path_ += words;
        return moved;
    }

    Memory source(const Memory::desc& wanted) {
        return in_layout(x_in, problem_.x, wanted, ", X reordered");
    }

    Memory constant_weights() {
        if (packed_) {
            path_ += ", W packed";
            return packed_;
        }
        return in_layout(w_in, problem_.w, packed_desc_, ", W repacked in every call");
    }

    assay_conv_attrs attrs_;
    ConvProblem problem_;
    Memory::desc packed_desc_;
    Memory packed_;
};

}  // namespace

std::unique_ptr<OpExec> make_conv(const sdk::Op& op) {
    return std::make_unique<ConvExec>(op);
}

}  // namespace assay::onednn

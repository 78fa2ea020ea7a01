// SPDX-License-Identifier: Apache-2.0
// Convolution and transposed convolution by oneDNN. Weights go into oneDNN's own layout, once with
// exec_bind_const, else in every call. Activations in NHWC are used as they lie; those in NCHW are
// reordered on the way in and out where oneDNN likes another layout, and `path` says so.
#include "compat.hpp"
#include "primitive_exec.hpp"
#include "problem.hpp"

namespace assay::onednn {
namespace {

enum Input { x_in = 0, w_in = 1, bias_in = 2, residual_in = 3 };

std::int64_t or_one(std::int32_t value) {
    return value != 0 ? value : 1;
}

class ConvExec final : public PrimitiveExec {
public:
    explicit ConvExec(const sdk::Op& op) : PrimitiveExec(op), attrs_(op.attrs<assay_conv_attrs>()) {
        check();
        describe_tensors();
        describe_window();
        const bool integer = input(x_in).bits == 8;
        accumulator_ = integer ? ASSAY_I32 : ASSAY_F32;
        rebuild();
    }

    void bind_const(std::uint32_t i, const assay_binding& binding) override {
        if (i != w_in) sdk::fail(ASSAY_ERR_UNSUPPORTED, "only W is repacked, not input %u", i);
        if (!input(w_in).constant) sdk::fail(ASSAY_ERR_INVALID, "W was not declared constant");
        void* data = sdk::Bindings(&binding, 1).data<void>(0, input(w_in).bytes);
        try {
            Memory given(w_, engine_, data), packed(packed_desc_, engine_);
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
    void check() {
        const int rank = attrs_.spatial_rank;
        require(rank >= 1 && rank <= 3, "conv: spatial_rank is 1, 2 or 3");
        const View &x = input(x_in), &w = input(w_in), &y = output(0);
        require(x.rank == rank + 2 && w.rank == rank + 2 && y.rank == rank + 2,
                "conv: X, W and Y have two dimensions more than there are spatial ones");
        last_ = attrs_.layout != 0;
        if (attrs_.layout < 0 || attrs_.layout > 1) unsupported("conv: this layout");
        if (!data_type(w.dtype) || w.scale != ASSAY_SCALE_NONE) unsupported("conv: this type of W");
        if (x.count == 0 || w.count == 0 || y.count == 0) unsupported("an empty convolution");
        groups_ = or_one(attrs_.groups);
        const std::int64_t in_channels = x.dim(last_ ? -1 : 1),
                           out_channels = y.dim(last_ ? -1 : 1);
        require(in_channels % groups_ == 0 && out_channels % groups_ == 0,
                "conv: channels are no multiple of groups");
        const bool transposed = attrs_.transposed != 0;
        require(w.dim(0) == (transposed ? in_channels : out_channels) &&
                    w.dim(last_ ? -1 : 1) == (transposed ? out_channels : in_channels) / groups_,
                "conv: W has not the channels of X and Y");
        const View& residual = input(residual_in);
        if (!residual.present()) return;
        require(residual.same_dims(y), "conv: the residual has not the dimensions of Y");
        if (residual.dtype != y.dtype) unsupported("conv: a residual of another type than Y");
    }

    void describe_tensors() {
        const auto order = logical_order(attrs_.spatial_rank, last_);
        x_ = described(input(x_in), order);
        y_ = described(output(0), order);
        if (input(residual_in).present()) residual_ = described(input(residual_in), order);
        if (input(bias_in).present()) {
            require(input(bias_in).rank == 1 && input(bias_in).count == y_.dims()[1],
                    "conv: bias has not one number for each channel of Y");
            bias_ = described(input(bias_in), {0});
        }
        w_ = weights();
    }

    /// [groups,] out, in, kernel...: in this order also where W of a transposed one is in, out.
    Memory::desc weights() const {
        const View& w = input(w_in);
        const int rank = attrs_.spatial_rank, second = last_ ? rank + 1 : 1;
        const bool transposed = attrs_.transposed != 0;
        const int out_dim = transposed ? second : 0, in_dim = transposed ? 0 : second;
        Memory::dims dims{w.dim(out_dim), w.dim(in_dim)}, strides{w.step(out_dim), w.step(in_dim)};
        for (int i = 0; i < rank; ++i) {
            dims.push_back(w.dim(last_ ? i + 1 : i + 2));
            strides.push_back(w.step(last_ ? i + 1 : i + 2));
        }
        if (groups_ > 1) {
            dims[transposed ? 1 : 0] /= groups_;
            dims.insert(dims.begin(), groups_);
            strides.insert(strides.begin(), w.step(0) * (w.dim(0) / groups_));
        }
        return {dims, *data_type(w.dtype), strides};
    }

    void describe_window() {
        for (int i = 0; i < attrs_.spatial_rank; ++i) {
            window_.strides.push_back(or_one(attrs_.stride[i]));
            window_.dilation.push_back(or_one(attrs_.dilation[i]) - 1);
            window_.pad_begin.push_back(attrs_.pad_begin[i]);
            window_.pad_end.push_back(attrs_.pad_end[i] - attrs_.output_pad[i]);
        }
    }

    dnnl::primitive_attr attributes(bool residual_by_binary) const {
        auto result = strict_attributes();
        dnnl::post_ops ops;
        if (residual_) {
            if (residual_by_binary) {
                ops.append_binary(dnnl::algorithm::binary_add, *residual_);
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

    static Memory::desc any_layout(const Memory::desc& desc) {
        return {desc.dims(), desc.data_type(), Memory::format_tag::any};
    }

    template <class Conv>
    typename Conv::primitive_desc choose(dnnl::algorithm algorithm, bool plain, bool binary) const {
        return compat::conv_primitive_desc<Conv>(
            engine_, algorithm, plain ? x_ : any_layout(x_), any_layout(w_),
            bias_ ? &*bias_ : nullptr, plain ? y_ : any_layout(y_), window_, attributes(binary));
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
        bool plain = last_, binary = residual_ && plain;
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
        if (bias_) arguments.emplace_back(DNNL_ARG_BIAS, bound_input(bias_in, *bias_));
        const Memory given = bound_output(0, y_);
        const bool direct = chosen.dst_desc() == y_;
        const Memory result = direct ? given : between(chosen.dst_desc());
        if (residual_ && binary) {
            arguments.emplace_back(DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1,
                                   bound_input(residual_in, *residual_));
        } else if (residual_) {
            add_reorder(bound_input(residual_in, *residual_), result);
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
        return in_layout(x_in, x_, wanted, ", X reordered");
    }

    Memory constant_weights() {
        if (packed_) {
            path_ += ", W packed";
            return packed_;
        }
        return in_layout(w_in, w_, packed_desc_, ", W repacked in every call");
    }

    assay_conv_attrs attrs_;
    bool last_ = false;
    std::int64_t groups_ = 1;
    Memory::desc x_, w_, y_, packed_desc_;
    std::optional<Memory::desc> bias_, residual_;
    compat::Window window_;
    Memory packed_;
};

}  // namespace

std::unique_ptr<OpExec> make_conv(const sdk::Op& op) {
    return std::make_unique<ConvExec>(op);
}

}  // namespace assay::onednn

// SPDX-License-Identifier: Apache-2.0
// A square matmul as a program of one's own would call oneDNN, with its C++ interface and B packed
// beforehand: what a run through Assay is held against, here and in tests/contest.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <unordered_map>

#include <oneapi/dnnl/dnnl.hpp>

#include "plugins/onednn/compat.hpp"

namespace assay::overhead {

class OnednnDirectly {
public:
    /// size x size matrices; a and b are copied. Throws dnnl::error when there is no
    /// implementation.
    OnednnDirectly(dnnl::memory::dim size, dnnl::memory::data_type operand,
                   dnnl::memory::data_type result, std::span<const std::byte> a,
                   std::span<const std::byte> b) {
        using dnnl::memory;
        const memory::dims dims{size, size};
        const memory::desc in(dims, operand, memory::format_tag::ab);
        const memory::desc out(dims, result, memory::format_tag::ab);
        const memory::desc any(dims, operand, memory::format_tag::any);
        dnnl::primitive_attr attributes;
        attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
        const auto chosen =
            onednn::compat::matmul_primitive_desc(engine_, in, any, nullptr, out,  //
                                                  attributes);
        implementation_ = chosen.impl_info_str();
        matmul_ = dnnl::matmul(chosen);
        memory plain(in, engine_), packed(chosen.weights_desc(), engine_);
        std::memcpy(plain.get_data_handle(), b.data(), b.size());
        dnnl::reorder(plain, packed).execute(stream_, plain, packed);
        stream_.wait();
        const memory source(in, engine_);
        std::memcpy(source.get_data_handle(), a.data(), a.size());
        arguments_ = {{DNNL_ARG_SRC, source},
                      {DNNL_ARG_WEIGHTS, packed},
                      {DNNL_ARG_DST, memory(out, engine_)},
                      {DNNL_ARG_SCRATCHPAD, memory(chosen.scratchpad_desc(), engine_)}};
    }

    /// One product, to its end.
    void run() {
        matmul_.execute(stream_, arguments_);
        stream_.wait();
    }
    const std::string& implementation() const { return implementation_; }

private:
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    dnnl::matmul matmul_;
    std::unordered_map<int, dnnl::memory> arguments_;
    std::string implementation_;
};

}  // namespace assay::overhead

// SPDX-License-Identifier: Apache-2.0
// See names.hpp.
#include "names.hpp"

#include <cstdio>

#include "compat.hpp"

namespace assay::onednn {
namespace {

using DataType = dnnl::memory::data_type;

struct DtypeRow {
    assay_dtype code;
    const char* name;
    DataType type;  ///< undef: oneDNN's CPU matmul has no such operand.
};
constexpr DtypeRow dtypes[] = {
    {ASSAY_F32, "f32", DataType::f32},
    {ASSAY_F16, "f16", DataType::f16},
    {ASSAY_BF16, "bf16", DataType::bf16},
    {ASSAY_I32, "i32", DataType::s32},
    {ASSAY_I8, "i8", DataType::s8},
    {ASSAY_U8, "u8", DataType::u8},
    {ASSAY_F64, "f64", DataType::undef},
    {ASSAY_F8E4M3FN, "f8e4m3fn", DataType::undef},
    {ASSAY_F8E5M2, "f8e5m2", DataType::undef},
    {ASSAY_F4E2M1, "f4e2m1", DataType::undef},
    {ASSAY_I4, "i4", DataType::undef},
    {ASSAY_U4, "u4", DataType::undef},
};

const DtypeRow* find_dtype(assay_dtype code) {
    for (const DtypeRow& row : dtypes)
        if (row.code == code) return &row;
    return nullptr;
}

}  // namespace

std::optional<DataType> data_type(assay_dtype dtype) {
    const DtypeRow* row = find_dtype(dtype);
    if (row == nullptr || row->type == DataType::undef) return std::nullopt;
    return row->type;
}

std::string dtype_name(assay_dtype dtype) {
    const DtypeRow* row = find_dtype(dtype);
    return row != nullptr ? row->name : "dtype " + std::to_string(dtype);
}

std::optional<Activation> activation(int code) {
    switch (code) {
        case ASSAY_ACT_RELU:
            return Activation{dnnl::algorithm::eltwise_relu, 0.f};
        case ASSAY_ACT_GELU:
            return Activation{dnnl::algorithm::eltwise_gelu_erf, 0.f};
        case ASSAY_ACT_GELU_TANH:
            return Activation{dnnl::algorithm::eltwise_gelu_tanh, 0.f};
        case ASSAY_ACT_SILU:
            return Activation{dnnl::algorithm::eltwise_swish, 1.f};
        default:
            return std::nullopt;
    }
}

std::string isa_name() {
    const auto value = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
    for (const compat::Isa& row : compat::isas)
        if (row.value == value) return row.name;
    char text[32];
    std::snprintf(text, sizeof text, "isa 0x%x", value);
    return text;
}

bool sums_integers_exactly() {
#if defined(__x86_64__)
    for (const char* without : {"sse41", "avx", "avx2", "avx512_core"})
        if (isa_name() == without) return false;
#endif
    return true;
}

std::string runtime_name() {
    switch (dnnl_version()->cpu_runtime) {
        case DNNL_RUNTIME_SEQ:
            return "SEQ";
        case DNNL_RUNTIME_OMP:
            return "OMP";
        case DNNL_RUNTIME_TBB:
            return "TBB";
        case DNNL_RUNTIME_THREADPOOL:
            return "THREADPOOL";
        default:
            return "runtime " + std::to_string(dnnl_version()->cpu_runtime);
    }
}

}  // namespace assay::onednn

// SPDX-License-Identifier: Apache-2.0
// One table for each enumeration of the ABI that the core reads or writes.
#include "core/host/codes.hpp"

#include <array>
#include <span>
#include <utility>

#include "core/base/text.hpp"
#include "core/host/plugin_error.hpp"

namespace assay {
namespace {

template <class T>
using Row = std::pair<std::int32_t, T>;

constexpr std::array<Row<Math>, 4> maths{{
    {ASSAY_MATH_STRICT, Math::strict},
    {ASSAY_MATH_TF32, Math::tf32},
    {ASSAY_MATH_BF16X3, Math::bf16x3},
    {ASSAY_MATH_ANY, Math::any},
}};
constexpr std::array<Row<Activation>, 5> activations{{
    {ASSAY_ACT_NONE, Activation::none},
    {ASSAY_ACT_RELU, Activation::relu},
    {ASSAY_ACT_GELU, Activation::gelu},
    {ASSAY_ACT_GELU_TANH, Activation::gelu_tanh},
    {ASSAY_ACT_SILU, Activation::silu},
}};
constexpr std::array<Row<const char*>, 4> supports{{
    {ASSAY_SUPPORT_NONE, "none"},
    {ASSAY_SUPPORT_NATIVE, "native"},
    {ASSAY_SUPPORT_EMULATED, "emulated"},
    {ASSAY_SUPPORT_HOST, "host"},
}};
constexpr std::array<Row<const char*>, 4> timers{{
    {ASSAY_TIMER_NONE, "none"},
    {ASSAY_TIMER_HOST, "host"},
    {ASSAY_TIMER_DEVICE, "device"},
    {ASSAY_TIMER_VIRTUAL, "virtual"},
}};
constexpr std::array<Row<const char*>, 5> kinds{{
    {ASSAY_KIND_CPU, "cpu"},
    {ASSAY_KIND_GPU, "gpu"},
    {ASSAY_KIND_NPU, "npu"},
    {ASSAY_KIND_FPGA, "fpga"},
    {ASSAY_KIND_SIMULATED, "simulated"},
}};

template <class T>
const T* find(std::span<const Row<T>> rows, std::int32_t code) {
    for (const auto& [number, value] : rows) {
        if (number == code) return &value;
    }
    return nullptr;
}

template <class T>
T value_of(std::span<const Row<T>> rows, std::int32_t code, const std::string& what) {
    const T* value = find(rows, code);
    if (value == nullptr) {
        plugin_misbehaves(what + " is " + std::to_string(code) + ", which the ABI does not define");
    }
    return *value;
}

template <class T>
std::int32_t code_of(std::span<const Row<T>> rows, T wanted) {
    for (const auto& [number, value] : rows) {
        if (value == wanted) return number;
    }
    throw Error("a value of the core has no number in the plugin ABI (a fault of assay)");
}

}  // namespace

void plugin_misbehaves(const std::string& text) {
    throw PluginError(ASSAY_ERR_INTERNAL, text + " (a fault of the plugin)");
}

std::string text_of(std::string_view bounded, std::size_t capacity, const char* field) {
    if (bounded.size() == capacity) {
        plugin_misbehaves(std::string(field) + ": is not NUL-terminated within its " +
                          std::to_string(capacity) + " bytes");
    }
    return printable(bounded, capacity);
}

std::int32_t abi_code(Math math) {
    return code_of<Math>(maths, math);
}
std::int32_t abi_code(Activation activation) {
    return code_of<Activation>(activations, activation);
}

bool is_known_dtype(assay_dtype code) {
    for (const std::string& known : dtype_names()) {
        if (static_cast<assay_dtype>(*parse_dtype(known)) == code) return true;
    }
    return false;
}

Dtype dtype_from(assay_dtype code, const char* where) {
    if (code != 0 && !is_known_dtype(code)) {
        plugin_misbehaves(std::string(where) + ": accumulator is " + std::to_string(code) +
                          ", an element type this program does not know");
    }
    return static_cast<Dtype>(code);
}
Math math_from(std::int32_t code, const char* where) {
    return value_of<Math>(maths, code, std::string(where) + ": math");
}
std::string support_from(std::int32_t level, const char* where) {
    return value_of<const char*>(supports, level, std::string(where) + ": support level");
}
std::string timer_from(std::int32_t timer, const char* where) {
    return value_of<const char*>(timers, timer, std::string(where) + ": timer");
}
std::string kind_from(std::int32_t kind) {
    const auto* known = find<const char*>(kinds, kind);
    return known != nullptr ? *known : "other";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Every question about any workload, passed on to its kind.
#include "core/workload/workload.hpp"

#include <array>

#include <fmt/format.h>

#include "core/base/error.hpp"
#include "core/workload/op_cost.hpp"
#include "core/workload/words.hpp"

namespace assay {

std::string_view kind(const Workload& workload) {
    constexpr std::array<std::string_view, 4> names{"gemm", "operator", "inference", "transfer"};
    return names.at(workload.index());
}

bool is_operator(const Workload& workload) {
    return std::holds_alternative<Gemm>(workload) || std::holds_alternative<OperatorWork>(workload);
}

Op op_of(const Workload& workload) {
    if (const auto* gemm = std::get_if<Gemm>(&workload)) return op_of(*gemm);
    if (const auto* work = std::get_if<OperatorWork>(&workload)) return op_of(*work);
    throw Error(std::string(kind(workload)) + ": is no single operator");
}

std::string invalid(const Workload& workload) {
    return std::visit([](const auto& each) { return invalid(each); }, workload);
}

double flop(const Workload& workload) {
    return std::visit([](const auto& each) { return flop(each); }, workload);
}

double least_bytes(const Workload& workload) {
    return std::visit([](const auto& each) { return least_bytes(each); }, workload);
}

std::uint64_t footprint_bytes(const Workload& workload) {
    return std::visit([](const auto& each) { return footprint_bytes(each); }, workload);
}

std::string short_name(const Workload& workload) {
    return std::visit([](const auto& each) { return short_name(each); }, workload);
}

std::string key_of(const Workload& workload) {
    std::string key(kind(workload));
    std::visit(
        [&](const auto& each) {
            describe(each, [&](const char* field, const auto& value) {
                key += fmt::format(" {}={}", field, text_of(value));
            });
        },
        workload);
    return key;
}

bool counts_integer_operations(const Workload& workload) {
    if (const auto* gemm = std::get_if<Gemm>(&workload)) {
        return is_integer(gemm->a) && is_integer(gemm->b);
    }
    const auto* work = std::get_if<OperatorWork>(&workload);
    return work != nullptr && counts_integer_operations(op_of(*work));
}

}  // namespace assay

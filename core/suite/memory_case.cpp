// SPDX-License-Identifier: Apache-2.0
#include "core/suite/memory_case.hpp"

#include <array>

namespace assay {
namespace {

using namespace std::string_view_literals;

constexpr std::array access_names = {"read"sv, "copy"sv, "add"sv, "to_device"sv, "from_device"sv};

}  // namespace

template <>
std::span<const std::string_view> names<MemoryAccess>() {
    return access_names;
}

std::string_view name(MemoryAccess access) {
    return access_names.at(static_cast<std::size_t>(access));
}

Workload memory_work(MemoryAccess access, std::int64_t bytes) {
    OperatorWork work;
    work.x = {bytes / memory_row_bytes, memory_row_bytes / 4};
    switch (access) {
        case MemoryAccess::read:
            work.op = OpKind::reduce;
            work.reduction = Reduction::sum;
            work.axis = 1;
            break;
        case MemoryAccess::copy:
            work.op = OpKind::copy;
            work.copying = Copying::slice;
            work.y = work.x;
            work.params = {0, 0};
            break;
        case MemoryAccess::add:
            work.op = OpKind::elementwise;
            work.function = Function::add;
            work.y = work.x;
            break;
        case MemoryAccess::to_device:
            return Transfer{Way::to_device, bytes};
        case MemoryAccess::from_device:
            return Transfer{Way::from_device, bytes};
    }
    return work;
}

}  // namespace assay

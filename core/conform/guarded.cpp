// SPDX-License-Identifier: Apache-2.0
#include "core/conform/guarded.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include "core/base/error.hpp"

namespace assay {

GuardedPages::GuardedPages(std::uint64_t bytes)
    : page_(static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE))) {
    const std::uint64_t used = (bytes + page_ - 1) / page_ * page_;
    void* made =
        mmap(nullptr, used + page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (made == MAP_FAILED) throw Error("no memory for guarded pages");
    begin_ = static_cast<std::byte*>(made);
    guard_ = begin_ + used;
    mprotect(guard_, page_, PROT_NONE);
}

GuardedPages::~GuardedPages() {
    munmap(begin_, static_cast<std::uint64_t>(guard_ - begin_) + page_);
}

void GuardedPages::take_away() const {
    mprotect(begin_, static_cast<std::uint64_t>(guard_ - begin_), PROT_NONE);
}

LongerOp::LongerOp(const assay_op_desc& op, std::uint32_t longer, Arena& arena) : longer_(longer) {
    desc_ = static_cast<assay_op_desc*>(longer_copy("operator", &op, arena));
    desc_->inputs = tensors("an input", op.num_inputs, op.inputs, arena);
    desc_->outputs = tensors("an output", op.num_outputs, op.outputs, arena);
    if (op.attrs != nullptr) desc_->attrs = longer_copy("attributes", op.attrs, arena);
}

void* LongerOp::longer_copy(const char* name, const void* from, Arena& arena) {
    std::uint32_t size = 0;
    std::memcpy(&size, from, sizeof(size));
    std::vector<std::byte> bytes(size + longer_);
    std::memcpy(bytes.data(), from, size);
    const std::uint32_t whole = size + longer_;
    std::memcpy(bytes.data(), &whole, sizeof(whole));
    void* copy = arena.put(bytes.data(), bytes.size());
    parts_.push_back({name, static_cast<std::byte*>(copy), size});
    return copy;
}

const assay_tensor_desc* const* LongerOp::tensors(const char* name, std::uint32_t count,
                                                  const assay_tensor_desc* const* from,
                                                  Arena& arena) {
    std::vector<const assay_tensor_desc*> list;
    for (std::uint32_t i = 0; i < count; ++i) {
        list.push_back(from[i] == nullptr ? nullptr
                                          : static_cast<const assay_tensor_desc*>(
                                                longer_copy(name, from[i], arena)));
    }
    return static_cast<const assay_tensor_desc* const*>(
        arena.put(static_cast<const void*>(list.data()), list.size() * sizeof(void*)));
}

}  // namespace assay

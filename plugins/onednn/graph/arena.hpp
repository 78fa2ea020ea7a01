// SPDX-License-Identifier: Apache-2.0
// Memory of a compiled graph: blocks that live from their first to their last step, placed in one
// piece so that those which are never needed together share it; and copies of constants.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "graph/ir.hpp"

namespace assay::onednn {

class Arena {
public:
    std::size_t add(std::uint64_t bytes);
    /// `step` needs the block.
    void touch(std::size_t block, std::size_t step);
    /// After all steps are known. Throws std::bad_alloc.
    void place();
    void* at(std::size_t block) const { return memory_.get() + blocks_[block].offset; }
    std::uint64_t bytes() const { return bytes_; }

private:
    struct Block {
        std::uint64_t bytes, offset;
        std::size_t first, last;
        bool used;
    };
    struct Free {
        void operator()(char* memory) const { std::free(memory); }
    };
    std::vector<Block> blocks_;
    std::uint64_t bytes_ = 0;
    std::unique_ptr<char, Free> memory_;
};

/// Constants that steps read as they were given; a storage is copied when it is first asked for.
class Constants {
public:
    /// Where value `v` begins. Throws INVALID where the host gave fewer bytes than it has.
    const void* of(const Ir& ir, int v);
    std::uint64_t bytes() const { return bytes_; }

private:
    std::map<int, std::unique_ptr<sdk::HostBuffer>> copies_;
    std::uint64_t bytes_ = 0;
};

/// The host's own bytes of a constant, valid while compile() runs.
const void* given_bytes(const Ir& ir, int v);

}  // namespace assay::onednn

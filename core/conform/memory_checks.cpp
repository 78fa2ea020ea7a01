// SPDX-License-Identifier: Apache-2.0
// Group E: memory, copies and fills. Copies that overlap are not tried: plugin.h says that the host
// makes none.
#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>
#include <sys/resource.h>

#include "core/base/random.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/process_state.hpp"
#include "core/conform/rig.hpp"

namespace assay {
namespace {

assay_status try_alloc(const Rig& rig, std::uint64_t bytes, Buffer& out) {
    assay_buffer* buffer = nullptr;
    const assay_status status =
        rig.table().buffer_alloc(rig.device(), bytes, ASSAY_MEM_DEVICE, &buffer, nullptr);
    out = Buffer(status == ASSAY_OK ? buffer : nullptr, rig.table().buffer_free);
    return status;
}

bool is_exhausted(assay_status status) {
    return status == ASSAY_ERR_NO_DEVICE_MEMORY || status == ASSAY_ERR_NO_HOST_MEMORY;
}

/// Host memory of this process, limited for as long as it lives.
class MemoryLimit {
public:
    explicit MemoryLimit(std::uint64_t more) {
        getrlimit(RLIMIT_AS, &before_);
        rlimit own = before_;
        own.rlim_cur = std::min<rlim_t>(before_.rlim_cur, virtual_bytes() + more);
        setrlimit(RLIMIT_AS, &own);
    }
    ~MemoryLimit() { setrlimit(RLIMIT_AS, &before_); }
    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;

private:
    rlimit before_{};
};

void require_usable(const Rig& rig, std::uint64_t bytes, const std::string& what) {
    const Buffer buffer = rig.alloc(bytes);
    const Block block = random_block(bytes, rig.seed());
    rig.upload(buffer, block);
    require(rig.download(buffer, bytes) == block, what + ": another content comes back");
}

/// Takes buffers until there is no memory; the host's is limited where the device lives in it.
void exhaust(const Rig& rig) {
    constexpr std::uint64_t piece = 64U << 20U, host_memory = 1U << 30U;
    constexpr int most = 64;  // pieces: a device of more than 4 GiB is not filled up
    const bool host = rig.info().kind == ASSAY_KIND_CPU || rig.info().kind == ASSAY_KIND_SIMULATED;
    assay_status status = ASSAY_OK;
    {
        const MemoryLimit limit(host ? host_memory : std::uint64_t{1} << 46U);
        std::vector<Buffer> taken;
        taken.reserve(most);
        for (int i = 0; i < most && status == ASSAY_OK; ++i) {
            Buffer buffer;
            status = try_alloc(rig, piece, buffer);
            taken.push_back(std::move(buffer));
        }
    }
    require(status == ASSAY_OK || is_exhausted(status),
            fmt::format("buffer_alloc: status {} when memory is exhausted", status));
    require_usable(rig, 1U << 20U, "after memory was exhausted and freed");
}

// ---------------------------------------------------------------- E24

struct Piece {
    std::uint64_t offset, bytes;
};
constexpr std::uint64_t whole = 100'003;
constexpr std::array pieces{Piece{0, whole}, Piece{1, 1},     Piece{3, 7},    Piece{4095, 2},
                            Piece{17, 4096}, Piece{0, 0},     Piece{64, 333}, Piece{99'990, 13},
                            Piece{5, 65536}, Piece{whole, 0}, Piece{8191, 9}};

void overwrite(Block& at, std::uint64_t offset, const Block& with) {
    std::copy(with.begin(), with.end(), at.begin() + static_cast<std::ptrdiff_t>(offset));
}

Block part_of(const Block& block, const Piece& piece) {
    const auto begin = block.begin() + static_cast<std::ptrdiff_t>(piece.offset);
    return {begin, begin + static_cast<std::ptrdiff_t>(piece.bytes)};
}

std::string text_of(const Piece& piece) {
    return fmt::format("{} bytes at offset {}", piece.bytes, piece.offset);
}

void check_round_trips(const Rig& rig, const Buffer& buffer, Block& shadow) {
    std::uint64_t stream = 10;
    for (const Piece& piece : pieces) {
        const Block sent = random_block(piece.bytes, rig.seed(), ++stream);
        rig.upload(buffer, sent, piece.offset);
        overwrite(shadow, piece.offset, sent);
        require(rig.download(buffer, piece.bytes, piece.offset) == sent,
                "copy_to_device, copy_to_host: " + text_of(piece) + " come back otherwise");
        require(rig.download(buffer, whole) == shadow,
                "copy_to_device: " + text_of(piece) + " change bytes outside");
    }
}

void check_fills(const Rig& rig, const Buffer& buffer, Block& shadow) {
    for (const Piece& piece : pieces) {
        constexpr std::uint32_t pattern = 0x04030201;
        rig.fill(buffer, piece.offset, piece.bytes, pattern);
        rig.wait();
        for (std::uint64_t i = 0; i < piece.bytes; ++i) {
            shadow[piece.offset + i] = static_cast<std::byte>(i % 4 + 1);
        }
        require(rig.download(buffer, whole) == shadow,
                "fill: " + text_of(piece) + " with a 4-byte pattern give other bytes");
    }
}

void check_device_copies(const Rig& rig, const Buffer& buffer, Block& shadow) {
    const Buffer source = rig.alloc(whole);
    const Block from = random_block(whole, rig.seed(), 99);
    rig.upload(source, from);
    for (const Piece& piece : pieces) {
        const std::uint64_t at = (whole - piece.bytes) / 2;
        assay_error error{};
        require(rig.table().copy_on_device(rig.queue(), buffer.get(), at, source.get(),
                                           piece.offset, piece.bytes, &error) == ASSAY_OK,
                "copy_on_device: fails for " + text_of(piece));
        rig.wait();
        overwrite(shadow, at, part_of(from, piece));
        require(rig.download(buffer, whole) == shadow,
                "copy_on_device: " + text_of(piece) + " arrive otherwise");
    }
}

}  // namespace

std::string check_allocation(const Candidate& candidate) {
    const Rig rig(candidate);
    for (const std::uint64_t bytes : {0ULL, 1ULL, 3ULL, 4095ULL, 4097ULL, 1ULL << 24U}) {
        if (bytes > 0) require_usable(rig, bytes, fmt::format("a buffer of {} bytes", bytes));
        Buffer buffer;
        const assay_status status = try_alloc(rig, bytes, buffer);
        require(status == ASSAY_OK,
                fmt::format("buffer_alloc: status {} for {} bytes", status, bytes));
        void* pointer = rig.table().buffer_host_pointer(buffer.get());
        const std::uint64_t alignment = std::max(rig.info().buffer_alignment, 1U);
        require(reinterpret_cast<std::uint64_t>(pointer) % alignment == 0,
                fmt::format("buffer_alloc: {} bytes are not aligned to {}", bytes, alignment));
    }
    for (const std::uint64_t bytes : {1ULL << 62U, ~0ULL, ~0ULL - 4095}) {
        Buffer buffer;
        const assay_status status = try_alloc(rig, bytes, buffer);
        require(is_exhausted(status),
                fmt::format("buffer_alloc: status {} for {} bytes, which no machine has", status,
                            bytes));
    }
    exhaust(rig);
    return "";
}

std::string check_copies(const Candidate& candidate) {
    const Rig rig(candidate);
    const Buffer buffer = rig.alloc(whole);
    Block shadow = random_block(whole, rig.seed());
    rig.upload(buffer, shadow);
    check_round_trips(rig, buffer, shadow);
    check_fills(rig, buffer, shadow);
    check_device_copies(rig, buffer, shadow);
    return "";
}

std::string check_memory_returns(const Candidate& candidate) {
    const Rig rig(candidate);
    const auto free_bytes = [&rig] {
        std::uint64_t free = 0, total = 0;
        const assay_status status = rig.table().memory_info(rig.device(), &free, &total, nullptr);
        if (status == ASSAY_ERR_UNSUPPORTED || (status == ASSAY_OK && total == 0)) {
            skip_check("the device does not say how much memory is free");
        }
        require(status == ASSAY_OK, fmt::format("memory_info: status {}", status));
        require(free <= total, fmt::format("memory_info: {} bytes free of {}", free, total));
        return free;
    };
    constexpr std::uint64_t piece = 32U << 20U, slack = 2U << 20U;  // chosen: an allocator's page
    { const Buffer first = rig.alloc(piece); }
    const std::uint64_t before = free_bytes();
    {
        const Buffer buffer = rig.alloc(piece);
        require(free_bytes() + piece <= before + slack,
                "memory_info: a buffer of 32 MiB does not show");
    }
    require(free_bytes() + slack >= before, "memory_info: freed memory does not come back");
    return "";
}

std::string check_ranges(const Candidate& candidate) {
    constexpr std::uint64_t size = 4096;
    const Rig rig(candidate);
    const assay_plugin& table = rig.table();
    const Buffer buffer = rig.alloc(size), other = rig.alloc(2 * size);
    const Block content = random_block(size, rig.seed());
    Block host(2 * size);
    rig.upload(buffer, content);
    for (const Piece& piece : {Piece{size - 1, 2}, Piece{0, size + 1}, Piece{size + 1, 0},
                               Piece{~0ULL, 1}, Piece{1, ~0ULL}, Piece{~0ULL - 7, 16}}) {
        const auto [offset, bytes] = piece;
        const std::array answers{
            table.copy_to_device(rig.queue(), buffer.get(), offset, host.data(), bytes, nullptr),
            table.copy_to_host(rig.queue(), host.data(), buffer.get(), offset, bytes, nullptr),
            table.copy_on_device(rig.queue(), buffer.get(), offset, other.get(), 0, bytes, nullptr),
            table.copy_on_device(rig.queue(), other.get(), 0, buffer.get(), offset, bytes, nullptr),
            table.fill(rig.queue(), buffer.get(), offset, bytes, 1, nullptr)};
        constexpr std::array calls{"copy_to_device", "copy_to_host", "copy_on_device to",
                                   "copy_on_device from", "fill"};
        for (std::size_t i = 0; i < answers.size(); ++i) {
            require(answers.at(i) == ASSAY_ERR_INVALID,
                    fmt::format("{}: status {} for {} of a buffer of {}", calls.at(i),
                                answers.at(i), text_of(piece), size));
        }
    }
    rig.wait();
    require(rig.download(buffer, size) == content, "a call out of range changed the buffer");
    return "";
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
#include "core/measure/gemm_spots.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace assay {
namespace {

constexpr int spots_anywhere = 2;
constexpr std::uint64_t piece_bytes = 64;  // research/statistics 5.5: a stripe of A

/// Without the sign that some libraries print before a nan.
std::string number_text(double value) {
    return std::isnan(value) ? "nan" : fmt::format("{:.6g}", value);
}

std::uint64_t below(std::int64_t size, Random& random) {
    return random.below(static_cast<std::uint32_t>(size));  // sizes are at most 2^30 (invalid())
}

}  // namespace

Exchange choose_exchange(std::uint64_t bytes, int bits, Random& random) {
    const std::uint64_t whole = static_cast<std::uint64_t>(std::max(bits, 8)) / 8;
    const std::uint64_t piece = std::min(piece_bytes, bytes / 2 / whole * whole);
    if (piece == 0) return {};
    const std::uint64_t pieces = bytes / piece;
    const std::uint64_t one = random.word64() % pieces;
    const std::uint64_t other = (one + 1 + random.word64() % (pieces - 1)) % pieces;
    return {one * piece, other * piece, piece};
}

GemmElement GemmSpots::anywhere(Random& random) const {
    return {below(gemm_.batch, random), below(gemm_.m, random), below(gemm_.n, random)};
}

std::uint64_t GemmSpots::place(const GemmElement& element) const {
    const auto m = static_cast<std::uint64_t>(gemm_.m), n = static_cast<std::uint64_t>(gemm_.n);
    return (element.batch * m + element.row) * n + element.column;
}

/// An element in a row of D that an element of A at that byte is part of.
GemmElement GemmSpots::of_piece(std::uint64_t offset, Random& random) const {
    const auto m = static_cast<std::uint64_t>(gemm_.m), k = static_cast<std::uint64_t>(gemm_.k);
    const std::uint64_t index = offset * 8 / static_cast<std::uint64_t>(bits(gemm_.a));
    GemmElement element = anywhere(random);
    element.row = gemm_.transpose_a ? index % m : index / k % m;
    if (!gemm_.broadcast_a) element.batch = index / m / k;
    return element;
}

void GemmSpots::arm(const Tensors& tensors, int set, const Exchange& exchanged, Random& random) {
    spots_.clear();
    exchanged_ = exchanged.bytes > 0;
    for (int i = 0; i < spots_anywhere; ++i) spots_.push_back(anywhere(random));
    for (const std::uint64_t piece : {exchanged.one, exchanged.other}) {
        if (exchanged_) spots_.push_back(of_piece(piece, random));
    }
    const std::uint64_t width = bytes(gemm_.d, 1);
    for (const GemmElement& spot : spots_) tensors.poison_piece(set, place(spot) * width, width);
}

std::string GemmSpots::look(const Tensors& tensors, int set, const Arithmetic& arithmetic) const {
    const std::vector<Bytes>& in = tensors.host(set);
    const Bytes none;
    const GemmData data{in[0], in[1], in.size() > 2 ? in[2] : none, none};
    std::array<std::byte, 8> cell{};
    const std::uint64_t width = bytes(gemm_.d, 1);
    for (GemmElement spot : spots_) {
        tensors.read(set, place(spot) * width, std::span(cell).first(width));
        spot.found = load(cell, gemm_.d, 0);
        if (element_is_right(gemm_, data, arithmetic, spot)) continue;
        return fmt::format("D[{}, {}, {}] is {} {}", spot.batch, spot.row, spot.column,
                           number_text(spot.found),
                           exchanged_ ? "after a few inputs were changed: is an answer kept?"
                                      : "in a call between timed ones: was it computed?");
    }
    return "";
}

}  // namespace assay

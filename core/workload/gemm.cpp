// SPDX-License-Identifier: Apache-2.0
// The GEMM problem: its work, its size, its short name, and what makes no sense.
#include "core/workload/gemm.hpp"

#include <array>

#include <fmt/format.h>

#include "core/workload/names.hpp"

namespace assay {

namespace {

// Far above any real problem, and small enough that no product of two sizes overflows.
constexpr std::int64_t largest_size = std::int64_t{1} << 30;
constexpr double most_elements = 0x1p40;

double product(const Gemm& gemm) {
    return static_cast<double>(gemm.m) * static_cast<double>(gemm.n) * static_cast<double>(gemm.k) *
           static_cast<double>(gemm.batch);
}

std::string invalid_size(const Gemm& gemm) {
    struct Size {
        const char* name;
        std::int64_t value;
    };
    for (const auto& [name, value] : std::array<Size, 4>{
             {{"m", gemm.m}, {"n", gemm.n}, {"k", gemm.k}, {"batch", gemm.batch}}}) {
        if (value < 1) return fmt::format("{} must be at least 1, is {}", name, value);
        if (value > largest_size) {
            return fmt::format("{} must be at most {}, is {}", name, largest_size, value);
        }
    }
    const auto each = [&](std::int64_t rows, std::int64_t columns) {
        return static_cast<double>(gemm.batch) * static_cast<double>(rows) *
               static_cast<double>(columns);
    };
    if (each(gemm.m, gemm.k) > most_elements || each(gemm.k, gemm.n) > most_elements ||
        each(gemm.m, gemm.n) > most_elements) {
        return "a tensor has more than 2^40 elements";
    }
    return "";
}

std::string invalid_types(const Gemm& gemm) {
    for (const auto& [which, dtype] : {std::pair{"a", gemm.a}, {"b", gemm.b}, {"d", gemm.d}}) {
        if (dtype == Dtype::none) return fmt::format("{} must have a type, is none", which);
    }
    if (gemm.a == Dtype::i32 || gemm.b == Dtype::i32) {
        return "operands of type i32 have no exact product here; use i8, u8, i4 or u4";
    }
    if (bits(gemm.d) < 8) {
        return fmt::format("d must be at least 8 bits wide, is {}", name(gemm.d));
    }
    const bool integers = is_integer(gemm.a) && is_integer(gemm.b);
    if (is_integer(gemm.d) && !integers) {
        return fmt::format("d = {} needs integer operands, a is {} and b is {}", name(gemm.d),
                           name(gemm.a), name(gemm.b));
    }
    if (is_integer(gemm.accumulator) && !integers) {
        return fmt::format("accumulator = {} needs integer operands", name(gemm.accumulator));
    }
    return "";
}

/// The ABI begins every row of a dense 4-bit tensor on a byte; here elements lie without gaps. Both
/// are the same where rows are whole bytes.
std::string invalid_rows(const Gemm& gemm) {
    const bool a_by_m = gemm.transpose_a, b_by_k = gemm.transpose_b;
    if (bits(gemm.a) < 8 && (a_by_m ? gemm.m : gemm.k) % 2 != 0) {
        return fmt::format("{} must be even where a is {}: its rows are whole bytes",
                           a_by_m ? "m" : "k", name(gemm.a));
    }
    if (bits(gemm.b) < 8 && (b_by_k ? gemm.k : gemm.n) % 2 != 0) {
        return fmt::format("{} must be even where b is {}: its rows are whole bytes",
                           b_by_k ? "k" : "n", name(gemm.b));
    }
    return "";
}

std::string invalid_epilogue(const Gemm& gemm) {
    if (!is_integer(gemm.d)) return "";
    if (gemm.bias != Dtype::none && !is_integer(gemm.bias)) {
        return fmt::format("bias must be an integer type when d is {}, is {}", name(gemm.d),
                           name(gemm.bias));
    }
    if (gemm.activation != Activation::none && gemm.activation != Activation::relu) {
        return fmt::format("activation {} needs a floating d, d is {}", name(gemm.activation),
                           name(gemm.d));
    }
    return "";
}

std::string types_text(const Gemm& gemm) {
    if (gemm.a == gemm.b && gemm.b == gemm.d) return std::string(name(gemm.a));
    return fmt::format("{}*{}->{}", name(gemm.a), name(gemm.b), name(gemm.d));
}

}  // namespace

double flop(const Gemm& gemm) {
    return 2 * product(gemm);
}

double least_bytes(const Gemm& gemm) {
    return static_cast<double>(footprint_bytes(gemm));
}

GemmElements elements(const Gemm& gemm) {
    const auto m = static_cast<std::uint64_t>(gemm.m), n = static_cast<std::uint64_t>(gemm.n),
               k = static_cast<std::uint64_t>(gemm.k),
               batch = static_cast<std::uint64_t>(gemm.batch);
    return {.a = m * k * (gemm.broadcast_a ? 1 : batch),
            .b = k * n * (gemm.broadcast_b ? 1 : batch),
            .bias = gemm.bias == Dtype::none ? 0 : n,
            .d = m * n * batch};
}

std::uint64_t footprint_bytes(const Gemm& gemm) {
    const GemmElements count = elements(gemm);
    return bytes(gemm.a, count.a) + bytes(gemm.b, count.b) + bytes(gemm.bias, count.bias) +
           bytes(gemm.d, count.d);
}

std::string short_name(const Gemm& gemm) {
    std::string text = fmt::format("gemm {} {}x{}x{}", types_text(gemm), gemm.m, gemm.n, gemm.k);
    const auto add = [&](bool present, std::string_view word) {
        if (present) text.append(" ").append(word);
    };
    add(gemm.batch != 1, fmt::format("batch {}", gemm.batch));
    add(gemm.transpose_a, "tA");
    add(gemm.transpose_b, "tB");
    add(gemm.broadcast_a, "sharedA");
    add(gemm.broadcast_b, "sharedB");
    add(gemm.constant_b, "constB");
    add(gemm.bias != Dtype::none,
        gemm.bias == gemm.d ? "bias" : fmt::format("bias:{}", name(gemm.bias)));
    add(gemm.activation != Activation::none, name(gemm.activation));
    add(gemm.accumulator != Dtype::none, fmt::format("acc:{}", name(gemm.accumulator)));
    add(gemm.math != Math::strict, fmt::format("math:{}", name(gemm.math)));
    return text;
}

std::string invalid(const Gemm& gemm) {
    for (const auto& judge : {invalid_size, invalid_types, invalid_rows, invalid_epilogue}) {
        if (std::string wrong = judge(gemm); !wrong.empty()) return wrong;
    }
    return "";
}

}  // namespace assay

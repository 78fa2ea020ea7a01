// SPDX-License-Identifier: Apache-2.0
// Sums of products: rows times rows, small matrices, and panels of packed weights. A part of
// simd_kernels.hpp. Sixteen floats are one vector of AVX-512 or two of narrower units, said so
// here: a compiler that cuts vectors which the unit has not keeps them in memory.

#define ASSAY_INLINE inline __attribute__((always_inline))

#if defined(__AVX512F__)
constexpr bool is_wide = true;  ///< Sixteen floats are one register, and there are 32.
constexpr int halves = 1;
#else
constexpr bool is_wide = false;
constexpr int halves = 2;
#endif
constexpr std::size_t half_bytes = 64 / halves;
typedef float Half __attribute__((vector_size(half_bytes)));
typedef std::int32_t HalfInts __attribute__((vector_size(half_bytes)));
typedef float LooseHalf __attribute__((vector_size(half_bytes), aligned(4), may_alias));
typedef std::int32_t LooseHalfInts __attribute__((vector_size(half_bytes), aligned(4), may_alias));

/// Sixteen floats.
struct Floats {
    Half low{};
#if !defined(__AVX512F__)
    Half high{};
#endif
    template <class F>
    ASSAY_INLINE static Floats each(const F& make) {
        Floats made;
        made.low = make(0);
#if !defined(__AVX512F__)
        made.high = make(1);
#endif
        return made;
    }
    ASSAY_INLINE const Half& at(int half) const {
#if !defined(__AVX512F__)
        if (half == 1) return high;
#endif
        (void)half;
        return low;
    }
    ASSAY_INLINE Floats& operator+=(const Floats& other) {
        return *this = each([&](int h) { return at(h) + other.at(h); });
    }
    ASSAY_INLINE Floats& operator*=(const Floats& other) {
        return *this = each([&](int h) { return at(h) * other.at(h); });
    }
};
ASSAY_INLINE Floats operator*(const Floats& a, const Floats& b) {
    return Floats::each([&](int h) { return a.at(h) * b.at(h); });
}
ASSAY_INLINE Floats operator*(float a, const Floats& b) {
    return Floats::each([&](int h) { return a * b.at(h); });
}

ASSAY_INLINE void fetch(const float* from, Floats& to) {
    to = Floats::each(
        [&](int h) { return Half(*reinterpret_cast<const LooseHalf*>(from + h * (16 / halves))); });
}
ASSAY_INLINE void put(const Floats& from, float* to) {
    for (int h = 0; h < halves; ++h)
        *reinterpret_cast<LooseHalf*>(to + h * (16 / halves)) = from.at(h);
}

template <int Rows>
ASSAY_INLINE void dots_of(const float* q, const float* k, Count d, float factor, float* out) {
    float total[Rows] = {};
    Floats part[Rows] = {};
    Count p = 0;
    for (; p + 16 <= d; p += 16) {
        Floats x, y;
        fetch(q + p, x);
        for (int j = 0; j < Rows; ++j) {
            fetch(k + j * d + p, y);
            part[j] += x * y;
        }
    }
    for (; p < d; ++p)
        for (int j = 0; j < Rows; ++j) total[j] += q[p] * k[j * d + p];
    for (int j = 0; j < Rows; ++j) {
        float lanes[16];
        put(part[j], lanes);
        out[j] = factor * (total[j] + sum(lanes, 16));
    }
}

void dots(const float* q, const float* k, Count d, float factor, float* out, Count rows) {
    Count j = 0;
    for (; j + 4 <= rows; j += 4) dots_of<4>(q, k + j * d, d, factor, out + j);
    for (; j < rows; ++j) dots_of<1>(q, k + j * d, d, factor, out + j);
}

/// Rows x (16 Wide) of C stay in registers.
template <int Rows, int Wide>
ASSAY_INLINE void tile(Count k, const float* a, Count lda, const float* b, Count ldb, float* c,
                       Count ldc) {
    Floats sums[Rows][Wide];
    for (int i = 0; i < Rows; ++i)
        for (int j = 0; j < Wide; ++j) fetch(c + i * ldc + 16 * j, sums[i][j]);
    for (Count p = 0; p < k; ++p) {
        Floats row[Wide];
        for (int j = 0; j < Wide; ++j) fetch(b + p * ldb + 16 * j, row[j]);
        for (int i = 0; i < Rows; ++i)
            for (int j = 0; j < Wide; ++j) sums[i][j] += a[i * lda + p] * row[j];
    }
    for (int i = 0; i < Rows; ++i)
        for (int j = 0; j < Wide; ++j) put(sums[i][j], c + i * ldc + 16 * j);
}

template <int Wide>
void tiles(Count m, Count k, const float* a, Count lda, const float* b, Count ldb, float* c,
           Count ldc) {
    Count i = 0;
    for (; i + 6 <= m; i += 6) tile<6, Wide>(k, a + i * lda, lda, b, ldb, c + i * ldc, ldc);
    for (; i + 2 <= m; i += 2) tile<2, Wide>(k, a + i * lda, lda, b, ldb, c + i * ldc, ldc);
    for (; i < m; ++i) tile<1, Wide>(k, a + i * lda, lda, b, ldb, c + i * ldc, ldc);
}

void gemm(Count m, Count n, Count k, const float* a, Count lda, const float* b, Count ldb, float* c,
          Count ldc) {
    Count j = 0;
    if constexpr (is_wide)
        for (; j + 64 <= n; j += 64) tiles<4>(m, k, a, lda, b + j, ldb, c + j, ldc);
    for (; j < n; j += 16) tiles<1>(m, k, a, lda, b + j, ldb, c + j, ldc);
}

/// One 64-byte row of a panel as 512 / Bits floats: part j is columns 16 j to 16 j + 15.
template <int Bits>
ASSAY_INLINE void widen(const char* from, Floats (&to)[32 / Bits]) {
    const auto words = [from](int h) {
        return HalfInts(*reinterpret_cast<const LooseHalfInts*>(from + static_cast<std::size_t>(h) *
                                                                           half_bytes));
    };
    if constexpr (Bits == 32) {
        to[0] = Floats::each([&](int h) { return reinterpret_cast<Half>(words(h)); });
    } else if constexpr (Bits == 16) {
        to[0] = Floats::each([&](int h) { return reinterpret_cast<Half>(words(h) << 16); });
        to[1] = Floats::each([&](int h) {
            return reinterpret_cast<Half>(words(h) & static_cast<std::int32_t>(0xffff0000));
        });
    } else {
        for (int j = 0; j < 32 / Bits; ++j) {
            to[j] = Floats::each([&](int h) {  // keeps the sign
                const HalfInts part = (words(h) << (32 - Bits - Bits * j)) >> (32 - Bits);
                return __builtin_convertvector(part, Half);
            });
        }
    }
}

/// sums += A[:, begin..end) times those rows of the panel.
template <int Bits, int Rows>
ASSAY_INLINE void panel_part(const Panels& w, const char* rows, const float* a, Count begin,
                             Count end, Floats (&sums)[Rows][32 / Bits]) {
    constexpr int wide = 32 / Bits;
    for (Count p = begin; p < end; ++p) {
        Floats row[wide];
        // Rows far ahead: the hardware follows a stream only to the end of its page.
        __builtin_prefetch(rows + (p + 24) * 64);
        widen<Bits>(rows + p * 64, row);
        for (int i = 0; i < Rows; ++i)
            for (int j = 0; j < wide; ++j) sums[i][j] += a[i * w.k + p] * row[j];
    }
}

template <int Bits, int Rows>
void panel_of(const Panels& w, Count panel, const float* a, float* c, Count ldc) {
    constexpr int wide = 32 / Bits;
    const char* rows = static_cast<const char*>(w.data) + panel * w.k * 64;
    const Count block = w.scale_block > 0 ? w.scale_block : w.k;
    Floats sums[Rows][wide] = {};
    for (Count begin = 0; begin < w.k; begin += block) {
        const Count end = begin + block < w.k ? begin + block : w.k;
        if (w.scales == nullptr) {
            panel_part<Bits, Rows>(w, rows, a, begin, end, sums);
            continue;
        }
        Floats part[Rows][wide] = {};
        panel_part<Bits, Rows>(w, rows, a, begin, end, part);
        const float* scales = w.scales + begin / block * w.scale_step + panel * 16 * wide;
        for (int j = 0; j < wide; ++j) {
            Floats factor;
            fetch(scales + 16 * j, factor);
            for (int i = 0; i < Rows; ++i) sums[i][j] += part[i][j] * factor;
        }
    }
    for (int i = 0; i < Rows; ++i)
        for (int j = 0; j < wide; ++j) put(sums[i][j], c + i * ldc + 16 * j);
}

template <int Bits>
void panel_bits(const Panels& w, Count panel, Count m, const float* a, float* c, Count ldc) {
    switch (m) {
        case 1:
            return panel_of<Bits, 1>(w, panel, a, c, ldc);
        case 2:
            return panel_of<Bits, 2>(w, panel, a, c, ldc);
        case 3:
            return panel_of<Bits, 3>(w, panel, a, c, ldc);
        default:
            return panel_of<Bits, 4>(w, panel, a, c, ldc);
    }
}

void panel_rows(const Panels& w, Count panel, Count m, const float* a, float* c, Count ldc) {
    switch (w.dtype) {
        case ASSAY_F32:
            return panel_bits<32>(w, panel, m, a, c, ldc);
        case ASSAY_BF16:
            return panel_bits<16>(w, panel, m, a, c, ldc);
        case ASSAY_I8:
            return panel_bits<8>(w, panel, m, a, c, ldc);
        default:
            return panel_bits<4>(w, panel, m, a, c, ldc);
    }
}

template <int Bits>
void unpack_bits(const Panels& w, Count panel, Count first, Count count, float* to) {
    constexpr int wide = 32 / Bits;
    const char* rows = static_cast<const char*>(w.data) + panel * w.k * 64;
    for (Count p = first; p < first + count; ++p) {
        Floats row[wide];
        widen<Bits>(rows + p * 64, row);
        const Count block = w.scale_block > 0 ? p / w.scale_block : 0;
        const float* scales =
            w.scales == nullptr ? nullptr : w.scales + block * w.scale_step + panel * wide * 16;
        for (int j = 0; j < wide; ++j) {
            if (w.scales != nullptr) {
                Floats factor;
                fetch(scales + j * 16, factor);
                row[j] *= factor;
            }
            put(row[j], to + ((p - first) * wide + j) * 16);
        }
    }
}

void unpack(const Panels& w, Count panel, Count first, Count count, float* to) {
    switch (w.dtype) {
        case ASSAY_F32:
            return unpack_bits<32>(w, panel, first, count, to);
        case ASSAY_BF16:
            return unpack_bits<16>(w, panel, first, count, to);
        case ASSAY_I8:
            return unpack_bits<8>(w, panel, first, count, to);
        default:
            return unpack_bits<4>(w, panel, first, count, to);
    }
}

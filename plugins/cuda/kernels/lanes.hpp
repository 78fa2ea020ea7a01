// SPDX-License-Identifier: Apache-2.0
// The threads that share one item: a warp on the device, the one thread there is on the host.
#pragma once

#include "kernels/numbers.hpp"

namespace assay::cuda {

#if defined(__CUDA_ARCH__)
constexpr int lane_count = 32;
#else
constexpr int lane_count = 1;
#endif

/// A value and its place on a line.
template <class C>
struct Placed {
    C value;
    std::int64_t place;
};

/// Whether x comes before y in a search for an extreme: NaN first, then the more extreme, then the
/// earlier one.
template <class C>
ASSAY_DEVICE bool ahead(const Placed<C>& x, const Placed<C>& y, bool least) {
    const bool x_nan = x.value != x.value, y_nan = y.value != y.value;
    if (x_nan != y_nan) return x_nan;
    if (!x_nan && x.value != y.value) return least ? x.value < y.value : x.value > y.value;
    return x.place < y.place;
}

/// What all lanes have together; each gets the same.
struct Lanes {
    int rank = 0;  ///< of this thread

    template <class C>
    ASSAY_DEVICE C sum(C x) const {
#if defined(__CUDA_ARCH__)
        for (int far = lane_count / 2; far > 0; far /= 2) x += __shfl_xor_sync(~0u, x, far);
#endif
        return x;
    }
    template <class C>
    ASSAY_DEVICE C product(C x) const {
#if defined(__CUDA_ARCH__)
        for (int far = lane_count / 2; far > 0; far /= 2) x *= __shfl_xor_sync(~0u, x, far);
#endif
        return x;
    }
    template <class C>
    ASSAY_DEVICE Placed<C> first(Placed<C> x, bool least) const {
#if defined(__CUDA_ARCH__)
        for (int far = lane_count / 2; far > 0; far /= 2) {
            const Placed<C> other{__shfl_xor_sync(~0u, x.value, far),
                                  static_cast<std::int64_t>(
                                      __shfl_xor_sync(~0u, static_cast<long long>(x.place), far))};
            if (ahead(other, x, least)) x = other;
        }
#else
        (void)least;
#endif
        return x;
    }
};

}  // namespace assay::cuda

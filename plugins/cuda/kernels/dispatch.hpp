// SPDX-License-Identifier: Apache-2.0
// From the names of a kernel and its elements to the function of one item.
#pragma once

#include "kernels/elementwise.hpp"
#include "kernels/lines.hpp"
#include "kernels/moves.hpp"
#include "kernels/tokens.hpp"
#include "kernels/windows.hpp"
#include "launch.hpp"

namespace assay::cuda {

/// Calls launcher.run<Function, by_lanes>(call): by_lanes where lanes share an item.
template <class T, class Launcher>
void dispatch_real(const Call& call, const Launcher& launcher) {
    switch (call.kernel) {
        case Kernel::elementwise:
            return launcher.template run<Elementwise<T>, false>(call);
        case Kernel::finish:
            return launcher.template run<Finish<T>, false>(call);
        case Kernel::softmax:
            return launcher.template run<Softmax<T>, true>(call);
        case Kernel::norm:
            return launcher.template run<Norm<T>, true>(call);
        case Kernel::reduce:
            return launcher.template run<Reduce<T>, true>(call);
        case Kernel::gather_bags:
            return launcher.template run<GatherBags<T>, false>(call);
        case Kernel::rope:
            return launcher.template run<Rope<T>, false>(call);
        case Kernel::attention:
            return launcher.template run<Attention<T>, true>(call);
        case Kernel::conv:
            return launcher.template run<Conv<T>, false>(call);
        default:
            return launcher.template run<Pool<T>, false>(call);
    }
}

template <class E, class Launcher>
void dispatch_moves(const Call& call, const Launcher& launcher) {
    switch (call.kernel) {
        case Kernel::copy:
            return launcher.template run<Copy<E>, false>(call);
        case Kernel::pad:
            return launcher.template run<Pad<E>, false>(call);
        case Kernel::gather:
            return launcher.template run<Gather<E>, false>(call);
        case Kernel::scatter:
            return launcher.template run<Scatter<E>, false>(call);
        default:
            return launcher.template run<Fill, false>(call);
    }
}

template <class Launcher>
void dispatch(const Call& call, const Launcher& launcher) {
    switch (call.element) {
        case Element::f32:
            return dispatch_real<float>(call, launcher);
        case Element::f64:
            return dispatch_real<double>(call, launcher);
        case Element::f16:
            return dispatch_real<__half>(call, launcher);
        case Element::bf16:
            return dispatch_real<__nv_bfloat16>(call, launcher);
        case Element::bytes1:
            return dispatch_moves<std::uint8_t>(call, launcher);
        case Element::bytes2:
            return dispatch_moves<std::uint16_t>(call, launcher);
        case Element::bytes4:
            return dispatch_moves<std::uint32_t>(call, launcher);
        case Element::bytes8:
            return dispatch_moves<std::uint64_t>(call, launcher);
    }
}

}  // namespace assay::cuda

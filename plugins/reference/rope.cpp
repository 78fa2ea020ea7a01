// SPDX-License-Identifier: Apache-2.0
// Rotary position embedding (Su et al. 2021): pairs of a head turned by angles that grow with the
// token's position. The rest of the head is copied.
#include <cmath>

#include "plugins/reference/ops.hpp"

namespace reference {
namespace {

struct Rope {
    std::int64_t heads, tokens, head, rotary;
    bool interleaved;
    double base, scale;
};

double frequency(const Rope& rope, const Arrays& io, std::int64_t i) {
    if (io.has(2)) return io.in[2].x[static_cast<std::size_t>(i)];
    return std::pow(rope.base, -2.0 * static_cast<double>(i) / static_cast<double>(rope.rotary));
}

void turn(const Rope& rope, const Arrays& io, double position, double* x) {
    const std::int64_t half = rope.rotary / 2;
    for (std::int64_t i = 0; i < half; ++i) {
        const double angle = position / rope.scale * frequency(rope, io, i);
        double& first = x[rope.interleaved ? 2 * i : i];
        double& other = x[rope.interleaved ? 2 * i + 1 : i + half];
        const double u = first, v = other;
        first = u * std::cos(angle) - v * std::sin(angle);
        other = u * std::sin(angle) + v * std::cos(angle);
    }
}

void compute(const Rope& rope, Arrays& io) {
    io.out[0].x = io.in[0].x;
    const auto rows = static_cast<std::int64_t>(io.in[1].x.size()) * rope.heads * rope.tokens;
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto batch = static_cast<std::size_t>(row / (rope.heads * rope.tokens));
        const double position = io.in[1].x[batch] + static_cast<double>(row % rope.tokens);
        turn(rope, io, position, io.out[0].x.data() + row * rope.head);
    }
}

}  // namespace

Plan plan_rope(const sdk::Op& op) {
    Plan plan = begin(op, {"rope", 2, 3});
    const auto attrs = op.attrs<assay_rope_attrs>();
    check_indices(plan, 1);
    const Shape& x = plan.in(0);
    agree(x.rank == 4 && plan.out(0) == x, "rope", "X and Y need the same four dimensions");
    agree(plan.in(1) == Shape{1, {x[0]}}, "rope", "positions are not one for each batch");
    Rope rope{x[1],
              x[2],
              x[3],
              attrs.rotary_dims == 0 ? x[3] : attrs.rotary_dims,
              attrs.interleaved != 0,
              attrs.base,
              attrs.scale};
    if (rope.base == 0) rope.base = 10000;
    if (rope.scale == 0) rope.scale = 1;
    agree(rope.rotary >= 0 && rope.rotary <= rope.head && rope.rotary % 2 == 0, "rope",
          "rotary_dims " + std::to_string(rope.rotary) + " of a head of " + std::to_string(x[3]));
    agree(!plan.has(2) || plan.in(2).count() == rope.rotary / 2, "rope",
          "frequencies are not one for each pair");
    plan.compute = [rope](Arrays& io) { compute(rope, io); };
    return plan;
}

}  // namespace reference

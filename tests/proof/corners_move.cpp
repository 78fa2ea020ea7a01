// SPDX-License-Identifier: Apache-2.0
// What moves elements and what works on each by itself.
#include <cmath>
#include <limits>

#include "core/workload/dtype.hpp"
#include "core/workload/op_names.hpp"
#include "tests/proof/corners.hpp"

namespace proof {

using namespace assay;

namespace {

constexpr Dtype f32 = Dtype::f32;
constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> counted(std::size_t count) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i);
    return values;
}

/// What each bit pattern of a narrow type stands for.
std::vector<double> every(Dtype dtype) {
    const std::size_t count = std::size_t{1} << static_cast<unsigned>(bits(dtype));
    std::vector<std::byte> patterns(bytes(dtype, count));
    const std::size_t wide = patterns.size() / count;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        patterns[i] = static_cast<std::byte>(i / wide >> i % wide * 8 & 255U);
    }
    std::vector<double> values(count);
    load_range(patterns, dtype, 0, values);
    return values;
}

/// All of them, the middles between neighbours, and what lies just beside those.
std::vector<double> around(const std::vector<double>& all) {
    std::vector<double> values = all;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        const double middle = (all[i] + all[i + 1]) / 2;
        if (!std::isfinite(middle)) continue;
        for (const double factor : {1.0, 1 + 0x1p-22, 1 - 0x1p-22}) {
            values.push_back(middle * factor);
        }
    }
    for (const double each : {infinity, -infinity, nan, 1e30, -1e30, 0x1p-140}) {
        values.push_back(each);
    }
    return values;
}

void add_casts(std::vector<Corner>& list) {
    for (const Dtype narrow : {Dtype::f16, Dtype::bf16, Dtype::f8e4m3, Dtype::f8e5m2}) {
        const std::vector<double> all = every(narrow), more = around(all);
        const std::string called(name(narrow));
        Corner wider =
            corner("every " + called, ConvertAttrs{},
                   {tensor(narrow, {static_cast<std::int64_t>(all.size())})}, {tensor(f32, {})});
        wider.contents[0] = all;
        list.push_back(std::move(wider));
        Corner narrower =
            corner("rounded to " + called, ConvertAttrs{},
                   {tensor(f32, {static_cast<std::int64_t>(more.size())})}, {tensor(narrow, {})});
        narrower.contents[0] = more;
        list.push_back(std::move(narrower));
    }
    for (const Dtype whole : {Dtype::i32, Dtype::i8, Dtype::u8}) {
        Corner rounded = corner("rounded to " + std::string(name(whole)), ConvertAttrs{},
                                {tensor(f32, {14})}, {tensor(whole, {})});
        rounded.contents[0] = {0.5, 1.5,  2.5,  -0.5,  -1.5,  127.4, 127.5,
                               300, -128, -200, 254.5, 255.5, 3e9,   -3e9};
        list.push_back(std::move(rounded));
    }
}

void add_quantised(std::vector<Corner>& list) {
    for (const Scaling scaling : {Scaling::tensor, Scaling::channel, Scaling::block}) {
        for (const Dtype narrow : {Dtype::i8, Dtype::u8}) {
            TensorType type = tensor(narrow, {4, 6, 5});
            type.scaling = scaling;
            type.scale_dtype = f32;
            type.scale_axis = 1;
            type.scale_block = scaling == Scaling::block ? 4 : 0;
            const TensorType scales = tensor(f32, scale_dims(type));
            const TensorType zeros = tensor(narrow, scale_dims(type));
            const TensorType wide = tensor(f32, {4, 6, 5});
            list.push_back(corner("quantised", ConvertAttrs{}, {wide, scales, zeros}, {type}));
            list.push_back(corner("quantised", ConvertAttrs{}, {wide, scales}, {type}));
            list.push_back(corner("dequantised", ConvertAttrs{}, {type, scales, zeros}, {wide}));
            list.push_back(corner("dequantised", ConvertAttrs{}, {type, scales}, {wide}));
        }
    }
}

void add_copies(std::vector<Corner>& list) {
    const TensorType x = tensor(f32, {4, 5, 6});
    CopyAttrs slice{.function = Copying::slice, .params = {3, 1, 5}};
    slice.params[max_rank] = -1;
    slice.params[max_rank + 1] = 2;
    slice.params[max_rank + 2] = -2;
    list.push_back(corner("steps back", slice, {x}, {tensor(f32, {4, 2, 3})}));
    list.push_back(corner("a piece", CopyAttrs{.function = Copying::slice, .params = {1, 0, 2}},
                          {x}, {tensor(f32, {2, 5, 3})}));
    for (const Padding padding : {Padding::constant, Padding::edge, Padding::reflect}) {
        CopyAttrs pad{.function = Copying::pad, .params = {1, 0, 3}, .value = 7.5};
        pad.params[max_rank] = 2;
        pad.params[max_rank + 1] = 4;
        pad.padding = padding;
        list.push_back(corner("padded", pad, {x}));
        pad.params[max_rank + 1] = 0;  // one dimension is left as it is
        pad.params[max_rank + 2] = 5;
        list.push_back(corner("padded", pad, {x}));
    }
    for (const int axis : {0, 1, 2}) {
        std::vector<TensorType> parts(3, x);
        parts[1].dims[static_cast<std::size_t>(axis)] = 1;
        parts[2].dims[static_cast<std::size_t>(axis)] = 3;
        list.push_back(
            corner("joined", CopyAttrs{.function = Copying::concat, .axis = axis}, parts));
    }
    list.push_back(corner("four dimensions",
                          CopyAttrs{.function = Copying::transpose, .params = {2, 0, 3, 1}},
                          {tensor(f32, {2, 3, 4, 5})}));
    list.push_back(corner("expanded", CopyAttrs{.function = Copying::expand},
                          {tensor(f32, {4, 1, 6})}, {tensor(f32, {3, 4, 5, 6})}));
    TensorType gaps = x;
    gaps.strides = {41, 8, 1};
    TensorType turned = tensor(f32, {6, 4, 5});
    turned.strides = {1, 31, 6};
    list.push_back(corner("with gaps",
                          CopyAttrs{.function = Copying::transpose, .params = {2, 0, 1}}, {gaps},
                          {turned}));
}

void add_lookups(std::vector<Corner>& list) {
    for (const int axis : {0, 1, 2}) {
        for (const Shape& indices : {Shape{3, 2}, Shape{4}, Shape{}}) {
            list.push_back(corner("gathered", GatherAttrs{.axis = axis},
                                  {tensor(f32, {4, 5, 3}), tensor(Dtype::i32, indices)}));
        }
    }
    for (const Reduction bag : {Reduction::sum, Reduction::mean}) {
        list.push_back(corner("bags", GatherAttrs{.bag = bag},
                              {tensor(f32, {7, 5}), tensor(Dtype::i32, {4, 3})}));
    }
    Corner cache =
        corner("appended", ScatterAttrs{},
               {tensor(f32, {3, 2, 9, 4}), tensor(f32, {3, 2, 2, 4}), tensor(Dtype::i32, {3})});
    cache.contents[2] = {7, 0, 4};
    list.push_back(std::move(cache));
}

}  // namespace

void add_moves(std::vector<Corner>& list) {
    add_casts(list);
    add_quantised(list);
    add_copies(list);
    add_lookups(list);
    for (const Interpolation mode : {Interpolation::nearest, Interpolation::linear}) {
        for (const Coordinates at :
             {Coordinates::half_pixel, Coordinates::asymmetric, Coordinates::align_corners}) {
            for (const Nearest nearest :
                 {Nearest::floor, Nearest::round_down, Nearest::ceil, Nearest::round_up}) {
                if (mode == Interpolation::linear && nearest != Nearest::floor) continue;
                ResizeAttrs attrs{.mode = mode, .coordinates = at, .nearest = nearest};
                const TensorType x = tensor(f32, {2, 3, 4, 6});
                list.push_back(corner("larger", attrs, {x}, {tensor(f32, {2, 3, 7, 12})}));
                list.push_back(corner("smaller", attrs, {x}, {tensor(f32, {2, 3, 2, 1})}));
                attrs.scale[3] = 1.7;
                attrs.scale[2] = 0.6;
                list.push_back(corner("by scale", attrs, {x}, {tensor(f32, {2, 3, 2, 10})}));
            }
        }
    }
    for (const Reduction each : {Reduction::sum, Reduction::mean, Reduction::max, Reduction::min,
                                 Reduction::product, Reduction::sum_squares}) {
        for (const bool keep : {false, true}) {
            const TensorType x = tensor(f32, {3, 4, 2, 5});
            list.push_back(corner("over two axes",
                                  ReduceAttrs{.function = each, .axes = {1, 3}, .keep_dims = keep},
                                  {x}));
            list.push_back(corner("over the first",
                                  ReduceAttrs{.function = each, .axes = {0}, .keep_dims = keep},
                                  {x}));
        }
    }
    for (const Reduction each : {Reduction::argmax, Reduction::argmin}) {
        Corner ties = corner("the first of equals", ReduceAttrs{.function = each, .axes = {1}},
                             {tensor(f32, {4, 6})});
        ties.contents[0] = {3, 1, 3, 1, 2, 0, -1, -5, -5, -1, -2, -2,
                            0, 0, 0, 0, 0, 0, 2,  4,  4,  1,  1,  4};
        list.push_back(std::move(ties));
        list.push_back(corner("where",
                              ReduceAttrs{.function = each, .axes = {0}, .keep_dims = true},
                              {tensor(f32, {7, 3, 2})}));
    }
    for (const Reduction each : {Reduction::max, Reduction::min, Reduction::argmax}) {
        Corner strange =
            corner("infinities", ReduceAttrs{.function = each, .axes = {1}}, {tensor(f32, {2, 5})});
        strange.contents[0] = {-infinity, -infinity, -4,       -infinity, -9,
                               infinity,  2,         infinity, 8,         7};
        list.push_back(std::move(strange));
    }
    for (const bool smallest : {false, true}) {
        for (const int axis : {0, 1, 2}) {
            list.push_back(corner("the most", TopkAttrs{.axis = axis, .k = 3, .smallest = smallest},
                                  {tensor(f32, {5, 4, 6})},
                                  {tensor(f32, {}), tensor(Dtype::i32, {})}));
        }
        Corner ties = corner("equals", TopkAttrs{.axis = 1, .k = 4, .smallest = smallest},
                             {tensor(f32, {2, 6})}, {tensor(f32, {}), tensor(Dtype::i32, {})});
        ties.contents[0] = {3, 3, 1, 3, 1, 2, 5, 5, 5, 5, 5, 5};
        list.push_back(std::move(ties));
    }
}

void add_elements(std::vector<Corner>& list) {
    for (std::size_t i = 1; i < names<Function>().size(); ++i) {
        const auto function = static_cast<Function>(i);
        ElementwiseAttrs attrs{.function = function, .p = -0.3, .q = 0.6};
        if (function == Function::activation || function == Function::gated) {
            attrs.activation = Activation::gelu_tanh;
        }
        const auto operands = static_cast<std::size_t>(operand_count(function));
        const Shape shapes[] = {{4, 5, 6}, {5, 1}, {6}};
        std::vector<TensorType> inputs;
        for (std::size_t j = 0; j < operands; ++j) inputs.push_back(tensor(f32, shapes[j]));
        const std::string called(name(function));
        list.push_back(corner(called, attrs, inputs));
        Corner whole = corner(called + " of whole numbers", attrs, inputs);
        for (std::size_t j = 0; j < operands; ++j) {
            whole.contents[j] = counted(element_count(inputs[j].dims));
            for (double& each : whole.contents[j]) each = std::fmod(each * 7, 5) - 2;
        }
        list.push_back(std::move(whole));
        attrs.alpha = 2;
        attrs.beta = 3;
        list.push_back(corner(called + " scaled and moved", attrs, inputs));
    }
    for (const Function function : {Function::max, Function::min}) {
        Corner strange = corner("infinities", ElementwiseAttrs{.function = function},
                                {tensor(f32, {4}), tensor(f32, {4})});
        strange.contents[0] = {1, infinity, 2, -infinity};
        strange.contents[1] = {1, 3, infinity, -infinity};
        list.push_back(std::move(strange));
    }
    TensorType gaps = tensor(f32, {4, 5});
    gaps.strides = {9, 1};
    TensorType columns = tensor(f32, {4, 5});
    columns.strides = {1, 4};
    list.push_back(
        corner("strides", ElementwiseAttrs{.function = Function::sub}, {gaps, columns}, {gaps}));
}

}  // namespace proof

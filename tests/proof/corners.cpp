// SPDX-License-Identifier: Apache-2.0
// Products, windows, rows. Sizes differ from each other, so that no dimension passes for another.
#include "tests/proof/corners.hpp"

#include <limits>

#include "core/base/error.hpp"
#include "core/workload/op_shape.hpp"

namespace proof {

using namespace assay;

TensorType tensor(Dtype dtype, Shape dims) {
    TensorType type;
    type.dtype = dtype;
    type.dims = std::move(dims);
    return type;
}

Corner corner(std::string name, OpAttrs attrs, std::vector<TensorType> inputs,
              std::vector<TensorType> outputs) {
    Corner made{.name = std::move(name), .op = {.attrs = std::move(attrs)}};
    made.op.inputs = std::move(inputs);
    made.op.outputs = std::move(outputs);
    if (std::string wrong = infer(made.op); !wrong.empty()) throw Error(made.name + ": " + wrong);
    return made;
}

namespace {

constexpr Dtype f32 = Dtype::f32;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// With rows of `padding` elements more than they need.
TensorType padded(TensorType type, std::int64_t padding) {
    std::int64_t step = 1;
    type.strides.resize(type.dims.size());
    for (std::size_t i = type.dims.size(); i-- > 0;) {
        type.strides[i] = step;
        step *= type.dims[i] + (i + 1 == type.dims.size() ? padding : 1);
    }
    return type;
}

TensorType scaled(TensorType type, Scaling scaling, int axis, std::int64_t block = 0) {
    type.scaling = scaling;
    type.scale_dtype = Dtype::f32;
    type.scale_axis = axis;
    type.scale_block = block;
    return type;
}

void add_scaled(std::vector<Corner>& list, const TensorType& a, const TensorType& b) {
    std::vector<TensorType> inputs{a, b, {}, {}, {}, {}};
    if (a.scaling != Scaling::none) inputs[4] = tensor(f32, scale_dims(a));
    if (b.scaling != Scaling::none) inputs[5] = tensor(f32, scale_dims(b));
    while (!inputs.back().present()) inputs.pop_back();
    list.push_back(corner("scaled product", MatmulAttrs{}, inputs, {tensor(f32, {})}));
}

}  // namespace

void add_products(std::vector<Corner>& list) {
    const MatmulAttrs plain;
    const TensorType a = tensor(f32, {4, 7}), b = tensor(f32, {7, 5}), d = tensor(f32, {4, 5});
    list.push_back(corner("alpha and beta", MatmulAttrs{.alpha = 0.5, .beta = 3},
                          {a, b, tensor(f32, {5}), d}));
    list.push_back(corner("C and relu", MatmulAttrs{.activation = Activation::relu, .beta = 1},
                          {a, b, {}, d}));
    list.push_back(corner("batches", plain, {tensor(f32, {3, 4, 7}), tensor(f32, {3, 7, 5})}));
    list.push_back(corner(
        "batches of batches", MatmulAttrs{.beta = -1},
        {tensor(f32, {2, 3, 4, 7}), tensor(f32, {2, 3, 7, 5}), {}, tensor(f32, {2, 3, 4, 5})}));
    list.push_back(corner("one B for all", plain, {tensor(f32, {3, 4, 7}), tensor(f32, {7, 5})}));
    list.push_back(
        corner("one A for all", plain, {tensor(f32, {1, 4, 7}), tensor(f32, {3, 7, 5})}));
    list.push_back(corner("both transposed", MatmulAttrs{.transpose_a = true, .transpose_b = true},
                          {tensor(f32, {2, 7, 4}), tensor(f32, {2, 5, 7})}));
    list.push_back(corner("padded rows", MatmulAttrs{.beta = 2},
                          {padded(a, 3), padded(b, 2), padded(tensor(f32, {5}), 0), padded(d, 4)},
                          {padded(d, 6)}));
    list.push_back(corner("padded batches", MatmulAttrs{.transpose_b = true},
                          {padded(tensor(f32, {3, 4, 7}), 1), padded(tensor(f32, {3, 5, 7}), 2)},
                          {padded(tensor(f32, {3, 4, 5}), 3)}));
    TensorType wide_bias = tensor(f32, {5});
    wide_bias.strides = {3};
    list.push_back(corner("a bias with gaps", plain, {a, b, wide_bias}));
    for (const Scaling scaling : {Scaling::tensor, Scaling::channel, Scaling::block}) {
        const TensorType i8a = tensor(Dtype::i8, {4, 9}), i8b = tensor(Dtype::i8, {9, 5});
        add_scaled(list, scaled(i8a, scaling, 0, 3), i8b);
        add_scaled(list, i8a, scaled(i8b, scaling, 1, 2));
        add_scaled(list, scaled(i8a, scaling, 1, 3), scaled(i8b, scaling, 0, 4));
        add_scaled(list, scaled(tensor(f32, {3, 4, 9}), scaling, 1, 2),
                   scaled(tensor(Dtype::u4, {3, 9, 6}), scaling, 2, 3));
    }
    for (const Dtype dtype : {Dtype::i4, Dtype::u4, Dtype::u8}) {
        list.push_back(corner("small numbers", plain,
                              {tensor(Dtype::i8, {3, 5}), tensor(dtype, {5, 6})},
                              {tensor(Dtype::i32, {3, 6})}));
    }
    for (const bool transposed : {false, true}) {
        for (const Activation each : {Activation::none, Activation::silu, Activation::relu}) {
            Corner experts = corner(
                "experts", GroupedMatmulAttrs{.transpose_b = transposed, .activation = each},
                {tensor(f32, {11, 6}), tensor(f32, transposed ? Shape{4, 5, 6} : Shape{4, 6, 5}),
                 tensor(Dtype::i32, {4}), tensor(f32, {4, 5})});
            list.push_back(experts);
            experts.name = "experts of which one has no row";
            experts.contents[2] = {5, 0, 1, 5};
            list.push_back(experts);
            experts.op.inputs.pop_back();
            list.push_back(experts);
        }
    }
}

void add_windows(std::vector<Corner>& list) {
    ConvAttrs uneven{.spatial_rank = 2, .stride = {2, 3, 1}, .dilation = {2, 1, 1}};
    uneven.pad_begin = {1, 0, 0};
    uneven.pad_end = {2, 3, 0};
    list.push_back(
        corner("uneven windows", uneven, {tensor(f32, {2, 3, 9, 11}), tensor(f32, {4, 3, 3, 2})}));
    list.push_back(corner("a line", ConvAttrs{.spatial_rank = 1, .stride = {2, 1, 1}},
                          {tensor(f32, {2, 3, 9}), tensor(f32, {4, 3, 4}), tensor(f32, {4})}));
    ConvAttrs solid{.spatial_rank = 3, .groups = 2, .stride = {1, 2, 2}};
    solid.pad_begin = solid.pad_end = {1, 0, 2};
    list.push_back(corner("a solid", solid,
                          {tensor(f32, {1, 4, 3, 5, 4}), tensor(f32, {6, 2, 2, 3, 3}),
                           tensor(f32, {6}), tensor(f32, {1, 6, 4, 2, 3})}));
    for (const Layout layout : {Layout::channels_first, Layout::channels_last}) {
        const bool last = layout == Layout::channels_last;
        for (const Activation each : {Activation::none, Activation::gelu, Activation::relu}) {
            ConvAttrs attrs{.layout = layout, .groups = 2, .activation = each};
            attrs.pad_begin = {1, 1, 0};
            list.push_back(
                corner("a residual", attrs,
                       {tensor(f32, last ? Shape{2, 6, 5, 4} : Shape{2, 4, 6, 5}),
                        tensor(f32, last ? Shape{6, 3, 2, 2} : Shape{6, 2, 3, 2}), tensor(f32, {6}),
                        tensor(f32, last ? Shape{2, 5, 5, 6} : Shape{2, 6, 5, 5})}));
        }
        ConvAttrs back{.layout = layout, .groups = 2, .transposed = true, .stride = {2, 3, 1}};
        back.dilation = {1, 2, 1};
        back.pad_begin = {1, 0, 0};
        back.pad_end = {0, 1, 0};
        back.output_pad = {1, 2, 0};
        list.push_back(corner("back", back,
                              {tensor(f32, last ? Shape{2, 4, 5, 4} : Shape{2, 4, 4, 5}),
                               tensor(f32, last ? Shape{4, 3, 2, 3} : Shape{4, 3, 3, 2})}));
        for (const Reduction each : {Reduction::max, Reduction::mean}) {
            PoolAttrs pool{.function = each, .layout = layout, .count_padding = last};
            pool.window = {3, 2, 1};
            pool.stride = {2, 3, 1};
            pool.dilation = {1, 2, 1};
            pool.pad_begin = {1, 0, 0};
            pool.pad_end = {0, 1, 0};
            const TensorType x = tensor(f32, last ? Shape{2, 9, 8, 3} : Shape{2, 3, 9, 8});
            list.push_back(corner("an uneven pool", pool, {x}));
            pool.count_padding = !last;
            list.push_back(corner("an uneven pool", pool, {x}));
            list.push_back(corner("a global pool",
                                  PoolAttrs{.function = each, .layout = layout, .global = true},
                                  {x}));
            PoolAttrs cut{.function = each, .layout = layout, .window = {3, 3, 1}};
            cut.stride = {2, 2, 1};
            cut.pad_begin = cut.pad_end = {1, 1, 0};
            // The last window is cut: 8 + 2 - 3 is odd.
            list.push_back(corner("a cut window", cut, {x},
                                  {tensor(f32, last ? Shape{2, 5, 5, 3} : Shape{2, 3, 5, 5})}));
        }
    }
    list.push_back(corner("a pool of a line",
                          PoolAttrs{.function = Reduction::mean, .spatial_rank = 1, .window = {4}},
                          {tensor(f32, {2, 3, 9})}));
    list.push_back(corner("a pool of a solid",
                          PoolAttrs{.function = Reduction::max,
                                    .spatial_rank = 3,
                                    .window = {2, 3, 2},
                                    .stride = {1, 2, 2}},
                          {tensor(f32, {1, 2, 4, 5, 6})}));
    list.push_back(corner("whole numbers", ConvAttrs{},
                          {tensor(Dtype::u8, {1, 3, 5, 4}), tensor(Dtype::i8, {2, 3, 2, 3})}));
}

void add_rows(std::vector<Corner>& list) {
    const TensorType q = tensor(f32, {2, 6, 4, 8}), k = tensor(f32, {2, 3, 7, 8});
    const TensorType v = tensor(f32, {2, 3, 7, 5}), lengths = tensor(Dtype::i32, {2});
    for (const bool causal : {false, true}) {
        for (const std::int64_t window : {0, 2, 9}) {
            const AttentionAttrs attrs{.causal = causal, .window = window, .scale = 0.3};
            list.push_back(corner("attention", attrs, {q, k, v}));
            Corner some = corner("attention, some keys", attrs, {q, k, v, {}, lengths});
            some.contents[4] = {7, 2};  // of the second batch, the first queries see none
            list.push_back(some);
            some.contents[4] = {0, 5};
            list.push_back(some);
        }
    }
    for (const Shape& mask :
         {Shape{2, 6, 4, 7}, Shape{1, 1, 4, 7}, Shape{2, 1, 1, 7}, Shape{4, 1}, Shape{7}}) {
        list.push_back(corner("a mask", AttentionAttrs{}, {q, k, v, tensor(f32, mask)}));
    }
    // Rows of scores far longer than a head: a buffer of a head's length would be overrun.
    list.push_back(corner(
        "many keys", AttentionAttrs{},
        {tensor(f32, {1, 1, 2, 2}), tensor(f32, {1, 1, 900, 2}), tensor(f32, {1, 1, 900, 2})}));
    Corner masked = corner("keys masked away", AttentionAttrs{}, {q, k, v, tensor(f32, {4, 7})});
    masked.contents[3].assign(28, 0);
    for (std::size_t i = 0; i < 28; i += 3) masked.contents[3][i] = -infinity;
    for (std::size_t i = 7; i < 14; ++i) masked.contents[3][i] = -infinity;
    list.push_back(masked);

    for (const NormKind kind : {NormKind::layer, NormKind::rms, NormKind::group, NormKind::batch}) {
        const bool rows = kind == NormKind::layer || kind == NormKind::rms;
        const TensorType x = tensor(f32, {2, 6, 3, rows ? 5 : 4});
        const TensorType width = tensor(f32, {rows ? 5 : 6});
        const bool batch = kind == NormKind::batch;
        const TensorType moment = batch ? width : TensorType{};
        for (const Activation each : {Activation::none, Activation::silu}) {
            const NormAttrs attrs{.kind = kind, .groups = 3, .activation = each, .epsilon = 0.25};
            list.push_back(corner("norm", attrs, {x, width, width, {}, moment, moment}));
            list.push_back(corner("norm, plain", attrs, {x, {}, {}, {}, moment, moment}));
            list.push_back(corner("norm of a sum", attrs, {x, width, {}, x, moment, moment},
                                  {tensor(f32, {}), tensor(f32, {})}));
        }
    }
    list.push_back(corner("one group", NormAttrs{.kind = NormKind::group},
                          {tensor(f32, {2, 6, 5}), tensor(f32, {6}), tensor(f32, {6})}));
    for (const bool logarithm : {false, true}) {
        for (const int axis : {0, 1, 2}) {
            list.push_back(corner("softmax", SoftmaxAttrs{.axis = axis, .logarithm = logarithm},
                                  {tensor(f32, {3, 4, 5})}));
        }
    }
    RopeAttrs rope{.rotary_dims = 6, .base = 100, .scale = 2};
    for (const bool interleaved : {false, true}) {
        rope.interleaved = interleaved;
        Corner turned = corner("rope", rope, {tensor(f32, {2, 3, 4, 8}), tensor(Dtype::i32, {2})});
        turned.contents[1] = {3, 11};
        list.push_back(turned);
        Corner given =
            corner("rope, frequencies given", rope,
                   {tensor(f32, {2, 3, 4, 8}), tensor(Dtype::i32, {2}), tensor(f32, {3})});
        given.contents[1] = {2, 5};
        list.push_back(given);
    }
    list.push_back(corner("rope, the whole head", RopeAttrs{},
                          {tensor(f32, {1, 2, 5, 6}), tensor(Dtype::i32, {1})}));
}

std::vector<Corner> corners() {
    std::vector<Corner> list;
    for (const auto add :
         {add_products, add_windows, add_rows, add_moves, add_elements, add_refusals}) {
        add(list);
    }
    return list;
}

}  // namespace proof

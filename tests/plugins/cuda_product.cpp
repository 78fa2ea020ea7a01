// SPDX-License-Identifier: Apache-2.0
// See cuda_product.hpp.
#include "tests/plugins/cuda_product.hpp"

#include <cmath>
#include <memory>
#include <stdexcept>

#include <catch2/catch.hpp>

#include "tests/plugins/cuda_fake/numbers.hpp"

extern "C" assay_status assay_plugin_entry_v0(const assay_host*, const assay_plugin**,
                                              assay_error*);

namespace assay::test {
namespace {

assay_tensor_desc desc_of(const Operand& operand) {
    auto desc = sized<assay_tensor_desc>();
    desc.dtype = operand.dtype;
    desc.rank = static_cast<std::int32_t>(operand.dims.size());
    std::copy(operand.dims.begin(), operand.dims.end(), desc.dims);
    std::copy(operand.strides.begin(), operand.strides.end(), desc.strides);
    if (operand.scale != 0) {
        desc.scale = ASSAY_SCALE_TENSOR;
        desc.scale_dtype = ASSAY_F32;
    }
    return desc;
}

/// The descriptor and all it points at.
struct Described {
    std::vector<Operand> operands;
    std::vector<assay_tensor_desc> descs;
    std::vector<const assay_tensor_desc*> inputs;
    assay_tensor_desc output;
    const assay_tensor_desc* outputs[1];
    assay_matmul_attrs attrs = sized<assay_matmul_attrs>();
    assay_op_desc op = sized<assay_op_desc>();

    explicit Described(const Product& p) : output(desc_of(p.d)) {
        const Operand one{ASSAY_F32, {1}}, none;
        operands = {
            p.a, p.b, p.bias, p.c, p.a.scale != 0 ? one : none, p.b.scale != 0 ? one : none};
        while (operands.back().dtype == 0) operands.pop_back();
        for (const Operand& each : operands) descs.push_back(desc_of(each));
        for (std::size_t i = 0; i < descs.size(); ++i) {
            inputs.push_back(operands[i].dtype != 0 ? &descs[i] : nullptr);
        }
        outputs[0] = &output;
        attrs.transpose_a = p.transpose_a;
        attrs.transpose_b = p.transpose_b;
        attrs.activation = p.activation;
        attrs.alpha = p.alpha;
        attrs.beta = p.beta;
        op.op = ASSAY_OP_MATMUL;
        op.num_inputs = static_cast<std::uint32_t>(inputs.size());
        op.num_outputs = 1;
        op.inputs = inputs.data();
        op.outputs = outputs;
        op.attrs = &attrs;
        op.accumulator = p.accumulator;
        op.math = p.math;
        op.deterministic = p.deterministic;
    }
    Described(const Described&) = delete;
    Described& operator=(const Described&) = delete;
};

/// Buffers with the operands at their offsets.
class Bound {
public:
    explicit Bound(const Session& session) : session_(session) {}
    void add(const Bytes& bytes, std::uint64_t offset) {
        Bytes padded(offset, 0xff);
        padded.insert(padded.end(), bytes.begin(), bytes.end());
        buffers_.push_back(std::make_unique<Buffer>(session_, padded.size()));
        buffers_.back()->write(padded);
        bindings.push_back(buffers_.back()->binding());
        bindings.back().offset = offset;
        bindings.back().size = bytes.size();
    }
    Bytes last() const {
        const Bytes all = buffers_.back()->read();
        return {all.begin() + static_cast<std::ptrdiff_t>(bindings.back().offset), all.end()};
    }
    std::vector<assay_binding> bindings;

private:
    const Session& session_;
    std::vector<std::unique_ptr<Buffer>> buffers_;
};

Bytes input_bytes(const Described& described, const Product& p, std::size_t i) {
    if (i < 4) return bytes_of_operand(described.operands[i], static_cast<std::uint32_t>(i), true);
    Bytes bytes(sizeof(float));
    cuda_fake::store(bytes.data(), CUDA_R_32F, 0,
                     static_cast<double>(i == 4 ? p.a.scale : p.b.scale));
    return bytes;
}

const Session& reference() {
    static const LoadedPlugin loaded(ASSAY_REFERENCE_PLUGIN);
    static const Session session(loaded);
    return session;
}

/// The same for the reference, which sums as it likes.
Product as_truth(Product p) {
    p.accumulator = 0;
    p.math = ASSAY_MATH_STRICT;
    return p;
}

}  // namespace

Product product(assay_dtype dtype, assay_dtype result, const Size& size, bool transpose_a,
                bool transpose_b) {
    const auto dims = [&](std::int64_t rows, std::int64_t columns) {
        Dims all{rows, columns};
        if (size.batch != 1) all.insert(all.begin(), size.batch);
        return all;
    };
    Product p;
    p.a = {dtype, transpose_a ? dims(size.k, size.m) : dims(size.m, size.k)};
    p.b = {dtype, transpose_b ? dims(size.n, size.k) : dims(size.k, size.n)};
    p.d = {result, dims(size.m, size.n)};
    p.transpose_a = transpose_a;
    p.transpose_b = transpose_b;
    return p;
}

const LoadedPlugin& linked_plugin() {
    static const LoadedPlugin loaded(&assay_plugin_entry_v0);
    return loaded;
}

Pretended::Pretended(const char* algorithm) : session(linked_plugin(), {{"algorithm", algorithm}}) {
    machine.multiplied.clear();
    machine.preferred.clear();
    machine.misuse.clear();
    machine.records = true;
}
Pretended::~Pretended() {
    machine.milliseconds.clear();
    machine.records = false;
}

const cuda_fake::Multiplied& only(const Pretended& device) {
    REQUIRE(device.machine.multiplied.size() == 1);
    return device.machine.multiplied.front();
}

ProductAnswer answer_of(const Session& session, const Product& p) {
    const Described described(p);
    ProductAnswer result{{}, query(session, &described.op), {}};
    if (result.support.level == ASSAY_SUPPORT_NONE) {
        throw std::runtime_error(std::string("refused: ") + result.support.reason);
    }
    Prepared prepared(session, &described.op);
    Bound bound(session);
    for (std::size_t i = 0; i < described.operands.size(); ++i) {
        if (described.operands[i].dtype == 0) continue;
        bound.add(input_bytes(described, p, i), described.operands[i].offset);
    }
    bound.add(bytes_of_operand(p.d, 0, false), p.d.offset);
    prepared.run(bound.bindings);
    const Bytes bytes = bound.last();
    for (const std::int64_t at : places(p.d)) {
        result.d.push_back(cuda_fake::load(bytes.data(), cuda_type(p.d.dtype), at));
    }
    result.info = prepared.info();
    return result;
}

std::string refusal_of(const Session& session, const Product& p) {
    const Described described(p);
    const assay_op_support support = query(session, &described.op);
    assay_exec* exec = nullptr;
    assay_error error{};
    const assay_status status =
        session.table().op_prepare(session.device(), &described.op, nullptr, 0, &exec, &error);
    session.table().exec_destroy(exec);
    CHECK((status == ASSAY_OK) == (support.level != ASSAY_SUPPORT_NONE));
    if (support.level != ASSAY_SUPPORT_NONE) return "";
    CHECK(status == ASSAY_ERR_UNSUPPORTED);
    return support.reason;
}

ProductAnswer check_right(const Pretended& device, const Product& p, double tolerance) {
    const ProductAnswer got = answer_of(device.session, p);
    const ProductAnswer want = answer_of(reference(), as_truth(p));
    REQUIRE(got.d.size() == want.d.size());
    double worst = 0;
    for (std::size_t i = 0; i < got.d.size(); ++i) {
        const double error = std::fabs(got.d[i] - want.d[i]) / (1 + std::fabs(want.d[i]));
        if (!(error <= worst)) worst = std::isnan(error) ? INFINITY : error;
    }
    CHECK(worst <= tolerance);
    CHECK(got.support.level == ASSAY_SUPPORT_NATIVE);
    CHECK(got.support.accumulator == got.info.accumulator);
    CHECK(got.support.math == got.info.math);
    CHECK(device.machine.misuse == std::vector<std::string>{});
    return got;
}

}  // namespace assay::test

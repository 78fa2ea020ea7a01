// SPDX-License-Identifier: Apache-2.0
#include "tests/plugins/op_client.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace assay::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

template <class T>
void append(Bytes& to, T value) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value);
    to.insert(to.end(), bytes, bytes + sizeof value);
}

template <class T>
T at(const Bytes& from, std::size_t i) {
    T value;
    std::memcpy(&value, &from[i * sizeof value], sizeof value);
    return value;
}

/// Exact values only, so that cutting a float in half is a bf16.
std::uint16_t bf16_bits(double value) {
    const auto narrow = static_cast<float>(value);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &narrow, sizeof bits);
    return static_cast<std::uint16_t>(bits >> 16);
}

double bf16_value(std::uint16_t half) {
    const std::uint32_t bits = std::uint32_t{half} << 16;
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return static_cast<double>(value);
}

void encode(Bytes& to, assay_dtype dtype, double value) {
    if (dtype == ASSAY_F64) return append(to, value);
    if (dtype == ASSAY_F32) return append(to, static_cast<float>(value));
    if (dtype == ASSAY_I32) return append(to, static_cast<std::int32_t>(value));
    if (dtype == ASSAY_I8) return append(to, static_cast<std::int8_t>(value));
    if (dtype == ASSAY_U8) return append(to, static_cast<std::uint8_t>(static_cast<int>(value)));
    if (dtype == ASSAY_BF16) return append(to, bf16_bits(value));
    throw std::runtime_error("op_client: a type that it cannot write");
}

/// 4-bit elements: two in a byte, low half first, each row of the last dimension on its own byte.
Bytes nibbles(const Value& value) {
    const auto row = static_cast<std::size_t>(value.desc.dims[value.desc.rank - 1]);
    Bytes bytes;
    for (std::size_t i = 0; i < value.memory.size(); ++i) {
        const auto half = static_cast<unsigned>(static_cast<int>(value.memory[i])) & 15u;
        if (i % row % 2 == 0) bytes.push_back(0);
        bytes.back() |= static_cast<std::uint8_t>(i % row % 2 == 0 ? half : half << 4);
    }
    return bytes;
}

Bytes encoded(const Value& value) {
    if (value.desc.dtype == ASSAY_I4) return nibbles(value);
    Bytes bytes;
    for (const double x : value.memory) encode(bytes, value.desc.dtype, x);
    return bytes;
}

double decode(const Bytes& from, assay_dtype dtype, std::size_t i) {
    if (dtype == ASSAY_F64) return at<double>(from, i);
    if (dtype == ASSAY_F32) return static_cast<double>(at<float>(from, i));
    if (dtype == ASSAY_I32) return at<std::int32_t>(from, i);
    if (dtype == ASSAY_I8) return at<std::int8_t>(from, i);
    if (dtype == ASSAY_U8) return at<std::uint8_t>(from, i);
    return bf16_value(at<std::uint16_t>(from, i));
}

std::size_t extent(const assay_tensor_desc& desc) {
    std::int64_t last = 0, dense = 1;
    bool strided = false;
    for (int i = 0; i < desc.rank; ++i) {
        if (desc.dims[i] == 0) return 0;
        last += (desc.dims[i] - 1) * desc.strides[i];
        dense *= desc.dims[i];
        strided = strided || desc.strides[i] != 0;
    }
    return static_cast<std::size_t>(strided ? last + 1 : dense);
}

Numbers decoded(const Buffer& buffer, assay_dtype dtype, std::size_t count) {
    const Bytes bytes = buffer.read();
    Numbers values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(decode(bytes, dtype, i));
    return values;
}

}  // namespace

Value& Value::strides(const Dims& steps) {
    std::copy(steps.begin(), steps.end(), desc.strides);
    return *this;
}

Value& Value::scaled(int scale, int axis, int block) {
    desc.scale = scale;
    desc.scale_dtype = ASSAY_F32;
    desc.scale_axis = axis;
    desc.scale_block = block;
    return *this;
}

Value value(assay_dtype dtype, const Dims& dims, const Numbers& memory) {
    Value made;
    made.desc.dtype = dtype;
    for (const std::int64_t dim : dims) made.desc.dims[made.desc.rank++] = dim;
    made.memory = memory;
    return made;
}

Value f32(const Dims& dims, const Numbers& memory) {
    return value(ASSAY_F32, dims, memory);
}
Value i32(const Dims& dims, const Numbers& memory) {
    return value(ASSAY_I32, dims, memory);
}
Value space(assay_dtype dtype, const Dims& dims) {
    return value(dtype, dims, {});
}
Value f32(const Dims& dims) {
    return space(ASSAY_F32, dims);
}

Value absent() {
    Value made;
    made.absent = true;
    return made;
}

Asked::Asked(assay_op op, std::vector<Value> inputs, std::vector<Value> outputs)
    : inputs_(std::move(inputs)), outputs_(std::move(outputs)), desc_(sized<assay_op_desc>()) {
    for (const Value& input : inputs_) in_.push_back(input.absent ? nullptr : &input.desc);
    for (const Value& output : outputs_) out_.push_back(&output.desc);
    desc_.op = op;
    desc_.num_inputs = static_cast<std::uint32_t>(in_.size());
    desc_.num_outputs = static_cast<std::uint32_t>(out_.size());
    desc_.inputs = in_.data();
    desc_.outputs = out_.data();
}

std::vector<Numbers> Asked::run(const Session& session, bool in_place) const {
    std::vector<std::unique_ptr<Buffer>> buffers;
    std::vector<assay_binding> bindings;
    const auto add = [&](const Bytes& bytes) {
        buffers.push_back(std::make_unique<Buffer>(session, bytes.size()));
        buffers.back()->write(bytes);
        bindings.push_back(buffers.back()->binding());
    };
    for (const Value& input : inputs_) {
        if (!input.absent) add(encoded(input));
    }
    const std::size_t inputs = buffers.size();
    for (const Value& output : outputs_) {
        Value before = output;
        before.memory.assign(extent(output.desc), output.desc.dtype == ASSAY_U8 ? 77 : untouched);
        add(encoded(before));
    }
    if (in_place) bindings[inputs] = bindings[0];
    Prepared(session, desc()).run(bindings);
    std::vector<Numbers> answers;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        const auto& desc = outputs_[i].desc;
        const Buffer& buffer = *buffers[in_place && i == 0 ? 0 : inputs + i];
        answers.push_back(decoded(buffer, desc.dtype, extent(desc)));
    }
    return answers;
}

std::string Asked::reason(const Session& session) const {
    const assay_op_support support = query(session, desc());
    return support.level == ASSAY_SUPPORT_NONE ? support.reason : "";
}

}  // namespace assay::test

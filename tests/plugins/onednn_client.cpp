// SPDX-License-Identifier: Apache-2.0
// See onednn_client.hpp.
#include "tests/plugins/onednn_client.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include <catch2/catch.hpp>

namespace assay::test {
namespace {

/// Significant bits and the exponent of the smallest step of a float type.
struct FloatKind {
    assay_dtype dtype;
    int bits, least;
};
constexpr FloatKind kinds[] = {
    {ASSAY_F64, 53, -1074}, {ASSAY_F32, 24, -149}, {ASSAY_BF16, 8, -133}, {ASSAY_F16, 11, -24}};

const FloatKind* kind_of(assay_dtype dtype) {
    for (const FloatKind& kind : kinds)
        if (kind.dtype == dtype) return &kind;
    return nullptr;
}

/// One step of the type at x.
double step_at(double x, assay_dtype dtype) {
    const FloatKind* kind = kind_of(dtype);
    if (kind == nullptr) return 1;
    int exponent = 0;
    std::frexp(x, &exponent);
    return std::ldexp(1.0, std::max(exponent - kind->bits, kind->least));
}

double round_one(double x, assay_dtype dtype) {
    if (!std::isfinite(x)) return x;
    const double step = step_at(x, dtype);
    return std::nearbyint(x / step) * step;
}

std::uint64_t width_bits(assay_dtype dtype) {
    if (dtype == ASSAY_I4) return 4;
    return 8 * bytes_of(dtype);
}

template <class T>
void put(std::vector<std::uint8_t>& bytes, std::size_t at, T value) {
    std::memcpy(bytes.data() + at * sizeof value, &value, sizeof value);
}
template <class T>
T take(const std::vector<std::uint8_t>& bytes, std::size_t at) {
    T value;
    std::memcpy(&value, bytes.data() + at * sizeof value, sizeof value);
    return value;
}

std::uint16_t half_bits(double x) {
    const int sign = std::signbit(x) ? 0x8000 : 0;
    const double size = std::fabs(x);
    if (std::isinf(size)) return static_cast<std::uint16_t>(sign | 0x7c00);
    if (size < std::ldexp(1.0, -14)) {
        return static_cast<std::uint16_t>(sign | static_cast<int>(std::ldexp(size, 24)));
    }
    const int exponent = std::ilogb(size);
    const int fraction = static_cast<int>(std::ldexp(size, 10 - exponent)) - 1024;
    return static_cast<std::uint16_t>(sign | (exponent + 15) << 10 | fraction);
}

double half_value(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 31  ? (fraction != 0 ? NAN : INFINITY)
                        : exponent == 0 ? std::ldexp(fraction, -24)
                                        : std::ldexp(1024 + fraction, exponent - 25);
    return (bits & 0x8000) != 0 ? -size : size;
}

void encode(std::vector<std::uint8_t>& bytes, assay_dtype dtype, std::size_t at, double x) {
    switch (dtype) {
        case ASSAY_F64:
            return put(bytes, at, x);
        case ASSAY_F32:
            return put(bytes, at, static_cast<float>(x));
        case ASSAY_F16:
            return put(bytes, at, half_bits(x));
        case ASSAY_I32:
            return put(bytes, at, static_cast<std::int32_t>(x));
        case ASSAY_I8:
            return put(bytes, at, static_cast<std::int8_t>(x));
        case ASSAY_U8:
            return put(bytes, at, static_cast<std::uint8_t>(x));
        case ASSAY_I4: {
            const auto nibble = static_cast<unsigned>(static_cast<int>(x)) & 15u;
            std::uint8_t& byte = bytes[at / 2];
            byte = static_cast<std::uint8_t>(at % 2 == 0 ? (byte & 0xf0u) | nibble
                                                         : (byte & 0x0fu) | nibble << 4);
            return;
        }
        default:
            const auto narrow = static_cast<float>(x);
            std::uint32_t word = 0;
            std::memcpy(&word, &narrow, sizeof word);
            put(bytes, at, static_cast<std::uint16_t>(word >> 16));
    }
}

double decode_at(const std::vector<std::uint8_t>& bytes, assay_dtype dtype, std::size_t at) {
    switch (dtype) {
        case ASSAY_F64:
            return take<double>(bytes, at);
        case ASSAY_F32:
            return take<float>(bytes, at);
        case ASSAY_F16:
            return half_value(take<std::uint16_t>(bytes, at));
        case ASSAY_I32:
            return take<std::int32_t>(bytes, at);
        case ASSAY_I8:
            return take<std::int8_t>(bytes, at);
        case ASSAY_U8:
            return take<std::uint8_t>(bytes, at);
        default:
            const std::uint32_t word = static_cast<std::uint32_t>(take<std::uint16_t>(bytes, at))
                                       << 16;
            float x = 0;
            std::memcpy(&x, &word, sizeof x);
            return x;
    }
}

Dims steps_of(const TestTensor& tensor) {
    if (!tensor.strides.empty()) return tensor.strides;
    Dims steps(tensor.dims.size());
    std::int64_t step = 1;
    for (std::size_t i = steps.size(); i-- > 0;) {
        steps[i] = step;
        step *= tensor.dims[i];
        const bool last = i + 1 == steps.size();
        if (last && tensor.dtype == ASSAY_I4) step = (step + 1) / 2 * 2;
    }
    return steps;
}

/// The place of each element, in row-major order of the dimensions.
std::vector<std::size_t> places(const TestTensor& tensor) {
    const Dims steps = steps_of(tensor);
    std::vector<std::size_t> result;
    for (std::int64_t i = 0; i < count_of(tensor.dims); ++i) {
        std::int64_t rest = i, at = 0;
        for (std::size_t j = steps.size(); j-- > 0;) {
            at += rest % tensor.dims[j] * steps[j];
            rest /= tensor.dims[j];
        }
        result.push_back(static_cast<std::size_t>(at));
    }
    return result;
}

std::vector<std::uint8_t> bytes_of_tensor(const TestTensor& tensor) {
    const auto where = places(tensor);
    std::size_t last = 0;
    for (const std::size_t at : where) last = std::max(last, at + 1);
    std::vector<std::uint8_t> bytes((last * width_bits(tensor.dtype) + 7) / 8, 0xff);
    for (std::size_t i = 0; i < tensor.values.size(); ++i) {
        encode(bytes, tensor.dtype, where[i], tensor.values[i]);
    }
    return bytes;
}

assay_tensor_desc desc_of(const TestTensor& tensor) {
    auto desc = sized<assay_tensor_desc>();
    desc.dtype = tensor.dtype;
    desc.rank = static_cast<std::int32_t>(tensor.dims.size());
    std::copy(tensor.dims.begin(), tensor.dims.end(), desc.dims);
    std::copy(tensor.strides.begin(), tensor.strides.end(), desc.strides);
    desc.flags = tensor.constant ? ASSAY_TENSOR_CONST : 0;
    desc.scale = tensor.scale;
    desc.scale_axis = tensor.scale_axis;
    desc.scale_block = tensor.scale_block;
    return desc;
}

/// The descriptor of a case and all it points at.
struct Described {
    std::vector<assay_tensor_desc> descs;
    std::vector<const assay_tensor_desc*> inputs, outputs;
    assay_op_desc op = sized<assay_op_desc>();

    explicit Described(const OpCase& op_case) {
        for (const TestTensor& tensor : op_case.inputs) descs.push_back(desc_of(tensor));
        for (const TestTensor& tensor : op_case.outputs) descs.push_back(desc_of(tensor));
        const std::size_t count = op_case.inputs.size();
        for (std::size_t i = 0; i < descs.size(); ++i) {
            (i < count ? inputs : outputs).push_back(descs[i].dtype != 0 ? &descs[i] : nullptr);
        }
        op.op = op_case.op;
        op.num_inputs = static_cast<std::uint32_t>(inputs.size());
        op.num_outputs = static_cast<std::uint32_t>(outputs.size());
        op.inputs = inputs.data();
        op.outputs = outputs.data();
        op.attrs = op_case.attrs;
    }
};

}  // namespace

std::int64_t count_of(const Dims& dims) {
    std::int64_t count = 1;
    for (const std::int64_t dim : dims) count *= dim;
    return count;
}

Values rounded(const Values& values, assay_dtype dtype) {
    Values result;
    for (const double x : values) result.push_back(round_one(x, dtype));
    return result;
}

TestTensor random_tensor(assay_dtype dtype, const Dims& dims, std::mt19937& random) {
    TestTensor tensor{dtype, dims};
    for (std::int64_t i = 0; i < count_of(dims); ++i) {
        const auto draw = random();
        const int whole = static_cast<int>(draw % 256);
        const bool is_float = kind_of(dtype) != nullptr;
        const double x = is_float            ? double(draw % 65536) / 16384 - 2
                         : dtype == ASSAY_I4 ? whole % 16 - 8
                         : dtype == ASSAY_U8 ? whole
                                             : whole - 128;
        tensor.values.push_back(round_one(x, dtype));
    }
    return tensor;
}

TestTensor of_values(assay_dtype dtype, const Dims& dims, const Values& values) {
    return {dtype, dims, rounded(values, dtype)};
}

OpResult run_op(const Session& session, const OpCase& op, bool bind) {
    const Described described(op);
    OpResult result{{}, {}, query(session, &described.op)};
    if (result.support.level == ASSAY_SUPPORT_NONE) {
        throw std::runtime_error(std::string("refused: ") + result.support.reason);
    }
    Prepared prepared(session, &described.op);
    std::vector<std::unique_ptr<Buffer>> buffers;
    std::vector<assay_binding> bindings;
    const auto make = [&](const std::vector<std::uint8_t>& bytes) {
        buffers.push_back(std::make_unique<Buffer>(session, bytes.size()));
        buffers.back()->write(bytes);
        return buffers.back().get();
    };
    std::vector<Buffer*> given(op.inputs.size()), outputs;
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
        if (op.inputs[i].dtype == 0) continue;
        const auto bytes = bytes_of_tensor(op.inputs[i]);
        given[i] = make(bytes);
        if (bind && op.inputs[i].constant) {
            prepared.bind_const(static_cast<std::uint32_t>(i), *given[i]);
            given[i]->write(std::vector<std::uint8_t>(bytes.size(), 0xff));  // not read again
        } else {
            bindings.push_back(given[i]->binding());
        }
    }
    for (std::size_t i = 0; i < op.outputs.size(); ++i) {
        const bool here = i == 0 && op.in_place >= 0;
        outputs.push_back(
            here ? given[static_cast<std::size_t>(op.in_place)]
                 : make(bytes_of_tensor(
                       {op.outputs[i].dtype, op.outputs[i].dims, {}, op.outputs[i].strides})));
        bindings.push_back(outputs.back()->binding());
    }
    prepared.run(bindings);
    for (std::size_t i = 0; i < op.outputs.size(); ++i) {
        const auto bytes = outputs[i]->read();
        Values values;
        for (const std::size_t at : places(op.outputs[i])) {
            values.push_back(decode_at(bytes, op.outputs[i].dtype, at));
        }
        result.outputs.push_back(values);
    }
    result.info = prepared.info();
    return result;
}

std::string refusal(const Session& session, const OpCase& op) {
    const Described described(op);
    const assay_op_support support = query(session, &described.op);
    return support.level == ASSAY_SUPPORT_NONE ? support.reason : "";
}

bool lacks_bf16(const Session& session, const OpCase& op) {
    if (op.inputs.front().dtype != ASSAY_BF16) return false;
    const std::string reason = refusal(session, op);
    if (reason.find("on this CPU") == reason.npos) return false;
    WARN("not tested: " << reason);
    return true;
}

double worst(const Values& got, const Values& want, assay_dtype dtype, double relative,
             double absolute) {
    if (got.size() != want.size()) return INFINITY;
    double most = 0;
    for (std::size_t i = 0; i < want.size(); ++i) {
        if (got[i] == want[i]) continue;
        const double error = std::fabs(got[i] - want[i]);
        const double bound = relative * std::fabs(want[i]) + absolute + step_at(want[i], dtype) / 2;
        if (!(error < std::numeric_limits<double>::infinity())) return INFINITY;
        most = std::max(most, error / bound);
    }
    return most;
}

const LoadedPlugin& tested_plugin() {
    static const LoadedPlugin loaded(ASSAY_TEST_PLUGIN);
    return loaded;
}

}  // namespace assay::test

// SPDX-License-Identifier: Apache-2.0
// A complete plugin: f32 GEMM on the CPU, transposes, batches, bias and ReLU. Copy this folder,
// then change what is marked YOURS. What this plugin cannot do is refused in query().
#include <algorithm>
#include <thread>

#include "assay/sdk.hpp"

namespace sdk = assay::sdk;

namespace {

/// A prepared GEMM: everything slow belongs in the constructor, enqueue() is what is timed.
struct Gemm final : sdk::Exec {
    sdk::Matmul shape;

    explicit Gemm(const sdk::Op& op) : shape(op) {}

    void enqueue(sdk::Queue&, sdk::Bindings io) override {
        const auto* a = io.data<const float>(0);
        const auto* b = io.data<const float>(1);
        const auto* bias = shape.bias.present() ? io.data<const float>(2) : nullptr;
        auto* d = io.data<float>(io.size() - 1);
        for (std::int64_t z = 0; z < shape.batch; ++z) {
            multiply(a + shape.offset(shape.a, z), b + shape.offset(shape.b, z), bias,
                     d + shape.offset(shape.d, z));
        }
    }

    void describe(assay_exec_info& info) override {
        info.level = ASSAY_SUPPORT_NATIVE;
        info.accumulator = ASSAY_F32;
        info.launches = 1;
        sdk::put(info.path, "plain loops, one thread");  // YOURS: the kernel your library chose
    }

private:
    // YOURS: call your library here.
    void multiply(const float* a, const float* b, const float* bias, float* d) const {
        for (std::int64_t i = 0; i < shape.m; ++i) {
            float* row = d + i * shape.n;
            for (std::int64_t j = 0; j < shape.n; ++j) row[j] = bias != nullptr ? bias[j] : 0;
            for (std::int64_t p = 0; p < shape.k; ++p) {
                const float x = static_cast<float>(shape.alpha) *
                                a[i * shape.a.row_step + p * shape.a.column_step];
                const float* from = b + p * shape.b.row_step;
                for (std::int64_t j = 0; j < shape.n; ++j)
                    row[j] += x * from[j * shape.b.column_step];
            }
            if (shape.activation != ASSAY_ACT_RELU) continue;
            for (std::int64_t j = 0; j < shape.n; ++j) row[j] = std::max(row[j], 0.0f);
        }
    }
};

/// HostDevice brings memory, copies and events of a synchronous CPU device.
struct Cpu final : sdk::HostDevice {
    sdk::Support query(const sdk::Op& op) override {
        const sdk::Matmul shape(op);  // refuses other operators and wrong shapes by itself
        const bool relu = shape.activation == ASSAY_ACT_RELU;
        if (shape.activation != ASSAY_ACT_NONE && !relu) return sdk::Support::no("only relu");
        if (shape.c.present()) return sdk::Support::no("no C");
        for (const sdk::Matrix& matrix : {shape.a, shape.b, shape.bias, shape.d}) {
            if (!matrix.present()) continue;
            if (matrix.dtype != ASSAY_F32 || !matrix.dense)
                return sdk::Support::no("dense f32 only");
        }
        if (op.accumulator() != 0 && op.accumulator() != ASSAY_F32) {
            return sdk::Support::no("sums in f32 only");
        }
        return sdk::Support::native(ASSAY_F32);
    }
    std::unique_ptr<sdk::Exec> prepare(const sdk::Op& op, const sdk::Options&) override {
        return std::make_unique<Gemm>(op);
    }
};

struct Template final : sdk::Plugin {
    void info(assay_plugin_info& out) override {
        sdk::put(out.id, "org.example.template");  // YOURS: all five, and `libraries`
        sdk::put(out.name, "Template");
        sdk::put(out.version, "1.0.0");
        sdk::put(out.vendor, "Example");
        sdk::put(out.build, __VERSION__);
    }
    std::vector<assay_device_info> devices() override {
        auto cpu = sdk::host_device_info();
        cpu.compute_units = std::thread::hardware_concurrency();
        sdk::put(cpu.name, "this computer's CPU");
        return {cpu};
    }
    std::unique_ptr<sdk::Device> open(std::uint32_t, const sdk::Options&) override {
        return std::make_unique<Cpu>();
    }
};

}  // namespace

ASSAY_PLUGIN(Template)

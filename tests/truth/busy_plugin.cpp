// SPDX-License-Identifier: Apache-2.0
// A plugin that is busy for a known time: its matmul is right, and returns when the processor's
// counter has moved on by `busy_ns`. How long it really took goes into a log, by that counter, so
// that nobody has to believe the nominal time. It can also be told to have a clock that lies.
#include <cstring>
#include <memory>
#include <vector>

#include "assay/sdk.hpp"
#include "tests/truth/busy_log.hpp"
#include "tests/truth/counter.hpp"

namespace {

namespace sdk = assay::sdk;
using namespace assay::truth;

constexpr sdk::OptionRow rows[] = {
    {"busy_ns", "float", "100000", "how long each call is busy, at least"},
    {"log", "string", "", "an existing file of 64-bit words that receives the true durations"},
    {"clock", "enum:host|device|double|backwards", "host",
     "device: host stamps that are told as a device's own; double, backwards: told with a lie"},
};

/// Ticks of the counter in a nanosecond, to about 1e-5: a nominal time needs no more.
double rate() {
    static const double measured = [] {
        const Anchor begin = anchor();
        Anchor end = begin;
        while (end.raw_ns - begin.raw_ns < 20'000'000) end = anchor();
        return ticks_per_ns(begin, end);
    }();
    return measured;
}

struct Script {
    std::uint64_t busy_ticks = 0;
    double told = 1;               ///< What events say, as a multiple of the truth.
    std::unique_ptr<BusyLog> log;  ///< May be null.

    explicit Script(const sdk::Options& options)
        : busy_ticks(static_cast<std::uint64_t>(options.number("busy_ns", 0, 1e11) * rate())) {
        const std::string& clock = options.text("clock");
        told = clock == "double" ? 2 : clock == "backwards" ? -1 : 1;
        if (const std::string& path = options.text("log"); !path.empty())
            log = std::make_unique<BusyLog>(path);
    }
};

/// Dense f32, no epilogue: enough to be right.
class Busy final : public sdk::Exec {
public:
    Busy(const sdk::Op& op, Script& script) : shape_(op), script_(script) {}

    void enqueue(sdk::Queue&, sdk::Bindings io) override {
        const std::uint64_t begin = ticks();
        multiply(io.data<const float>(0), io.data<const float>(1), io.data<float>(2));
        std::uint64_t now = ticks();
        while (now - begin < script_.busy_ticks) now = ticks();
        if (!script_.log) return;
        if (script_.log->full()) sdk::fail(ASSAY_ERR_INVALID, "the log is full");
        script_.log->add(now - begin);
    }
    void describe(assay_exec_info& info) override {
        info.level = ASSAY_SUPPORT_NATIVE;
        info.accumulator = ASSAY_F32;
        info.launches = 1;
        sdk::put(info.path, counter_name);
    }

private:
    void multiply(const float* a, const float* b, float* d) const {
        std::memset(d, 0, static_cast<std::size_t>(shape_.m * shape_.n) * sizeof(float));
        for (std::int64_t i = 0; i < shape_.m; ++i) {
            for (std::int64_t p = 0; p < shape_.k; ++p) {
                for (std::int64_t j = 0; j < shape_.n; ++j)
                    d[i * shape_.n + j] += a[i * shape_.k + p] * b[p * shape_.n + j];
            }
        }
    }

    sdk::Matmul shape_;
    Script& script_;
};

class Device final : public sdk::HostDevice {
public:
    explicit Device(const sdk::Options& options) : script_(options) {}

    sdk::Support query(const sdk::Op& op) override {
        const sdk::Matmul shape(op);
        for (const sdk::Matrix& matrix : {shape.a, shape.b, shape.d}) {
            if (matrix.dtype != ASSAY_F32 || !matrix.dense)
                return sdk::Support::no("dense f32 only");
        }
        const bool plain = shape.batch == 1 && !shape.transpose_a && !shape.transpose_b &&
                           !shape.bias.present() && !shape.c.present() &&
                           shape.activation == ASSAY_ACT_NONE;
        return plain ? sdk::Support::native(ASSAY_F32) : sdk::Support::no("plain products only");
    }
    std::unique_ptr<sdk::Exec> prepare(const sdk::Op& op, const sdk::Options&) override {
        return std::make_unique<Busy>(op, script_);
    }
    double elapsed_ns(sdk::Event& from, sdk::Event& to) override {
        return HostDevice::elapsed_ns(from, to) * script_.told;
    }

private:
    Script script_;
};

struct BusyPlugin final : sdk::Plugin {
    bool device_clock = false;

    void info(assay_plugin_info& out) override {
        sdk::put(out.id, "org.assay.busy");
        sdk::put(out.name, "Busy for a known time");
        sdk::put(out.version, "0.1.0");
        sdk::put(out.vendor, "Assay");
        sdk::put(out.build, __VERSION__);
    }
    std::vector<assay_device_info> devices() override {
        auto device = sdk::host_device_info();
        device.timer = device_clock ? ASSAY_TIMER_DEVICE : ASSAY_TIMER_HOST;
        sdk::put(device.name, "busy loop");
        return {device};
    }
    std::unique_ptr<sdk::Device> open(std::uint32_t, const sdk::Options& options) override {
        device_clock = options.text("clock") != "host";
        return std::make_unique<Device>(options);
    }
    std::vector<assay_option_info> options() override {
        std::vector<assay_option_info> declared;
        for (const auto& row : rows) declared.push_back(sdk::declare(row));
        return declared;
    }
};

}  // namespace

ASSAY_PLUGIN(BusyPlugin)

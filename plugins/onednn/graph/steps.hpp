// SPDX-License-Identifier: Apache-2.0
// What a compiled graph does, one step after the other: a oneDNN primitive, or an operator of this
// plugin. A step is told where its operands lie when that changes, and only then.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "assay/sdk.hpp"

namespace assay::onednn {

/// Memory of somebody else as a buffer of the interface.
struct PointerBuffer final : sdk::Buffer {
    void* at = nullptr;
    void* host_pointer() override { return at; }
    assay_binding binding(std::uint64_t bytes) {
        return {reinterpret_cast<assay_buffer*>(static_cast<sdk::Buffer*>(this)), 0, bytes};
    }
};

/// Where an operand of a step lies.
struct Place {
    enum Where { arena, constant, bound } where = arena;
    std::size_t index = 0;       ///< arena: the block; bound: the binding
    std::uint64_t offset = 0;    ///< bytes
    const void* data = nullptr;  ///< constant

    static Place in_arena(std::size_t block, std::uint64_t offset = 0) {
        return {arena, block, offset, nullptr};
    }
};

class Step {
public:
    explicit Step(std::string what) : what_(std::move(what)) {}
    virtual ~Step() = default;
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

    /// Runs to completion.
    virtual void run(sdk::Queue& queue) = 0;
    virtual void place(std::size_t operand, void* data) = 0;
    virtual std::uint64_t constant_bytes() const { return 0; }
    virtual std::uint64_t workspace_bytes() const { return 0; }
    /// "conv", "reorder": for reports.
    const std::string& what() const { return what_; }
    const std::vector<Place>& operands() const { return operands_; }

protected:
    std::vector<Place> operands_;

private:
    std::string what_;
};

class PrimitiveStep final : public Step {
public:
    struct Argument {
        int argument;
        dnnl::memory memory;  ///< with a pointer of its own, or
        bool placed;          ///< without: it lies at `place`
        Place place;
    };
    PrimitiveStep(std::string what, dnnl::primitive primitive,
                  const std::vector<Argument>& arguments);

    void run(sdk::Queue& queue) override;
    void place(std::size_t operand, void* data) override;
    std::uint64_t constant_bytes() const override { return constant_bytes_; }

private:
    dnnl::primitive primitive_;
    dnnl::stream stream_;
    std::vector<dnnl::memory> kept_;
    std::vector<dnnl_memory_t> placed_;
    std::vector<dnnl_exec_arg_t> arguments_;
    std::uint64_t constant_bytes_ = 0;
};

/// An operator's executable with its bindings.
class ExecStep final : public Step {
public:
    struct Binding {
        Place place;
        std::uint64_t bytes;
    };
    ExecStep(std::string what, std::unique_ptr<sdk::Exec> exec,
             const std::vector<Binding>& bindings);

    void run(sdk::Queue& queue) override;
    void place(std::size_t operand, void* data) override { buffers_[operand].at = data; }
    std::uint64_t constant_bytes() const override { return info_.constant_bytes; }
    std::uint64_t workspace_bytes() const override { return info_.workspace_bytes; }
    int level() const { return info_.level; }

private:
    std::unique_ptr<sdk::Exec> exec_;
    std::deque<PointerBuffer> buffers_;
    std::vector<assay_binding> bindings_;
    assay_exec_info info_{};
};

}  // namespace assay::onednn

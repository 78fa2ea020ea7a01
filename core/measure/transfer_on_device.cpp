// SPDX-License-Identifier: Apache-2.0
// Copies between host and device: the host's side in the plugin's pinned memory where it has such,
// in copies that rotate, and every byte compared.
#include <algorithm>
#include <cstring>

#include "core/measure/device_work.hpp"

namespace assay {
namespace {

/// Contents of copies, in turn: what a copy brings differs from what the one before brought.
constexpr std::size_t contents = 2;
constexpr std::size_t altered_bytes = 64;  // chosen: fewer than any line or page

/// The host's side of one copy.
struct HostSide {
    Buffer pinned;   ///< Of the plugin; empty where it has none.
    Bytes ordinary;  ///< Else this.
    std::span<std::byte> bytes;
};

class TransferOnDevice : public DeviceWork {
public:
    TransferOnDevice(const Case& each, const Rotation& rotation, const Device& device,
                     const Queue& queue)
        : transfer_(std::get<Transfer>(each.workload)), device_(&device), queue_(&queue) {
        for (std::size_t i = 0; i < contents; ++i) {
            originals_.emplace_back(size());
            fill(originals_.back(), Dtype::u8, {each.protocol.distribution, each.protocol.seed, i});
        }
        for (int set = 0; set < rotation.sets; ++set) add_copy(set);
        prepared_.support = "native";
        prepared_.path = std::string(inbound() ? "copy_to_device from " : "copy_to_host to ") +
                         (is_pinned() ? "pinned memory" : "ordinary memory");
        prepared_.rotated_bytes = rotation.rotated_bytes;
        prepared_.rotated_sets = rotation.sets;
    }

    [[nodiscard]] int sets() const override { return static_cast<int>(host_.size()); }

    void enqueue(const Queue& queue, int set) override {
        const auto at = static_cast<std::size_t>(set);
        if (inbound()) {
            device_->send(queue, on_device_[at], host_[at].bytes);
        } else {
            device_->fetch(queue, host_[at].bytes, on_device_[at]);
        }
    }

    void poison(int set) override {
        const auto at = static_cast<std::size_t>(set);
        if (inbound()) {
            device_->fill(*queue_, on_device_[at], size(), poison_pattern);
            device_->wait(*queue_);
        } else {
            std::memset(host_[at].bytes.data(), static_cast<int>(poison_pattern & 0xffU), size());
        }
    }

    [[nodiscard]] Check check(int set, std::uint64_t /*seed*/) override {
        const auto at = static_cast<std::size_t>(set);
        Bytes fetched;
        std::span<const std::byte> found = host_[at].bytes;
        if (inbound()) {
            fetched.resize(size());
            device_->download(*queue_, fetched, on_device_[at]);
            found = fetched;
        }
        return compared(original(set), found);
    }

    bool alter(int set, Random& random) override {
        altered_at_ = random.word64() % std::max<std::uint64_t>(size() - altered(), 1);
        turn_over(set);
        return true;
    }
    void put_back(int set) override { turn_over(set); }
    void arm(int set, Random& /*random*/) override { poison(set); }
    [[nodiscard]] std::string look(int set, std::uint64_t seed) override {
        return check(set, seed).reason;
    }

    [[nodiscard]] PreparedRecord prepared() const override { return prepared_; }

private:
    [[nodiscard]] bool inbound() const { return transfer_.direction == Way::to_device; }
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(transfer_.bytes); }
    [[nodiscard]] std::size_t altered() const { return std::min(altered_bytes, size()); }
    [[nodiscard]] bool is_pinned() const { return host_.front().ordinary.empty(); }
    [[nodiscard]] Bytes& original(int set) {
        return originals_[static_cast<std::size_t>(set) % contents];
    }

    void add_copy(int set) {
        on_device_.push_back(device_->alloc(size()));
        if (device_->host_pointer(on_device_.back()) != nullptr) {
            throw PluginError(ASSAY_ERR_UNSUPPORTED,
                              "the host sees the device's memory itself: nothing comes and goes");
        }
        host_.push_back(host_side());
        const Bytes& source = original(set);
        if (inbound()) {
            std::ranges::copy(source, host_.back().bytes.begin());
        } else {
            device_->upload(*queue_, on_device_.back(), source);
        }
    }

    [[nodiscard]] HostSide host_side() const {
        HostSide side;
        try {
            side.pinned = device_->alloc(size(), ASSAY_MEM_HOST);
            void* const seen = device_->host_pointer(side.pinned);
            if (seen == nullptr) {
                throw PluginError(ASSAY_ERR_INTERNAL,
                                  "buffer_host_pointer: NULL for host memory (ASSAY_MEM_HOST)");
            }
            side.bytes = {static_cast<std::byte*>(seen), size()};
        } catch (const PluginError& refusal) {
            if (refusal.status() != ASSAY_ERR_UNSUPPORTED) throw;
            side.ordinary.resize(size());
            side.bytes = side.ordinary;
        }
        return side;
    }

    [[nodiscard]] static Check compared(std::span<const std::byte> wanted,
                                        std::span<const std::byte> found) {
        Check check;
        check.method = "every byte";
        check.elements = wanted.size();
        const auto [here, there] = std::ranges::mismatch(wanted, found);
        check.passed = here == wanted.end();
        if (check.passed) return check;
        check.reason = "byte " + std::to_string(here - wanted.begin()) + " is " +
                       std::to_string(std::to_integer<int>(*there)) + ", not " +
                       std::to_string(std::to_integer<int>(*here));
        return check;
    }

    /// Turns all bits of a few bytes of the source, here and where it is copied from; twice is as
    /// before.
    void turn_over(int set) {
        const auto at = static_cast<std::size_t>(set);
        const auto piece = std::span(original(set)).subspan(altered_at_, altered());
        for (std::byte& each : piece) each = ~each;
        if (inbound()) {
            std::ranges::copy(piece,
                              host_[at].bytes.begin() + static_cast<std::ptrdiff_t>(altered_at_));
        } else {
            device_->upload(*queue_, on_device_[at], piece, altered_at_);
        }
    }

    Transfer transfer_;
    const Device* device_;
    const Queue* queue_;
    std::vector<Bytes> originals_;  ///< `contents` of them.
    std::vector<Buffer> on_device_;
    std::vector<HostSide> host_;
    PreparedRecord prepared_;
    std::uint64_t altered_at_ = 0;
};

}  // namespace

std::unique_ptr<DeviceWork> transfer_on(const Case& each, const Rotation& rotation,
                                        const Device& device, const Queue& queue) {
    return std::make_unique<TransferOnDevice>(each, rotation, device, queue);
}

}  // namespace assay

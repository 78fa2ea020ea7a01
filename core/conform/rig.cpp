// SPDX-License-Identifier: Apache-2.0
#include "core/conform/rig.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/random.hpp"
#include "core/host/codes.hpp"
#include "core/host/plugin_error.hpp"

namespace assay {
namespace {

constexpr std::uint64_t for_ever = ~0ULL;

std::vector<assay_kv> borrowed(const KeyValues& options) {
    std::vector<assay_kv> list;
    for (const auto& [key, value] : options) list.push_back({key.c_str(), value.c_str()});
    return list;
}

/// The options that are of `scope`; those that nothing declares end the check.
KeyValues of_scope(const Guest& guest, const KeyValues& options, std::int32_t scope) {
    KeyValues chosen;
    const auto declared = guest.options();
    for (const auto& option : options) {
        const auto found = std::find_if(declared.begin(), declared.end(), [&](const auto& each) {
            return bounded_text(each.key) == option.first;
        });
        require(found != declared.end(), "no option '" + option.first + "' is declared");
        if (found->scope == scope) chosen.push_back(option);
    }
    return chosen;
}

Handle<assay_device> open_device(const Guest& guest, std::uint32_t index,
                                 const KeyValues& options) {
    const std::uint32_t count = guest.device_count();
    if (count == 0) skip_check("the plugin finds no device on this machine");
    require(index < count, "there is no device " + std::to_string(index));
    const std::vector<assay_kv> list = borrowed(options);
    assay_device* device = nullptr;
    assay_error error{};
    check_status(guest.table().device_open(
                     index, list.data(), static_cast<std::uint32_t>(list.size()), &device, &error),
                 error, "device_open");
    require(device != nullptr, "device_open: says OK and gives no device");
    return {device, guest.table().device_close};
}

/// What a create function made, or the end of the check.
template <class T, class Create>
Handle<T> created(const char* call, void (*destroy)(T*), const Create& create) {
    T* object = nullptr;
    assay_error error{};
    check_status(create(&object, &error), error, call);
    require(object != nullptr, std::string(call) + ": says OK and gives no object");
    return {object, destroy};
}

}  // namespace

Block random_block(std::uint64_t count, std::uint64_t seed, std::uint64_t stream) {
    Block block(count);
    std::vector<std::uint32_t> words((count + 3) / 4);
    random_words(seed, stream, 0, words);
    if (count > 0) std::memcpy(block.data(), words.data(), count);
    return block;
}

Rig::Rig(const Candidate& candidate, const assay_host* host)
    : guest_(candidate, host),
      prepare_options_(of_scope(guest_, candidate.options, ASSAY_OPTION_PREPARE)),
      seed_(candidate.seed),
      device_(open_device(guest_, candidate.device,
                          of_scope(guest_, candidate.options, ASSAY_OPTION_DEVICE))),
      info_(guest_.device_info(candidate.device)),
      queue_(new_queue()) {}

Handle<assay_device> Rig::open(std::uint32_t index, assay_status& status) const {
    assay_device* device = nullptr;
    status = table().device_open(index, nullptr, 0, &device, nullptr);
    return {status == ASSAY_OK ? device : nullptr, table().device_close};
}

Buffer Rig::alloc(std::uint64_t bytes, std::int32_t kind) const {
    return created<assay_buffer>("buffer_alloc", table().buffer_free, [&](auto** out, auto* error) {
        return table().buffer_alloc(device(), bytes, kind, out, error);
    });
}

Queue Rig::new_queue() const {
    return created<assay_queue>(
        "queue_create", table().queue_destroy,
        [&](auto** out, auto* error) { return table().queue_create(device(), 0, out, error); });
}

Event Rig::new_event() const {
    return created<assay_event>(
        "event_create", table().event_destroy,
        [&](auto** out, auto* error) { return table().event_create(device(), out, error); });
}

void Rig::upload(const Buffer& to, std::span<const std::byte> from, std::uint64_t offset) const {
    assay_error error{};
    check_status(
        table().copy_to_device(queue(), to.get(), offset, from.data(), from.size(), &error), error,
        "copy_to_device");
    wait();
}

Block Rig::download(const Buffer& from, std::uint64_t bytes, std::uint64_t offset) const {
    Block block(bytes);
    assay_error error{};
    check_status(table().copy_to_host(queue(), block.data(), from.get(), offset, bytes, &error),
                 error, "copy_to_host");
    wait();
    return block;
}

void Rig::fill(const Buffer& to, std::uint64_t offset, std::uint64_t bytes,
               std::uint32_t pattern) const {
    assay_error error{};
    check_status(table().fill(queue(), to.get(), offset, bytes, pattern, &error), error, "fill");
}

void Rig::copy(const Buffer& to, std::uint64_t offset, const Buffer& from,
               std::uint64_t bytes) const {
    assay_error error{};
    check_status(table().copy_on_device(queue(), to.get(), offset, from.get(), 0, bytes, &error),
                 error, "copy_on_device");
}

void Rig::wait(assay_queue* queue) const {
    assay_error error{};
    check_status(table().queue_wait(queue, for_ever, ASSAY_WAIT_BLOCK, &error), error,
                 "queue_wait");
}

void Rig::record(const Event& event) const {
    assay_error error{};
    check_status(table().event_record(queue(), event.get(), &error), error, "event_record");
}

double Rig::elapsed_ns(const Event& from, const Event& to) const {
    double ns = 0;
    assay_error error{};
    check_status(table().event_elapsed_ns(device(), from.get(), to.get(), &ns, &error), error,
                 "event_elapsed_ns");
    return ns;
}

assay_op_support Rig::query(const assay_op_desc& desc) const {
    auto support = sized_struct<assay_op_support>();
    assay_error error{};
    check_status(table().op_query(device(), &desc, &support, &error), error, "op_query");
    return support;
}

std::pair<assay_status, Exec> Rig::try_prepare(const assay_op_desc& desc) const {
    const std::vector<assay_kv> options = borrowed(prepare_options_);
    assay_exec* exec = nullptr;
    const assay_status status =
        table().op_prepare(device(), &desc, options.data(),
                           static_cast<std::uint32_t>(options.size()), &exec, nullptr);
    return {status, Exec(status == ASSAY_OK ? exec : nullptr, table().exec_destroy)};
}

Exec Rig::prepare(const assay_op_desc& desc) const {
    const std::vector<assay_kv> options = borrowed(prepare_options_);
    return created<assay_exec>("op_prepare", table().exec_destroy, [&](auto** out, auto* error) {
        return table().op_prepare(device(), &desc, options.data(),
                                  static_cast<std::uint32_t>(options.size()), out, error);
    });
}

assay_exec_info Rig::describe(const Exec& exec) const {
    auto info = sized_struct<assay_exec_info>();
    assay_error error{};
    check_status(table().exec_get_info(exec.get(), &info, &error), error, "exec_get_info");
    return info;
}

void Rig::enqueue(const Exec& exec, std::span<const assay_binding> bindings) const {
    assay_error error{};
    check_status(table().enqueue(queue(), exec.get(), bindings.data(),
                                 static_cast<std::uint32_t>(bindings.size()), &error),
                 error, "enqueue");
}

}  // namespace assay

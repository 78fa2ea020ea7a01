// SPDX-License-Identifier: Apache-2.0
// Group B: the texts that a plugin gives.
#include <cctype>
#include <cstring>

#include <fmt/format.h>

#include "core/base/text.hpp"
#include "core/conform/checks.hpp"
#include "core/conform/guest.hpp"
#include "core/host/codes.hpp"

namespace assay {
namespace {

/// Bytes that follow a first byte (RFC 3629, section 3); -1: none begins like this.
int following_bytes(unsigned char first) {
    struct Row {
        unsigned char begin, end;
        int following;
    };
    for (const Row& row :
         {Row{0x00, 0x7f, 0}, Row{0xc2, 0xdf, 1}, Row{0xe0, 0xef, 2}, Row{0xf0, 0xf4, 3}}) {
        if (first >= row.begin && first <= row.end) return row.following;
    }
    return -1;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const int following = following_bytes(static_cast<unsigned char>(text.front()));
        text.remove_prefix(1);
        if (following < 0 || text.size() < static_cast<std::size_t>(following)) return false;
        for (int i = 0; i < following; ++i, text.remove_prefix(1)) {
            if ((static_cast<unsigned char>(text.front()) & 0xc0U) != 0x80U) return false;
        }
    }
    return true;
}

template <std::size_t N>
std::string sound_text(const char (&field)[N], const std::string& name) {
    const std::string_view text = bounded_text(field);
    require(text.size() < N, name + ": has no NUL within its " + std::to_string(N) + " bytes");
    require(is_utf8(text), name + ": is not UTF-8");
    return std::string(text);
}

template <std::size_t N>
void require_text(const char (&field)[N], const std::string& name) {
    require(!sound_text(field, name).empty(), name + ": is empty");
}

/// "org.example.name": at least two parts of letters, digits, '-' and '_'.
bool is_reverse_domain(const std::string& id) {
    const auto parts = split(id, '.');
    if (parts.size() < 2) return false;
    for (const std::string& part : parts) {
        if (part.empty()) return false;
        for (const char c : part) {
            if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-' && c != '_')
                return false;
        }
    }
    return true;
}

bool is_option_type(const std::string& type) {
    return type == "int" || type == "float" || type == "bool" || type == "string" ||
           (type.rfind("enum:", 0) == 0 && type.size() > 5);
}

/// A struct whose every byte but its size is set: what the plugin does not write shows.
template <class Struct>
Struct dirty_struct() {
    Struct made;
    std::memset(static_cast<void*>(&made), 0xab, sizeof(made));
    made.struct_size = sizeof(made);
    return made;
}

void check_plugin_strings(const Guest& guest) {
    auto info = dirty_struct<assay_plugin_info>();
    require(guest.table().get_info(&info, nullptr) == ASSAY_OK, "get_info: fails");
    require_text(info.id, "get_info: id");
    require_text(info.name, "get_info: name");
    require_text(info.version, "get_info: version");
    sound_text(info.vendor, "get_info: vendor");
    sound_text(info.license, "get_info: license");
    sound_text(info.build, "get_info: build");
    sound_text(info.libraries, "get_info: libraries");
    const std::string id = sound_text(info.id, "get_info: id");
    require(is_reverse_domain(id), "get_info: id '" + printable(id) + "' is no reverse domain");
}

void check_device_strings(const Guest& guest, std::uint32_t index) {
    auto info = dirty_struct<assay_device_info>();
    require(guest.table().device_get_info(index, &info, nullptr) == ASSAY_OK,
            "device_get_info: fails");
    require_text(info.id, "device_get_info: id");
    sound_text(info.name, "device_get_info: name");
    sound_text(info.vendor, "device_get_info: vendor");
    sound_text(info.arch, "device_get_info: arch");
    sound_text(info.driver, "device_get_info: driver");
    sound_text(info.firmware, "device_get_info: firmware");
    sound_text(info.partition, "device_get_info: partition");
    sound_text(info.pci_address, "device_get_info: pci_address");
}

}  // namespace

std::string check_strings(const Candidate& candidate) {
    const Guest guest(candidate);
    check_plugin_strings(guest);
    for (std::uint32_t i = 0; i < guest.device_count(); ++i) check_device_strings(guest, i);
    for (const assay_option_info& option : guest.options()) {
        require_text(option.key, "option_get: key");
        const std::string type = sound_text(option.type, "option_get: type");
        require(is_option_type(type), "option_get: type '" + printable(type) + "'");
        sound_text(option.default_value, "option_get: default_value");
        sound_text(option.help, "option_get: help");
        require(option.scope == ASSAY_OPTION_DEVICE || option.scope == ASSAY_OPTION_PREPARE,
                fmt::format("option_get: scope {}", option.scope));
    }
    return "";
}

}  // namespace assay

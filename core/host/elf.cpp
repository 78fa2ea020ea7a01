// SPDX-License-Identifier: Apache-2.0
// A small reader of ELF64 (System V ABI, gABI 4.1, chapters 4 and 5). Every offset of the file is
// checked against its size before it is read: the file may be cut short or hostile. Boost.DLL's
// library_info is not used: on a truncated file it says "iostream error".
#include "core/host/elf.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <elf.h>

#include "assay/abi.h"
#include "core/base/text.hpp"
#include "core/host/file_bytes.hpp"

namespace assay {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view entry_prefix = "assay_plugin_entry_v";

#if defined(__x86_64__)
constexpr unsigned own_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr unsigned own_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr unsigned own_machine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr unsigned own_machine = EM_PPC64;
#elif defined(__loongarch__)
constexpr unsigned own_machine = 258;
#else
#error "add this machine's EM_ number here"
#endif

constexpr std::array<std::pair<unsigned, const char*>, 10> machine_names{{
    {EM_X86_64, "x86-64"},
    {EM_AARCH64, "aarch64"},
    {EM_386, "i386"},
    {EM_ARM, "arm"},
    {EM_RISCV, "riscv"},
    {EM_PPC64, "ppc64"},
    {EM_S390, "s390x"},
    {EM_MIPS, "mips"},
    {EM_SPARCV9, "sparc64"},
    {258, "loongarch64"},
}};

std::string machine_name(unsigned machine) {
    for (const auto& [number, text] : machine_names) {
        if (number == machine) return text;
    }
    return "ELF machine " + std::to_string(machine);
}

void require_regular(const fs::path& file) {
    std::error_code failed;
    const fs::file_status status = fs::status(file, failed);
    if (status.type() == fs::file_type::not_found) throw Refusal{"does not exist"};
    if (failed) throw Refusal{"cannot be read: " + failed.message()};
    if (fs::is_directory(status)) throw Refusal{"is a folder, not a file"};
    if (!fs::is_regular_file(status)) throw Refusal{"is not a regular file"};
}

/// How a file that is not ELF begins, in words.
std::string beginning(const std::vector<unsigned char>& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    bool text = true;
    std::string hexadecimal;
    for (const unsigned char byte : bytes) {
        text =
            text && ((byte >= ' ' && byte != 0x7f) || byte == '\n' || byte == '\r' || byte == '\t');
        if (hexadecimal.size() < 12) {
            hexadecimal += {' ', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    return text ? "it begins with text" : "it begins with the bytes" + hexadecimal;
}

void require_elf(const FileBytes& bytes) {
    if (bytes.size() == 0) throw Refusal{"is empty"};
    const auto head = bytes.read<unsigned char>(0, std::min<std::uint64_t>(bytes.size(), 64), "");
    if (head.size() < SELFMAG || std::memcmp(head.data(), ELFMAG, SELFMAG) != 0) {
        throw Refusal{"is not a shared library (" + beginning(head) + ")"};
    }
}

void require_machine(const Elf64_Ehdr& header) {
    // e_machine lies at the same place in 32-bit files, byte-swapped in those of the other order.
    const bool little = header.e_ident[EI_DATA] == ELFDATA2LSB;
    const bool swapped = little != (std::endian::native == std::endian::little);
    const unsigned raw = header.e_machine;
    const unsigned machine = swapped ? ((raw & 0xffU) << 8U | raw >> 8U) : raw;
    if (machine != own_machine || swapped) {
        throw Refusal{"is built for " + machine_name(machine) + ", this machine is " +
                      machine_name(own_machine)};
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS64) {
        throw Refusal{"is a 32-bit library, this program is a 64-bit one"};
    }
}

void require_library(const Elf64_Ehdr& header) {
    switch (header.e_type) {
        case ET_DYN:
            return;
        case ET_EXEC:
            throw Refusal{"is a program, not a shared library"};
        case ET_CORE:
            throw Refusal{"is a core dump, not a shared library"};
        case ET_REL:
            throw Refusal{"is an object file, not a shared library (link it with -shared)"};
        default:
            throw Refusal{"is not a shared library (ELF type " + std::to_string(header.e_type) +
                          ")"};
    }
}

/// Every segment lies in the file. Returns whether one names an interpreter: then it is a program.
bool check_segments(const FileBytes& bytes, const Elf64_Ehdr& header) {
    if (header.e_phnum != 0 && header.e_phentsize != sizeof(Elf64_Phdr)) {
        throw Refusal{"is damaged: program headers of " + std::to_string(header.e_phentsize) +
                      " bytes"};
    }
    bool interpreter = false;
    for (const auto& segment :
         bytes.read<Elf64_Phdr>(header.e_phoff, header.e_phnum, "program headers end")) {
        bytes.require_range(segment.p_offset, segment.p_filesz, "a segment ends");
        interpreter = interpreter || segment.p_type == PT_INTERP;
    }
    return interpreter;
}

std::vector<Elf64_Shdr> read_sections(const FileBytes& bytes, const Elf64_Ehdr& header) {
    if (header.e_shnum != 0 && header.e_shentsize != sizeof(Elf64_Shdr)) {
        throw Refusal{"is damaged: section headers of " + std::to_string(header.e_shentsize) +
                      " bytes"};
    }
    return bytes.read<Elf64_Shdr>(header.e_shoff, header.e_shnum, "section headers end");
}

/// The number after entry_prefix, when `name` is an entry symbol.
std::optional<unsigned> major_of(std::string_view name) {
    if (!name.starts_with(entry_prefix)) return std::nullopt;
    name.remove_prefix(entry_prefix.size());
    unsigned major = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), major);
    if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
    return major;
}

/// ABI majors whose entry symbol the file exports; nothing when it has no dynamic symbol table
/// that we can see (stripped section headers): then the system's loader must say.
std::optional<std::set<unsigned>> exported_majors(const FileBytes& bytes,
                                                  const std::vector<Elf64_Shdr>& sections) {
    for (const auto& section : sections) {
        if (section.sh_type != SHT_DYNSYM) continue;
        if (section.sh_link >= sections.size()) throw Refusal{"is damaged: symbols without names"};
        const Elf64_Shdr& strings = sections[section.sh_link];
        const auto symbols = bytes.read<Elf64_Sym>(
            section.sh_offset, section.sh_size / sizeof(Elf64_Sym), "dynamic symbols end");
        const auto names = bytes.read<char>(strings.sh_offset, strings.sh_size, "symbol names end");
        std::set<unsigned> majors;
        for (const auto& symbol : symbols) {
            if (symbol.st_shndx == SHN_UNDEF || symbol.st_name >= names.size()) continue;
            const char* name = names.data() + symbol.st_name;
            const auto major = major_of({name, strnlen(name, names.size() - symbol.st_name)});
            if (major && ELF64_ST_BIND(symbol.st_info) != STB_LOCAL) majors.insert(*major);
        }
        return majors;
    }
    return std::nullopt;
}

void require_entry(const std::set<unsigned>& majors, bool program) {
    if (majors.contains(ASSAY_ABI_MAJOR)) return;
    if (program) throw Refusal{"is a program, not a shared library"};
    if (majors.empty()) {
        throw Refusal{"exports no " ASSAY_ENTRY_SYMBOL
                      ", so it is not an Assay plugin (was it built with add_assay_plugin?)"};
    }
    std::vector<std::string> texts;
    for (const unsigned major : majors) texts.push_back(std::to_string(major));
    throw Refusal{"speaks plugin ABI " + join(texts, " and ") + ", this program speaks " +
                  std::to_string(ASSAY_ABI_MAJOR)};
}

void require_plugin(const fs::path& file) {
    require_regular(file);
    const FileBytes bytes(file);
    require_elf(bytes);
    const Elf64_Ehdr header = bytes.read<Elf64_Ehdr>(0, 1, "the ELF header ends").front();
    require_machine(header);
    require_library(header);
    const auto sections = read_sections(bytes, header);
    const bool program = check_segments(bytes, header);
    const auto majors = exported_majors(bytes, sections);
    if (majors) require_entry(*majors, program);
}

}  // namespace

std::string why_not_a_plugin(const fs::path& file) {
    try {
        require_plugin(file);
    } catch (const Refusal& refusal) {
        return refusal.why;
    }
    return "";
}

}  // namespace assay

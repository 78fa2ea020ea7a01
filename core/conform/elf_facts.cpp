// SPDX-License-Identifier: Apache-2.0
#include "core/conform/elf_facts.hpp"

#include <algorithm>
#include <cstring>

#include <elf.h>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/host/elf.hpp"
#include "core/host/file_bytes.hpp"

namespace assay {
namespace {

/// Names of a string table.
class Names {
public:
    Names() = default;
    Names(const FileBytes& bytes, const Elf64_Shdr& section)
        : text_(bytes.read<char>(section.sh_offset, section.sh_size, "a string table ends")) {}

    [[nodiscard]] std::string at(std::uint64_t offset) const {
        if (offset >= text_.size()) return "";
        return {text_.data() + offset, strnlen(text_.data() + offset, text_.size() - offset)};
    }

private:
    std::vector<char> text_;
};

struct File {
    explicit File(const std::filesystem::path& path)
        : bytes(path), header(bytes.read<Elf64_Ehdr>(0, 1, "the ELF header ends").front()) {
        sections = bytes.read<Elf64_Shdr>(header.e_shoff, header.e_shnum, "sections end");
    }
    [[nodiscard]] Names names_of(const Elf64_Shdr& section) const {
        if (section.sh_link >= sections.size()) return {};
        return {bytes, sections[section.sh_link]};
    }

    FileBytes bytes;
    Elf64_Ehdr header;
    std::vector<Elf64_Shdr> sections;
};

void read_dynamic(const File& file, const Elf64_Shdr& section, ElfFacts& facts) {
    const Names names = file.names_of(section);
    for (const auto& entry : file.bytes.read<Elf64_Dyn>(
             section.sh_offset, section.sh_size / sizeof(Elf64_Dyn), "the dynamic table ends")) {
        const std::uint64_t value = entry.d_un.d_val;
        if (entry.d_tag == DT_NULL) return;
        if (entry.d_tag == DT_NEEDED) facts.needed.push_back(names.at(value));
        if (entry.d_tag == DT_TEXTREL) facts.text_relocations = true;
        if (entry.d_tag == DT_FLAGS && (value & DF_TEXTREL) != 0) facts.text_relocations = true;
        if (entry.d_tag != DT_RPATH && entry.d_tag != DT_RUNPATH) continue;
        for (const std::string& folder : split(names.at(value), ':')) {
            facts.run_paths.push_back(folder);
        }
    }
}

void read_symbols(const File& file, const Elf64_Shdr& section, ElfFacts& facts) {
    const Names names = file.names_of(section);
    for (const auto& symbol : file.bytes.read<Elf64_Sym>(
             section.sh_offset, section.sh_size / sizeof(Elf64_Sym), "symbols end")) {
        const auto binding = ELF64_ST_BIND(symbol.st_info);
        const std::string name = names.at(symbol.st_name);
        if (name.empty() || binding == STB_LOCAL) continue;
        const auto type = ELF64_ST_TYPE(symbol.st_info);
        const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
        if (symbol.st_shndx == SHN_UNDEF) {
            if (binding != STB_WEAK) facts.undefined.push_back(name);
        } else if (symbol.st_shndx != SHN_ABS && type != STT_SECTION && type != STT_FILE &&
                   visibility != STV_HIDDEN && visibility != STV_INTERNAL) {
            facts.exported.push_back(name);
        }
    }
}

/// Chains of needed libraries, each with a chain of its versions.
void read_versions(const File& file, const Elf64_Shdr& section, ElfFacts& facts) {
    const Names names = file.names_of(section);
    std::uint64_t at = section.sh_offset;
    for (std::uint64_t i = 0; i < section.sh_info; ++i) {
        const auto need = file.bytes.read<Elf64_Verneed>(at, 1, "versions end").front();
        std::uint64_t version_at = at + need.vn_aux;
        for (int j = 0; j < need.vn_cnt; ++j) {
            const auto version =
                file.bytes.read<Elf64_Vernaux>(version_at, 1, "versions end").front();
            facts.versions.push_back(names.at(version.vna_name));
            if (version.vna_next == 0) break;
            version_at += version.vna_next;
        }
        if (need.vn_next == 0) break;
        at += need.vn_next;
    }
}

void read_segments(const File& file, ElfFacts& facts) {
    for (const auto& segment : file.bytes.read<Elf64_Phdr>(file.header.e_phoff, file.header.e_phnum,
                                                           "program headers end")) {
        if (segment.p_type == PT_GNU_STACK && (segment.p_flags & PF_X) != 0) {
            facts.executable_stack = true;
        }
    }
}

}  // namespace

ElfFacts read_elf_facts(const std::filesystem::path& path) {
    if (const std::string why = why_not_a_plugin(path); !why.empty()) throw Error("it " + why);
    try {
        const File file(path);
        ElfFacts facts;
        read_segments(file, facts);
        for (const Elf64_Shdr& section : file.sections) {
            if (section.sh_type == SHT_DYNAMIC) read_dynamic(file, section, facts);
            if (section.sh_type == SHT_DYNSYM) read_symbols(file, section, facts);
            if (section.sh_type == SHT_GNU_verneed) read_versions(file, section, facts);
        }
        return facts;
    } catch (const Refusal& refusal) {
        throw Error("it " + refusal.why);
    }
}

}  // namespace assay

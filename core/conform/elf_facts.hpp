// SPDX-License-Identifier: Apache-2.0
// What a shared library asks of the system's loader, read from its file (System V ABI, gABI 4.1,
// chapter 5; symbol versions: LSB core 5.0, 10.7). Runs none of its code.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay {

struct ElfFacts {
    std::vector<std::string> needed;     ///< "libm.so.6".
    std::vector<std::string> run_paths;  ///< Of RPATH and RUNPATH, each folder.
    std::vector<std::string> exported;   ///< Global or weak, defined, of the dynamic table.
    std::vector<std::string> undefined;  ///< Not weak.
    std::vector<std::string> versions;   ///< "GLIBC_2.34", "GLIBCXX_3.4.30".
    bool executable_stack = false;
    bool text_relocations = false;
};

/// Throws Error when the file is no ELF library that can be read.
ElfFacts read_elf_facts(const std::filesystem::path& file);

}  // namespace assay

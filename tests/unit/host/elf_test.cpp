// SPDX-License-Identifier: Apache-2.0
// Files that are not plugins, each made from a good one or from nothing, and what is said of them.
#include "core/host/elf.hpp"

#include <cstring>
#include <random>

#include <catch2/catch.hpp>
#include <elf.h>
#include <unistd.h>

#include "tests/unit/host/files.hpp"

namespace {

namespace fs = std::filesystem;
using assay::why_not_a_plugin;
using assay::test::broken;
using assay::test::bytes_of;
using assay::test::TemporaryFolder;

const std::string& good() {
    static const std::string bytes = bytes_of(broken("no_device"));
    return bytes;
}

Elf64_Ehdr header_of(const std::string& bytes) {
    Elf64_Ehdr header;
    std::memcpy(&header, bytes.data(), sizeof(header));
    return header;
}

/// What is said of a good plugin whose ELF header `change` has changed.
template <class Change>
std::string with_header(const Change& change) {
    const TemporaryFolder folder;
    std::string bytes = good();
    Elf64_Ehdr header = header_of(bytes);
    change(header);
    std::memcpy(bytes.data(), &header, sizeof(header));
    return why_not_a_plugin(folder.file("changed.so", bytes));
}

std::string with_bytes(const std::string& bytes) {
    const TemporaryFolder folder;
    return why_not_a_plugin(folder.file("changed.so", bytes));
}

}  // namespace

TEST_CASE("a whole plugin of this machine has nothing against it", "[host][elf]") {
    CHECK(why_not_a_plugin(broken("no_device")).empty());
    CHECK(with_bytes(good()).empty());
}

TEST_CASE("what is not a regular file is refused by what it is", "[host][elf]") {
    const TemporaryFolder folder;
    CHECK(why_not_a_plugin(folder.path() / "nothing.so") == "does not exist");
    CHECK(why_not_a_plugin(folder.path()) == "is a folder, not a file");
    CHECK(why_not_a_plugin("/dev/null") == "is not a regular file");
    CHECK(with_bytes("") == "is empty");
}

TEST_CASE("a file that may not be read is refused with the system's reason", "[host][elf]") {
    const TemporaryFolder folder;
    const fs::path file = folder.file("secret.so", good());
    fs::permissions(folder.path(), fs::perms::all);
    fs::permissions(file, fs::perms::none);
    const bool is_root = geteuid() == 0;
    if (is_root) REQUIRE(seteuid(65534) == 0);  // nobody: root reads everything
    const std::string why = why_not_a_plugin(file);
    if (is_root) REQUIRE(seteuid(0) == 0);
    CHECK(why == "cannot be read: Permission denied");
}

TEST_CASE("a file that is not ELF is refused by how it begins", "[host][elf]") {
    CHECK(with_bytes("#!/bin/sh\necho plugin\n") ==
          "is not a shared library (it begins with text)");
    CHECK(with_bytes(std::string("PK\x03\x04zip", 7)) ==
          "is not a shared library (it begins with the bytes 50 4b 03 04)");
    CHECK(with_bytes("\x7f"
                     "E") == "is not a shared library (it begins with the bytes 7f 45)");
}

TEST_CASE("a plugin for another machine is refused by the machine's name", "[host][elf]") {
    const std::string own = with_header([](auto& header) { header.e_machine = EM_S390; });
    CHECK_THAT(own, Catch::StartsWith("is built for s390x, this machine is "));
    CHECK_THAT(with_header([](auto& header) { header.e_machine = 64000; }),
               Catch::StartsWith("is built for ELF machine 64000, this machine is "));
#if defined(__x86_64__)
    CHECK(with_header([](auto& header) { header.e_machine = EM_AARCH64; }) ==
          "is built for aarch64, this machine is x86-64");
    CHECK(with_header([](auto& header) {
              header.e_ident[EI_CLASS] = ELFCLASS32;
              header.e_machine = EM_386;
          }) == "is built for i386, this machine is x86-64");
    // Big-endian: the number is stored the other way round.
    CHECK(with_header([](auto& header) {
              header.e_ident[EI_DATA] = ELFDATA2MSB;
              header.e_machine = EM_S390 << 8U;
          }) == "is built for s390x, this machine is x86-64");
#endif
    CHECK(with_header([](auto& header) { header.e_ident[EI_CLASS] = ELFCLASS32; }) ==
          "is a 32-bit library, this program is a 64-bit one");
}

TEST_CASE("an ELF file of another kind is refused by its kind", "[host][elf]") {
    const auto of_type = [](unsigned type) {
        return with_header([&](auto& header) { header.e_type = static_cast<Elf64_Half>(type); });
    };
    CHECK(of_type(ET_EXEC) == "is a program, not a shared library");
    CHECK(of_type(ET_CORE) == "is a core dump, not a shared library");
    CHECK(of_type(ET_REL) == "is an object file, not a shared library (link it with -shared)");
    CHECK(of_type(77) == "is not a shared library (ELF type 77)");
    CHECK(why_not_a_plugin("/proc/self/exe") == "is a program, not a shared library");
}

TEST_CASE("a plugin that was cut short is refused with both lengths", "[host][elf]") {
    const Elf64_Ehdr header = header_of(good());
    const auto end = header.e_shoff + std::uint64_t{header.e_shnum} * header.e_shentsize;
    REQUIRE(end <= good().size());
    const std::string expected =
        "is cut short: section headers end at byte " + std::to_string(end) + ", the file has ";
    CHECK(with_bytes(good().substr(0, end - 1)) == expected + std::to_string(end - 1));
    CHECK(with_bytes(good().substr(0, good().size() / 2)) ==
          expected + std::to_string(good().size() / 2));
    CHECK(with_bytes(good().substr(0, 20)) ==
          "is cut short: the ELF header ends at byte 64, the file has 20");
}

TEST_CASE("a library without our entry is refused with what it does export", "[host][elf]") {
    CHECK(why_not_a_plugin(broken("entry_v1")) == "speaks plugin ABI 1, this program speaks 0");
    CHECK(why_not_a_plugin(broken("no_entry")) ==
          "exports no assay_plugin_entry_v0, so it is not an Assay plugin (was it built with "
          "add_assay_plugin?)");
}

TEST_CASE("offsets that lie are refused, not followed", "[host][elf]") {
    const auto far = [](auto& header) { header.e_shoff = ~0ULL - 10; };
    CHECK_THAT(with_header(far), Catch::StartsWith("is cut short: section headers end at byte"));
    CHECK_THAT(with_header([](auto& header) { header.e_phoff = 1ULL << 62U; }),
               Catch::StartsWith("is cut short: program headers end at byte"));
    CHECK(with_header([](auto& header) { header.e_shentsize = 8; }) ==
          "is damaged: section headers of 8 bytes");
    CHECK(with_header([](auto& header) { header.e_phentsize = 8; }) ==
          "is damaged: program headers of 8 bytes");
}

TEST_CASE("every cut of a plugin is refused", "[host][elf]") {
    // The section headers are last in the file, so any cut at all takes some of them.
    const TemporaryFolder folder;
    const fs::path file = folder.file("cut.so", good());
    const Elf64_Ehdr header = header_of(good());
    auto size = header.e_shoff + std::uint64_t{header.e_shnum} * header.e_shentsize;
    int accepted = 0;
    while (size > 0) {
        size -= std::min<std::uint64_t>(size, 37);
        fs::resize_file(file, size);
        if (why_not_a_plugin(file).empty()) ++accepted;
    }
    CHECK(accepted == 0);
}

TEST_CASE("a plugin with random bytes in its headers never crashes the reader", "[host][elf]") {
    const TemporaryFolder folder;
    const Elf64_Ehdr header = header_of(good());
    const std::size_t sections = header.e_shoff;
    std::mt19937 random(2026);
    int refused = 0;
    for (int round = 0; round < 500; ++round) {
        std::string bytes = good();
        for (int i = 0; i < 4; ++i) {
            const bool in_head = random() % 2 == 0;
            const std::size_t begin = in_head ? 16 : sections;
            const std::size_t length = in_head ? 1000 : bytes.size() - sections;
            bytes[begin + random() % length] = static_cast<char>(random());
        }
        if (!why_not_a_plugin(folder.file("random.so", bytes)).empty()) ++refused;
    }
    CHECK(refused > 100);  // many faults lie in bytes that matter to the reader
}

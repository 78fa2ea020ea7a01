// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/status.hpp"

#include <cstdint>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace assay {
namespace {

/// The file's content. A death between the two stores mixes two steps of one case at worst.
struct Page {
    std::int32_t magic;
    std::int32_t index;
    char phase[56];
};
constexpr std::int32_t page_magic = 0x41535359;

}  // namespace

StatusWriter::StatusWriter(const std::filesystem::path& path) {
    if (path.empty()) return;
    const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    if (ftruncate(descriptor, sizeof(Page)) == 0) {
        void* page = mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        if (page != MAP_FAILED) page_ = page;
    }
    close(descriptor);
    now(-1, "load");
}

StatusWriter::~StatusWriter() {
    if (page_ != nullptr) munmap(page_, sizeof(Page));
}

void StatusWriter::now(int index, const char* phase) {
    if (page_ == nullptr) return;
    auto* page = static_cast<Page*>(page_);
    page->magic = page_magic;
    page->index = index;
    std::strncpy(page->phase, phase, sizeof page->phase - 1);
}

Doing read_status(const std::filesystem::path& path) {
    Page page{};
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(&page), sizeof page);
    if (!file || page.magic != page_magic) return {};
    page.phase[sizeof page.phase - 1] = '\0';
    return {page.index, page.phase};
}

}  // namespace assay

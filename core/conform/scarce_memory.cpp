// SPDX-License-Identifier: Apache-2.0
#include "core/conform/scarce_memory.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

std::atomic<int> allocations = 0, failing_at = 0;
std::atomic<bool> failing_for_good = false;

/// Tables of a loaded library have addresses as numbers.
template <class T>
T* pointer_at(std::uintptr_t address) {
    return reinterpret_cast<T*>(address);  // NOLINT(performance-no-int-to-ptr)
}

/// Counts one more; whether it must fail.
bool fails() {
    const int at = failing_at;
    const int now = ++allocations;
    return at != 0 && (failing_for_good ? now >= at : now == at);
}

// ---------------------------------------------------------------- what takes the place

void* scarce_malloc(std::size_t size) {
    return fails() ? nullptr : std::malloc(size);
}
void* scarce_calloc(std::size_t count, std::size_t size) {
    return fails() ? nullptr : std::calloc(count, size);
}
void* scarce_realloc(void* old, std::size_t size) {
    return fails() ? nullptr : std::realloc(old, size);
}
void* scarce_aligned_alloc(std::size_t alignment, std::size_t size) {
    return fails() ? nullptr : std::aligned_alloc(alignment, size);
}
int scarce_posix_memalign(void** out, std::size_t alignment, std::size_t size) {
    return fails() ? ENOMEM : posix_memalign(out, alignment, size);
}
void* scarce_new(std::size_t size) {
    if (fails()) throw std::bad_alloc();
    return ::operator new(size);
}
void* scarce_aligned_new(std::size_t size, std::align_val_t alignment) {
    if (fails()) throw std::bad_alloc();
    return ::operator new(size, alignment);
}
void* scarce_nothrow_new(std::size_t size, const std::nothrow_t& how) noexcept {
    return fails() ? nullptr : ::operator new(size, how);
}

struct Substitute {
    const char* name;
    std::uintptr_t function;
};

template <class F>
std::uintptr_t address(F* function) {
    return reinterpret_cast<std::uintptr_t>(function);
}

std::uintptr_t substitute_of(const char* name) {
    static const std::array substitutes{
        Substitute{"malloc", address(scarce_malloc)},
        Substitute{"calloc", address(scarce_calloc)},
        Substitute{"realloc", address(scarce_realloc)},
        Substitute{"aligned_alloc", address(scarce_aligned_alloc)},
        Substitute{"posix_memalign", address(scarce_posix_memalign)},
        Substitute{"_Znwm", address(scarce_new)},
        Substitute{"_Znam", address(scarce_new)},
        Substitute{"_ZnwmSt11align_val_t", address(scarce_aligned_new)},
        Substitute{"_ZnwmRKSt9nothrow_t", address(scarce_nothrow_new)},
    };
    for (const Substitute& each : substitutes) {
        if (std::strcmp(each.name, name) == 0) return each.function;
    }
    return 0;
}

// ---------------------------------------------------------------- the library's tables

/// The dynamic section of one loaded library.
struct Dynamic {
    std::uintptr_t base = 0;
    const char* names = nullptr;
    const ElfW(Sym) * symbols = nullptr;
    struct Relocations {
        std::uintptr_t at = 0;
        std::size_t bytes = 0;
    };
    std::array<Relocations, 2> relocations{};  ///< Of calls, and of all else.
};

void read_entry(Dynamic& dynamic, const ElfW(Dyn) & entry) {
    // glibc has relocated these addresses on most machines, not on all.
    const std::uintptr_t value = entry.d_un.d_ptr;
    const std::uintptr_t at = value < dynamic.base ? dynamic.base + value : value;
    switch (entry.d_tag) {
        case DT_STRTAB:
            dynamic.names = pointer_at<const char>(at);
            return;
        case DT_SYMTAB:
            dynamic.symbols = pointer_at<const ElfW(Sym)>(at);
            return;
        case DT_JMPREL:
            dynamic.relocations[0].at = at;
            return;
        case DT_PLTRELSZ:
            dynamic.relocations[0].bytes = value;
            return;
        case DT_RELA:
            dynamic.relocations[1].at = at;
            return;
        case DT_RELASZ:
            dynamic.relocations[1].bytes = value;
            return;
        default:
            return;
    }
}

struct Search {
    std::string file;
    Dynamic dynamic{};
};

/// For dl_iterate_phdr: 1 ends it.
int look_at(dl_phdr_info* info, std::size_t /*size*/, void* context) {
    auto& search = *static_cast<Search*>(context);
    if (search.file != info->dlpi_name) return 0;
    search.dynamic.base = info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
        const auto* entry =
            pointer_at<const ElfW(Dyn)>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        for (; entry->d_tag != DT_NULL; ++entry) read_entry(search.dynamic, *entry);
    }
    return 1;
}

/// Writes into a page that the loader may have made read-only.
void write_slot(std::uintptr_t at, std::uintptr_t function) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    auto* begin = pointer_at<void>(at / page * page);
    if (mprotect(begin, page, PROT_READ | PROT_WRITE) != 0) return;
    std::memcpy(pointer_at<void>(at), &function, sizeof(function));
}

/// Replaces one relocation's function, if it is one of ours; whether it did.
bool replace(const Dynamic& dynamic, const ElfW(Rela) & relocation) {
    const auto index = relocation.r_info >> 32U;
    if (index == 0) return false;
    const char* name = dynamic.names + dynamic.symbols[index].st_name;
    const std::uintptr_t substitute = substitute_of(name);
    if (substitute == 0) return false;
    const std::uintptr_t at = dynamic.base + relocation.r_offset;
    std::uintptr_t now = 0;
    std::memcpy(&now, pointer_at<const void>(at), sizeof(now));
    // Only a slot that holds this very function: machines have other relocations too.
    if (now != reinterpret_cast<std::uintptr_t>(dlsym(RTLD_DEFAULT, name))) return false;
    write_slot(at, substitute);
    return true;
}

}  // namespace

ScarceMemory::ScarceMemory(const std::filesystem::path& library) {
    Search search{.file = library.string()};
    if (dl_iterate_phdr(look_at, &search) == 0) throw Error(search.file + ": is not loaded");
    const Dynamic& dynamic = search.dynamic;
    if (dynamic.names == nullptr || dynamic.symbols == nullptr) return;
    for (const auto& [at, bytes] : dynamic.relocations) {
        const auto* list = pointer_at<const ElfW(Rela)>(at);
        for (std::size_t i = 0; i < bytes / sizeof(ElfW(Rela)); ++i) {
            if (replace(dynamic, list[i])) ++imports_;
        }
    }
}

void ScarceMemory::fail_at(int nth, bool for_good) {
    allocations = 0;
    failing_for_good = for_good;
    failing_at = nth;
}

int ScarceMemory::enough() {
    failing_at = 0;
    return allocations;
}

}  // namespace assay

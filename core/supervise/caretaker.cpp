// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/caretaker.hpp"

#include <algorithm>
#include <cfenv>
#include <clocale>
#include <fstream>
#include <string_view>

#include <sys/stat.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace assay {
namespace {

/// Rounding, traps, flush to zero, denormals are zero; not the flags of what happened.
#if defined(__SSE__)
unsigned arithmetic() {
    return _mm_getcsr() & ~0x3fU;
}
void set_arithmetic(unsigned mode) {
    _mm_setcsr(mode);
    constexpr unsigned rounding_bits = 0x6000;
    // x87 rounds by a word of its own, which the library sets beside this one.
    if ((mode & rounding_bits) == 0) std::fesetround(FE_TONEAREST);
}
#else
unsigned arithmetic() {
    return static_cast<unsigned>(std::fegetround());
}
void set_arithmetic(unsigned mode) {
    std::fesetround(static_cast<int>(mode));
}
#endif

std::string locale_now() {
    const char* name = std::setlocale(LC_ALL, nullptr);
    return name == nullptr ? "" : name;
}

/// From /proc: umask(2) can only be read by setting it, which other threads would see.
mode_t mask_now() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.starts_with("Umask:")) {
            return static_cast<mode_t>(std::stoul(line.substr(6), nullptr, 8));
        }
    }
    return 022;
}

std::filesystem::path folder_now() {
    std::error_code unknown;
    return std::filesystem::current_path(unknown);
}

}  // namespace

Caretaker::Caretaker()
    : arithmetic_(arithmetic()),
      locale_(locale_now()),
      folder_(folder_now()),
      mask_(mask_now()),
      handlers_(handlers()) {}

Caretaker::Handlers Caretaker::handlers() {
    Handlers found{};
    for (int signal = 1; signal < NSIG; ++signal) {
        struct sigaction action {};
        if (sigaction(signal, nullptr, &action) != 0) continue;
        found[static_cast<std::size_t>(signal)] = action.sa_handler;
    }
    return found;
}

void Caretaker::warn(const char* what) {
    std::string warning = std::string("the plugin changed ") + what;
    const bool known = std::find(warnings_.begin(), warnings_.end(), warning) != warnings_.end();
    if (!known) warnings_.push_back(std::move(warning));
}

void Caretaker::look() {
    if (arithmetic() != arithmetic_) {
        warn("the floating-point mode of its process; set back");
        set_arithmetic(arithmetic_);
    }
    const char* const locale = std::setlocale(LC_ALL, nullptr);
    if (locale != nullptr && locale_ != locale) {
        warn("the locale of its process; set back");
        std::setlocale(LC_ALL, locale_.c_str());
    }
}

void Caretaker::look_everywhere() {
    look();
    std::error_code error;
    if (folder_now() != folder_) {
        warn("the folder of its process; set back");
        std::filesystem::current_path(folder_, error);
    }
    if (mask_now() != mask_) {
        warn("the umask of its process; set back");
        umask(mask_);
    }
    if (handlers() != handlers_) warn("signal handlers of its process; left as they are");
}

}  // namespace assay

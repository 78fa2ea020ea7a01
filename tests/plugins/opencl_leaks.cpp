// SPDX-License-Identifier: Apache-2.0
// What the leak sanitizer overlooks: PoCL keeps what it compiled, and its LLVM, until the process
// ends. A leak of ours has no frame of theirs below its own, and is found.
// Exported: the sanitizer is a library of its own.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
    return "leak:libpocl\nleak:libLLVM\n";
}

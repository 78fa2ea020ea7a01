// SPDX-License-Identifier: Apache-2.0
// CPU lists as the kernel writes them, and binding this process to one.
#pragma once

#include <string>
#include <vector>

namespace assay {

/// "0-3,8" -> 0 1 2 3 8. Throws Error for anything else.
std::vector<int> parse_cpu_list(const std::string& text);

/// Binds this process and the threads it will start. Throws Error when the kernel refuses.
void bind_to_cpus(const std::vector<int>& cpus);

}  // namespace assay

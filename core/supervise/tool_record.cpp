// SPDX-License-Identifier: Apache-2.0
// Which program this is, for result files and --version.
#include "core/base/sha256.hpp"
#include "core/supervise/build_info.hpp"
#include "core/supervise/supervise.hpp"

namespace assay {

ToolRecord this_tool() {
    ToolRecord tool;
    tool.version = build_info::version;
    tool.commit = build_info::commit;
    tool.compiler = build_info::compiler;
    tool.build_type = build_info::build_type;
    tool.sha256 = sha256_file("/proc/self/exe");
    return tool;
}

}  // namespace assay

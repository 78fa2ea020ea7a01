// SPDX-License-Identifier: Apache-2.0
// What `assay --version` prints.
#include "tools/assay/version.hpp"

#include <fmt/format.h>

#include "assay/abi.h"
#include "core/result/record.hpp"
#include "core/supervise/build_info.hpp"

namespace assay {

std::string version_text() {
    namespace info = build_info;
    const std::string_view commit = info::commit;
    return fmt::format(
        "assay {} (commit {}, {}, {})\nplugin ABI {}.{} ({})\nresult schema {}\nbuilt with {}",
        info::version, commit.empty() ? "unknown" : commit, info::compiler, info::build_type,
        ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, ASSAY_ABI_MAJOR == 0 ? "draft" : "frozen", schema_name,
        info::libraries);
}

}  // namespace assay

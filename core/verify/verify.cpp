// SPDX-License-Identifier: Apache-2.0
#include "core/verify/verify.hpp"

#include "core/base/error.hpp"

namespace assay {

std::vector<Breach> verify(const Run& run, std::size_t most) {
    std::vector<Breach> all;
    for (const VerifyRule& rule : verify_rules()) {
        std::vector<Breach> found;
        rule.find(run, found);
        if (found.size() > most) {
            const std::string more = std::to_string(found.size() - most) + " more";
            found.resize(most);
            found.push_back({"", "", more});
        }
        for (Breach& breach : found) {
            breach.rule = rule.id;
            all.push_back(std::move(breach));
        }
    }
    return all;
}

Verified verify_file(const std::filesystem::path& path) {
    try {
        const Run run = read_run(path, Keep::aside);
        return {run.records.size(), verify(run)};
    } catch (const Error& error) {
        return {0, {{"read", "", error.what()}}};
    }
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Whether a result file can be what it says it is: rules over its records, beyond those of reading
// (schema, hash chain, doubled records: core/result/run.hpp, which throws). It says nothing of
// whether the numbers are good, and it cannot see a forgery that keeps all rules: that takes a
// signature. Rules: docs/results.md.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result/run.hpp"

namespace assay {

/// One way in which a file breaks a rule.
struct Breach {
    std::string rule;   ///< "V05"
    std::string where;  ///< "case 'gemm 512', pass 0, onednn"; "" for the whole file.
    std::string what;   ///< "measured, and without a check that passed"
};

/// A rule: appends each breach's where and what; `rule` is filled in by verify().
struct VerifyRule {
    std::string_view id;
    std::string_view title;  ///< What holds in a sound file.
    void (*find)(const Run& run, std::vector<Breach>& breaches);
};
std::span<const VerifyRule> verify_rules();

/// A file and what it breaks; one that cannot be read breaks rule "read".
struct Verified {
    std::size_t records = 0;  ///< Case records.
    std::vector<Breach> breaches;
};
Verified verify_file(const std::filesystem::path& path);

/// All breaches in order of the rules; at most `most` of each rule. None: the file is sound.
std::vector<Breach> verify(const Run& run, std::size_t most = 10);

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// A result file whose chain of hashes is laid anew, so that what comes after it is reached: read,
// verified, printed in every form, compared with itself.
#include "core/compare/compare.hpp"
#include "core/report/report.hpp"
#include "core/verify/verify.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/hostile/mutate.hpp"
#include "tests/unit/result/temporary.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const assay::Temporary file("fuzz");
    return assay::fuzz::attempt(data, size, [](const std::string& text) {
        file.set(assay::hostile::rechained(text));
        const assay::Run run = assay::read_run(file.path, assay::Keep::aside);  // as commands do
        assay::verify(run);
        assay::run_table(run, assay::Dialect::terminal);
        assay::run_csv(run);
        assay::run_json(run);
        if (!run.header.subjects.empty()) assay::compare({&run, 0}, {&run, 0}, {});
    });
}

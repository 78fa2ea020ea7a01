// SPDX-License-Identifier: Apache-2.0
// What a worker, or a plugin in it, may write into the supervisor's pipe; and the job it gets.
#include "core/measure/job.hpp"
#include "core/supervise/message.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    assay::fuzz::attempt(data, size,
                         [](const std::string& text) { assay::message_from_line(text); });
    return assay::fuzz::attempt(data, size, [](const std::string& text) {
        assay::job_from_json(assay::parse_json(text, "job"));
    });
}

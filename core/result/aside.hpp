// SPDX-License-Identifier: Apache-2.0
// The readings of a file's records, out of memory: in a temporary file without a name, gone with
// its owner. So that memory grows with the records of a file and not with their readings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/descriptor.hpp"
#include "core/result/record.hpp"

namespace assay {

class Aside {
public:
    /// Makes the file in $TMPDIR, else /tmp. Where that is not possible, or later the disk is full,
    /// readings stay in memory: nothing else changes.
    Aside();

    /// Of record `record`, counted from 0, in order, each at most once: moves settling, warm-up,
    /// readings and host brackets out of the sample.
    void put(std::size_t record, SampleRecord& sample);
    /// The same back into it; nothing where they stayed. Throws Error when they cannot be read.
    void get(std::size_t record, SampleRecord& sample) const;

private:
    struct Place {
        std::uint64_t offset = 0;
        std::uint32_t settling = 0, warmup = 0, readings = 0, host = 0;  ///< Numbers of each.
        bool has_settling = false, is_aside = false;
    };
    bool write_out();
    [[nodiscard]] std::vector<double> numbers(std::uint64_t& offset, std::uint32_t count) const;

    Descriptor file_;
    std::vector<Place> places_;  ///< By record.
    std::string buffer_;         ///< Not yet written, from written_ on.
    std::uint64_t written_ = 0;
};

}  // namespace assay

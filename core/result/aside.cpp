// SPDX-License-Identifier: Apache-2.0
#include "core/result/aside.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.hpp"

namespace assay {
namespace {

constexpr std::size_t piece_bytes = 1U << 16U;  // chosen: few calls, little memory

/// Has no name, so that it is gone however the program ends; -1 where that is not possible.
int nameless_file() {
    std::error_code unknown;
    const std::filesystem::path folder = std::filesystem::temp_directory_path(unknown);
    if (unknown) return -1;
    const int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) return file;
    std::string name = (folder / "assay-readings-XXXXXX").string();  // not every file system can
    const int named = mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0) unlink(name.c_str());
    return named;
}

/// Empty, with its memory given back: = {} would keep it.
void drop(std::vector<double>& numbers) {
    numbers = std::vector<double>();
}

void add(std::string& buffer, const std::vector<double>& numbers) {
    buffer.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(double));
}

std::uint32_t count(const std::vector<double>& numbers) {
    return static_cast<std::uint32_t>(numbers.size());  // a line of 64 MiB has fewer than 2^32
}

}  // namespace

Aside::Aside() : file_(nameless_file()) {}

/// False when the disk is full; what is in the buffer stays there.
bool Aside::write_out() {
    std::size_t done = 0;
    while (done < buffer_.size()) {
        const ssize_t wrote = pwrite(file_.get(), buffer_.data() + done, buffer_.size() - done,
                                     static_cast<off_t>(written_ + done));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        done += static_cast<std::size_t>(wrote);
    }
    written_ += buffer_.size();
    buffer_.clear();
    return true;
}

void Aside::put(std::size_t record, SampleRecord& sample) {
    if (!file_.valid()) return;
    const std::size_t before = buffer_.size();
    const Place place{.offset = written_ + before,
                      .settling = sample.settling_ns ? count(*sample.settling_ns) : 0,
                      .warmup = count(sample.warmup_ns),
                      .readings = count(sample.readings_ns),
                      .host = count(sample.host_ns),
                      .has_settling = sample.settling_ns.has_value(),
                      .is_aside = true};
    if (sample.settling_ns) add(buffer_, *sample.settling_ns);
    for (const auto* each : {&sample.warmup_ns, &sample.readings_ns, &sample.host_ns}) {
        add(buffer_, *each);
    }
    if (buffer_.size() >= piece_bytes && !write_out()) {
        buffer_.resize(before);
        return;
    }
    places_.resize(record + 1);
    places_[record] = place;
    sample.settling_ns.reset();
    for (auto* each : {&sample.warmup_ns, &sample.readings_ns, &sample.host_ns}) drop(*each);
}

/// The next `count` numbers from `offset` on, which moves behind them.
std::vector<double> Aside::numbers(std::uint64_t& offset, std::uint32_t count) const {
    std::vector<double> found(count);
    if (count == 0) return found;  // its data() may be null, which memcpy() must not get
    auto* to = reinterpret_cast<char*>(found.data());
    std::size_t left = count * sizeof(double);
    if (offset >= written_) {
        std::memcpy(to, buffer_.data() + (offset - written_), left);
        offset += left;
        return found;
    }
    while (left > 0) {
        const ssize_t got = pread(file_.get(), to, left, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            throw Error(std::string("the temporary file of a result file's readings: ") +
                        (got < 0 ? std::strerror(errno) : "it was cut") +
                        "; set TMPDIR to a folder on another disk");
        }
        to += got;
        left -= static_cast<std::size_t>(got);
        offset += static_cast<std::uint64_t>(got);
    }
    return found;
}

void Aside::get(std::size_t record, SampleRecord& sample) const {
    if (record >= places_.size() || !places_[record].is_aside) return;
    const Place& place = places_[record];
    std::uint64_t at = place.offset;
    if (place.has_settling) sample.settling_ns = numbers(at, place.settling);
    sample.warmup_ns = numbers(at, place.warmup);
    sample.readings_ns = numbers(at, place.readings);
    sample.host_ns = numbers(at, place.host);
}

}  // namespace assay

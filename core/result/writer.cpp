// SPDX-License-Identifier: Apache-2.0
// One record, one line, one synced append; the chain of hashes is laid here.
#include "core/result/writer.hpp"

#include "core/base/sha256.hpp"
#include "core/result/json_records.hpp"

namespace assay {

namespace {

/// { "type", "previous", the record's own keys } on one line.
std::string line_of(std::string_view type, const std::string& previous, const Json& record) {
    Json line = Json::object();
    line["type"] = std::string(type);
    line["previous"] = previous;
    for (const auto& [key, value] : record.items()) line[key] = value;
    return dump_json(line);
}

}  // namespace

ResultWriter::ResultWriter(const std::filesystem::path& path, const RunRecord& run, bool replace)
    : file_(path, replace ? AppendFile::Open::replace : AppendFile::Open::create_new),
      previous_(64, '0') {
    append_line(line_of("run", previous_, to_json(run)));
}

ResultWriter::ResultWriter(const std::filesystem::path& path, const FileTail& tail)
    : file_(path, AppendFile::Open::extend), previous_(tail.sha256) {
    file_.cut(tail.bytes);
    if (tail.lacks_end_of_line) file_.append("\n");
}

void ResultWriter::append(const CaseRecord& record) {
    append_line(line_of("case", previous_, to_json(record)));
}

void ResultWriter::append(const EndRecord& record) {
    append_line(line_of("end", previous_, to_json(record)));
}

void ResultWriter::append_line(std::string line) {
    std::string digest = sha256_hex(line);
    line += '\n';
    file_.append(line);
    previous_ = std::move(digest);  // Only now: a failed append leaves the chain as the file is.
}

}  // namespace assay

// SPDX-License-Identifier: Apache-2.0
// Reads a result file: every line's hash, type, order and number; what is inside a record is
// json_records.cpp's concern.
#include "core/result/run.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/sha256.hpp"
#include "core/base/text.hpp"
#include "core/result/json_records.hpp"
#include "core/result/lines.hpp"

namespace assay {

namespace {

constexpr std::size_t max_records = 10'000'000;
constexpr std::string_view schema_family = "assay/run/0.";

/// 2 of "assay/run/0.2". Older files are read as they were meant; newer ones with a warning.
unsigned long minor_of(std::string_view schema) {
    const std::string digits(schema.substr(std::min(schema.size(), schema_family.size())));
    return std::strtoul(digits.c_str(), nullptr, 10);
}

class Reader {
public:
    Reader(const std::filesystem::path& path, Keep keep) : keep_(keep), lines_(path) {
        run_.path = path;
        if (keep == Keep::aside) aside_ = std::make_shared<Aside>();
    }

    Run read() {
        std::string line;
        while (lines_.next(line)) {
            where_ = run_.path.string() + ":" + std::to_string(lines_.number());
            if (lines_.torn() && !whole(line)) {
                run_.warnings.push_back("line " + std::to_string(lines_.number()) +
                                        " dropped: it was cut while being written");
                break;
            }
            expect_records(line.size());
            take(parse_json(line, where_, limits_));
            previous_ = sha256_hex(line);
            run_.tail.bytes += line.size() + (lines_.torn() ? 0 : 1);
            run_.tail.lacks_end_of_line = lines_.torn();
        }
        run_.tail.sha256 = previous_;
        run_.aside = std::move(aside_);
        finish();
        return std::move(run_);
    }

private:
    /// A line without its end is whole when its object is closed: only the end of line is lost.
    bool whole(const std::string& line) const {
        try {
            return parse_json(line, where_, limits_).is_object();
        } catch (const Error&) {
            return false;
        }
    }

    /// Room for about as many records as the file holds lines like its second, so that they are not
    /// moved about. What is not used is not touched, and so costs nothing.
    void expect_records(std::size_t line_bytes) {
        constexpr std::uintmax_t most = 65'536;  // chosen: larger files move their records
        if (lines_.number() != 2) return;
        std::error_code unknown;
        const std::uintmax_t bytes = std::filesystem::file_size(run_.path, unknown);
        if (unknown) return;
        run_.records.reserve(std::min(most, bytes / (line_bytes + 1) * 9 / 8));
    }

    [[noreturn]] void fail(const std::string& what) const { throw Error(where_ + ": " + what); }

    std::string text_at(const Json& json, const char* key) const {
        const auto found = json.is_object() ? json.find(key) : json.end();
        if (found == json.end() || !found->is_string()) {
            fail(std::string("not a record of a result file: no text '") + key + "'");
        }
        return found->get<std::string>();
    }

    void take(const Json& json) {
        const std::string type = text_at(json, "type");
        if (text_at(json, "previous") != previous_) {
            fail("the hash of the line before does not fit: the file was changed or mixed");
        }
        if ((type == "run") == has_header_) {
            fail(has_header_ ? "a second run record" : "the first record is not a run record");
        }
        if (type == "run")
            take_run(json);
        else if (type == "case")
            take_case(json);
        else if (type == "end")
            take_end(json);
        else
            fail("unknown record type '" + printable(type, 40) + "'");
    }

    void take_run(const Json& json) {
        const std::string schema = text_at(json, "schema");
        if (!schema.starts_with(schema_family)) {
            fail("schema '" + printable(schema, 60) + "' is not understood; this program reads " +
                 std::string(schema_family) + "x");
        }
        if (minor_of(schema) > minor_of(schema_name)) {
            run_.warnings.push_back("written as " + printable(schema, 60) + ", read as " +
                                    std::string(schema_name) + ": fields not known are ignored");
        }
        run_.header = run_from_json(json, where_);
        has_header_ = true;
    }

    void take_case(const Json& json) {
        if (run_.end && run_.end->status == "complete") fail("a case after the end record");
        if (run_.records.size() >= max_records) fail("more than 10 million records");
        CaseRecord record = case_from_json(json, where_);
        if (record.subject >= static_cast<int>(run_.header.subjects.size())) {
            fail("subject " + std::to_string(record.subject) + " is not in the run record");
        }
        if (!first_of_its_pass(record)) fail("a second record of this case in this pass");
        run_.end.reset();  // Resumed: the end record before was that of an interruption.
        if (record.sample) put_away(*record.sample);
        run_.records.push_back(std::move(record));
    }

    bool first_of_its_pass(const CaseRecord& record) {
        const std::size_t id = ids_.try_emplace(record.id, ids_.size()).first->second;
        std::vector<bool>& seen = seen_[{record.subject, record.pass}];
        if (id >= seen.size()) seen.resize(id + 1);
        if (seen[id]) return false;
        seen[id] = true;
        return true;
    }

    /// What is not to be kept in memory; the sample is that of the next record.
    void put_away(SampleRecord& sample) {
        if (keep_ == Keep::aside) aside_->put(run_.records.size(), sample);
        if (keep_ != Keep::readings && keep_ != Keep::records) return;
        sample.warmup_ns = std::vector<double>();  // = {} would keep the memory
        sample.host_ns = std::vector<double>();
        if (keep_ == Keep::records) sample.readings_ns = std::vector<double>();
    }

    void take_end(const Json& json) {
        if (run_.end) fail("a second end record");
        run_.end = end_from_json(json, where_);
        if (run_.end->records != static_cast<int>(run_.records.size())) {
            fail("the end record counts " + std::to_string(run_.end->records) +
                 " case records, the file has " + std::to_string(run_.records.size()));
        }
    }

    void finish() {
        if (!has_header_) {
            throw Error(run_.path.string() + ": no run record: empty, or cut before any result");
        }
        const std::string count = std::to_string(run_.records.size()) + " case records";
        if (!run_.end)
            run_.warnings.push_back("cut short: no end record after " + count);
        else if (run_.end->status == "interrupted") {
            run_.warnings.push_back("interrupted after " + count);
        }
    }

    const JsonLimits limits_{.max_bytes = Lines::max_line_bytes, .max_depth = 16};
    Keep keep_;
    std::shared_ptr<Aside> aside_;
    Lines lines_;
    Run run_;
    std::string where_, previous_ = std::string(64, '0');
    std::unordered_map<std::string, std::size_t> ids_;  ///< Each case's id, numbered.
    /// Of a subject and a pass, by the id's number.
    std::map<std::pair<int, int>, std::vector<bool>> seen_;
    bool has_header_ = false;
};

}  // namespace

std::vector<const CaseRecord*> Run::of_subject(int subject) const {
    std::vector<const CaseRecord*> found;
    for (const CaseRecord& record : records) {
        if (record.subject == subject) found.push_back(&record);
    }
    return found;
}

Run read_run(const std::filesystem::path& path, Keep keep) {
    return Reader(path, keep).read();
}

}  // namespace assay

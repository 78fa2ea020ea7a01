// SPDX-License-Identifier: Apache-2.0
// The quick way through plain JSON: ASCII text without escapes, ordinary numbers, as result files
// hold. It never says what is wrong: whatever it does not know is left to the full parser.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// Feeds one document to a handler with nlohmann's SAX functions. False: not plain, or the handler
/// said no; the handler is then of no more use and the full parser must read the text.
template <class Handler>
class PlainJson {
public:
    PlainJson(std::string_view text, Handler& handler)
        : at_(text.data()), end_(text.data() + text.size()), handler_(handler) {}

    bool parse() {
        if (!value()) return false;
        while (at_ != end_) {
            if (depth_ == 0) return false;
            if (!next()) return false;
        }
        return depth_ == 0;
    }

private:
    static constexpr int max_depth = 64;  // open() calls itself this often at most

    bool take(char wanted) {
        if (at_ == end_ || *at_ != wanted) return false;
        ++at_;
        return true;
    }

    /// What follows a value: the next one, or the end of what it stands in.
    bool next() {
        const bool object = in_object_[depth_ - 1];
        if (take(object ? '}' : ']')) {
            --depth_;
            return object ? handler_.end_object() : handler_.end_array();
        }
        if (!take(',')) return false;
        return object ? member() : value();
    }

    bool member() { return text() && take(':') && handler_.key(text_) && value(); }

    bool open(bool object) {
        if (depth_ == max_depth) return false;
        in_object_[depth_++] = object;
        constexpr auto unknown = static_cast<std::size_t>(-1);
        if (!(object ? handler_.start_object(unknown) : handler_.start_array(unknown)))
            return false;
        if (at_ != end_ && *at_ == (object ? '}' : ']')) return true;  // next() closes it
        return object ? member() : value();
    }

    bool word(std::string_view wanted) {
        if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(wanted))
            return false;
        at_ += wanted.size();
        return true;
    }

    bool value() {
        if (at_ == end_) return false;
        switch (*at_) {
            case '{':
            case '[':
                return open(*at_++ == '{');
            case '"':
                return text() && handler_.string(text_);
            case 't':
                return word("true") && handler_.boolean(true);
            case 'f':
                return word("false") && handler_.boolean(false);
            default:
                return number();
        }
    }

    bool text() {
        if (!take('"')) return false;
        const char* begin = at_;
        for (; at_ != end_; ++at_) {
            const auto byte = static_cast<unsigned char>(*at_);
            if (byte == '"') {
                text_.assign(begin, at_++);
                return true;
            }
            if (byte < 0x20 || byte > 0x7e || byte == '\\') return false;
        }
        return false;
    }

    static bool digit(char c) { return c >= '0' && c <= '9'; }

    /// Digits up to 2^63; what else looks like a number goes to from_chars, if JSON allows it.
    bool number() {
        const char* begin = at_;
        const bool negative = take('-');
        const char* digits = at_;
        std::uint64_t whole = 0;
        while (at_ != end_ && digit(*at_) && at_ - digits < 18)
            whole = whole * 10 + static_cast<std::uint64_t>(*at_++ - '0');
        if (at_ == digits || (*digits == '0' && at_ - digits > 1)) return false;
        if (at_ == end_) return false;  // A number alone is no record.
        if (digit(*at_)) return false;
        if (*at_ == '.' || *at_ == 'e' || *at_ == 'E') return fraction(begin);
        return negative ? handler_.number_integer(-static_cast<std::int64_t>(whole))
                        : handler_.number_unsigned(whole);
    }

    bool fraction(const char* begin) {
        double value = 0;
        const bool point = *at_ == '.';
        if (point && (end_ - at_ < 2 || !digit(at_[1]))) return false;  // "1.e5" is no JSON
        const auto [after, error] = std::from_chars(begin, end_, value);
        if (error != std::errc() || after <= at_ || after == end_) return false;
        // from_chars stops before an 'e' that no digits follow; JSON has no such number.
        if (*after != ',' && *after != ']' && *after != '}') return false;
        at_ = after;
        return handler_.number_float(value, text_);
    }

    const char* at_;
    const char* end_;
    Handler& handler_;
    std::string text_;
    bool in_object_[max_depth] = {};
    int depth_ = 0;
};

}  // namespace assay

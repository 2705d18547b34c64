// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "core/base/error.hpp"
#include "core/base/json_error.hpp"
#include "core/base/json_flags.hpp"
#include "core/base/json_parts.hpp"
#include "core/base/text.hpp"

namespace phi::json {

namespace {

// RapidJSON's own numbers may be off by a last bit, so that what is written is not what was read;
// and its exact ones (kParseFullPrecisionFlag) are undefined in 1.1 for "0.000", of which it counts
// the leading zeros of 0.
constexpr unsigned document_flags = parse_flags | rapidjson::kParseNumbersAsStringsFlag;

// The nearest double, 0 for what is too small to be one; infinite for what is too large. Not by
// std::from_chars, which needs libm; strtod's locale is C's, for nothing of ours sets another.
double nearest_double(std::string_view digits) {
    return std::strtod(std::string(digits).c_str(), nullptr);
}

// Builds the document and gives up where it nests too deep, while nothing depends on the depth yet.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
  public:
    Builder(Document& document, unsigned limit) : document_(document), limit_(limit) {}

    bool too_deep() const { return too_deep_; }
    bool too_big() const { return too_big_; }

    bool Null() { return document_.Null(); }
    bool Bool(bool value) { return document_.Bool(value); }
    bool RawNumber(const char* bytes, rapidjson::SizeType length, bool) {
        const std::string_view digits(bytes, length);
        if (const auto value = parse_u64(digits)) return document_.Uint64(*value);
        if (const auto value = parse_i64(digits)) return document_.Int64(*value);
        const double value = nearest_double(digits);
        too_big_ = std::isinf(value);
        return !too_big_ && document_.Double(value);
    }
    bool String(const char* bytes, rapidjson::SizeType length, bool copy) {
        return document_.String(bytes, length, copy);
    }
    bool Key(const char* bytes, rapidjson::SizeType length, bool copy) {
        return document_.Key(bytes, length, copy);
    }
    bool StartObject() { return enter() && document_.StartObject(); }
    bool EndObject(rapidjson::SizeType count) {
        --depth_;
        return document_.EndObject(count);
    }
    bool StartArray() { return enter() && document_.StartArray(); }
    bool EndArray(rapidjson::SizeType count) {
        --depth_;
        return document_.EndArray(count);
    }

  private:
    bool enter() {
        too_deep_ = ++depth_ > limit_;
        return !too_deep_;
    }

    Document& document_;
    unsigned limit_;
    unsigned depth_ = 0;
    bool too_deep_ = false;
    bool too_big_ = false;
};

// Two members of one name: two readers of the text could take it for different things.
void refuse_doubles(const Value& root, const std::string& what) {
    std::vector<const Value*> open{&root};
    std::vector<std::string_view> names;
    while (!open.empty()) {
        const Value& value = *open.back();
        open.pop_back();
        if (value.IsArray()) {
            for (const Value& element : value.GetArray()) {
                if (element.IsObject() || element.IsArray()) open.push_back(&element);
            }
        } else if (value.IsObject()) {
            names.clear();
            for (const auto& member : value.GetObject()) {
                names.push_back(view(member.name));
                if (member.value.IsObject() || member.value.IsArray()) {
                    open.push_back(&member.value);
                }
            }
            std::sort(names.begin(), names.end());
            const auto twice = std::adjacent_find(names.begin(), names.end());
            if (twice != names.end()) {
                throw Error(Code::invalid, prefixed(what, "duplicate key " + quoted(*twice)));
            }
        }
    }
}

}  // namespace

Document parse(std::string_view text, const std::string& what, Limits limits) {
    if (text.size() > limits.bytes) {
        throw Error(Code::invalid, prefixed(what, "larger than " + format_bytes(limits.bytes)));
    }
    Document document;
    Builder builder(document, limits.depth);
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    rapidjson::ParseResult result;
    auto generate = [&](Document&) {
        result = reader.Parse<document_flags>(stream, builder);
        return !result.IsError();
    };
    document.Populate(generate);
    const auto refuse = [&](std::size_t offset, const std::string& message) {
        // Without a name it is config.json's, and the words must be runc's alone.
        const std::string place = what.empty() ? "" : phi::text("offset ", offset, ": ");
        throw Error(Code::invalid, prefixed(what, place + message));
    };
    if (builder.too_deep()) {
        refuse(stream.Tell(), phi::text("nested deeper than ", limits.depth, " levels"));
    }
    if (builder.too_big()) result.Set(rapidjson::kParseErrorNumberTooBig, result.Offset());
    if (result.IsError()) {
        const SyntaxError error = explain(text, result.Code(), result.Offset());
        const bool truncated = error.offset >= text.size();
        // runc reads config.json from a stream; Go has other words for the end of that.
        if (truncated && what.empty()) {
            const bool blank = result.Code() == rapidjson::kParseErrorDocumentEmpty;
            refuse(error.offset, blank ? "EOF" : "unexpected EOF");
        }
        refuse(error.offset, error.message);
    }
    // RapidJSON takes a NUL byte for the end of the text.
    if (stream.Tell() < text.size()) {
        const auto code = rapidjson::kParseErrorDocumentRootNotSingular;
        refuse(stream.Tell(), explain(text, code, stream.Tell()).message);
    }
    refuse_doubles(document, what);
    return document;
}

std::string write(const Value& value, bool pretty) {
    using Encoding = rapidjson::UTF8<>;
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer, Encoding, Encoding, rapidjson::CrtAllocator,
                      rapidjson::kWriteValidateEncodingFlag>
        writer(buffer);
    if (!value.Accept(writer)) {
        throw Error(Code::invalid, "a value that JSON cannot hold: not UTF-8, or not finite");
    }
    if (pretty) {
        // This writer cannot check by itself; the first one has.
        buffer.Clear();
        rapidjson::PrettyWriter<rapidjson::StringBuffer> indented(buffer);
        indented.SetIndent(' ', 2);
        value.Accept(indented);
    }
    return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace phi::json

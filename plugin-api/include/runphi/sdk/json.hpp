// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <runphi/sdk/error.hpp>
#include <runphi/sdk/values.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace runphi::sdk {

// A JSON value and the way to it, for reading the plan, the board and the settings: every error
// names the place ("settings.program: expected a string, found a number"). Cheap to copy; borrows
// the document.
class Json {
  public:
    using Value = rapidjson::Value;

    Json(const Value& value, std::string path) : value_(&value), path_(std::move(path)) {}

    const Value& value() const { return *value_; }
    const std::string& path() const { return path_; }
    bool is_object() const { return value_->IsObject(); }
    bool is_array() const { return value_->IsArray(); }
    bool is_string() const { return value_->IsString(); }

    // The member; nullopt when it is absent or null. Throws if this is no object.
    std::optional<Json> find(std::string_view name) const {
        if (!value_->IsObject()) mismatch("an object");
        const auto at = value_->FindMember(
            Value(rapidjson::StringRef(name.data(), static_cast<unsigned>(name.size()))));
        if (at == value_->MemberEnd() || at->value.IsNull()) return std::nullopt;
        return Json(at->value, path_ + "." + std::string(name));
    }
    // The member; throws if it is missing.
    Json at(std::string_view name) const {
        auto member = find(name);
        if (!member) throw Error(Code::invalid, path_ + "." + std::string(name) + ": missing");
        return *member;
    }

    std::string string() const {
        if (!value_->IsString()) mismatch("a string");
        return {value_->GetString(), value_->GetStringLength()};
    }
    bool boolean() const {
        if (!value_->IsBool()) mismatch("true or false");
        return value_->GetBool();
    }
    std::uint64_t u64(std::uint64_t low = 0, std::uint64_t high = UINT64_MAX) const {
        if (!value_->IsUint64()) mismatch("a whole number that is not negative");
        const std::uint64_t number = value_->GetUint64();
        if (number < low || number > high) {
            throw Error(Code::invalid, path_ + ": " + std::to_string(number) + " is not between " +
                                           std::to_string(low) + " and " + std::to_string(high));
        }
        return number;
    }
    std::vector<Json> elements() const {
        if (!value_->IsArray()) mismatch("an array");
        std::vector<Json> out;
        for (unsigned i = 0; i < value_->Size(); ++i) {
            out.emplace_back((*value_)[i], path_ + "[" + std::to_string(i) + "]");
        }
        return out;
    }
    std::vector<std::pair<std::string, Json>> members() const {
        if (!value_->IsObject()) mismatch("an object");
        std::vector<std::pair<std::string, Json>> out;
        for (const auto& member : value_->GetObject()) {
            std::string name(member.name.GetString(), member.name.GetStringLength());
            out.emplace_back(name, Json(member.value, path_ + "." + name));
        }
        return out;
    }

    // Members that may be absent.
    std::string string_or(std::string_view name, std::string fallback) const {
        const auto member = find(name);
        return member ? member->string() : std::move(fallback);
    }
    std::uint64_t u64_or(std::string_view name, std::uint64_t fallback) const {
        const auto member = find(name);
        return member ? member->u64() : fallback;
    }
    bool boolean_or(std::string_view name, bool fallback) const {
        const auto member = find(name);
        return member ? member->boolean() : fallback;
    }

    // Throws for a member that is not in the list.
    void only(std::initializer_list<std::string_view> known) const {
        for (const auto& [name, member] : members()) {
            bool found = false;
            for (const std::string_view one : known) found = found || one == name;
            if (!found) throw Error(Code::invalid, member.path() + ": unknown key");
        }
    }

  private:
    [[noreturn]] void mismatch(const char* wanted) const {
        static constexpr const char* names[] = {"null",     "false",    "true",    "an object",
                                                "an array", "a string", "a number"};
        throw Error(Code::invalid, path_ + ": expected " + wanted + ", found " +
                                       names[static_cast<int>(value_->GetType())]);
    }

    const Value* value_;
    std::string path_;
};

// A parsed text and its root.
class JsonDocument {
  public:
    // Throws Error(invalid) "WHAT: offset 17: ...". Does not recurse on the input.
    JsonDocument(std::string_view text, std::string what) : what_(std::move(what)) {
        constexpr unsigned flags =
            rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
        document_.Parse<flags>(text.data(), text.size());
        if (document_.HasParseError()) {
            throw Error(Code::invalid, what_ + ": offset " +
                                           std::to_string(document_.GetErrorOffset()) + ": " +
                                           rapidjson::GetParseError_En(document_.GetParseError()));
        }
    }

    Json root() const { return Json(document_, what_); }

  private:
    rapidjson::Document document_;
    std::string what_;
};

// Writes JSON, in the order of the calls: the same calls give the same bytes.
//     JsonWriter().object().field("cpus", "0-3").field("n", 4).end_object().text()
class JsonWriter {
  public:
    JsonWriter() : writer_(buffer_) {}

    JsonWriter& object() { return writer_.StartObject(), *this; }
    JsonWriter& array() { return writer_.StartArray(), *this; }
    JsonWriter& object(std::string_view name) { return key(name).object(); }
    JsonWriter& array(std::string_view name) { return key(name).array(); }
    // Each closes the innermost one.
    JsonWriter& end_object() { return writer_.EndObject(), *this; }
    JsonWriter& end_array() { return writer_.EndArray(), *this; }

    JsonWriter& key(std::string_view name) {
        return writer_.Key(name.data(), static_cast<unsigned>(name.size())), *this;
    }
    JsonWriter& value(std::string_view text) {
        return writer_.String(text.data(), static_cast<unsigned>(text.size())), *this;
    }
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    template <typename T>
    requires std::is_integral_v<T> JsonWriter& value(T number) {
        if constexpr (std::is_same_v<T, bool>) {
            writer_.Bool(number);
        } else if constexpr (std::is_signed_v<T>) {
            writer_.Int64(number);
        } else {
            writer_.Uint64(number);
        }
        return *this;
    }
    // A value that was read elsewhere.
    JsonWriter& value(const rapidjson::Value& copied) { return copied.Accept(writer_), *this; }
    template <typename T>
    JsonWriter& field(std::string_view name, const T& content) {
        return key(name).value(content);
    }

    std::string text() const { return {buffer_.GetString(), buffer_.GetSize()}; }

  private:
    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

namespace detail {

// The answer of runphi.lifecycle/1 list.
inline std::string list_json(const std::vector<Listed>& partitions) {
    JsonWriter out;
    out.array();
    for (const Listed& one : partitions) {
        out.object().field("name", one.name).field("state", to_string(one.state)).end_object();
    }
    return out.end_array().text();
}

}  // namespace detail
}  // namespace runphi::sdk

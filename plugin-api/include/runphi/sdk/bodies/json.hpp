// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <runphi/sdk/error.hpp>
#include <runphi/sdk/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runphi::sdk {

// ---- Json

RUNPHI_SDK_FUNCTION bool Json::is_object() const {
    return value_->IsObject();
}
RUNPHI_SDK_FUNCTION bool Json::is_array() const {
    return value_->IsArray();
}
RUNPHI_SDK_FUNCTION bool Json::is_string() const {
    return value_->IsString();
}

RUNPHI_SDK_FUNCTION std::optional<Json> Json::find(std::string_view name) const {
    if (!value_->IsObject()) mismatch("an object");
    const auto at = value_->FindMember(
        Value(rapidjson::StringRef(name.data(), static_cast<unsigned>(name.size()))));
    if (at == value_->MemberEnd() || at->value.IsNull()) return std::nullopt;
    return Json(at->value, path_ + "." + std::string(name));
}

RUNPHI_SDK_FUNCTION Json Json::at(std::string_view name) const {
    auto member = find(name);
    if (!member) throw Error(Code::invalid, path_ + "." + std::string(name) + ": missing");
    return *member;
}

RUNPHI_SDK_FUNCTION std::string Json::string() const {
    if (!value_->IsString()) mismatch("a string");
    return {value_->GetString(), value_->GetStringLength()};
}

RUNPHI_SDK_FUNCTION bool Json::boolean() const {
    if (!value_->IsBool()) mismatch("true or false");
    return value_->GetBool();
}

RUNPHI_SDK_FUNCTION std::uint64_t Json::u64(std::uint64_t low, std::uint64_t high) const {
    if (!value_->IsUint64()) mismatch("a whole number that is not negative");
    const std::uint64_t number = value_->GetUint64();
    if (number < low || number > high) {
        throw Error(Code::invalid, path_ + ": " + std::to_string(number) + " is not between " +
                                       std::to_string(low) + " and " + std::to_string(high));
    }
    return number;
}

RUNPHI_SDK_FUNCTION std::vector<Json> Json::elements() const {
    if (!value_->IsArray()) mismatch("an array");
    std::vector<Json> out;
    for (unsigned i = 0; i < value_->Size(); ++i) {
        out.emplace_back((*value_)[i], path_ + "[" + std::to_string(i) + "]");
    }
    return out;
}

RUNPHI_SDK_FUNCTION std::vector<std::pair<std::string, Json>> Json::members() const {
    if (!value_->IsObject()) mismatch("an object");
    std::vector<std::pair<std::string, Json>> out;
    for (const auto& member : value_->GetObject()) {
        std::string name(member.name.GetString(), member.name.GetStringLength());
        out.emplace_back(name, Json(member.value, path_ + "." + name));
    }
    return out;
}

RUNPHI_SDK_FUNCTION std::string Json::string_or(std::string_view name, std::string fallback) const {
    const auto member = find(name);
    return member ? member->string() : std::move(fallback);
}

RUNPHI_SDK_FUNCTION std::uint64_t Json::u64_or(std::string_view name,
                                               std::uint64_t fallback) const {
    const auto member = find(name);
    return member ? member->u64() : fallback;
}

RUNPHI_SDK_FUNCTION bool Json::boolean_or(std::string_view name, bool fallback) const {
    const auto member = find(name);
    return member ? member->boolean() : fallback;
}

RUNPHI_SDK_FUNCTION void Json::only(std::initializer_list<std::string_view> known) const {
    for (const auto& [name, member] : members()) {
        bool found = false;
        for (const std::string_view one : known) found = found || one == name;
        if (!found) throw Error(Code::invalid, member.path() + ": unknown key");
    }
}

RUNPHI_SDK_FUNCTION void Json::mismatch(const char* wanted) const {
    static constexpr const char* names[] = {"null",     "false",    "true",    "an object",
                                            "an array", "a string", "a number"};
    throw Error(Code::invalid, path_ + ": expected " + wanted + ", found " +
                                   names[static_cast<int>(value_->GetType())]);
}

// ---- JsonDocument

RUNPHI_SDK_FUNCTION JsonDocument::JsonDocument(std::string_view text, std::string what)
    : document_(std::make_unique<rapidjson::Document>()), what_(std::move(what)) {
    constexpr unsigned flags =
        rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;
    document_->Parse<flags>(text.data(), text.size());
    if (document_->HasParseError()) {
        throw Error(Code::invalid, what_ + ": offset " +
                                       std::to_string(document_->GetErrorOffset()) + ": " +
                                       rapidjson::GetParseError_En(document_->GetParseError()));
    }
}

RUNPHI_SDK_FUNCTION JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
RUNPHI_SDK_FUNCTION JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
RUNPHI_SDK_FUNCTION JsonDocument::~JsonDocument() = default;

RUNPHI_SDK_FUNCTION Json JsonDocument::root() const {
    return Json(*document_, what_);
}

// ---- JsonWriter

struct JsonWriter::Output {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
};

RUNPHI_SDK_FUNCTION JsonWriter::JsonWriter() : output_(std::make_unique<Output>()) {}
RUNPHI_SDK_FUNCTION JsonWriter::~JsonWriter() = default;

RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::object() {
    return output_->writer.StartObject(), *this;
}
RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::array() {
    return output_->writer.StartArray(), *this;
}
RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::end_object() {
    return output_->writer.EndObject(), *this;
}
RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::end_array() {
    return output_->writer.EndArray(), *this;
}

RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::key(std::string_view name) {
    return output_->writer.Key(name.data(), static_cast<unsigned>(name.size())), *this;
}
RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::value(std::string_view text) {
    return output_->writer.String(text.data(), static_cast<unsigned>(text.size())), *this;
}
RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::value(const rapidjson::Value& copied) {
    return copied.Accept(output_->writer), *this;
}

RUNPHI_SDK_FUNCTION std::string JsonWriter::text() const {
    return {output_->buffer.GetString(), output_->buffer.GetSize()};
}

RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::write_bool(bool flag) {
    return output_->writer.Bool(flag), *this;
}
RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::write_signed(std::int64_t number) {
    return output_->writer.Int64(number), *this;
}
RUNPHI_SDK_FUNCTION JsonWriter& JsonWriter::write_unsigned(std::uint64_t number) {
    return output_->writer.Uint64(number), *this;
}

namespace detail {

RUNPHI_SDK_FUNCTION std::string list_json(const std::vector<Listed>& partitions) {
    JsonWriter out;
    out.array();
    for (const Listed& one : partitions) {
        out.object().field("name", one.name).field("state", to_string(one.state)).end_object();
    }
    return out.end_array().text();
}

}  // namespace detail
}  // namespace runphi::sdk

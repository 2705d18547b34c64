// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/fwd.h>
#include <runphi/sdk/linkage.hpp>
#include <runphi/sdk/values.hpp>

#include <cstdint>
#include <initializer_list>
#include <memory>
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
    using Value = rapidjson::Value;  // whoever looks into it includes rapidjson/document.h

    Json(const Value& value, std::string path) : value_(&value), path_(std::move(path)) {}

    const Value& value() const { return *value_; }
    const std::string& path() const { return path_; }
    bool is_object() const;
    bool is_array() const;
    bool is_string() const;

    // The member; nullopt when it is absent or null. Throws if this is no object.
    std::optional<Json> find(std::string_view name) const;
    // The member; throws if it is missing.
    Json at(std::string_view name) const;

    std::string string() const;
    bool boolean() const;
    std::uint64_t u64(std::uint64_t low = 0, std::uint64_t high = UINT64_MAX) const;
    std::vector<Json> elements() const;
    std::vector<std::pair<std::string, Json>> members() const;

    // Members that may be absent.
    std::string string_or(std::string_view name, std::string fallback) const;
    std::uint64_t u64_or(std::string_view name, std::uint64_t fallback) const;
    bool boolean_or(std::string_view name, bool fallback) const;

    // Throws for a member that is not in the list.
    void only(std::initializer_list<std::string_view> known) const;

  private:
    [[noreturn]] void mismatch(const char* wanted) const;

    const Value* value_;
    std::string path_;
};

// A parsed text and its root.
class JsonDocument {
  public:
    // Throws Error(invalid) "WHAT: offset 17: ...". Does not recurse on the input.
    JsonDocument(std::string_view text, std::string what);
    JsonDocument(JsonDocument&&) noexcept;
    JsonDocument& operator=(JsonDocument&&) noexcept;
    ~JsonDocument();

    Json root() const;

  private:
    std::unique_ptr<rapidjson::Document> document_;
    std::string what_;
};

// Writes JSON, in the order of the calls: the same calls give the same bytes.
//     JsonWriter().object().field("cpus", "0-3").field("n", 4).end_object().text()
class JsonWriter {
  public:
    JsonWriter();
    JsonWriter(const JsonWriter&) = delete;
    JsonWriter& operator=(const JsonWriter&) = delete;
    ~JsonWriter();

    JsonWriter& object();
    JsonWriter& array();
    JsonWriter& object(std::string_view name) { return key(name).object(); }
    JsonWriter& array(std::string_view name) { return key(name).array(); }
    // Each closes the innermost one.
    JsonWriter& end_object();
    JsonWriter& end_array();

    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    template <typename T>
    requires std::is_integral_v<T> JsonWriter& value(T number) {
        if constexpr (std::is_same_v<T, bool>) {
            return write_bool(number);
        } else if constexpr (std::is_signed_v<T>) {
            return write_signed(number);
        } else {
            return write_unsigned(number);
        }
    }
    // A value that was read elsewhere.
    JsonWriter& value(const rapidjson::Value& copied);
    template <typename T>
    JsonWriter& field(std::string_view name, const T& content) {
        return key(name).value(content);
    }

    std::string text() const;

  private:
    struct Output;

    JsonWriter& write_bool(bool flag);
    JsonWriter& write_signed(std::int64_t number);
    JsonWriter& write_unsigned(std::uint64_t number);

    std::unique_ptr<Output> output_;
};

namespace detail {

// The answer of runphi.lifecycle/1 list.
RUNPHI_SDK_FUNCTION std::string list_json(const std::vector<Listed>& partitions);

}  // namespace detail
}  // namespace runphi::sdk

#ifndef RUNPHI_SDK_COMPILED
#include <runphi/sdk/bodies/json.hpp>
#endif

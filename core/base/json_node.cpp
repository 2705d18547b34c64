// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/json_parts.hpp"
#include "core/base/text.hpp"

namespace phi::json {

namespace {

std::string kind(const Value& value) {
    switch (value.GetType()) {
        case rapidjson::kNullType:
            return "null";
        case rapidjson::kFalseType:
            return "false";
        case rapidjson::kTrueType:
            return "true";
        case rapidjson::kObjectType:
            return "an object";
        case rapidjson::kArrayType:
            return "an array";
        case rapidjson::kStringType:
            return "a string " + quoted(view(value), 64);
        default:
            return "the number " + write(value);
    }
}

template <typename T>
std::string between(T low, T high) {
    return text("an integer from ", low, " to ", high);
}

}  // namespace

std::string Node::child(std::string_view name) const {
    return path_.empty() ? std::string(name) : text(path_, ".", name);
}

void Node::fail(const std::string& message) const {
    throw Error(Code::invalid, prefixed(path_, message));
}

void Node::mismatch(const std::string& wanted) const {
    fail("expected " + wanted + ", found " + kind(*value_));
}

std::optional<Node> Node::find(const char* name) const {
    if (!value_->IsObject()) mismatch("an object");
    const auto member = value_->FindMember(name);
    if (member == value_->MemberEnd() || member->value.IsNull()) return std::nullopt;
    return Node(member->value, child(name));
}

Node Node::at(const char* name) const {
    const auto found = find(name);
    if (!found) throw Error(Code::invalid, child(name) + ": missing");
    return *found;
}

bool Node::as_bool() const {
    if (!value_->IsBool()) mismatch("true or false");
    return value_->GetBool();
}

std::string Node::as_string() const {
    if (!value_->IsString()) mismatch("a string");
    return std::string(view(*value_));
}

std::int64_t Node::as_i64() const {
    if (!value_->IsInt64()) mismatch("an integer");
    return value_->GetInt64();
}

std::uint64_t Node::as_u64() const {
    if (!value_->IsUint64()) mismatch("a non-negative integer");
    return value_->GetUint64();
}

std::int64_t Node::as_i64(std::int64_t low, std::int64_t high) const {
    if (!value_->IsInt64() || value_->GetInt64() < low || value_->GetInt64() > high) {
        mismatch(between(low, high));
    }
    return value_->GetInt64();
}

std::uint64_t Node::as_u64(std::uint64_t low, std::uint64_t high) const {
    if (!value_->IsUint64() || value_->GetUint64() < low || value_->GetUint64() > high) {
        mismatch(between(low, high));
    }
    return value_->GetUint64();
}

std::optional<bool> Node::opt_bool(const char* name) const {
    const auto found = find(name);
    return found ? std::optional(found->as_bool()) : std::nullopt;
}

std::optional<std::string> Node::opt_string(const char* name) const {
    const auto found = find(name);
    return found ? std::optional(found->as_string()) : std::nullopt;
}

std::optional<std::int64_t> Node::opt_i64(const char* name) const {
    const auto found = find(name);
    return found ? std::optional(found->as_i64()) : std::nullopt;
}

std::optional<std::uint64_t> Node::opt_u64(const char* name) const {
    const auto found = find(name);
    return found ? std::optional(found->as_u64()) : std::nullopt;
}

std::vector<std::string> Node::strings(const char* name) const {
    std::vector<std::string> out;
    const auto found = find(name);
    if (found) found->each([&](const Node& element) { out.push_back(element.as_string()); });
    return out;
}

void Node::each(const std::function<void(const Node&)>& f) const {
    if (!value_->IsArray()) mismatch("an array");
    std::size_t index = 0;
    for (const Value& element : value_->GetArray()) {
        f(Node(element, text(path_, "[", index++, "]")));
    }
}

void Node::members(const std::function<void(const std::string&, const Node&)>& f) const {
    if (!value_->IsObject()) mismatch("an object");
    for (const auto& member : value_->GetObject()) {
        const std::string name(view(member.name));
        f(name, Node(member.value, child(name)));
    }
}

void Node::only(std::initializer_list<std::string_view> known) const {
    if (!value_->IsObject()) mismatch("an object");
    for (const auto& member : value_->GetObject()) {
        const std::string_view name = view(member.name);
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            throw Error(Code::invalid, child(name) + ": unknown key");
        }
    }
}

}  // namespace phi::json

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidjson/document.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Strict reading of JSON that may be hostile: bounded size and depth, no double keys, and every
// error names the place ("linux.resources.memory.limit: expected an integer, found a string").
namespace phi::json {

// RapidJSON's own first block of 64 KiB is sixteen pages for the kernel to hand out, and most of
// our documents fit into one.
class Pool : public rapidjson::MemoryPoolAllocator<> {
  public:
    Pool() : MemoryPoolAllocator(2048) {}
};
using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool>;
using Value = rapidjson::GenericValue<rapidjson::UTF8<>, Pool>;

struct Limits {
    std::size_t bytes = 16U << 20;
    unsigned depth = 64;
};

// Throws Error(invalid) "WHAT: offset 17: ..." on malformed text, text after the value, invalid
// UTF-8, a key that an object has twice, too much text or too deep nesting. Never recurses on
// input. The words are those of Go's encoding/json ("invalid character 'b' looking for beginning of
// object key string", "unexpected end of JSON input"). An empty `what` gives them bare and, for a
// text that ends too early, as runc prints them for config.json: "unexpected EOF", "EOF".
Document parse(std::string_view text, const std::string& what, Limits limits = {});

// Compact text of a value; `pretty` indents by two spaces. Throws for a string that is not UTF-8.
std::string write(const Value& value, bool pretty = false);

// A value and the way to it. Cheap to copy; borrows the document.
class Node {
  public:
    Node(const Value& value, std::string path) : value_(&value), path_(std::move(path)) {}

    const Value& value() const { return *value_; }
    const std::string& path() const { return path_; }

    // The member, or nullopt when it is absent or null. Throws if this is no object.
    std::optional<Node> find(const char* name) const;
    // The member; throws "PATH: missing".
    Node at(const char* name) const;

    bool as_bool() const;
    std::string as_string() const;
    std::int64_t as_i64() const;
    std::uint64_t as_u64() const;
    std::int64_t as_i64(std::int64_t low, std::int64_t high) const;
    std::uint64_t as_u64(std::uint64_t low, std::uint64_t high) const;

    std::optional<bool> opt_bool(const char* name) const;
    std::optional<std::string> opt_string(const char* name) const;
    std::optional<std::int64_t> opt_i64(const char* name) const;
    std::optional<std::uint64_t> opt_u64(const char* name) const;
    // The strings of an array member; empty when absent.
    std::vector<std::string> strings(const char* name) const;

    // Calls f(Node) for each element; throws if this is no array.
    void each(const std::function<void(const Node&)>& f) const;
    // Calls f(name, Node) for each member; throws if this is no object.
    void members(const std::function<void(const std::string&, const Node&)>& f) const;
    // Throws "PATH.x: unknown key" for a member that is not in the list.
    void only(std::initializer_list<std::string_view> known) const;

    // Throws Error(invalid) "PATH: expected WANTED, found ..." .
    [[noreturn]] void mismatch(const std::string& wanted) const;
    // Throws Error(invalid) "PATH: MESSAGE".
    [[noreturn]] void fail(const std::string& message) const;

  private:
    std::string child(std::string_view name) const;
    const Value* value_;
    std::string path_;
};

}  // namespace phi::json

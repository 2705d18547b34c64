// SPDX-License-Identifier: Apache-2.0
#include "core/network/interface_json.hpp"

namespace phi::network {

namespace {

using Allocator = json::Document::AllocatorType;
using Name = rapidjson::GenericStringRef<char>;

// An object under construction; what is empty is left out.
class Object {
  public:
    explicit Object(Allocator& memory) : memory_(memory), value_(rapidjson::kObjectType) {}

    template <typename T>
    Object& number(const Name& name, T value) {
        value_.AddMember(name, json::Value(value), memory_);
        return *this;
    }
    Object& words(const Name& name, const std::string& text) {
        if (!text.empty()) value_.AddMember(name, json::Value(text, memory_), memory_);
        return *this;
    }
    Object& list(const Name& name, json::Value array) {
        value_.AddMember(name, array, memory_);
        return *this;
    }
    json::Value take() { return std::move(value_); }

  private:
    Allocator& memory_;
    json::Value value_;
};

json::Value value_of(const Address& one, Allocator& memory) {
    return Object(memory)
        .words("address", one.address)
        .number("prefix", one.prefix)
        .words("peer", one.peer)
        .words("broadcast", one.broadcast)
        .number("scope", one.scope)
        .take();
}

json::Value value_of(const Route& one, Allocator& memory) {
    return Object(memory)
        .words("destination", one.destination)
        .number("prefix", one.prefix)
        .words("gateway", one.gateway)
        .words("source", one.source)
        .number("metric", one.metric)
        .number("scope", one.scope)
        .number("protocol", one.protocol)
        .number("onlink", one.onlink)
        .number("mtu", one.mtu)
        .take();
}

json::Value value_of(const Neighbour& one, Allocator& memory) {
    return Object(memory).words("address", one.address).words("mac", one.mac).take();
}

json::Value value_of(const Interface& one, Allocator& memory);

template <typename T>
json::Value array_of(const std::vector<T>& all, Allocator& memory) {
    json::Value array(rapidjson::kArrayType);
    for (const T& one : all) array.PushBack(value_of(one, memory), memory);
    return array;
}

json::Value value_of(const Interface& one, Allocator& memory) {
    return Object(memory)
        .words("name", one.name)
        .words("mac", one.mac)
        .number("mtu", one.mtu)
        .number("up", one.up)
        .number("ipv6", one.ipv6)
        .number("accept_ra", one.accept_ra)
        .list("addresses", array_of(one.addresses, memory))
        .list("routes", array_of(one.routes, memory))
        .list("neighbours", array_of(one.neighbours, memory))
        .take();
}

}  // namespace

json::Value namespace_value(const Namespace& one, Allocator& memory) {
    return Object(memory)
        .words("path", one.path)
        .number("device", one.device)
        .number("inode", one.inode)
        .take();
}

json::Value interfaces_value(const std::vector<Interface>& interfaces, Allocator& memory) {
    return array_of(interfaces, memory);
}

}  // namespace phi::network
